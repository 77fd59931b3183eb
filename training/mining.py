"""Hard negatives: passages that our search confuses with the right one and that lack the answer.

Ranked as the index ranks: BM25 and the similarity of embeddings, by reciprocal rank fusion. All
questions are asked at once here, which a loop over the index would take an hour for.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer

from index.models.embedding import SentenceTransformerEmbeddings
from training.scoring import normalise_answer
from training.sources import Item


def _bm25(counts: sparse.csr_matrix, k1: float = 1.2, b: float = 0.75) -> sparse.csr_matrix:
    """Weigh a (passages, terms) count matrix by BM25 (Robertson and Zaragoza, 2009)."""
    rows = counts.shape[0]
    length = np.asarray(counts.sum(axis=1)).ravel()
    frequency = np.bincount(counts.indices, minlength=counts.shape[1])
    idf = np.log1p((rows - frequency + 0.5) / (frequency + 0.5))
    per_row = np.repeat(k1 * (1 - b + b * length / length.mean()), np.diff(counts.indptr))
    data = counts.data * (k1 + 1) / (counts.data + per_row) * idf[counts.indices]
    parts = (data.astype(np.float32), counts.indices, counts.indptr)
    return sparse.csr_matrix(parts, shape=counts.shape)


def _reciprocal_ranks(scores: NDArray[np.float32], depth: int = 50) -> NDArray[np.float32]:
    """1 / (60 + rank) for the best ``depth`` of each row (Cormack et al., 2009), 0 for the rest."""
    top = np.argpartition(-scores, depth, axis=1)[:, :depth]
    best = np.take_along_axis(scores, top, axis=1)
    order = np.take_along_axis(top, np.argsort(-best, axis=1), axis=1)
    ranks = np.zeros_like(scores, dtype=np.float32)
    np.put_along_axis(ranks, order, (1 / (61 + np.arange(depth)))[None].astype(np.float32), axis=1)
    return ranks


def mine(
    items: Sequence[Item],
    passages: Sequence[str],
    own: NDArray[np.int64],
    look: int = 12,
    keep: int = 3,
    chunk: int = 512,
    embeddings: SentenceTransformerEmbeddings | None = None,
) -> list[list[int]]:
    """For each item, the best-ranked passages that are not its own and lack all its answers.

    ``own[i]`` is the index in ``passages`` of item i's passage. Returns up to ``keep`` passage
    indices per item, best first, out of the ``look`` that rank highest; without ``embeddings``,
    by BM25 alone.
    """
    vectors = embeddings.encode(passages) if embeddings else None
    vectoriser = CountVectorizer(stop_words="english", dtype=np.int32)
    weights = _bm25(vectoriser.fit_transform(passages).tocsr()).T.tocsr()
    texts = [f" {normalise_answer(passage)} " for passage in passages]
    mined: list[list[int]] = []
    for begin in range(0, len(items), chunk):
        part = items[begin : begin + chunk]
        queries = vectoriser.transform([item.question for item in part])
        queries.data[:] = 1
        scores = (queries @ weights).toarray()
        if embeddings is not None and vectors is not None:
            similarity = embeddings.encode([item.question for item in part]) @ vectors.T
            scores = _reciprocal_ranks(scores) + _reciprocal_ranks(similarity)
        top = np.argpartition(-scores, look, axis=1)[:, :look]
        for row, item in enumerate(part):
            wanted = [normalise_answer(span.text) for span in item.answers]
            ranked = top[row][np.argsort(-scores[row, top[row]])]
            good = [
                int(index)
                for index in ranked
                if index != own[begin + row]
                and scores[row, index] > 0
                and not any(answer in texts[index] for answer in wanted)
            ]
            mined.append(good[:keep])
    return mined
