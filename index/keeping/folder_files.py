"""The files of an index's folder: databases put in one another's place, and what stands beside.

Copies and replacements are always whole. Beside the database are caches, leftovers, conversations.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import time
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from index.errors import StorageError
from index.files import SUFFIX, first_line
from index.keeping.health import Fault
from index.sqlite_errors import DatabaseErrors, tells_damage, translating_errors
from index.store import sqlite_rows as rows
from index.store.sqlite_connections import BUSY_TIMEOUT_S, Connections, open_to_read
from index.store.sqlite_vectors import VectorRows, read_dimension
from index.store.vector_files import check_file, read_file, state_in
from index.store.word_files import damaged_files

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.store.lineage import Stamp
    from index.store.vector_files import VectorFile

DATABASE = "index.sqlite3"
CONVERSATIONS = "conversations.sqlite3"
STAGING = "staging-"
"""How folders begin in which a restored or mended database is made ready."""

LEFT_AFTER_S = 3_600.0  # since it was written to; a large index takes a while
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


def check_cache(folder: Path) -> list[Fault]:
    """Compare the files of vectors and words with the store: a damaged one is not used."""
    found = [
        Fault("cache", f"{path.name} of the words is damaged: it is made again", damage=False)
        for path in sorted((folder / "words").glob("*"))
        if path.suffix != SUFFIX and (not path.is_dir() or any(damaged_files(path)))
    ]
    with (
        closing(Connections(folder / DATABASE)) as connections,
        connections.reading() as connection,
    ):
        if not rows.has_tables(connection):
            return []
        stored = VectorRows(connection, rows.read_stamp(connection))
        dimension, lineage = read_dimension(connection), stored.lineage()
        for path in sorted((folder / "vectors").glob("*.faiss")):
            try:
                whole, behind = check_file(path), lineage.behind(state_in(path))
                if not whole or behind is None:
                    stale = "is of another state" if whole else "is damaged"
                    what = f"{path.name} {stale} and is not used: it is made again"
                    found.append(Fault("cache", what, damage=False))
                elif not _fits(read_file(path, behind), stored, dimension):
                    found.append(Fault("cache", f"{path.name} is not what the store holds"))
            except (OSError, RuntimeError) as error:  # FAISS knows only the latter
                what = f"{path.name} cannot be read ({first_line(error)}): it is made again"
                found.append(Fault("cache", what, damage=False))
    return found


def _fits(file: VectorFile, stored: VectorRows, dimension: int | None) -> bool:
    """Whether a file has the numbers of the store's passages and no others, but for those since.

    That its vectors are those that were written, its checksums have told.
    """
    changes = sum(map(len, stored.changed(file.ids)))
    return dimension in {None, file.index.d} and changes <= file.behind  # None without passages


def drop_cache(folder: Path) -> None:
    """Remove all files of vectors and words; no failure matters."""
    for path in [*(folder / "vectors").glob("*.faiss"), *(folder / "words").glob("*")]:
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def leftovers(folder: Path) -> Iterator[Path]:
    """Temporary files and folders that nobody writes to any more."""
    latest = time.time() - LEFT_AFTER_S
    for place, pattern in (
        (folder, f"*{SUFFIX}"),
        (folder / "vectors", f"*{SUFFIX}"),
        (folder / "words", f"*{SUFFIX}"),
        (folder, f"{STAGING}*"),
    ):
        for path in place.glob(pattern):
            with suppress(OSError):
                if path.stat().st_mtime < latest:
                    yield path


def check_leftovers(folder: Path) -> list[Fault]:
    """What killed processes have left behind."""
    names = [path.name for path in leftovers(folder)]
    what = f"{len(names)} temporary files were left behind by a process that was killed"
    return [Fault("leftovers", what, damage=False, names=tuple(names))] if names else []


def drop_leftovers(folder: Path) -> None:
    """Remove them; no failure matters."""
    for path in leftovers(folder):
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def check_conversations(folder: Path) -> list[Fault]:
    """Whether the file of conversations can be read; what is in it is not looked at."""
    path = folder / CONVERSATIONS
    if not path.exists():
        return []
    said = check_integrity(path)
    return [Fault("conversations", f"{path.name} is damaged: {said}")] if said else []


def check_integrity(path: Path) -> str:
    """What SQLite finds wrong with a file; empty when it is whole."""
    try:
        with closing(open_to_read(path)) as database:
            (said,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    except DatabaseErrors as error:
        return str(error)
    return "" if said == "ok" else " ".join(str(said).split())
