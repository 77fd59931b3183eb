"""The search by meaning over the embedded store: what is to be searched, in which vectors."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from index.errors import StorageError
from index.store import sqlite_rows as rows
from index.store import sqlite_vectors as vector_rows
from index.store.clustering import put_into_clusters
from index.store.vector_cache import VectorCache
from index.store.vector_files import VectorFiles
from index.store.vector_sizes import Sizes

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.store.lineage import Lineage
    from index.store.passage_set import PassageSet

    Ids = NDArray[np.int64]
    Vectors = NDArray[np.float32]

SIZES = Sizes()


class StoreRows:
    """The passages and vectors that one transaction sees: `index.store.vector_rows.Rows`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self.stamp = rows.read_stamp(connection)

    def lineage(self) -> Lineage:
        """What led to this state."""
        return rows.read_lineage(self._connection, self.stamp)

    def ids(self) -> Ids:
        """All passage numbers, ascending."""
        return vector_rows.read_ids(self._connection)

    def changed(self, known: Ids) -> tuple[Ids, Ids]:
        """Of the ids of an earlier state, those that are gone; and those that came since."""
        return vector_rows.changed_ids(self._connection, known)

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of ids that are there, given in ascending order."""
        return vector_rows.read_vectors(self._connection, ids)

    def some_vectors(self, ids: Ids) -> tuple[Ids, Vectors]:
        """Those of a few ids that are there, and their vectors."""
        return vector_rows.read_some_vectors(self._connection, ids)


class Nearest:
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
        cache = self._cache_for(connection)
        if cache is None:
            return []
        if cache.dimension != len(vector):
            raise StorageError("The index has just been rebuilt with another model: ask again.")
        only, without = (None, searched.ids) if searched.all_but else (searched.ids, None)
        return cache.search(StoreRows(connection), vector, limit, only=only, without=without)

    def flush(self, connection: sqlite3.Connection) -> None:
        """Write the file, unless catching up from the one that is there costs less.

        Searches go on meanwhile; where vectors are put into clusters for the first time, that
        takes minutes.
        """
        with self._writing:
            now = StoreRows(connection)
            behind = self._files.behind(now.lineage())
            (passages,) = connection.execute("SELECT count(*) FROM passages").fetchone()
            if behind is not None and behind <= min(passages * SIZES.share_behind, SIZES.behind):
                return
            cache = self._cache_for(connection)
            if cache is None:
                return
            if passages <= SIZES.exact_up_to:
                cache.save(now)
            else:
                made = put_into_clusters(now, self._files, cache.dimension, SIZES)
                self._files.write(now.stamp, *made)
                cache.start_anew(now)

    def _cache_for(self, connection: sqlite3.Connection) -> VectorCache | None:
        dimension = vector_rows.read_dimension(connection)
        if dimension is None:
            return None
        cache = self._cache
        if cache is None or cache.dimension != dimension:
            cache = self._cache = VectorCache(self._files, dimension, SIZES)
        return cache
