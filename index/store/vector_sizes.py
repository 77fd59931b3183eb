"""From which size on vectors are searched in clusters, and how: all figures in one place.

`python -m benchmarks.scale` measured them (`benchmarks/RESULTS.md`); times are for one search on
one of two cores, of 384 dimensions, recall is of the ten nearest.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Sizes:
    """When and how vectors are put into clusters (FAISS's IVF with 8 bits a dimension).

    Attributes:
        exact_up_to: so many passages are all compared: 34 ms and 770 MB for 1,000,000, so about
            9 ms for these; clusters take 4 ms for a million, 400 MB, and find 99 in 100.
        clusters: 4,096 of them take four times as long to learn as 2,048, and a search no less.
        looked_at: share of the passages that are compared with a question: a sixteenth finds 99 in
            100, a thirty-second 97.
        taught: passages that each cluster's place is learnt from.
        learnt_again: when there are so many times as many passages as when it was learnt.
        fetched: times as many candidates as are wanted are compared exactly, from the store.
        behind: passages that a file may lack or hold too many: 0.1 s to catch up.
        share_behind: the same, as a share of all: a small file is quickly written.
    """

    exact_up_to: int = 250_000
    clusters: int = 2_048
    looked_at: float = 1 / 16
    taught: int = 64
    learnt_again: int = 8
    fetched: int = 2
    behind: int = 2_000
    share_behind: float = 0.05
