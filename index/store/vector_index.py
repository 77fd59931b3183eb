"""Search by meaning: the passages whose vectors are nearest to a question's, by FAISS.

Vectors in memory are one process's view of those in the store, kept up change by change. A passage
number never comes to mean other words, so two states differ in the numbers that came and went and
in nothing else: a file may be of an earlier state, and is written seldom.
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
from index.store.vector_clusters import Clusters, Sizes, select, train_clusters
from index.store.vector_files import DamagedError, VectorFile, VectorFiles

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from numpy.typing import NDArray

    from index.store.lineage import Stamp
    from index.store.sqlite_listing import PassageSet

    Ids = NDArray[np.int64]
    Vectors = NDArray[np.float32]

log = logging.getLogger(__name__)

SIZES = Sizes()

_SEED = 1906
_NONE: Ids = np.empty(0, np.int64)


class VectorIndex:
    """The nearest passages, among those that a filter admits.

    Args:
        folder: where the FAISS files are.
    """

    def __init__(self, folder: Path) -> None:
        self._files = VectorFiles(folder)
        self._cache: VectorCache | None = None
        self._writing = threading.Lock()

    def states(self) -> set[str]:
        """The names of the states that there are files of."""
        return self._files.states()

    def search(
        self, connection: sqlite3.Connection, vector: Vectors, limit: int, searched: PassageSet
    ) -> list[tuple[int, float]]:
        """(passage number, cosine similarity) of the nearest passages, nearest first."""
        cache = self._cache
        if cache is None or not cache.is_of(searched.stamp):
            cache = self._cache_for(connection)
        if cache is None:
            return []
        if cache.dimension != len(vector):
            raise StorageError("The index has just been rebuilt with another model: ask again.")
        only, without = (None, searched.ids) if searched.all_but else (searched.ids, None)
        return cache.search(
            VectorRows(connection, searched.stamp), vector, limit, only=only, without=without
        )

    def flush(self, connection: sqlite3.Connection) -> None:
        """Write the file, unless catching up from the one that is there costs less.

        Searches go on meanwhile; where vectors are put into clusters for the first time, that
        takes minutes.
        """
        with self._writing:
            now = VectorRows(connection, read_stamp(connection))
            behind = self._files.behind(now.lineage())
            (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
            if behind is not None and behind <= min(passages * SIZES.behind_share, SIZES.behind):
                return
            cache = self._cache_for(connection)
            if cache is None:
                return
            if passages <= SIZES.exact_up_to:
                cache.save(now)
            else:
                made = _put_into_clusters(now, self._files, cache.dimension, SIZES)
                self._files.write(now.stamp, *made)
                cache.start_anew(now)

    def _cache_for(self, connection: sqlite3.Connection) -> VectorCache | None:
        dimension = read_dimension(connection)
        if dimension is None:
            return None
        cache = self._cache
        if cache is None or cache.dimension != dimension:
            cache = self._cache = VectorCache(self._files, dimension, SIZES)
        return cache


class VectorCache:
    """Nearest neighbours by inner product: of all, or of the nearest clusters where there are many.

    Args:
        files: what it starts from and is saved to.
        dimension: length of a vector.
        sizes: from when on there are clusters.
    """

    def __init__(self, files: VectorFiles, dimension: int, sizes: Sizes) -> None:
        self._files = files
        self.dimension = dimension
        self._sizes = sizes
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._forget()

    def is_of(self, stamp: Stamp) -> bool:
        """Whether these are the vectors of a state."""
        return self._stamp == stamp

    def search(
        self,
        rows: VectorRows,
        vector: Vectors,
        limit: int,
        *,
        only: Ids | None = None,
        without: Ids | None = None,
    ) -> list[tuple[int, float]]:
        """(id, cosine similarity) of the nearest vectors, nearest first.

        Args:
            rows: the state that is searched; the vectors are brought to it, or a newer one.
            vector: shape (dimension,), of length 1.
            limit: how many at most.
            only, without: look at these ids, or at all but these; None for all.
        """
        with self._lock:
            self._refresh(rows)
            found = None
            while found is None:
                try:
                    found = self._search_clusters(rows, vector, limit, only, without)
                except DamagedError as damaged:
                    self._files.discard(damaged.path)
                    self._stamp = None
                    self._refresh(rows)
            found += self._search_exact(vector, limit, only, without)
        return sorted(found, key=lambda each: (-each[1], each[0]))[:limit]

    def save(self, rows: VectorRows) -> None:
        """Write the file of a state, without clusters; a failure is logged, not raised."""
        with self._lock:  # not copied: in memory it would be there twice
            self._refresh(rows)
            if self._clusters is not None:  # there were more
                self._forget()
                self._take_over(rows)
                self._stamp = rows.stamp
            if self._stamp == rows.stamp:  # else another thread is ahead of us, and will write
                self._files.write(rows.stamp, self._exact)

    def start_anew(self, rows: VectorRows) -> None:
        """Go on from the best file there is, if vectors are in memory at all."""
        with self._lock:
            if self._stamp is not None:
                self._load(rows)
                self._take_over(rows)
                self._stamp = rows.stamp

    # How

    def _forget(self) -> None:
        self._clusters: Clusters | None = None
        self._gone, self._ids, self._exact = _NONE, _NONE, exact_index(self.dimension)

    def _refresh(self, rows: VectorRows) -> None:
        if self._stamp == rows.stamp:
            return
        if self._stamp is None or self._stamp.store != rows.stamp.store:
            self._load(rows)
        elif self._stamp.generation > rows.stamp.generation:
            return  # another thread saw a newer state; the store drops ids it lacks
        self._take_over(rows)
        if self._clusters is not None or len(self._ids) > self._sizes.exact_up_to:
            apart = self._exact.ntotal + len(self._gone)
            behind = self._files.behind(rows.lineage()) if apart > self._sizes.behind else None
            if behind is not None and behind < apart:  # another process has put them into clusters
                self._load(rows)
                self._take_over(rows)
        self._stamp = rows.stamp

    def _take_over(self, rows: VectorRows) -> None:
        gone, new = rows.changed(self._ids)
        if len(gone):
            self._exact.remove_ids(gone)
            if self._clusters is not None:
                there = np.intersect1d(gone, self._clusters.ids, assume_unique=True)
                self._gone = np.union1d(self._gone, there)
            self._ids = np.setdiff1d(self._ids, gone, assume_unique=True)
        try:
            rows.copy_into(self._exact, new)
        except BaseException:  # the portions that are there would come again
            self._stamp = None
            self._forget()
            raise
        self._ids = np.concatenate([self._ids, new])

    def _load(self, rows: VectorRows) -> None:
        """Go on from a file, or from nothing."""
        import faiss

        self._forget()
        for each in self._files.read(rows.lineage()):
            kind = faiss.IndexIDMap2 if each.of is None else faiss.IndexIVF
            if isinstance(each.index, kind) and each.index.d == self.dimension:
                changes = sum(map(len, rows.changed(each.ids)))
                if changes <= each.behind:  # else other passages than it says
                    self._go_on_from(each)
                    return
            log.warning("a vector cache is not ours; it is made again from the store")

    def _go_on_from(self, file: VectorFile) -> None:
        self._ids = file.ids
        if file.of is None:
            self._exact = file.index
        else:
            self._clusters = Clusters(file.index, file.ids, file.of, file.file, self._sizes)

    def _search_clusters(
        self, rows: VectorRows, vector: Vectors, limit: int, only: Ids | None, without: Ids | None
    ) -> list[tuple[int, float]]:
        if self._clusters is None:
            return []
        out = self._gone if without is None else np.union1d(self._gone, without)
        wanted, everything = limit * self._sizes.candidates, len(self._clusters.ids)
        while True:
            # To leave out what is found is quicker than not to find it, unless it is much.
            if only is None and wanted > everything // 10 and len(out):
                only = np.setdiff1d(self._clusters.ids, out, assume_unique=True)
            found = self._clusters.search(vector, wanted, only)
            staying = found[~np.isin(found, out)]
            if len(staying) >= limit or len(found) < wanted:
                break
            wanted *= 4
        ids, vectors = rows.some_vectors(np.sort(staying))
        if not len(ids):  # a filter may leave none of those in clusters
            return []
        scores = np.einsum("ij,j->i", vectors, vector)
        return list(zip(ids.tolist(), scores.tolist(), strict=True))

    def _search_exact(
        self, vector: Vectors, limit: int, only: Ids | None, without: Ids | None
    ) -> list[tuple[int, float]]:
        import faiss

        there = self._exact.ntotal
        limit = min(limit, there if only is None else min(there, len(only)))
        if limit == 0:
            return []
        selector: Any = None
        if only is not None:
            selector = select(only)
        elif without is not None and len(without):
            excluded = select(without)
            selector = faiss.IDSelectorNot(excluded)
        parameters = selector and faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        threads = faiss.omp_get_max_threads()  # of this thread's searches; others have their own
        faiss.omp_set_num_threads(1)  # one question keeps one busy: others spin until it is done
        try:
            scores, ids = self._exact.search(vector.reshape(1, -1), limit, params=parameters)
        finally:
            faiss.omp_set_num_threads(threads)
        found = zip(ids[0].tolist(), scores[0].tolist(), strict=True)
        return [(number, score) for number, score in found if number >= 0]


# FAISS's threads stay with the parent: a fork that searched with several would wait, or crash.
os.register_at_fork(
    after_in_child=lambda: "faiss" in sys.modules and sys.modules["faiss"].omp_set_num_threads(1)
)


def exact_index(dimension: int) -> Any:
    """An empty index that compares a question with all vectors, kept as the store keeps them."""
    import faiss

    half = faiss.ScalarQuantizer.QT_fp16
    return faiss.IndexIDMap2(
        faiss.IndexScalarQuantizer(dimension, half, faiss.METRIC_INNER_PRODUCT)
    )


def _put_into_clusters(
    rows: VectorRows, files: VectorFiles, dimension: int, sizes: Sizes
) -> tuple[Any, int]:
    """All vectors in clusters, going on from the last file where its clusters still fit.

    Returns:
        FAISS's index, and from how many passages its clusters were trained.
    """
    for file in files.read(rows.lineage()):
        if file.of is None or file.index.d != dimension:
            continue
        gone, new = rows.changed(file.ids)
        now = len(file.ids) + len(new) - len(gone)
        if len(gone) + len(new) > file.behind or now > file.trained_on * sizes.retrained_growth:
            continue
        try:
            index = _into_memory(file)
        except DamagedError as damaged:
            files.discard(damaged.path)
            continue
        index.remove_ids(gone)
        rows.copy_into(index, new)
        return index, file.trained_on
    ids = rows.ids()
    index = train_clusters(rows, np.random.default_rng(_SEED).permutation(ids), dimension, sizes)
    rows.copy_into(index, ids)
    return index, len(ids)


def _into_memory(file: VectorFile) -> Any:
    import faiss

    file.file.check(0, file.file.length)
    return faiss.read_index(str(file.file.path))
