"""The benchmark of Milvus Lite asks both stores the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.milvus import measure
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
