"""The passages that each word stands in, remembered with what it adds to their BM25.

A passage's BM25 is a sum over the words asked for. What takes time is each word that stands in many
passages, and those come again with almost every question: read once, they are added in a
millisecond, where FTS5 scores each passage anew in fifty.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from index.store.sqlite_rows import read_stamp, scope_of
from index.store.sqlite_vectors import read_ids, read_some_ids
from index.words import match_expression

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from index.records import Filter

    Ids = NDArray[np.int32]
    Scores = NDArray[np.float32]

_MOST = 4_000_000  # of eight bytes: each word's passages, and what is kept with them
_WITH_THEM = 60
_GROWN = 1.1  # times as many passages: what a word is worth is worked out anew


class _Postings(NamedTuple):
    """One word.

    Attributes:
        worth_at: the newest passage when the word's worth was worked out.
        upto: the newest passage that was looked at.
        ids: in ascending order.
        scores: the word's part of each one's BM25.
    """

    worth_at: int
    upto: int
    ids: Ids
    scores: Scores

    @property
    def size(self) -> int:
        """Of eight bytes."""
        return len(self.ids) + _WITH_THEM


class WordPostings:
    """What is remembered of one store; safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._store = ""
        self._kept: OrderedDict[str, _Postings] = OrderedDict()
        self._size = 0

    def search(
        self, connection: sqlite3.Connection, words: Iterable[str], limit: int, within: Filter
    ) -> list[tuple[int, float]]:
        """(passage number, BM25) of the best passages, best first.

        Where passages were removed, words may be worth what they were worth before that.
        """
        ids, scores = self._score(connection, words)
        chosen, values = scope_of(within)
        scope = read_ids(connection, f"WHERE {chosen}", values)
        searched = np.isin(ids, scope, invert=not within)
        ids, scores = ids[searched], scores[searched]
        order = np.argsort(-scores, kind="stable")
        wanted = limit
        while True:
            best = order[:wanted]
            there = read_some_ids(connection, ids[best])
            staying = best[np.isin(ids[best], there)][:limit]
            if len(staying) == limit or len(best) == len(order):
                return list(zip(ids[staying].tolist(), scores[staying].tolist(), strict=True))
            wanted *= 4  # many were removed

    def _score(self, connection: sqlite3.Connection, words: Iterable[str]) -> tuple[Ids, Scores]:
        """The passages with any of the words, some of them removed since, and their BM25."""
        (newest,) = connection.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()
        store = read_stamp(connection).store
        found = [self._postings(connection, store, word.casefold(), newest) for word in words]
        ids = np.concatenate([each.ids for each in found])
        distinct, place = np.unique(ids, return_inverse=True)
        parts = np.concatenate([each.scores for each in found])
        return distinct, np.bincount(place, parts, len(distinct)).astype(np.float32)

    def _postings(
        self, connection: sqlite3.Connection, store: str, word: str, newest: int
    ) -> _Postings:
        with self._lock:
            if store != self._store:
                self._store, self._size = store, 0
                self._kept.clear()
            known = self._kept.get(word)
            if known is not None:
                self._kept.move_to_end(word)
        if known is not None and newest <= known.worth_at * _GROWN:
            if newest <= known.upto:
                return known
            ids, scores = _read(connection, word, known.upto)
            known = _Postings(
                known.worth_at,
                newest,
                np.concatenate([known.ids, ids]),
                np.concatenate([known.scores, scores]),
            )
        else:
            known = _Postings(newest, newest, *_read(connection, word, 0))
        self._keep(store, word, known)
        return known

    def _keep(self, store: str, word: str, made: _Postings) -> None:
        with self._lock:
            if store != self._store:
                return
            before = self._kept.pop(word, None)
            self._size += made.size - (before.size if before else 0)
            self._kept[word] = made
            while self._size > _MOST:
                _, forgotten = self._kept.popitem(last=False)
                self._size -= forgotten.size


def _read(connection: sqlite3.Connection, word: str, after: int) -> tuple[Ids, Scores]:
    rows = connection.execute(
        "SELECT rowid, -bm25(passages_fts) FROM passages_fts "
        "WHERE passages_fts MATCH ? AND rowid > ?",
        (match_expression([word]), after),
    ).fetchall()
    numbers, scores = zip(*rows, strict=True) if rows else ((), ())
    return np.array(numbers, np.int32), np.array(scores, np.float32)
