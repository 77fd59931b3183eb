"""A grown collection is as large as was asked for, and can be searched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.grown import grow
from index import NewsIndex
from tests.fakes import HashedWords, long_article

if TYPE_CHECKING:
    from pathlib import Path


def test_it_grows_from_a_real_index(tmp_path: Path) -> None:
    real = NewsIndex(tmp_path / "real", HashedWords())
    real.add([long_article(number) for number in range(8)])
    before = real.counts().passages
    told: list[int] = []
    grow(tmp_path / "real", tmp_path / "grown", 3 * before, told.append)
    grown = NewsIndex(tmp_path / "grown", HashedWords())
    assert grown.counts().passages == 3 * before == told[-1]
    assert real.counts().passages == before
    hits = grown.search("place3x2 crates", 10)
    assert any(hit.article.id.startswith("https://invented.example/") for hit in hits)
    assert all(
        hit.article.text[hit.passage.start : hit.passage.end] == hit.passage.text for hit in hits
    )
