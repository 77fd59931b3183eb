"""The vectors in memory: one process's view of those in the store, kept up change by change.

A passage number never comes to mean other words, so that two states differ in the numbers that came
and went and in nothing else. A file may therefore be of an earlier state, and is written seldom.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from index.store.lineage import Lineage, Stamp
    from index.store.vector_files import VectorFiles

    Ids = NDArray[np.int64]
    Vectors = NDArray[np.float32]

log = logging.getLogger(__name__)

_PORTION = 10_000  # vectors read from the store at once: 15 MB of them


class VectorCache:
    """Exact nearest neighbours by inner product.

    Args:
        files: what it starts from and is saved to.
        dimension: length of a vector.
    """

    def __init__(self, files: VectorFiles, dimension: int) -> None:
        self._files = files
        self.dimension = dimension
        self._lock = threading.Lock()
        self._stamp: Stamp | None = None
        self._ids: Ids = np.empty(0, np.int64)
        self._index = self._empty()

    def _empty(self) -> Any:
        import faiss

        return faiss.IndexIDMap2(faiss.IndexFlatIP(self.dimension))

    def search(
        self, vector: Vectors, limit: int, *, only: Ids | None = None, without: Ids | None = None
    ) -> list[tuple[int, float]]:
        """(id, cosine similarity) of the nearest vectors, nearest first.

        Args:
            vector: shape (dimension,), of length 1.
            limit: how many at most.
            only, without: look at these ids, or at all but these; None for all.
        """
        import faiss

        with self._lock:
            limit = min(limit, len(self._ids) if only is None else len(only))
            if limit == 0:
                return []
            selector: Any = None
            if only is not None:
                selector = faiss.IDSelectorBatch(only)
            elif without is not None and len(without):
                excluded = faiss.IDSelectorBatch(without)
                selector = faiss.IDSelectorNot(excluded)
            parameters = selector and faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
            scores, ids = self._index.search(vector.reshape(1, -1), limit, params=parameters)
        found = zip(ids[0].tolist(), scores[0].tolist(), strict=True)
        return [(number, score) for number, score in found if number >= 0]

    def refresh(
        self,
        stamp: Stamp,
        read_lineage: Callable[[], Lineage],
        read_ids: Callable[[], Ids],
        read_vectors: Callable[[Ids], Vectors],
    ) -> None:
        """Bring the vectors to a state, from those in memory, else a file, else the store alone.

        Args:
            stamp: the state.
            read_lineage: what led to it.
            read_ids, read_vectors: the store's passage numbers, ascending, and their vectors.
        """
        with self._lock:
            if self._stamp == stamp:
                return
            now = read_ids()
            if self._stamp and self._stamp.store == stamp.store:
                if self._stamp.generation > stamp.generation:
                    return  # another thread saw a newer state; the store drops ids it lacks
            else:
                self._index, self._ids = self._load(read_lineage(), now)
            self._take_over(now, read_vectors)
            self._stamp = stamp

    def save(self) -> None:
        """Write the file of the present state; a failure is logged, not raised."""
        import faiss

        with self._lock:  # not copied: in memory it would be there twice
            if self._stamp is not None:
                self._files.write(self._stamp, lambda path: faiss.write_index(self._index, path))

    def _take_over(self, now: Ids, read_vectors: Callable[[Ids], Vectors]) -> None:
        gone = np.setdiff1d(self._ids, now, assume_unique=True)
        new = np.setdiff1d(now, self._ids, assume_unique=True)
        if len(gone):
            self._index.remove_ids(gone)
        for start in range(0, len(new), _PORTION):
            some = new[start : start + _PORTION]
            self._index.add_with_ids(read_vectors(some), some)
        self._ids = now

    def _load(self, lineage: Lineage, now: Ids) -> tuple[Any, Ids]:
        """An index to go on from, and its numbers."""
        import faiss

        for index, behind in self._files.read(lineage):
            if isinstance(index, faiss.IndexIDMap2) and index.d == self.dimension:
                ids = np.sort(faiss.vector_to_array(index.id_map).astype(np.int64))
                if len(np.setxor1d(ids, now)) <= behind:  # else other passages than it says
                    return index, ids
            log.warning("a vector cache is not ours; it is made again from the store")
        return self._empty(), np.empty(0, np.int64)
