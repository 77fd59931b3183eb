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

from index.searching.query_words import match_expression
from index.store.sqlite_rows import read_lineage, read_stamp, scope_of
from index.store.sqlite_vectors import read_ids, read_some_ids

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from index.records import Filters
    from index.store.lineage import Stamp

    Ids = NDArray[np.int32]
    Scores = NDArray[np.float32]

_MOST = 4_000_000  # of eight bytes: each word's passages, and what is kept with them
_WITH_THEM = 60
_CHANGED = 0.1  # of the passages came or went: what a word is worth is worked out anew
_AT_ONCE = 20_000  # passages, up to which it always is: that takes some milliseconds


class _State(NamedTuple):
    """A state of the store that was searched.

    Attributes:
        line: the same object for all states of which what is remembered holds.
        changed: how many passages came and went since the first one of these.
        newest: the newest passage.
        passages: how many there are.
    """

    stamp: Stamp
    line: object
    changed: int
    newest: int
    passages: int


class _Postings(NamedTuple):
    """One word.

    Attributes:
        worth_at: `changed` of the state in which the word's worth was worked out.
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
        self._latest: _State | None = None
        self._kept: OrderedDict[str, _Postings] = OrderedDict()
        self._size = 0

    def search(
        self, connection: sqlite3.Connection, words: Iterable[str], limit: int, within: Filters
    ) -> list[tuple[int, float]]:
        """(passage number, BM25) of the best passages, best first.

        In a large index words may be worth what they were before a tenth of the passages came or
        went.
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
        state = self._follow(connection)
        found = [self._postings(connection, state, word.casefold()) for word in words]
        ids = np.concatenate([each.ids for each in found])
        distinct, place = np.unique(ids, return_inverse=True)
        parts = np.concatenate([each.scores for each in found])
        return distinct, np.bincount(place, parts, len(distinct)).astype(np.float32)

    def _follow(self, connection: sqlite3.Connection) -> _State:
        """The state that is searched; unless the one before it led to it, all is forgotten.

        The index of words may have been made anew, or an older copy of the file put in its place.
        """
        stamp, before = read_stamp(connection), self._latest
        if before is not None and before.stamp == stamp:
            return before
        changed = None
        if before is not None:
            changed = read_lineage(connection, stamp).behind(before.stamp.name)
        newest, passages = connection.execute(
            "SELECT coalesce(max(id), 0), count(*) FROM passages"
        ).fetchone()
        with self._lock:
            if before is not None and changed is not None and self._holds(before):
                now = _State(stamp, before.line, before.changed + changed, newest, passages)
            else:
                now = _State(stamp, object(), 0, newest, passages)
                self._kept.clear()
                self._size = 0
            self._latest = now
        return now

    def _postings(self, connection: sqlite3.Connection, state: _State, word: str) -> _Postings:
        with self._lock:
            known = self._kept.get(word) if self._holds(state) else None
            if known is not None:
                self._kept.move_to_end(word)
        most = state.passages * _CHANGED if state.passages > _AT_ONCE else 0
        # Below 0, it was read in a later state, which may lack passages that are there in this one.
        if known is None or not 0 <= state.changed - known.worth_at <= most:
            known = _Postings(state.changed, state.newest, *_read(connection, word, 0))
        elif state.newest <= known.upto:
            return known
        else:
            ids, scores = _read(connection, word, known.upto)
            known = _Postings(
                known.worth_at,
                state.newest,
                np.concatenate([known.ids, ids]),
                np.concatenate([known.scores, scores]),
            )
        self._keep(state, word, known)
        return known

    def _holds(self, state: _State) -> bool:
        return self._latest is not None and self._latest.line is state.line

    def _keep(self, state: _State, word: str, made: _Postings) -> None:
        with self._lock:
            if not self._holds(state):
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
