"""Rebuilding from a stream: what is kept, and how little of it memory holds."""

from __future__ import annotations

import tracemalloc
from typing import TYPE_CHECKING

import pytest

from index import Article, NewsIndex, PublicationDate, news_index
from index.adding.preparation import article_spool, prepare, split_spool
from index.store import Manifest
from tests.fakes import HashedWords, article, long_article, topics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def test_articles_are_put_aside_as_they_are() -> None:
    whole = Article(
        text="Café \U0001f6a2\r\n\u2028closed for good on Monday.",
        title="Ünder",
        publisher="The Times",
        authors=("Ada", "Ben"),
        published=PublicationDate("2021-03"),
        published_from="dateline",
        updated=PublicationDate("2021-04-01T10:00:00+01:00"),
        updated_from="feed",
        url="https://a.example/x",
        language="fr",
    )
    bare = Article(text="Bare.")
    with article_spool() as articles:
        for each in (whole, bare):
            articles.append(each)
        assert len(articles) == 2
        assert list(articles) == list(articles) == [whole, bare]
    ready = [prepare(each, Manifest("m", "d", "1", "1")) for each in (long_article(1), bare)]
    with split_spool() as splits:
        for split in ready:
            splits.append(split)
        assert list(splits) == ready


def test_the_last_of_an_id_counts(news: NewsIndex) -> None:
    url = "https://paper.example/a"
    versions = [article(f"Version {number} of the ferry's story.", url=url) for number in range(3)]
    report = news.rebuild([versions[0], topics()[0], versions[1], versions[2]])
    assert (report.added, report.unchanged, report.removed, report.articles) == (1, 1, 4, 2)
    assert {each.text for each in news.articles()} == {versions[2].text, topics()[0].text}
    report = news.rebuild([versions[1], topics()[0], versions[2]])
    assert (report.added, report.replaced, report.unchanged, report.embedded) == (0, 0, 2, 0)


@pytest.mark.parametrize("anew", [False, True])
def test_memory_does_not_grow_with_the_articles(
    folder: Path, monkeypatch: pytest.MonkeyPatch, anew: bool
) -> None:
    def stream(count: int) -> Iterator[Article]:
        for number in range(count):
            text = f"{long_article(number, paragraphs=3).text}\n\n{'©' * 100_000}"
            yield article(text, title=f"{number}")

    def peak(count: int) -> int:
        index = NewsIndex(folder.with_name(f"{count}"), HashedWords(8))
        if anew:
            index.add(stream(count))
            monkeypatch.setattr(news_index, "SPLITTER_VERSION", f"anew {count}")
        tracemalloc.start()
        report = index.rebuild(None if anew else stream(count))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert (report.articles, report.unchanged) == (count, count if anew else 0)
        return most

    peak(2)  # what is imported and cached along the way
    # An article takes 200 kB: all of them would be 12 MB more. Other tests' servers take some.
    assert peak(70) < peak(10) + 4_000_000
