"""What the vectors are read from: one unchanging view of the store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.store.lineage import Lineage, Stamp

    Ids = NDArray[np.int64]
    Vectors = NDArray[np.float32]

PORTION = 10_000
"""Vectors read from the store at once: 15 MB of them."""


class Rows(Protocol):
    """The passages and their vectors, in one state of the store. All ids are ascending."""

    stamp: Stamp

    def lineage(self) -> Lineage:
        """What led to this state."""

    def ids(self) -> Ids:
        """All passage numbers."""

    def changed(self, known: Ids) -> tuple[Ids, Ids]:
        """Of the ids of an earlier state, those that are gone; and those that came since."""

    def vectors(self, ids: Ids) -> Vectors:
        """The vectors of ids that are there, and have few others between them."""

    def some_vectors(self, ids: Ids) -> tuple[Ids, Vectors]:
        """Those of a few ids that are there, and their vectors."""


def fill(index: Any, ids: Ids, rows: Rows) -> None:
    """Put vectors into one of FAISS's indexes, portion by portion."""
    for start in range(0, len(ids), PORTION):
        some = ids[start : start + PORTION]
        index.add_with_ids(rows.vectors(some), some)
