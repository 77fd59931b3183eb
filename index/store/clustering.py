"""How vectors are put into clusters: streamed from the store, never all in memory as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from index.store.checked_file import DamagedError
from index.store.vector_rows import PORTION, Rows, fill

if TYPE_CHECKING:
    from index.store.vector_files import VectorFile, VectorFiles
    from index.store.vector_rows import Vectors
    from index.store.vector_sizes import Sizes

_SEED = 1906
_ROUNDS = 10  # of k-means: more change no recall


def put_into_clusters(
    rows: Rows, files: VectorFiles, dimension: int, sizes: Sizes
) -> tuple[Any, int]:
    """All vectors in clusters, going on from the last file where its clusters still fit.

    Returns:
        FAISS's index, and from how many passages its clusters were learnt.
    """
    for file in files.read(rows.lineage()):
        if file.of is None or file.index.d != dimension:
            continue
        gone, new = rows.changed(file.ids)
        now = len(file.ids) + len(new) - len(gone)
        if len(gone) + len(new) > file.behind or now > file.learnt * sizes.learnt_again:
            continue
        try:
            index = _into_memory(file)
        except DamagedError as damaged:
            files.discard(damaged.path)
            continue
        index.remove_ids(gone)
        fill(index, new, rows)
        return index, file.learnt
    ids = rows.ids()
    index = _learn(rows, np.random.default_rng(_SEED).permutation(ids), dimension, sizes)
    fill(index, ids, rows)
    return index, len(ids)


def _learn(rows: Rows, shuffled: Any, dimension: int, sizes: Sizes) -> Any:
    """An index without vectors, whose clusters fit a sample of them."""
    import faiss

    index: Any = faiss.index_factory(
        dimension, f"IVF{sizes.clusters},SQ8", faiss.METRIC_INNER_PRODUCT
    )
    sample = np.sort(shuffled[: sizes.clusters * sizes.taught])
    vectors: Vectors = np.empty((len(sample), dimension), np.float32)
    for start in range(0, len(sample), PORTION):
        portion = slice(start, start + PORTION)
        vectors[portion] = rows.some_vectors(sample[portion])[1]
    index.cp.niter, index.cp.seed, index.cp.min_points_per_centroid = _ROUNDS, _SEED, 1
    index.train(vectors)
    return index


def _into_memory(file: VectorFile) -> Any:
    import faiss

    file.file.check(0, file.file.length)
    return faiss.read_index(str(file.file.path))
