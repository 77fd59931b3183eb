"""When the disk is full, the folder read-only or the file damaged: one clear line, nothing lost."""

from __future__ import annotations

import contextlib
import shutil
import sqlite3
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from index import DatelineError, IndexMissingError, NewsIndex
from index.errors import StorageError
from index.store.sqlite_connections import Connections
from tests.fakes import HashedWords, article, long_article, topics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def database(folder: Path) -> Path:
    return folder / "index.sqlite3"


def contents(folder: Path) -> list[tuple[object, ...]]:
    """All rows of all tables, as another program sees them."""
    connection = sqlite3.connect(database(folder))
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    rows = [
        (table, *row)
        for table in ("manifest", "articles", "vectors", "passages", "passage_ranges")
        for row in connection.execute(f"SELECT * FROM {table} ORDER BY 1")
    ]
    connection.close()
    return rows


def one_line(error: BaseException) -> str:
    said = str(error)
    assert "\n" not in said
    assert "Traceback" not in said
    return said


# A full disk


def test_a_full_disk_leaves_the_index_as_it_was(
    news: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(folder)
    connect = Connections._connect
    with contextlib.closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]

    def connect_to_a_small_disk(self: Connections) -> sqlite3.Connection:
        connection = connect(self)
        connection.execute(f"PRAGMA max_page_count = {pages + 2}")
        return connection

    monkeypatch.setattr(Connections, "_connect", connect_to_a_small_disk)
    with pytest.raises(StorageError, match="disk is full") as caught:
        # One article, so one change: of several the first may still find room.
        news.add([article("Crates were moved before dawn at the harbour. " * 2_000)])
    one_line(caught.value)
    assert contents(folder) == before
    assert news.search("comet astronomers")[0].article.title == "News of the observatory"
    monkeypatch.undo()
    assert news.add([long_article(1)]).added == 1


def test_a_file_that_may_not_grow_leaves_the_index_as_it_was(
    news: NewsIndex, folder: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    before = contents(folder)
    program = """
import resource, sys
from index import NewsIndex
from index.errors import StorageError
from tests.fakes import HashedWords, long_article
resource.setrlimit(resource.RLIMIT_FSIZE, (120_000, 120_000))
try:
    NewsIndex(sys.argv[1], HashedWords()).add(long_article(n) for n in range(400))
except StorageError as error:
    print(error)
"""
    run = subprocess.run(
        [python, "-c", program, folder],
        env=child_environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert len(run.stdout.splitlines()) == 1, run.stdout
    after = contents(folder)
    assert set(before) - {row for row in before if row[0] == "manifest"} <= set(after)
    again = NewsIndex(folder, HashedWords())
    assert again.search("comet astronomers")[0].article.title == "News of the observatory"
    assert again.add([long_article(n) for n in range(400)]).articles == 405


# A folder that cannot be written

AS_NOBODY = """
import os, sys
from index import NewsIndex
from index.errors import StorageError
from tests.fakes import HashedWords, article
import datasketch, encodings.cp1252, index.loading  # while they can still be read
index = NewsIndex(sys.argv[1], HashedWords())
if os.geteuid() == 0:  # root may read and write everywhere: become nobody
    os.setegid(65534)
    os.seteuid(65534)
for attempt in (
    lambda: index.add([article("One more.")]),
    lambda: index.search("comet")[0].article.title,
    lambda: index.status().counts.articles,
):
    try:
        print("done", attempt())
    except StorageError as error:
        print("error", error)
"""


@pytest.fixture
def copy(news: NewsIndex, folder: Path) -> Iterator[Path]:
    """A copy of the index, not in pytest's folders: those are for their owner only."""
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        shutil.copytree(folder, Path(parent) / "index")
        yield Path(parent) / "index"
        (Path(parent) / "index").chmod(0o755)


def as_nobody(python: str, environment: Mapping[str, str], folder: Path) -> list[str]:
    run = subprocess.run(
        [python, "-c", AS_NOBODY, folder],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return run.stdout.splitlines()


@pytest.mark.parametrize("live", [False, True])
def test_a_read_only_folder(
    copy: Path, python: str, child_environment: Mapping[str, str], live: bool
) -> None:
    if not live:  # nobody who may write has it open: no write-ahead log lies beside it
        with contextlib.closing(sqlite3.connect(database(copy))) as connection:
            connection.execute("SELECT * FROM articles").fetchone()
        assert not database(copy).with_name("index.sqlite3-shm").exists()
    for path in [*copy.rglob("*"), copy]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    added, *rest = as_nobody(python, child_environment, copy)
    assert added.startswith("error")
    assert str(copy) in added
    assert "cannot be written" in added
    assert rest == ["done News of the observatory", "done 5"]


def test_a_folder_that_may_not_be_entered(
    copy: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    copy.chmod(0)
    said = as_nobody(python, child_environment, copy)
    assert len(said) == 3
    for line in said:
        assert line.startswith("error")
        assert str(copy) in line


def test_a_file_where_the_folder_should_be(tmp_path: Path, embeddings: HashedWords) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError) as caught:
        NewsIndex(tmp_path / "file", embeddings).add(topics())
    assert str(tmp_path / "file") in one_line(caught.value)


# A damaged or foreign file


@pytest.mark.parametrize("position", [0, 100, 4096])
def test_a_damaged_file_gives_one_line(
    news: NewsIndex, folder: Path, embeddings: HashedWords, position: int
) -> None:
    news.add([long_article(number) for number in range(20)])
    connection = sqlite3.connect(database(folder))
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    del news
    data = bytearray(database(folder).read_bytes())
    data[position : position + 4096 * 12] = b"\xee" * 4096 * 12
    for part in folder.glob("index.sqlite3*"):
        part.unlink()
    database(folder).write_bytes(data)
    index = NewsIndex(folder, embeddings)
    for attempt in (
        lambda: index.search("comet"),
        lambda: index.add([article("One more.")]),
        lambda: index.rebuild(),
        lambda: list(index.articles()),
        lambda: index.status(),
    ):
        with contextlib.suppress(StorageError):
            attempt()
            continue
        with pytest.raises(StorageError, match=r"is damaged.*backup") as caught:
            attempt()
        one_line(caught.value)
        return
    pytest.fail("the damage was not seen")


def test_a_file_that_is_no_database(folder: Path, embeddings: HashedWords) -> None:
    folder.mkdir()
    database(folder).write_text("Dear diary, today nothing happened. " * 40)
    index = NewsIndex(folder, embeddings)
    with pytest.raises(StorageError, match="is damaged"):
        index.search("x")
    with pytest.raises(StorageError, match="is damaged"):
        index.add(topics())
    assert database(folder).read_text().startswith("Dear diary")


@pytest.mark.parametrize(
    ("step", "advice"), [(1, "newer Dateline: upgrade"), (-3, "older Dateline: delete it")]
)
def test_an_index_of_another_dateline_is_left_alone(
    news: NewsIndex, folder: Path, embeddings: HashedWords, step: int, advice: str
) -> None:
    connection = sqlite3.connect(database(folder))
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    connection.execute(f"PRAGMA user_version = {version + step}")
    connection.close()
    index = NewsIndex(folder, embeddings)
    before = contents(folder)
    for attempt in (
        lambda: index.search("x"),
        lambda: index.add([article()]),
        lambda: index.rebuild([article()]),
    ):
        with pytest.raises(StorageError, match=advice) as caught:
            attempt()
        one_line(caught.value)
    assert contents(folder) == before


# Killed before the first commit


@pytest.mark.parametrize("file", ["empty", "without tables", "with vectors only"])
def test_what_a_killed_first_change_leaves_is_no_index_yet(
    folder: Path, embeddings: HashedWords, file: str
) -> None:
    folder.mkdir()
    index = NewsIndex(folder, embeddings)
    if file == "empty":
        database(folder).touch()
    elif file == "without tables":
        connection = sqlite3.connect(database(folder))
        connection.execute("PRAGMA journal_mode = WAL")
        connection.close()
    else:
        index._store.add_vectors({b"key": np.ones(64, np.float32)})
    assert index.counts().articles == 0
    assert list(index.articles()) == []
    assert index.article("x") is None
    if file == "with vectors only":
        assert index.search("x") == []
    else:
        with pytest.raises(IndexMissingError):
            index.search("x")
    assert index.add(topics()).added == 5
    assert index.search("comet")[0].article.title == "News of the observatory"


# Deleted and made again under a running process


def test_a_folder_deleted_under_a_running_process(
    news: NewsIndex, folder: Path, embeddings: HashedWords
) -> None:
    assert news.search("comet")
    shutil.rmtree(folder)
    with pytest.raises(IndexMissingError):
        news.search("comet")
    assert news.counts().articles == 0
    assert news.add(topics()[:2]).articles == 2


def test_a_folder_made_again_under_a_running_process(
    news: NewsIndex, folder: Path, embeddings: HashedWords
) -> None:
    assert news.search("comet")
    shutil.rmtree(folder)
    NewsIndex(folder, embeddings).add([article("A ferry sank.", title="Ferry")])
    assert [each.title for each in news.articles()] == ["Ferry"]
    assert {hit.article.title for hit in news.search("comet ferry", 50)} == {"Ferry"}
    assert news.add([article("It rained.", title="Rain")]).articles == 2


def test_a_listing_of_the_old_folder_does_not_come_back_later(
    news: NewsIndex, folder: Path, embeddings: HashedWords
) -> None:
    listing = news.articles()
    next(listing)  # a connection to the old file is in use
    shutil.rmtree(folder)
    NewsIndex(folder, embeddings).add([article("A ferry sank.", title="Ferry")])
    assert news.counts().articles == 1
    list(listing)  # and is put back now
    for _ in range(3):
        assert [each.title for each in news.articles()] == ["Ferry"]


def test_every_error_is_of_one_tree() -> None:
    assert issubclass(StorageError, DatelineError)
