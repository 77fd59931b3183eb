"""The benchmark of Milvus Lite asks both stores the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.milvus import measure
from benchmarks.milvus_soak import served, soak
from index import NewsIndex
from tests.fakes import HashedWords, long_article

if TYPE_CHECKING:
    from pathlib import Path


def test_it_stores_moves_and_asks(tmp_path: Path) -> None:
    home = tmp_path / "home"
    NewsIndex(home, HashedWords()).add(long_article(number) for number in range(6))
    (tmp_path / "work").mkdir()
    found = measure(home, tmp_path / "work", articles=5, stored=4, asked=3)
    assert found["articles"] == 5
    assert found["same"] > 0.9, "of the nearest; what is equally near may be cut off elsewhere"
    assert found["milvus"]["median_ms"] > 0
    assert found["sqlite"]["megabytes"] > 0


@pytest.mark.slow
def test_two_ask_while_one_adds_and_is_killed(tmp_path: Path) -> None:
    with served(tmp_path / "served.db") as uri:
        found = soak(uri, tmp_path, 20)
    assert found["wrong"] == []
    assert found["asked"] > 0
    assert found["killed"] > 0
    assert found["changes"] >= 2
