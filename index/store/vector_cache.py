"""The FAISS index: a cache of the vectors in the store, never the truth.

A file is named by the state of the store that it was made from and by its own SHA-256, so that a
stale or damaged one is recognised by name and made again. Losing it loses nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from index.leftovers import SUFFIX, sweep

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

    Ids = NDArray[np.int64]
    Vectors = NDArray[np.float32]

log = logging.getLogger(__name__)

_PORTION = 10_000  # vectors read from the store at once: 15 MB of them


@dataclass(frozen=True, slots=True)
class Stamp:
    """One state of one store.

    Attributes:
        store: the store's own random id.
        generation: counts changes.
        token: random, new with every change: two histories never share one.
    """

    store: str
    generation: int
    token: str


class VectorCache:
    """Exact nearest neighbours by inner product, kept in memory and on disk.

    Args:
        folder: where the files are.
        dimension: length of a vector.
    """

    def __init__(self, folder: Path, dimension: int) -> None:
        self._folder = folder
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
        self, stamp: Stamp, read_ids: Callable[[], Ids], read_vectors: Callable[[Ids], Vectors]
    ) -> None:
        """Bring the vectors to the given state: from the file when it fits, else from the store."""
        with self._lock:
            if self._stamp == stamp:
                return
            if self._stamp and self._stamp.store == stamp.store:
                if self._stamp.generation > stamp.generation:
                    return  # another thread saw a newer state; the store drops ids it lacks
            else:
                self._index, self._ids = self._empty(), np.empty(0, np.int64)
                if self._load(stamp, read_ids()):
                    self._stamp = stamp
                    return
            self._take_over(read_ids(), read_vectors)
            self._stamp = stamp

    def save(self) -> None:
        """Write the file for the present state and remove the files of others.

        A failure to write is logged, not raised: the cache is made again when it is needed.
        """
        import faiss

        sweep(self._folder)
        name = f"{os.getpid()}.{threading.get_ident()}{SUFFIX}"
        temporary = self._folder / name
        try:
            with self._lock:
                if self._stamp is None:
                    return
                stamp = self._stamp
                self._folder.mkdir(parents=True, exist_ok=True)
                faiss.write_index(self._index, str(temporary))  # in memory it would be there twice
            with temporary.open("rb+") as file:
                name = self.file_name(stamp, hashlib.file_digest(file, "sha256").hexdigest())
                os.fsync(file.fileno())
            temporary.replace(self._folder / name)
            for other in self._folder.glob("*.faiss"):
                if other.name != name:
                    other.unlink(missing_ok=True)
        except (OSError, RuntimeError) as error:  # FAISS knows only the latter
            log.warning("the vector cache in %s was not written: %s", self._folder, error)
            with suppress(OSError):
                temporary.unlink()

    def _take_over(self, now: Ids, read_vectors: Callable[[Ids], Vectors]) -> None:
        gone = np.setdiff1d(self._ids, now, assume_unique=True)
        new = np.setdiff1d(now, self._ids, assume_unique=True)
        if len(gone):
            self._index.remove_ids(gone)
        for start in range(0, len(new), _PORTION):
            some = new[start : start + _PORTION]
            self._index.add_with_ids(read_vectors(some), some)
        self._ids = now

    def _load(self, stamp: Stamp, wanted: Ids) -> bool:
        import faiss

        sweep(self._folder)
        for path in self._folder.glob(self.file_name(stamp, "*")):
            try:
                with path.open("rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
                if path.name != self.file_name(stamp, digest):
                    log.warning("%s is damaged; it is made again from the store", path)
                    continue
                index: Any = faiss.read_index(str(path))
            except (OSError, RuntimeError) as error:  # another process has replaced it, say
                log.warning("%s cannot be read (%s); it is made again from the store", path, error)
                continue
            if not isinstance(index, faiss.IndexIDMap2) or index.d != self.dimension:
                log.warning("%s is not ours; it is made again from the store", path)
                continue
            ids = faiss.vector_to_array(index.id_map).astype(np.int64)
            if not np.array_equal(np.sort(ids), wanted):
                log.warning("%s holds other passages; it is made again from the store", path)
                continue
            self._index, self._ids = index, ids
            return True
        return False

    @staticmethod
    def file_name(stamp: Stamp, digest: str) -> str:
        """What the file of a state is called, by its own SHA-256."""
        return f"{stamp.generation}-{stamp.token}-{digest}.faiss"
