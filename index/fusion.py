"""Two rankings into one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.records import Hit

if TYPE_CHECKING:
    from index.store.interface import Candidates

_RANK_CONSTANT = 60  # as in the paper; it keeps one first place from outweighing two good ones


def fuse(candidates: Candidates, limit: int) -> list[Hit]:
    """Hits by reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), best first."""
    scores: dict[int, float] = {}
    for ranking in (candidates.by_words, candidates.by_meaning):
        for rank, (number, _) in enumerate(ranking, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (_RANK_CONSTANT + rank)
    bm25, similarity = dict(candidates.by_words), dict(candidates.by_meaning)
    best = sorted(scores, key=lambda number: (-scores[number], number))[:limit]
    return [
        Hit(
            *candidates.passages[number],
            score=scores[number],
            similarity=similarity.get(number),
            bm25=bm25.get(number),
        )
        for number in best
    ]
