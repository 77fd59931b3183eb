"""Which passages a search may return: read from the store once for all searches of a question."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.store.sqlite_rows import searched_condition

if TYPE_CHECKING:
    import sqlite3

    from numpy.typing import NDArray

    from index.records import Filters
    from index.store.lineage import Stamp

_REMEMBERED = 8  # sets; a conversation mostly asks again within the same filters


@dataclass(frozen=True, slots=True, eq=False)
class PassageSet:
    """Passage numbers of one state of the store.

    Attributes:
        stamp: the state.
        ids: ascending.
        all_but: the set is all passages but these.
    """

    stamp: Stamp
    ids: NDArray[np.int64]
    all_but: bool

    def holds(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each number whether it is in the set, shape (len(numbers),)."""
        if not len(self.ids):
            return np.full(len(numbers), self.all_but)
        places = np.minimum(np.searchsorted(self.ids, numbers), len(self.ids) - 1)
        found: NDArray[np.bool_] = (self.ids[places] == numbers) != self.all_but
        return found


class PassageSets:
    """The sets that filters admit in one store, the latest of them remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[Stamp, Filters], PassageSet] = OrderedDict()

    def read(self, connection: sqlite3.Connection, stamp: Stamp, filters: Filters) -> PassageSet:
        """With filters the passages that they admit; without, all but those replaced by newer.

        Args:
            stamp: the state that the connection sees.
        """
        key = stamp, filters
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = _read(connection, stamp, filters)
            with self._lock:
                self._known[key] = known
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return known


def _read(connection: sqlite3.Connection, stamp: Stamp, filters: Filters) -> PassageSet:
    condition, values = searched_condition(filters) if filters else ("newer IS NOT NULL", [])
    rows = connection.execute(
        "SELECT first, last FROM articles JOIN passage_ranges ON article = number "
        f"WHERE {condition} ORDER BY first",
        values,
    ).fetchall()
    ranges = np.array(rows, np.int64).reshape(-1, 2)
    lengths = ranges[:, 1] - ranges[:, 0] + 1
    before = np.cumsum(lengths) - lengths  # numbers in the ranges before each one
    ids = np.repeat(ranges[:, 0] - before, lengths) + np.arange(lengths.sum())
    return PassageSet(stamp, ids, all_but=not filters)
