"""What stands beside the database: the caches, leftovers, conversations."""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Any

import numpy as np

from index.files import SUFFIX, first_line
from index.keeping.health import Finding
from index.store import sqlite_rows as rows
from index.store import sqlite_vectors as vector_rows
from index.store import vector_clusters as clustered
from index.store.sqlite_connections import Connections, open_to_read
from index.store.sqlite_errors import DatabaseErrors
from index.store.vector_files import check_file, read_file, state_in
from index.store.word_files import damaged_files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from index.store.sqlite_errors import DatabaseErrors
from index.store.vector_files import VectorFile

DATABASE = "index.sqlite3"
CONVERSATIONS = "conversations.sqlite3"
STAGING = "staging-"
"""How folders begin in which a restored or mended database is made ready."""

LEFT_AFTER_S = 3_600.0  # since it was written to; a large index takes a while
VECTORS_TOGETHER = 10_000  # compared: 15 MB of them


def check_cache(folder: Path) -> list[Finding]:
    """Compare the files of vectors and words with the store: a damaged one is not used."""
    found = [
        Finding("cache", f"{path.name} of the words is damaged: it is made again", damage=False)
        for path in sorted((folder / "words").glob("*"))
        if path.suffix != SUFFIX and (not path.is_dir() or any(damaged_files(path)))
    ]
    with (
        closing(Connections(folder / DATABASE)) as connections,
        connections.reading() as connection,
    ):
        if not connection.execute("PRAGMA user_version").fetchone()[0]:
            return []
        lineage = rows.read_lineage(connection, rows.read_stamp(connection))
        for path in sorted((folder / "vectors").glob("*.faiss")):
            try:
                whole, behind = check_file(path), lineage.behind(state_in(path))
                if not whole or behind is None:
                    stale = "is of another state" if whole else "is damaged"
                    what = f"{path.name} {stale} and is not used: it is made again"
                    found.append(Finding("cache", what, damage=False))
                elif not _holds(read_file(path, behind), connection):
                    found.append(Finding("cache", f"{path.name} is not what the store holds"))
            except (OSError, RuntimeError) as error:  # FAISS knows only the latter
                what = f"{path.name} cannot be read ({first_line(error)}): it is made again"
                found.append(Finding("cache", what, damage=False))
    return found


def _holds(file: VectorFile, connection: sqlite3.Connection) -> bool:
    """Whether a file holds the store's vectors and nothing else, apart from those since."""
    import faiss

    index = file.index
    dimension = vector_rows.read_dimension(connection)  # None where no passage is left
    if dimension not in {None, index.d}:
        return False
    gone, new = vector_rows.changed_ids(connection, file.ids)
    if len(gone) + len(new) > file.behind:
        return False
    if file.of is not None:
        return all(
            _holds_cluster(index, cluster, gone, connection) for cluster in range(index.nlist)
        )
    common = np.setdiff1d(file.ids, gone, assume_unique=True)
    _, order, _ = np.intersect1d(
        faiss.vector_to_array(index.id_map), common, return_indices=True, assume_unique=True
    )
    flat = faiss.downcast_index(index.index)
    for start in range(0, len(common), VECTORS_TOGETHER):
        portion = slice(start, start + VECTORS_TOGETHER)
        there = flat.reconstruct_batch(order[portion])
        if not np.array_equal(there, vector_rows.read_vectors(connection, common[portion])):
            return False
    return True


def _holds_cluster(
    index: Any, cluster: int, gone: NDArray[np.int64], connection: sqlite3.Connection
) -> bool:
    ids = clustered.ids_in(index, cluster)
    staying = np.flatnonzero(~np.isin(ids, gone))
    if not len(staying):
        return True
    order = staying[np.argsort(ids[staying])]
    numbers, vectors = vector_rows.read_some_vectors(connection, ids[order])
    there = clustered.codes_in(index, cluster)[order]
    return np.array_equal(numbers, ids[order]) and np.array_equal(
        there, clustered.encode(index, vectors, cluster)
    )


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


def check_leftovers(folder: Path) -> list[Finding]:
    """What killed processes have left behind."""
    names = [path.name for path in leftovers(folder)]
    what = f"{len(names)} temporary files were left behind by a process that was killed"
    return [Finding("leftovers", what, damage=False, names=tuple(names))] if names else []


def drop_leftovers(folder: Path) -> None:
    """Remove them; no failure matters."""
    for path in leftovers(folder):
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


def check_conversations(folder: Path) -> list[Finding]:
    """Whether the file of conversations can be read; what is in it is not looked at."""
    path = folder / CONVERSATIONS
    if not path.exists():
        return []
    said = check_integrity(path)
    return [Finding("conversations", f"{path.name} is damaged: {said}")] if said else []


def check_integrity(path: Path) -> str:
    """What SQLite finds wrong with a file; empty when it is whole."""
    try:
        with closing(open_to_read(path)) as database:
            (said,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    except DatabaseErrors as error:
        return str(error)
    return "" if said == "ok" else " ".join(str(said).split())
