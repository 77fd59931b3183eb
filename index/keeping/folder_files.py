"""The files of an index's folder: databases put in one another's place, and what stands beside.

Copies and replacements are always whole. Beside the database are caches, leftovers, conversations.
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
from typing import TYPE_CHECKING

from index.errors import StorageError
from index.files import SUFFIX, first_line, left_behind, remove
from index.reports import Fault
from index.sqlite_errors import DatabaseErrors, tells_damage, translating_errors
from index.store import sqlite_rows as rows
from index.store.sqlite_connections import BUSY_TIMEOUT_S, Connections, open_to_read
from index.store.sqlite_vectors import VectorRows, read_dimension
from index.store.vector_files import check_file, read_file, state_in
from index.store.word_files import damaged_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.store.lineage import Stamp

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


def cache_files(folder: Path) -> list[Path]:
    """The files of vectors, and the folders of words that are not just being made."""
    words = (path for path in (folder / "words").glob("*") if path.suffix != SUFFIX)
    return sorted([*(folder / "vectors").glob("*.faiss"), *words])


def copy_database(path: Path, to: Path) -> None:
    """A copy of one state of a database, without a write-ahead log; writers go on meanwhile."""
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


def check_cache(folder: Path) -> tuple[Fault, ...]:
    """Compare the files of vectors and words with the store: a damaged one is not used."""
    found = []
    with (
        closing(Connections(folder / DATABASE)) as connections,
        connections.reading() as connection,
    ):
        if not rows.has_tables(connection):
            return ()
        stored = VectorRows(connection, rows.read_stamp(connection))
        dimension = read_dimension(connection)  # None without passages
        for path in cache_files(folder):
            try:
                wrong = _tell_wrong(path, stored, dimension)
            except (OSError, RuntimeError) as error:  # FAISS knows only the latter
                wrong = f"cannot be read ({first_line(error)})"
            if wrong:
                what = f"{path.name} {wrong} and is not used: it is made again"
                found.append(Fault("cache", what, damage=False))
    return tuple(found)


def _tell_wrong(path: Path, stored: VectorRows, dimension: int | None) -> str:
    """Why a file of vectors, or a folder of words, is not used; empty where it is."""
    if path.suffix != ".faiss":
        return "is damaged" if not path.is_dir() or any(damaged_files(path)) else ""
    if not check_file(path):
        return "is damaged"
    behind = stored.lineage().behind(state_in(path))
    if behind is None:
        return "is of another state"
    # Its vectors are those that were written: that much the checksums have told.
    file = read_file(path, behind)
    changes = sum(map(len, stored.changed(file.ids)))
    fits = dimension in {None, file.index.d} and changes <= behind
    return "" if fits else "is not what the store holds"


def check_conversations(folder: Path) -> tuple[Fault, ...]:
    """Whether the file of conversations can be read; what is in it is not looked at."""
    path = folder / CONVERSATIONS
    if not path.exists():
        return ()
    try:
        with closing(open_to_read(path)) as database:
            said = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except DatabaseErrors as error:
        said = str(error)
    what = f"{path.name} is damaged: {' '.join(said.split())}"
    return () if said == "ok" else (Fault("conversations", what),)
