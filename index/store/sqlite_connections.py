"""Connections to the embedded store's file, and transactions on them.

Write-ahead logging lets readers go on with the state they began with while one writer changes it. A
process killed at any instant leaves the state before its transaction or the one after it.

An index that an older Dateline wrote is brought to the present schema when it is first opened, all
steps in one transaction: a process killed meanwhile leaves the older index.

SQLite fills the pages of removed rows again, but never gives them back by itself: `compact` does.
"""

from __future__ import annotations

import logging
import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, contextmanager
from time import monotonic
from typing import TYPE_CHECKING

from index.errors import StorageError
from index.sqlite_errors import advise_repair, tells_lock, tells_read_only, translating_errors
from index.store import sqlite_rows as rows
from index.store.sqlite_listing import add_functions, list_articles

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


BUSY_TIMEOUT_S = 30.0  # one writer's wait for another


_NEW_IN_4 = ("TABLE passage_ranges", "TABLE removed_passages", "INDEX articles_searched")


def _words_to_tantivy(connection: sqlite3.Connection) -> None:
    """Words are kept by tantivy, beside the database; filters read ranges of passages."""
    for statement in rows.statements("schema.sql"):
        if any(name in statement for name in _NEW_IN_4):
            connection.execute(statement)
    connection.execute(
        "INSERT INTO passage_ranges SELECT number, min(p.id), max(p.id) "
        "FROM passages p JOIN articles a ON a.id = article_id GROUP BY article_id"
    )
    connection.execute("DROP TABLE IF EXISTS passages_fts")


def _list_all(connection: sqlite3.Connection) -> None:
    """The list of articles was made when it was first asked for."""
    rows.run_statements(connection, "listing.sql")
    list_articles(connection)


MIGRATIONS: dict[int, Callable[[sqlite3.Connection], None]] = {3: _words_to_tantivy, 4: _list_all}
"""By the schema version that each starts from: what leads to the next; statements only, one at a
time."""

_of_the_parent: list[sqlite3.Connection] = []
"""Connections that a fork copied: SQLite forbids to use them, and even to close them, here."""


class Connections:
    """Connections to one SQLite file, made when they are needed and used again.

    Raises (from every method):
        StorageError: the file cannot be read or written; what was stored stays as it was.
    """

    def __init__(self, path: Path, busy_timeout_s: float = BUSY_TIMEOUT_S) -> None:
        self._path = path
        self._busy_timeout_s = busy_timeout_s
        self._idle: list[sqlite3.Connection] = []
        self._opened: tuple[int, int, int] | None = None

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """One unchanging view of the store."""
        with translating_errors(self._path):
            connection, idle = self._take_connection()
            try:
                connection.execute("BEGIN")
                yield connection
            except (LookupError, TypeError, ValueError) as error:  # rows that cannot be right
                raise StorageError(advise_repair(self._path)) from error
            finally:
                connection.rollback()
                idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; rolled back on any error."""
        with translating_errors(self._path):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            connection = self._begin_writing()
            try:
                if connection.execute("PRAGMA user_version").fetchone()[0] == 0:
                    rows.create_schema(connection)
                yield connection
                connection.commit()
            except (LookupError, TypeError, ValueError) as error:  # rows that cannot be right
                raise StorageError(advise_repair(self._path)) from error
            finally:
                connection.close()  # rolls back what is not committed

    def close(self) -> None:
        """Let go of the file; whatever is read at the moment is read to its end."""
        while self._idle:
            self._idle.pop().close()

    def _begin_writing(self) -> sqlite3.Connection:
        """A connection in a transaction, to the file that has the name now.

        While it waited for another writer, a repair may have put a new file in the old one's place:
        what went into the old one would be lost.
        """
        while True:
            self._path.touch()
            before = self._path.stat()
            connection = self._connect()
            try:
                connection.execute("BEGIN IMMEDIATE")
                now = self._path.stat()
            except BaseException:
                connection.close()
                raise
            if (before.st_dev, before.st_ino) == (now.st_dev, now.st_ino):
                return connection
            connection.close()

    def _take_connection(self) -> tuple[sqlite3.Connection, list[sqlite3.Connection]]:
        """A connection, and where to put it back: not among those of a file made since."""
        file = self._path.stat()
        opened = os.getpid(), file.st_dev, file.st_ino
        if self._opened != opened:  # a process was forked, or the folder was made again
            if self._opened and self._opened[0] != os.getpid():
                _of_the_parent.extend(self._idle)
            self._opened, self._idle = opened, []
        idle = self._idle
        try:
            return idle.pop(), idle
        except IndexError:
            return self._connect(), idle

    def _connect(self) -> sqlite3.Connection:
        connection = self._open("")
        try:
            _use_write_ahead_log(connection)
        except sqlite3.OperationalError as error:
            connection.close()
            log = self._path.with_name(f"{self._path.name}-wal")
            if not tells_read_only(error) or log.exists():
                raise
            # Nobody can be writing in a folder that cannot be written: no locks are needed.
            connection = self._open("mode=ro&immutable=1")
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            add_functions(connection)
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version < 0:
                raise StorageError(
                    f"{self._path} is no index of Dateline: set DATELINE_HOME to another folder."
                )
            if version > rows.SCHEMA_VERSION:
                raise StorageError(
                    f"The index in {self._path.parent} was written by a newer Dateline: upgrade "
                    "Dateline, or set DATELINE_HOME to another folder."
                )
            if 0 < version < rows.SCHEMA_VERSION and not _migrate(connection, version):
                raise StorageError(
                    f"The index in {self._path.parent} was written by an older Dateline: delete "
                    "it and add the articles again, or set DATELINE_HOME to another folder."
                )
        except BaseException:
            connection.close()
            raise
        return connection

    def _open(self, options: str) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self._path.absolute().as_uri()}?{options}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=self._busy_timeout_s,
        )


def open_to_read(path: Path) -> sqlite3.Connection:
    """A connection that only reads, be it in a folder that cannot be written (sqlite3.Error)."""
    uri = path.absolute().as_uri()
    connection = sqlite3.connect(f"{uri}?mode=ro", uri=True)
    try:
        connection.execute("PRAGMA schema_version").fetchone()  # which makes files beside it
    except sqlite3.OperationalError as error:
        connection.close()
        if not tells_read_only(error) or path.with_name(f"{path.name}-wal").exists():
            raise
        connection = sqlite3.connect(f"{uri}?mode=ro&immutable=1", uri=True)
    except BaseException:
        connection.close()
        raise
    return connection


def _use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Wait here for others that make the file at the same moment: SQLite itself does not."""
    last = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if not tells_lock(error) or time.monotonic() > last:
                raise
            time.sleep(0.01)
        else:
            return


def _migrate(connection: sqlite3.Connection, version: int) -> bool:
    """Bring an older index to the present schema, or leave it; whether there is a way."""
    if any(each not in MIGRATIONS for each in range(version, rows.SCHEMA_VERSION)):
        return False
    connection.execute("BEGIN IMMEDIATE")
    try:
        now = connection.execute("PRAGMA user_version").fetchone()[0]  # another may have done it
        for each in range(now, rows.SCHEMA_VERSION):
            MIGRATIONS[each](connection)
        connection.execute(f"PRAGMA user_version = {rows.SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return True


log = logging.getLogger(__name__)

MIN_EMPTY_SHARE, MIN_EMPTY_BYTES = 0.5, 10_000_000  # of the file: what is worth giving back
WRITER_TIMEOUT_S = 30.0  # for another writer
RETRY_AFTER_S = 3_600.0  # after a failure


def empty_bytes(path: Path) -> int:
    """How much of the file is empty; 0 where that is too little to matter."""
    with translating_errors(path), closing(open_to_read(path)) as connection:
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    return free * size if free >= pages * MIN_EMPTY_SHARE and free * size >= MIN_EMPTY_BYTES else 0


def compact(path: Path) -> None:
    """Give the empty pages back; readers go on."""
    with (
        translating_errors(path),
        closing(
            sqlite3.connect(path, isolation_level=None, timeout=WRITER_TIMEOUT_S)
        ) as connection,
    ):
        connection.execute("VACUUM")


class Room:
    """Gives the empty pages of one file back where there are many.

    A failure is logged, not raised: nothing depends on it. It is left alone for an hour then, as
    each attempt reads all of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._again_at = 0.0

    def give_back(self) -> None:
        """`compact`, if it is worth it."""
        if monotonic() < self._again_at:
            return
        try:
            if empty_bytes(self._path):
                compact(self._path)
        except StorageError as error:
            self._again_at = monotonic() + RETRY_AFTER_S
            log.warning("the empty pages of %s were not given back: %s", self._path, error)
