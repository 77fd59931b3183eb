"""What stands beside the database: the caches, leftovers, conversations."""

from __future__ import annotations

import shutil
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

from index.files import SUFFIX, first_line
from index.keeping.health import Fault
from index.sqlite_errors import DatabaseErrors
from index.store import sqlite_rows as rows
from index.store.sqlite_connections import Connections, open_to_read
from index.store.sqlite_vectors import VectorRows, read_dimension
from index.store.vector_files import check_file, read_file, state_in
from index.store.word_files import damaged_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.store.vector_files import VectorFile

DATABASE = "index.sqlite3"
CONVERSATIONS = "conversations.sqlite3"
STAGING = "staging-"
"""How folders begin in which a restored or mended database is made ready."""

LEFT_AFTER_S = 3_600.0  # since it was written to; a large index takes a while


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
    """Whether a file is of the store's passages and no others, apart from those since."""
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
