"""Vectors and passage numbers: the statements, each run within its caller's transaction."""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from index.store.sqlite_rows import portions, read_lineage

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from index.store.lineage import Lineage, Stamp

_STRETCH = 4_096  # passages counted together, to find those that are gone
_BETWEEN = "WHERE id BETWEEN ? AND ?"

PORTION_VECTORS = 10_000
"""Read from the store at once: 15 MB of them."""


class VectorRows:
    """The passages and vectors of one state of the store, as one transaction sees it.

    Attributes:
        stamp: the state.

    All ids are passage numbers in ascending order.
    """

    def __init__(self, connection: sqlite3.Connection, stamp: Stamp) -> None:
        self._connection = connection
        self.stamp = stamp

    def lineage(self) -> Lineage:
        """What led to this state."""
        return read_lineage(self._connection, self.stamp)

    def ids(self, condition: str = "", *values: int) -> NDArray[np.int64]:
        """Passage numbers, all or those that fit a condition."""
        found = self._connection.execute(f"SELECT id FROM passages {condition} ORDER BY id", values)
        return np.fromiter(chain.from_iterable(found), np.int64)

    def changed(self, known: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Of the ids of an earlier state, those that are gone; and those that came since.

        A number is never used twice, so what came is above all that were known, and as many as
        before are the same as before.
        """
        new = self.ids("WHERE id > ?", int(known[-1]) if len(known) else -1)
        if self._count() - len(new) == len(known):
            return known[:0], new
        gone = [known[:0]]
        for start in range(0, len(known), _STRETCH):
            some = known[start : start + _STRETCH]
            ends = int(some[0]), int(some[-1])
            if self._count(_BETWEEN, *ends) != len(some):
                still = self.ids(_BETWEEN, *ends)
                gone.append(np.setdiff1d(some, still, assume_unique=True))
        return np.concatenate(gone), new

    def vectors(self, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        """The vectors of ids that have few others between them, shape (len(ids), dimension).

        Raises:
            ValueError: one is not there: the file is damaged.
        """
        rows = self._connection.execute(
            "SELECT p.id, v.vector FROM passages p JOIN vectors v ON v.key = p.vector_key "
            "WHERE p.id BETWEEN ? AND ? ORDER BY p.id",
            (int(ids[0]), int(ids[-1])),
        )
        wanted = set(ids.tolist())
        found = [vector for number, vector in rows if number in wanted]
        if len(found) != len(ids):
            raise ValueError("a passage has no vector: the file is damaged")
        return _vectors_in(found)

    def some_vectors(self, ids: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Those of a few ids that are there, and their vectors.

        Raises:
            ValueError: the file is damaged.
        """
        found: list[tuple[int, bytes | None]] = []
        for marks, some in portions(ids.tolist()):
            found += self._connection.execute(
                "SELECT p.id, v.vector FROM passages p LEFT JOIN vectors v ON v.key = p.vector_key "
                f"WHERE p.id IN ({marks}) ORDER BY p.id",
                some,
            )
        numbers = np.fromiter((number for number, _ in found), np.int64)
        return numbers, _vectors_in([vector for _, vector in found])

    def copy_into(self, index: Any, ids: NDArray[np.int64]) -> None:
        """Put vectors into one of FAISS's indexes, portion by portion."""
        for start in range(0, len(ids), PORTION_VECTORS):
            some = ids[start : start + PORTION_VECTORS]
            index.add_with_ids(self.vectors(some), some)

    def _count(self, condition: str = "", *values: int) -> int:
        query = f"SELECT count(*) FROM passages {condition}"
        return int(self._connection.execute(query, values).fetchone()[0])


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


def read_dimension(connection: sqlite3.Connection) -> int | None:
    """The length of a vector; None when no passage is stored."""
    row = connection.execute(
        "SELECT length(vector) / 2 FROM vectors JOIN passages ON vector_key = key LIMIT 1"
    ).fetchone()
    return row and int(row[0])


def _vectors_in(rows: Sequence[bytes | None]) -> NDArray[np.float32]:
    if not rows:  # how long they would be is not known
        return np.empty((0, 0), np.float32)
    if None in rows:
        raise ValueError("a passage has no vector: the file is damaged")
    data = b"".join(filter(None, rows))
    vectors = np.frombuffer(data, "<f2").reshape(len(rows), -1).astype(np.float32)
    if not np.isfinite(vectors).all():
        raise ValueError("a vector is not made of numbers: the file is damaged")
    return vectors
