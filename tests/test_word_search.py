"""Search by words where some of them stand in most passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index import NewsIndex
from index.records import Filter
from index.store import sqlite_words
from tests.fakes import HashedWords, article

if TYPE_CHECKING:
    from pathlib import Path

SHIPS = ("ferry", "tanker", "trawler", "barge", "yacht", "sloop")


@pytest.fixture
def news(folder: Path, monkeypatch: pytest.MonkeyPatch) -> NewsIndex:
    """Sixty articles on a harbour; every tenth is on a ship of its own."""
    monkeypatch.setattr(sqlite_words, "_FEW", 0)
    monkeypatch.setattr(sqlite_words, "_COMMON", 0.05)
    index = NewsIndex(folder, HashedWords())
    index.add(
        article(
            f"The harbour was busy on day {n}. " + (f"A {SHIPS[n // 10]} sank. " * (n % 10 == 0))
        )
        for n in range(60)
    )
    return index


def by_words(news: NewsIndex, text: str, limit: int) -> list[str]:
    found = news.search(text, limit)
    return [hit.passage.text for hit in sorted(found, key=lambda hit: -(hit.bm25 or 0)) if hit.bm25]


def test_what_has_the_rare_word_comes_first(news: NewsIndex) -> None:
    assert "tanker" in by_words(news, "Which tanker sank in the harbour?", 5)[0]


def test_common_words_still_fill_the_places(news: NewsIndex) -> None:
    assert len(by_words(news, "harbour tanker", 40)) == 40


def test_a_filter_that_leaves_no_rare_word_still_finds(news: NewsIndex) -> None:
    (chosen,) = [each for each in news.articles() if "day 7." in each.text]
    within = Filter(articles=(chosen.id,))
    (hit,) = news.search("harbour tanker", 5, within)
    assert hit.article.id == chosen.id
    assert hit.bm25


def test_words_are_counted_anew_as_the_index_grows(news: NewsIndex) -> None:
    by_words(news, "harbour tanker", 5)
    news.add(article(f"Tanker {n} left the harbour.") for n in range(100))
    found = by_words(news, "harbour tanker day", 5)
    assert any("day" in each for each in found)
