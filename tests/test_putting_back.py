"""What is removed can be put back; what an adding left out is kept; what it did is named."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from index import Article, NewsIndex, SourceError
from index.records import Listing
from index.reports import SKIPPED_NAME, SkippedLog
from tests.fakes import HashedWords, article, topics

if TYPE_CHECKING:
    from pathlib import Path


def test_what_was_set_aside_comes_back_the_same(news: NewsIndex, embeddings: HashedWords) -> None:
    first = topics()[0]
    hits = news.search("lighthouse", 1)
    aside = news.set_aside([first.id, "unknown"])
    assert aside.articles == (first,)
    assert len(aside.vectors) == 1
    news.remove([first.id])
    embedded = len(embeddings.embedded)
    report = news.put_back(aside)
    assert (report.added, report.embedded) == (1, 0)
    assert len(embeddings.embedded) == embedded
    assert news.article(first.id) == first
    again = news.search("lighthouse", 1)
    assert [(hit.passage, hit.similarity) for hit in again] == [
        (hit.passage, hit.similarity) for hit in hits
    ]


def test_what_has_come_back_by_itself_is_not_put_back_over(news: NewsIndex) -> None:
    url = "https://paper.example/a"
    news.add([article("The old text.", url=url)])
    aside = news.set_aside([url])
    news.remove([url])
    newer = article("The new text.", url=url)
    news.add([newer])
    assert news.put_back(aside).added == 0
    assert news.article(url) == newer


def test_a_report_names_what_it_did(folder: Path, embeddings: HashedWords) -> None:
    news, url = NewsIndex(folder, embeddings), "https://paper.example/a"
    news.add([article("The old text.", title="Old", url=url), topics()[0]])
    report = news.add([article("The new text.", title="New", url=url), *topics()[:2]])
    told = {each.title: each.outcome for each in report.named}
    assert told == {
        "New": "replaced",
        topics()[0].title: "unchanged",
        topics()[1].title: "added",
    }
    long = "\n\n".join(each.text for each in topics())
    copies = [article(long, publisher=name, url=f"https://{name}.example/a") for name in "ab"]
    assert [each.outcome for each in news.add(copies).named] == ["added", "copy"]


def test_a_report_names_no_more_than_it_has_room_for(folder: Path) -> None:
    report = NewsIndex(folder, HashedWords()).add(
        Article(text=f"Report {number} of the harbour.") for number in range(120)
    )
    assert (report.added, len(report.named)) == (120, 100)


def test_an_index_made_before_there_was_a_list_gets_one(
    news: NewsIndex, folder: Path, embeddings: HashedWords
) -> None:
    with sqlite3.connect(folder / "index.sqlite3") as file:
        file.execute("DROP TRIGGER article_unlisted")
        file.execute("DROP TABLE listed")
        file.execute("PRAGMA user_version = 4")
    file.close()
    opened = NewsIndex(folder, embeddings)
    assert opened.listing(Listing()).total == 5
    assert len(opened.outlets()) == 5
    opened.remove([topics()[0].id])
    assert opened.listing(Listing()).total == 4


# What was left out


def test_what_was_left_out_is_kept_for_the_next_process(
    news: NewsIndex, folder: Path, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text(" ")
    report = news.add([empty], name=lambda source: f"upload {source[-9:]}")
    assert [each.source for each in report.skipped] == ["upload empty.txt"]
    (left,) = NewsIndex(folder, HashedWords()).status().skipped
    assert (left.source, left.reason) == ("upload empty.txt", report.skipped[0].reason)
    assert abs((datetime.now(UTC) - left.when).total_seconds()) < 60


def test_only_the_latest_are_kept(tmp_path: Path) -> None:
    log = SkippedLog(tmp_path, lambda: datetime(2022, 2, 3, tzinfo=UTC))
    for round_ in range(3):
        log.add([SourceError(f"{round_}-{number}" * 300, "it is empty") for number in range(90)])
    left = log.read()
    assert len(left) == 200
    assert left[0].source.startswith("2-0")
    assert left[-1].source.startswith("0-19")
    assert all(len(each.source) <= 500 for each in left)


@pytest.mark.parametrize("content", [b"", b"{", b"[1]", b"\xff"])
def test_a_damaged_record_of_it_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / SKIPPED_NAME).write_bytes(content)
    assert SkippedLog(tmp_path).read() == ()
    SkippedLog(tmp_path).add([SourceError("a", "b\ud800"), SourceError("c", "d")])
    SkippedLog(tmp_path).add([SourceError("e", "f")])
    assert [each.source for each in SkippedLog(tmp_path).read()] == ["e", "a", "c"]


def test_an_index_that_is_not_there_keeps_nothing(tmp_path: Path) -> None:
    SkippedLog(tmp_path / "home").add([SourceError("a", "b")])
    assert not (tmp_path / "home").exists()
