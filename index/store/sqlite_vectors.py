"""The statements for vectors and passage numbers, each run within its caller's transaction."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

from index.store.sqlite_rows import portions

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray


def missing_vectors(connection: sqlite3.Connection, keys: set[bytes]) -> set[bytes]:
    """Those of the keys under which no vector is stored."""
    found: set[bytes] = set()
    for marks, some in portions(keys):
        rows = connection.execute(f"SELECT key FROM vectors WHERE key IN ({marks})", some)
        found.update(key for (key,) in rows)
    return keys - found


def insert_vectors(
    connection: sqlite3.Connection, vectors: Mapping[bytes, NDArray[np.float32]]
) -> None:
    """Store vectors by key; one that is there already is the same one."""
    connection.executemany(
        "INSERT OR IGNORE INTO vectors VALUES (?, ?)",
        [(key, vector.astype("<f2").tobytes()) for key, vector in vectors.items()],
    )


def drop_unused_vectors(connection: sqlite3.Connection, keys: set[bytes] | None) -> None:
    """Delete vectors that no passage uses: among these keys, or everywhere for None."""
    unused = "NOT EXISTS (SELECT 1 FROM passages WHERE vector_key = vectors.key)"
    if keys is None:
        connection.execute(f"DELETE FROM vectors WHERE {unused}")
        return
    for marks, some in portions(keys):
        connection.execute(f"DELETE FROM vectors WHERE key IN ({marks}) AND {unused}", some)


def read_ids(
    connection: sqlite3.Connection, condition: str = "", values: Iterable[str] = ()
) -> NDArray[np.int64]:
    """Passage numbers in ascending order."""
    rows = connection.execute(f"SELECT id FROM passages {condition} ORDER BY id", list(values))
    return np.fromiter(chain.from_iterable(rows), np.int64)


def read_vectors(connection: sqlite3.Connection, ids: NDArray[np.int64]) -> NDArray[np.float32]:
    """The vectors of these passages, given in ascending order, shape (len(ids), dimension).

    Raises:
        ValueError: the file is damaged.
    """
    rows = connection.execute(
        "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.key = p.vector_key "
        "WHERE p.id BETWEEN ? AND ? ORDER BY p.id",
        (int(ids[0]), int(ids[-1])),
    )
    wanted = set(ids.tolist())
    data = b"".join(vector for number, vector in rows if number in wanted)
    vectors = np.frombuffer(data, "<f2").reshape(len(ids), -1).astype(np.float32)
    if not np.isfinite(vectors).all():
        raise ValueError("a vector is not made of numbers: the file is damaged")
    return vectors


def read_dimension(connection: sqlite3.Connection) -> int | None:
    """The length of a vector; None when no passage is stored."""
    row = connection.execute(
        "SELECT length(vector) / 2 FROM vectors JOIN passages ON vector_key = key LIMIT 1"
    ).fetchone()
    return row and int(row[0])
