"""The words of passages that tantivy's files do not hold yet, scored as tantivy scores (BM25)."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from index.store.sqlite_rows import removed_passages
from index.store.word_files import read_texts
from index.terms import analyzer, indexed_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Mapping

    from index.store.lineage import Stamp
    from index.store.sqlite_listing import PassageSet
    from index.store.word_files import OpenedWords

_K1, _B = 1.2, 0.75  # tantivy's


@dataclass(frozen=True, slots=True)
class RecentWords:
    """One state of the store: tantivy's files, and what came and went since they were written.

    Attributes:
        written: the files; None where there are none yet.
        stamp: the state.
        passages: those that the files lack, by number: how often each term stands in each.
        holding: in how many of them each term stands.
        gone: those that the files still have and the store no longer.
    """

    written: OpenedWords | None
    stamp: Stamp
    passages: Mapping[int, Counter[str]] = field(default_factory=dict)
    holding: Mapping[str, int] = field(default_factory=dict)
    gone: frozenset[int] = frozenset()

    def __len__(self) -> int:
        """How many passages came and went."""
        return len(self.passages) + len(self.gone)

    def follow(self, connection: sqlite3.Connection, stamp: Stamp) -> RecentWords:
        """A later state."""
        if stamp.generation <= self.stamp.generation:
            return self
        removed = removed_passages(connection, self.stamp.generation)
        written = self.written.newest if self.written else 0
        newest = max(self.passages, default=written)
        passages = {**self.passages}
        for number, text, _ in read_texts(connection, newest):
            passages[number] = Counter(analyzer().analyze(indexed_text(text)))
        for number in removed:
            passages.pop(number, None)
        holding = Counter(term for counts in passages.values() for term in counts)
        gone = self.gone | {number for number in removed if number <= written}
        return RecentWords(self.written, stamp, passages, holding, gone)

    def score(self, words: Iterable[list[str]], searched: PassageSet) -> list[tuple[int, float]]:
        """(number, BM25) of the recent passages with any of the words, in no order.

        Args:
            words: each as the terms that a passage must all have.
        """
        if not self.passages:
            return []
        numbers = np.fromiter(self.passages, np.int64)
        numbers = numbers[searched.holds(numbers)]
        wanted = [(terms, [self._rarity(term) for term in terms]) for terms in words]
        average = self._average_length()
        found = []
        for number in numbers.tolist():
            counts = self.passages[number]
            length = _K1 * (1 - _B + _B * counts.total() / average)
            score = 0.0
            for terms, rarities in wanted:
                times = [counts[term] for term in terms]
                if all(times):
                    score += sum(
                        rarity * n * (_K1 + 1) / (n + length)
                        for n, rarity in zip(times, rarities, strict=True)
                    )
            if score:
                found.append((number, score))
        return found

    def _rarity(self, term: str) -> float:
        """The term's inverse document frequency."""
        there, holding = len(self.passages), self.holding.get(term, 0)
        if self.written:
            there += self.written.passages
            holding += self.written.searcher.doc_freq("words", term)
        return math.log(1 + (there - holding + 0.5) / (holding + 0.5))

    def _average_length(self) -> float:
        """Of a passage, in terms."""
        terms = 0.0 + sum(counts.total() for counts in self.passages.values())
        there = len(self.passages)
        if self.written:
            terms += self.written.average_terms * self.written.passages
            there += self.written.passages
        return max(terms / there, 1.0)
