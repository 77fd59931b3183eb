"""The room that removed articles leave is given back, and nothing else changes by it."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING

import pytest

from index import NewsIndex
from index.keeping import check
from index.store import sqlite_connections
from index.store.sqlite_connections import compact, empty_bytes
from tests.fakes import HashedWords, long_article, topics

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def emptier(news: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch) -> NewsIndex:
    """An index of five articles in a file that held many more; it is small, so little is much."""
    many = [long_article(number) for number in range(80)]
    news.add(many)
    news.remove([each.id for each in many])
    monkeypatch.setattr(sqlite_connections, "MIN_EMPTY_BYTES", 100_000)
    return news


def found(index: NewsIndex) -> list[tuple[str, int, float | None]]:
    return [
        (hit.article.id, hit.passage.start, hit.similarity) for hit in index.search("comet", 50)
    ]


def pages(folder: Path) -> int:
    """Pages of the file."""
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        (count,) = connection.execute("PRAGMA page_count").fetchone()
    return int(count)


def test_the_next_change_gives_it_back(emptier: NewsIndex, folder: Path) -> None:
    before, room = found(emptier), pages(folder)
    assert empty_bytes(folder / "index.sqlite3") > 100_000
    listing = emptier.articles()
    first = next(listing)
    emptier.rebuild()
    assert pages(folder) < room / 2
    assert empty_bytes(folder / "index.sqlite3") == 0
    assert len([first, *listing]) == 5, "a reader that had begun goes on"
    assert found(emptier) == found(NewsIndex(folder, HashedWords())) == before
    assert check(folder).findings == ()


def test_little_room_is_left_alone(news: NewsIndex, folder: Path) -> None:
    many = [long_article(number) for number in range(20)]
    news.add(many)
    news.remove([each.id for each in many])
    before = pages(folder)
    news.rebuild()
    assert pages(folder) == before


def test_a_check_tells_and_a_repair_gives_it_back(emptier: NewsIndex, folder: Path) -> None:
    (finding,) = check(folder).findings
    assert not finding.damage
    assert "are empty" in finding.what
    health = check(folder, HashedWords())
    assert "gave the empty pages of the file back" in health.mended
    assert health.left == ()


def test_it_is_no_error_when_that_fails(
    emptier: NewsIndex,
    folder: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sqlite_connections, "WRITER_TIMEOUT_S", 0.01)
    room = pages(folder)
    with (
        closing(sqlite3.connect(folder / "index.sqlite3", isolation_level=None)) as other,
        caplog.at_level(logging.WARNING),
    ):
        other.execute("BEGIN IMMEDIATE")  # somebody else is writing
        assert emptier.rebuild().articles == 5
        other.execute("ROLLBACK")
        emptier.remove([topics()[1].id])  # it need not try that often
    assert caplog.text.count("were not given back") == 1
    assert pages(folder) == room
    later = monotonic() + 3601
    # Not the whole process's clock: a server of another test would wait for that hour.
    monkeypatch.setattr(sqlite_connections, "monotonic", lambda: later)
    assert emptier.remove([topics()[0].id]).articles == 3
    assert pages(folder) < room / 2


def test_readers_and_another_process_s_writer_go_on(emptier: NewsIndex, folder: Path) -> None:
    other = NewsIndex(folder, HashedWords())
    assert len(found(other)) == 5
    compact(folder / "index.sqlite3")
    assert len(found(other)) == 5
    assert other.add([long_article(200)]).articles == 6
    assert emptier.search("crates harbour")[0].article.title == "Harbour report 200"
    assert check(folder).findings == ()
