"""Vectors in clusters: for more than can all be compared with a question.

FAISS's IVF (Sivic and Zisserman, ICCV 2003; Jégou, Douze and Schmid, TPAMI 2011): those clusters
are searched whose centres are nearest to the question. Each dimension of what a vector differs from
its centre by is kept in 8 bits, so that what is found are candidates, to be compared exactly. The
figures were measured by `python -m benchmarks.scale` (`benchmarks/RESULTS.md`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from index.store.sqlite_vectors import PORTION_VECTORS, VectorRows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ids = NDArray[np.int64]
    Vectors = NDArray[np.float32]

_SEED = 1906
_KMEANS_ROUNDS = 10  # more change no recall


class BlockCheck(Protocol):
    """A file in which damage is found where it is read."""

    def check(self, start: int, stop: int) -> None:
        """Raise an error unless these bytes are what was written."""


@dataclass(frozen=True, slots=True)
class Sizes:
    """When and how vectors are put into clusters. Times are one search's on one of two cores.

    Attributes:
        exact_up_to: so many passages are all compared: 34 ms and 770 MB for 1,000,000, so about
            9 ms for these; clusters take 4 ms for a million, 400 MB, and find 99 in 100.
        clusters: 4,096 of them take four times as long to train as 2,048, and a search no less.
        probed_share: of the passages, those compared with a question: a sixteenth finds 99 in 100
            of the ten nearest, a thirty-second 97.
        training_vectors: from which each cluster's centre is trained.
        retrained_growth: clusters are trained anew when there are so many times as many passages.
        candidates: so many times as many as are wanted are compared exactly, from the store.
        behind: passages that a file may lack or hold too many: 0.1 s to catch up.
        behind_share: the same, as a share of all: a small file is quickly written.
    """

    exact_up_to: int = 250_000
    clusters: int = 2_048
    probed_share: float = 1 / 16
    training_vectors: int = 64
    retrained_growth: int = 8
    candidates: int = 2
    behind: int = 2_000
    behind_share: float = 0.05


class Clusters:
    """A file of vectors in clusters; nothing in it is ever changed.

    Args:
        index: as FAISS has mapped it.
        ids: all its ids, ascending.
        of: the cluster of each.
        file: what is checked before it is first looked into.
    """

    def __init__(
        self, index: Any, ids: Ids, of: NDArray[np.int64], file: BlockCheck, sizes: Sizes
    ) -> None:
        self.ids = ids
        self._index, self._of, self._file, self._sizes = index, of, file, sizes
        self._places = places(index)
        self._held = np.bincount(of, minlength=index.nlist)

    def search(self, vector: Vectors, limit: int, only: Ids | None = None) -> Ids:
        """Ids that are likely the nearest, at most `limit`, in no order.

        Clusters are looked into, the nearest first, until they hold the wanted share of all
        vectors; with `only`, until they hold as many of these: where there are few, all are found.

        Raises:
            DamagedError: what would be looked into is not what was written.
        """
        import faiss

        held, selector = self._held, None
        if only is not None:
            at = np.minimum(np.searchsorted(self.ids, only), len(self.ids) - 1)
            held = np.bincount(self._of[at[self.ids[at] == only]], minlength=self._index.nlist)
            selector = select(only)
        query = np.ascontiguousarray(vector.reshape(1, -1), np.float32)
        distances, order = self._index.quantizer.search(query, self._index.nlist)
        distances, order = distances[0], order[0]
        filled = held[order] > 0
        distances, order = distances[filled], order[filled]
        enough = self._sizes.probed_share * len(self.ids)
        looked = 1 + int(np.searchsorted(np.cumsum(held[order]), enough))
        distances, order = np.ascontiguousarray(distances[:looked]), order[:looked].astype(np.int64)
        for cluster in order.tolist():
            self._file.check(*self._places[cluster])
        limit = min(limit, int(held[order].sum()))
        if limit == 0:
            return np.empty(0, np.int64)
        scores, found = np.empty((1, limit), np.float32), np.empty((1, limit), np.int64)
        parameters: Any = faiss.SearchParametersIVF(nprobe=len(order), sel=selector)  # type: ignore[call-arg]
        pointer: Any = faiss.swig_ptr
        self._index.search_preassigned_c(
            1,
            pointer(query),
            limit,
            pointer(order),
            pointer(distances),
            pointer(scores),
            pointer(found),
            False,
            parameters,
        )
        ids: Ids = found[0][found[0] >= 0]
        return ids


def select(ids: Ids) -> Any:
    """FAISS's selector of these ids, given in ascending order: a bit for each number there is."""
    import faiss

    chosen = np.zeros(int(ids[-1]) + 1 if len(ids) else 1, np.bool_)
    chosen[ids] = True
    bits: Any = np.packbits(chosen, bitorder="little")
    return faiss.IDSelectorBitmap(bits)  # type: ignore[call-arg]


def places(index: Any) -> list[tuple[int, int]]:
    """Where each cluster of a mapped index lies in its file: the first byte, and the one behind."""
    import faiss

    lists: Any = faiss.downcast_InvertedLists(index.invlists)
    lists.prefetch_nthread = 0  # threads that read ahead: they cost more than they save
    each = lists.code_size + 8
    found = []
    for cluster in range(index.nlist):
        one = lists.lists.at(cluster)
        found.append((one.offset, one.offset + one.capacity * each))
    return found


def members(index: Any) -> tuple[Ids, NDArray[np.int64]]:
    """The ids in an index, ascending, and the cluster of each."""
    held = [ids_in(index, cluster) for cluster in range(index.nlist)]
    ids = np.concatenate(held)
    order = np.argsort(ids)
    return ids[order], np.repeat(np.arange(index.nlist), [*map(len, held)])[order]


def ids_in(index: Any, cluster: int) -> Ids:
    """The ids in a cluster, in the order in which their vectors lie there."""
    import faiss

    size = index.invlists.list_size(cluster)
    if not size:
        return np.empty(0, np.int64)
    ids: Ids = faiss.rev_swig_ptr(index.invlists.get_ids(cluster), size).copy()
    return ids


def train_clusters(rows: VectorRows, shuffled: Ids, dimension: int, sizes: Sizes) -> Any:
    """An index without vectors, whose clusters fit a sample of them."""
    import faiss

    index: Any = faiss.index_factory(
        dimension, f"IVF{sizes.clusters},SQ8", faiss.METRIC_INNER_PRODUCT
    )
    sample = np.sort(shuffled[: sizes.clusters * sizes.training_vectors])
    vectors: Vectors = np.empty((len(sample), dimension), np.float32)
    for start in range(0, len(sample), PORTION_VECTORS):
        portion = slice(start, start + PORTION_VECTORS)
        vectors[portion] = rows.some_vectors(sample[portion])[1]
    index.cp.niter, index.cp.seed, index.cp.min_points_per_centroid = _KMEANS_ROUNDS, _SEED, 1
    index.train(vectors)
    return index
