"""Search by meaning: the passages whose vectors are nearest to a question's, by FAISS.

All vectors are compared with the question, as the store keeps them (16 bits): 34 ms and 770 MB for
a million. Those in memory are one process's view of those in the store, kept up change by change.
A passage number never comes to mean other words, so two states differ in the numbers that came and
went and in nothing else: a file may be of an earlier state, and is written seldom.
"""

from __future__ import annotations

import logging
import os
import sys
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import StorageError
from index.store.sqlite_rows import read_stamp
from index.store.sqlite_vectors import VectorRows, read_dimension
from index.store.vector_files import VectorFiles

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from numpy.typing import NDArray

    from index.store.lineage import Stamp
    from index.store.sqlite_listing import PassageSet

    Ids = NDArray[np.int64]
    Vectors = NDArray[np.float32]

log = logging.getLogger(__name__)

# Passages that a file may lack or hold too many: 0.1 s to catch up. A small one is quickly written.
BEHIND, BEHIND_SHARE = 2_000, 0.05

_NONE: Ids = np.empty(0, np.int64)


class VectorIndex:
    """The nearest passages, among those that a filter admits. Safe to use from several threads."""

    def __init__(self, folder: Path) -> None:
        self._files = VectorFiles(folder)
        self._lock = threading.Lock()
        self._forget()

    def search(
        self, connection: sqlite3.Connection, vector: Vectors, limit: int, searched: PassageSet
    ) -> list[tuple[int, float]]:
        """(passage number, cosine similarity) of the nearest passages, nearest first.

        Args:
            vector: shape (dimension,), of length 1.
            searched: among which; the vectors are brought to its state, or a newer one.
        """
        with self._lock:
            self._refresh(connection, searched.stamp)
            if not len(self._ids):
                return []
            if self._index.d != len(vector):
                raise StorageError("The index has just been rebuilt with another model: ask again.")
            found = self._nearest(vector, limit, searched)
        return sorted(found, key=lambda each: (-each[1], each[0]))

    def flush(self, connection: sqlite3.Connection) -> None:
        """Write the file, unless catching up from the one that is there costs less."""
        with self._lock:  # not copied: in memory it would be there twice
            stamp = read_stamp(connection)
            behind = self._files.behind(VectorRows(connection, stamp).lineage())
            (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
            if behind is not None and behind <= min(passages * BEHIND_SHARE, BEHIND):
                return
            self._refresh(connection, stamp)
            # Else another thread is ahead of us, and will write; or there is nothing.
            if self._stamp == stamp and self._index is not None:
                self._files.write(stamp, self._index)

    # How

    def _forget(self) -> None:
        self._stamp: Stamp | None = None
        self._index: Any = None
        self._ids = _NONE

    def _refresh(self, connection: sqlite3.Connection, stamp: Stamp) -> None:
        """Bring the vectors to a state of the store."""
        known = self._stamp
        if known == stamp:
            return
        if known and known.store == stamp.store and known.generation > stamp.generation:
            return  # another thread saw a newer state; the store drops ids it lacks
        rows = VectorRows(connection, stamp)
        dimension = read_dimension(connection)
        now = None if self._index is None else self._index.d
        if known is None or known.store != stamp.store or now != dimension:
            self._forget()
            if dimension is not None:
                self._load(rows, dimension)
        if self._index is not None:
            try:
                self._take_over(rows)
            except BaseException:  # the portions that are there would come again
                self._forget()
                raise
        self._stamp = stamp

    def _take_over(self, rows: VectorRows) -> None:
        gone, new = rows.changed(self._ids)
        if len(gone):
            self._index.remove_ids(gone)
            self._ids = np.setdiff1d(self._ids, gone, assume_unique=True)
        rows.copy_into(self._index, new)
        self._ids = np.concatenate([self._ids, new])

    def _load(self, rows: VectorRows, dimension: int) -> None:
        """Go on from a file, or from nothing."""
        import faiss

        for file in self._files.read(rows.lineage()):
            ids = file.ids
            changes = sum(map(len, rows.changed(ids)))
            if file.index.d == dimension and changes <= file.behind:  # else others than it says
                self._index, self._ids = file.index, ids
                return
            log.warning("a vector cache is not ours; it is made again from the store")
        half = faiss.ScalarQuantizer.QT_fp16
        vectors = faiss.IndexScalarQuantizer(dimension, half, faiss.METRIC_INNER_PRODUCT)
        self._index = faiss.IndexIDMap2(vectors)

    def _nearest(
        self, vector: Vectors, limit: int, searched: PassageSet
    ) -> list[tuple[int, float]]:
        import faiss

        there = len(self._ids)
        limit = min(limit, there if searched.all_but else min(there, len(searched.ids)))
        if limit == 0:
            return []
        chosen: Any = _select(searched.ids)
        selector = faiss.IDSelectorNot(chosen) if searched.all_but else chosen
        parameters = faiss.SearchParameters(sel=selector) if len(searched.ids) else None  # type: ignore[call-arg]
        scores, ids = self._index.search(vector.reshape(1, -1), limit, params=parameters)
        found = zip(ids[0].tolist(), scores[0].tolist(), strict=True)
        return [(number, score) for number, score in found if number >= 0]


def _select(ids: Ids) -> Any:
    """FAISS's selector of these ids, given in ascending order: a bit for each number there is."""
    import faiss

    chosen = np.zeros(int(ids[-1]) + 1 if len(ids) else 1, np.bool_)
    chosen[ids] = True
    bits: Any = np.packbits(chosen, bitorder="little")
    return faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg]


# FAISS's threads stay with the parent: a fork that searched with several would wait, or crash.
os.register_at_fork(
    after_in_child=lambda: "faiss" in sys.modules and sys.modules["faiss"].omp_set_num_threads(1)
)
