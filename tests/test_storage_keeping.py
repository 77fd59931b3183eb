"""An older schema, a foreign cache, a clock that jumps, a file put in another's place."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import closing
from datetime import date
from typing import TYPE_CHECKING

import faiss
import numpy as np
import pytest

from index import NewsIndex
from index.errors import StorageError
from index.keeping import check
from index.records import Filters, Listing
from index.store import sqlite_connections, sqlite_rows
from index.store.lineage import Stamp
from index.store.sqlite_connections import Connections
from index.store.vector_files import VectorFiles
from tests.fakes import HashedWords, article, long_article, topics

if TYPE_CHECKING:
    from pathlib import Path


def make_old(folder: Path) -> None:
    """As if the column `newer` had come with the present schema."""
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        connection.execute("DROP INDEX articles_replaced")
        connection.execute("DROP INDEX articles_searched")
        connection.execute("ALTER TABLE articles DROP COLUMN newer")
        connection.execute(f"PRAGMA user_version = {sqlite_rows.SCHEMA_VERSION - 1}")
        connection.commit()


def add_newer(connection: sqlite3.Connection) -> None:
    connection.execute("ALTER TABLE articles ADD COLUMN newer TEXT")
    connection.execute("CREATE INDEX articles_replaced ON articles (newer) WHERE newer IS NOT NULL")
    connection.execute(
        "CREATE INDEX articles_searched "
        "ON articles (published_last, published_first, publisher, newer)"
    )


def test_an_older_schema_is_brought_up(
    news: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_old(folder)

    def fail(connection: sqlite3.Connection) -> None:
        add_newer(connection)
        error = sqlite3.OperationalError("as if the disk were full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    old = sqlite_rows.SCHEMA_VERSION - 1
    monkeypatch.setitem(sqlite_connections.MIGRATIONS, old, fail)
    with pytest.raises(StorageError, match="disk is full"):
        NewsIndex(folder, HashedWords()).search("comet")
    monkeypatch.setitem(
        sqlite_connections.MIGRATIONS, old, add_newer
    )  # which a half-made step would spoil
    index = NewsIndex(folder, HashedWords())
    assert index.search("comet")[0].article.title == "News of the observatory"
    assert check(folder).findings == ()
    assert index.add([article("One more.")]).articles == 6


def test_an_index_of_the_last_version_opens(news: NewsIndex, folder: Path) -> None:
    news.add([long_article(1)])
    filters = (Filters(), Filters(since=date(1990, 1, 1)))
    expected = [[hit.passage for hit in news.search("comet harbour", 50, each)] for each in filters]
    shutil.rmtree(folder / "words", ignore_errors=True)
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        connection.execute("DROP TRIGGER article_unlisted")
        for name in ("passage_ranges", "removed_passages", "listed"):
            connection.execute(f"DROP TABLE {name}")
        connection.execute("DROP INDEX articles_searched")
        connection.execute("CREATE VIRTUAL TABLE passages_fts USING fts5 (title, body, content='')")
        connection.execute("PRAGMA user_version = 3")
        connection.commit()
    index = NewsIndex(folder, HashedWords())
    assert [
        [hit.passage for hit in index.search("comet harbour", 50, each)] for each in filters
    ] == expected
    assert all(any(hit.bm25 for hit in index.search(each)) for each in ("comet", "harbour"))
    assert index.listing(Listing()).total == 6
    assert index.remove([long_article(1).id]).articles == 5
    assert check(folder).findings == ()


def test_a_foreign_cache_of_the_right_name_is_not_used(news: NewsIndex, folder: Path) -> None:
    expected = [(hit.passage, hit.similarity) for hit in news.search("comet", 50)]
    (ours,) = (folder / "vectors").iterdir()
    prefix = ours.name.rpartition("-")[0]
    ours.unlink()
    for dimension, ids in ((64, [7, 8, 9]), (16, [1, 2, 3, 4, 5]), (64, [1])):
        foreign = faiss.IndexIDMap2(faiss.IndexFlatIP(dimension))
        some = np.ones((len(ids), dimension), np.float32)
        foreign.add_with_ids(some, np.array(ids, np.int64))
        files = VectorFiles(folder / "vectors")
        files.write(Stamp("", 0, ""), foreign)
        (file,) = (folder / "vectors").iterdir()
        digest = file.stem.rpartition("-")[2]
        named = file.replace(file.with_name(f"{prefix}-{digest}.faiss"))
        again = NewsIndex(folder, HashedWords())
        assert [(hit.passage, hit.similarity) for hit in again.search("comet", 50)] == expected
        named.unlink()


@pytest.mark.parametrize("jump", [-10 * 365 * 86_400, 10 * 365 * 86_400])
def test_a_clock_that_jumps(
    news: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch, jump: int
) -> None:
    now = time.time
    (folder / "vectors" / "1.2.tmp").write_bytes(b"of a process at work")
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    assert news.add([article("A ferry sank.", title="Ferry")]).added == 1
    (cache,) = (folder / "vectors").glob("*.faiss")
    os.utime(cache, (now() - jump, now() - jump))
    assert NewsIndex(folder, HashedWords()).search("ferry")[0].article.title == "Ferry"
    assert news.remove([topics()[0].id]).articles == 5
    assert check(folder).whole


def test_what_waits_to_write_writes_into_the_file_that_is_there(
    news: NewsIndex, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A repair that replaces the file must not swallow what others add at that moment."""
    file = folder / "index.sqlite3"
    other = NewsIndex(tmp_path / "other", HashedWords())
    other.add(topics()[:2])
    with closing(sqlite3.connect(tmp_path / "other" / "index.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copyfile(tmp_path / "other" / "index.sqlite3", tmp_path / "new")
    connect = Connections._connect
    replaced: list[Path] = []

    def connect_as_it_is_replaced(self: Connections) -> sqlite3.Connection:
        connection = connect(self)
        if not replaced:
            replaced.append(file)
            (tmp_path / "new").replace(file)
            for suffix in ("-wal", "-shm"):
                file.with_name(file.name + suffix).unlink(missing_ok=True)
        return connection

    writer = NewsIndex(folder, HashedWords())
    assert writer.counts().articles == 5  # what it reads by is connected already
    monkeypatch.setattr(Connections, "_connect", connect_as_it_is_replaced)
    assert writer.add([article("A ferry sank.", title="Ferry")]).added == 1
    assert replaced
    assert {each.title for each in NewsIndex(folder, HashedWords()).articles()} == {
        "Ferry",
        *(each.title for each in topics()[:2]),
    }
