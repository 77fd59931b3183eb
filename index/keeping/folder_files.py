"""The files of an index's folder: copies of databases, and a new one in the place of an old one.

A new database is made beside the old one, whether it is unpacked from a backup or made of what can
be saved; then it takes the other's place in one transaction. A kill leaves either.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, TypeVar

from index.errors import StorageError
from index.files import left_behind, remove
from index.reports import WATCH_NAME
from index.sqlite_errors import DatabaseErrors, tells_damage, translating_errors
from index.store import sqlite_rows as rows
from index.store.sqlite_connections import BUSY_TIMEOUT_S, Connections, open_to_read

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index.store.lineage import Stamp

Made = TypeVar("Made")

DATABASE = "index.sqlite3"
CONVERSATIONS = "conversations.sqlite3"
STAGING = "dateline-staging-"
"""How folders begin in which a database or a backup is made ready."""

LEFT_AFTER_S = 3_600.0  # since it was written to; a large index takes a while
_BESIDE = ("-wal", "-shm", "-journal")


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """A folder in which something is made ready; it goes at the end, what others left too."""
    folder.mkdir(parents=True, exist_ok=True)
    remove(leftovers(folder))
    made = Path(mkdtemp(prefix=f"{STAGING}{os.getpid()}-", dir=folder))
    try:
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)


def leftovers(folder: Path) -> list[Path]:
    """The staging folders of processes that were killed."""
    ours = f"{STAGING}{os.getpid()}-"  # a clock may jump meanwhile
    found = left_behind(folder, f"{STAGING}*", LEFT_AFTER_S)
    return [each for each in found if not each.name.startswith(ours)]


def copy_database(path: Path, to: Path) -> None:
    """A copy of one state of a database, without a write-ahead log; writers go on meanwhile."""
    with (
        translating_errors(path),
        closing(open_to_read(path)) as source,
        closing(sqlite3.connect(to, isolation_level=None)) as target,
    ):
        source.backup(target)
        target.execute("PRAGMA journal_mode = DELETE")


def copy_as_it_is(folder: Path) -> Path:
    """Copy a damaged database, bytes for bytes, into a dated folder beside it; the folder."""
    path = folder / DATABASE
    with translating_errors(path):
        aside = folder / f"{path.stem}.damaged-{timestamp()}"
        aside.mkdir()
        for suffix in ("", *_BESIDE):
            part = path.with_name(path.name + suffix)
            if part.exists() and suffix != "-shm":
                shutil.copyfile(part, aside / part.name)
        return aside


def replace_database(
    folder: Path, make: Callable[[Path], Made], keep: Callable[[Path], Path | None]
) -> tuple[Made, Path | None]:
    """Make a new database, and put it in the place of the one in a folder, which is kept.

    Readers in other processes end what they read of the old one and go on with the new one. Where
    another process changes the old one meanwhile, it is all done again.

    Args:
        make: makes the database in an empty folder, and what else is to be replaced with it.
        keep: keeps what is in the folder now, and tells where; None where nothing was to be kept.

    Returns:
        What these two came to.
    """
    path = folder / DATABASE
    while True:
        with translating_errors(path), staging(folder) as ready:
            before = read_stamp(path)
            made = make(ready)
            kept = keep(folder)
            if read_stamp(path) == before:
                _renew(ready / DATABASE, before)
                _put_all_in_place(ready, folder)
                return made, kept
            remove([kept] if kept else [])


def read_stamp(path: Path) -> Stamp | None:
    """Which state of which index a file holds; None where that cannot be read."""
    try:
        with closing(Connections(path)) as connections, connections.reading() as connection:
            return rows.read_stamp(connection)
    except StorageError:
        return None  # damaged, missing, or nothing was ever stored


def timestamp() -> str:
    """Now, as it stands in names: UTC, to the microsecond, since two may come in one second."""
    return datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%fZ")


def _renew(database: Path, replaced: Stamp | None) -> None:
    """Have a database be a new one to those who read the one that it is to replace.

    Passage numbers of the old one may come again with other words, and what was worked out from its
    generations must not be committed to this one.
    """
    with closing(sqlite3.connect(database)) as connection, connection:
        now = rows.read_stamp(connection).generation
        generation = max(replaced.generation if replaced else 0, now) + 1
        connection.executemany(
            "UPDATE manifest SET value = ? WHERE name = ?",
            [
                (secrets.token_hex(8), "store"),
                (secrets.token_hex(8), "token"),
                (str(generation), "generation"),
            ],
        )


def _put_all_in_place(ready: Path, folder: Path) -> None:
    """Put all that was made ready in its place: the index last, before it all else is of no use."""
    if (ready / CONVERSATIONS).is_file():
        (ready / CONVERSATIONS).chmod(0o600)  # for nobody else, unless somebody said so
        if not (folder / CONVERSATIONS).exists():
            (folder / CONVERSATIONS).touch(mode=0o600)
        _put_in_place(ready / CONVERSATIONS, folder / CONVERSATIONS)
    watched = (ready / WATCH_NAME).is_file()
    if watched:  # one that remembers articles which are gone would not add them again
        (folder / WATCH_NAME).unlink(missing_ok=True)
    _put_in_place(ready / DATABASE, folder / DATABASE)
    if watched:
        (ready / WATCH_NAME).replace(folder / WATCH_NAME)


def _put_in_place(new: Path, path: Path) -> None:
    """Put a database in another's place, in one transaction on the latter.

    Only a file that is too damaged for a transaction is replaced as a file.
    """
    with closing(sqlite3.connect(new, isolation_level=None)) as source:
        source.execute("PRAGMA journal_mode = DELETE")
        try:
            with closing(sqlite3.connect(path, timeout=BUSY_TIMEOUT_S)) as target:
                source.backup(target)
                return
        except DatabaseErrors as error:
            if not tells_damage(error):
                raise
    for suffix in _BESIDE:
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    new.replace(path)
