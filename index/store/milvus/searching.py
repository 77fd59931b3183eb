"""Search in Milvus: BM25 and vectors, each hit checked against the article that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.errors import StorageError
from index.records import Passage
from index.store.interface import Candidates
from index.store.milvus.conditions import admits, condition_of
from index.store.milvus.connection import MOST_FOUND, SESSION, CollectionGoneError
from index.store.milvus.rows import article_key, parts_of
from index.store.milvus.stories import places_of, read_articles, read_heads
from index.store.milvus.words import asked_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.records import Article, Filters
    from index.store.milvus.connection import Connection
    from index.store.milvus.rows import Head
    from index.store.milvus.schema import Names
    from index.stories.printings import Place

    Ranking = list[tuple[dict[str, Any], float]]

_FIELDS = ["key", "start", "end"]


class Searching:
    """One search, over one set of collections."""

    def __init__(self, connection: Connection, names: Names, within: Filters) -> None:
        self._connection, self._names, self._within = connection, names, within
        self._heads: dict[str, Head] = {}
        self._places: dict[str, Place] = {}

    def search(self, words: str, vector: NDArray[np.float32], limit: int) -> Candidates:
        """The best passages by words and by meaning, up to `limit` each."""
        asked = asked_words(words)
        try:
            by_words = self._rank("ranked", asked, limit) if asked else []
            # Milvus Lite tells BM25 as a distance, below 0; a server tells the score.
            by_words = [(row, abs(score)) for row, score in by_words]
            by_meaning = self._rank("vector", vector.tolist(), limit)
        except CollectionGoneError:
            if self._connection.has(self._names.articles):
                return Candidates()  # nothing with a passage was ever stored
            raise
        except StorageError as error:
            if "dimension" in str(error) or "mismatch" in str(error):
                raise StorageError(
                    "The index has just been rebuilt with another model: ask again."
                ) from error
            raise
        return self._gather(by_words, by_meaning)

    def _rank(self, field: str, query: Any, limit: int) -> Ranking:
        """Hits of the version that counts and not replaced; more are sought where one is not."""
        wanted = limit
        while True:
            found = self._connection.search(
                self._names.passages,
                field,
                [query],
                wanted,
                _FIELDS,
                condition_of(self._within),
            )[0]
            self._look_up({parts_of(row["key"])[0] for row, _ in found})
            good = [each for each in found if self._counts(each[0])]
            if len(good) >= limit or len(found) < wanted or wanted >= MOST_FOUND:
                return good[:limit]
            wanted = min(wanted * 4, MOST_FOUND)

    def _look_up(self, keys: set[str]) -> None:
        new = keys - self._places.keys()
        heads = read_heads(self._connection, self._names, new, SESSION)
        if heads:
            places, known = places_of(self._connection, self._names, heads, SESSION)
            self._heads |= known
            self._places |= places

    def _counts(self, row: dict[str, Any]) -> bool:
        key, version = parts_of(row["key"])
        head = self._heads.get(key)
        if head is None or head.version != version:
            return False
        newer = self._places[key].newer
        if newer is None:
            return True
        other = self._heads.get(article_key(newer))
        return other is None or not admits(self._within, other)

    def _gather(self, by_words: Ranking, by_meaning: Ranking) -> Candidates:
        rows = {row["key"]: row for row, _ in by_words + by_meaning}
        keys = {parts_of(each)[0] for each in rows}
        heads = [self._heads[key] for key in keys]
        articles = read_articles(self._connection, self._names, heads, SESSION)
        numbers = {
            key: number for number, key in enumerate(sorted(rows)) if parts_of(key)[0] in articles
        }
        passages = {
            number: (_passage(rows[key], articles[parts_of(key)[0]]), articles[parts_of(key)[0]])
            for key, number in numbers.items()
        }
        return Candidates(
            _numbered(by_words, numbers),
            _numbered(by_meaning, numbers),
            passages,
            {articles[key].id: self._places[key].story for key in articles},
        )


def _passage(row: dict[str, Any], article: Article) -> Passage:
    start, end = int(row["start"]), int(row["end"])
    return Passage(article.id, start, end, article.text[start:end])


def _numbered(ranking: Ranking, numbers: dict[str, int]) -> list[tuple[int, float]]:
    return [(numbers[row["key"]], score) for row, score in ranking if row["key"] in numbers]
