"""One database in another's place, and copies of both: always whole."""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from index.errors import StorageError
from index.keeping.beside import STAGING
from index.sqlite_errors import DatabaseErrors, tells_damage, translating_errors
from index.store import sqlite_rows as rows
from index.store.sqlite_connections import BUSY_TIMEOUT_S, Connections, open_to_read

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.store.lineage import Stamp

_BESIDE = ("-wal", "-shm", "-journal")


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """A folder within the index's own, in which a database is made ready; it goes at the end."""
    with translating_errors(folder / "index.sqlite3"):
        folder.mkdir(parents=True, exist_ok=True)
        made = Path(mkdtemp(prefix=STAGING, dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def copy_database(path: Path, to: Path) -> None:
    """A copy of one state of a database, by SQLite's online backup; writers go on meanwhile.

    The copy is a file on its own, without a write-ahead log.
    """
    with (
        translating_errors(path),
        closing(open_to_read(path)) as source,
        closing(sqlite3.connect(to, isolation_level=None)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")


def put_in_place(new: Path, path: Path) -> None:
    """Put a database in another's place, in one transaction on the latter.

    Readers in other processes end what they read of the old one and go on with the new one. A kill
    leaves either. Only a file that is too damaged for a transaction is replaced as a file.
    """
    with translating_errors(path):
        try:
            with (
                closing(sqlite3.connect(new)) as source,
                closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as target,
            ):
                source.backup(target)
                return
        except DatabaseErrors as error:
            if not tells_damage(error):
                raise
        with closing(sqlite3.connect(new, isolation_level=None)) as source:
            source.execute("PRAGMA journal_mode = DELETE")
        for suffix in _BESIDE:
            path.with_name(path.name + suffix).unlink(missing_ok=True)
        new.replace(path)
        sync_folder(path.parent)


def read_stamp(path: Path) -> Stamp | None:
    """Which state of which index a file holds; None where that cannot be read."""
    try:
        with closing(Connections(path)) as connections, connections.reading() as connection:
            return rows.read_stamp(connection)
    except StorageError:
        return None  # damaged, missing, or nothing was ever stored


def renew(staged: Path, replaced: Stamp | None) -> None:
    """Have a database be a new one to those who read the one that it is to replace.

    Passage numbers of the old one may come again with other words, and what was worked out from its
    generations must not be committed to this one.
    """
    with (
        translating_errors(staged),
        closing(sqlite3.connect(staged, isolation_level=None)) as connection,
    ):
        connection.execute("BEGIN")
        now = rows.read_stamp(connection).generation
        connection.executemany(
            "UPDATE manifest SET value = ? WHERE name = ?",
            [
                (secrets.token_hex(8), "store"),
                (secrets.token_hex(8), "token"),
                (str(max(replaced.generation if replaced else 0, now) + 1), "generation"),
            ],
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = DELETE")


def set_aside(path: Path) -> Path:
    """Copy a damaged database, bytes for bytes, into a dated folder beside it; the folder."""
    with translating_errors(path):
        aside = path.with_name(f"{path.stem}.damaged-{timestamp()}")
        aside.mkdir()
        for suffix in ("", *_BESIDE):
            part = path.with_name(path.name + suffix)
            if part.exists() and suffix != "-shm":
                shutil.copyfile(part, aside / part.name)
        return aside


def timestamp() -> str:
    """Now, as it stands in names: UTC, to the microsecond, since two may come in one second."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def sync_folder(folder: Path) -> None:
    """Have the disk know of a renaming, where the system can."""
    if os.name != "posix":
        return
    opened = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)
