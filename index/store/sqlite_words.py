"""Search by words: BM25, the sum of what each word asked for is worth in a passage.

In all but a large index the words' passages are remembered. FTS5 itself scores every passage with
any of the words, and a word that stands in tens of thousands of them makes that slow (0.8 s of a
million passages). So there, where rarer ones are asked for as well, only passages with one of those
are scored: 0.25 s. On 61,857 passages that lost 2 in 1,000 of the ten best and 17 in 100 of the
fifty best. What can be lost is a passage with several common words and none of the rare ones, which
the search by meaning may still find.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from index.searching.query_words import match_expression, search_words
from index.store.sqlite_rows import scope_of
from index.store.word_postings import WordPostings

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from index.records import Filters

_COMMON = 0.04  # of the passages
_FEW = 250_000  # passages whose words are soon read and take little memory
_REMEMBERED = 20_000  # words
_GROWN = 1.1  # times as many passages: the words are counted anew


class WordSearch:
    """Searches one store; remembers its words. Safe for several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: dict[str, int] = {}
        self._counted_at = 0
        self._postings = WordPostings()

    def search(
        self, connection: sqlite3.Connection, text: str, limit: int, within: Filters
    ) -> list[tuple[int, float]]:
        """(passage number, BM25) of the best passages, best first."""
        words = search_words(text)
        if not words:
            return []
        (passages,) = connection.execute("SELECT coalesce(max(id), 0) FROM passages").fetchone()
        if passages <= _FEW:
            return self._postings.search(connection, words, limit, within)
        everything = match_expression(words)
        # A filter may leave none of the passages that have the rare words.
        rare = [] if within else self._rare(connection, words, passages)
        if rare:
            expression = f"({match_expression(rare)}) AND ({everything})"
            found = _best(connection, expression, limit, within)
            if len(found) == limit:
                return found
        return _best(connection, everything, limit, within)

    def _rare(
        self, connection: sqlite3.Connection, words: Sequence[str], passages: int
    ) -> list[str]:
        """The rare ones, when there are both rare and common ones."""
        rare = [
            each for each in words if self._count(connection, each, passages) < passages * _COMMON
        ]
        return rare if len(rare) < len(words) else []

    def _count(self, connection: sqlite3.Connection, word: str, passages: int) -> int:
        """In how many passages the word stands, or stood a little while ago."""
        with self._lock:
            stale = not self._counted_at <= passages <= self._counted_at * _GROWN
            if stale or len(self._counts) > _REMEMBERED:
                self._counts, self._counted_at = {}, passages
            known = self._counts.get(word)
        if known is None:
            (known,) = connection.execute(
                "SELECT count(*) FROM passages_fts WHERE passages_fts MATCH ?",
                [match_expression([word])],
            ).fetchone()
            with self._lock:
                self._counts[word] = known
        return known


def _best(
    connection: sqlite3.Connection, expression: str, limit: int, within: Filters
) -> list[tuple[int, float]]:
    chosen, values = scope_of(within)
    scope = (  # the plus keeps SQLite from searching the words anew for every row
        f"AND +rowid {'IN' if within else 'NOT IN'} (SELECT id FROM passages WHERE {chosen})"
    )
    rows = connection.execute(
        "SELECT rowid, -bm25(passages_fts) FROM passages_fts WHERE passages_fts MATCH ? "
        f"{scope} ORDER BY rank LIMIT ?",
        [expression, *values, limit],
    )
    return list(rows)
