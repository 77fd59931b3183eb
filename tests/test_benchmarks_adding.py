"""The benchmark of adding counts what it adds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.adding import Timed, measure

if TYPE_CHECKING:
    from pathlib import Path


def test_it_measures_one_add_and_another(tmp_path: Path) -> None:
    found = measure(tmp_path, 30, Timed(None))
    assert (found["articles"], found["copies"], found["again_embedded"]) == (30, 2, 0)
    assert found["passages"] >= 30
    assert found["seconds"] > found["embedding_seconds"] > 0
    assert found["rss_mb"] > 10
