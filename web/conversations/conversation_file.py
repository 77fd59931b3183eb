"""The file that conversations are kept in: opened, checked, set aside when it is damaged."""

from __future__ import annotations

import sqlite3
from contextlib import closing, contextmanager
from datetime import datetime
from importlib.resources import files
from threading import Lock
from typing import TYPE_CHECKING

from assistant import DatelineError
from index.sqlite_errors import (
    DatabaseErrors,
    sqlite_code,
    tells_damage,
    tells_full_disk,
    tells_lock,
    tells_read_only,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SCHEMA_VERSION = 1
_BUSY_SECONDS = 5.0


class KeepingError(DatelineError):
    """Conversations cannot be read or kept; answering goes on without them."""


class _DamagedError(Exception):
    pass


class Database:
    """One SQLite file. A process killed at any instant leaves it before or after a transaction.

    Args:
        path: the file; it is made when something is first written.

    Attributes:
        notice: what became of a damaged file, in one line; empty while there was none.

    Raises (from `reading` and `writing`):
        KeepingError: the folder cannot be written, the disk is full, or a newer Dateline wrote it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._checked = False
        self._checking = Lock()
        self.notice = ""

    @contextmanager
    def reading(self) -> Iterator[sqlite3.Connection | None]:
        """A view of what is kept; None while nothing is."""
        with self._translating():
            self._check()
            if not self._path.exists():
                yield None
                return
            with closing(self._connect()) as connection:
                connection.execute("BEGIN")
                yield connection if _version(connection) else None
                connection.rollback()

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction; nothing of it stays when it fails."""
        with self._translating():
            self._check()
            self._path.parent.mkdir(parents=True, exist_ok=True)
            if not self._path.exists():  # SQLite would let every user of this machine read it
                self._path.touch(mode=0o600)
            with closing(self._connect()) as connection:
                connection.execute("BEGIN IMMEDIATE")
                if not _version(connection):
                    _create(connection)
                yield connection
                connection.commit()

    def shrink(self) -> None:
        """Give back the room of what was deleted, and leave none of it in the log."""
        with self._translating(), closing(self._connect()) as connection:
            connection.execute("PRAGMA incremental_vacuum").fetchall()
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _connect(self) -> sqlite3.Connection:
        connection = self._open("")
        try:
            if not _version(connection):  # before there is a first page
                connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            connection.close()
            if not _tells_unwritable(error) or not self._path.exists():
                raise
            # Nobody can be writing in a folder that cannot be written: no locks are needed.
            connection = self._open("mode=ro&immutable=1")
        except BaseException:
            connection.close()
            raise
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        version = _version(connection)
        if version > SCHEMA_VERSION:
            connection.close()
            raise KeepingError(
                f"The conversations in {self._path.parent} were kept by a newer Dateline, and no "
                "others are kept: upgrade Dateline, or set DATELINE_HOME to another folder."
            )
        return connection

    def _open(self, options: str) -> sqlite3.Connection:
        return sqlite3.connect(
            f"{self._path.absolute().as_uri()}?{options}",
            uri=True,
            isolation_level=None,
            check_same_thread=False,
            timeout=_BUSY_SECONDS,
        )

    def _check(self) -> None:
        """Once in each process, and again after damage was met: look through the file."""
        with self._checking:
            if self._checked or not self._path.exists():
                return
            try:
                with closing(self._connect()) as connection:
                    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
                    if found != "ok":
                        raise _DamagedError
            except (*DatabaseErrors, _DamagedError) as error:
                if not isinstance(error, _DamagedError) and not tells_damage(error):
                    raise
                self._set_aside()
            self._checked = True

    def _set_aside(self) -> None:
        stamp = f"{datetime.now():%Y%m%d-%H%M%S-%f}"
        aside = self._path.with_name(f"{self._path.stem}-damaged-{stamp}{self._path.suffix}")
        self._path.rename(aside)
        for end in ("-wal", "-shm"):
            log = self._path.with_name(f"{self._path.name}{end}")
            if log.exists():
                log.rename(aside.with_name(f"{aside.name}{end}"))
        self.notice = (
            f"The conversations kept before could not be read: their file is now {aside}, and new "
            "ones go into a new file."
        )

    @contextmanager
    def _translating(self) -> Iterator[None]:
        try:
            yield
        except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
            if tells_damage(error):
                self._checked = False  # the next one looks, and sets it aside
            raise KeepingError(self._explain(error)) from error

    def _explain(self, error: Exception) -> str:
        folder = self._path.parent
        if tells_full_disk(error, folder):
            return f"Conversations are not kept, since the disk is full: free some for {folder}."
        if _tells_unwritable(error):
            return (
                f"Conversations are not kept, since {folder} cannot be written: change its "
                "permissions, or set DATELINE_HOME."
            )
        if tells_lock(error):
            return f"Conversations could not be kept: {self._path} is busy; try again later."
        return f"Conversations are not kept ({error}): check {self._path}."


def _tells_unwritable(error: Exception) -> bool:
    """Whether the folder cannot be written: nor can SQLite then make the files that it reads by."""
    return tells_read_only(error) or sqlite_code(error) == sqlite3.SQLITE_CANTOPEN


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection) -> None:
    statements = files("web.conversations").joinpath("schema.sql").read_text("utf-8")
    for statement in statements.split(";\n"):
        if statement.strip():
            connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
