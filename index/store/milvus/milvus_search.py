"""Search in Milvus: BM25 and vectors, each hit checked against the article that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from index.errors import StorageError
from index.records import Passage
from index.store.interface import Candidates
from index.store.milvus.milvus_client import MAX_HITS, SESSION, quoted
from index.store.milvus.milvus_collections import asked_words
from index.store.milvus.milvus_rows import (
    HEAD,
    Head,
    article_from,
    article_key,
    outlet_key,
    parts_of,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.records import Article, Filters
    from index.store.milvus.milvus_client import MilvusClient
    from index.store.milvus.milvus_collections import CollectionSet

    Ranking = list[tuple[dict[str, Any], float]]


class MilvusSearch:
    """One search, over one set of collections."""

    def __init__(self, client: MilvusClient, names: CollectionSet, within: Filters) -> None:
        self._client, self._names, self._within = client, names, within
        self._heads: dict[str, Head] = {}

    def search(self, words: str, vector: NDArray[np.float32], limit: int) -> Candidates:
        """The best passages by words and by meaning, up to `limit` each."""
        asked = asked_words(words)
        try:
            by_words = self._rank("ranked", asked, limit) if asked else []
            # Milvus Lite tells BM25 as a distance, below 0; a server tells the score.
            by_words = [(row, abs(score)) for row, score in by_words]
            by_meaning = self._rank("vector", vector.tolist(), limit)
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
            found = self._client.search(
                self._names.passages,
                field,
                [query],
                wanted,
                ["key", "start", "end"],
                condition_of(self._within),
            )[0]
            self._look_up({parts_of(row["key"])[0] for row, _ in found})
            good = [each for each in found if self._counts(each[0])]
            if len(good) >= limit or len(found) < wanted or wanted >= MAX_HITS:
                return good[:limit]
            wanted = min(wanted * 4, MAX_HITS)

    def _look_up(self, keys: set[str]) -> None:
        heads = read_heads(self._client, self._names, keys - self._heads.keys())
        newer = {head.newer for head in heads.values() if head.newer}
        self._heads |= heads
        self._heads |= read_heads(self._client, self._names, newer - self._heads.keys())

    def _counts(self, row: dict[str, Any]) -> bool:
        key, version = parts_of(row["key"])
        head = self._heads.get(key)
        if head is None or head.version != version:
            return False
        newer = self._heads.get(head.newer)
        return newer is None or not self._within.admits_facts(
            newer.id, newer.facts["publisher"], newer.published
        )

    def _gather(self, by_words: Ranking, by_meaning: Ranking) -> Candidates:
        rows = {row["key"]: row for row, _ in by_words + by_meaning}
        heads = [self._heads[key] for key in {parts_of(each)[0] for each in rows}]
        articles = read_articles(self._client, self._names, heads)
        good = [key for key in sorted(rows) if parts_of(key)[0] in articles]
        numbers = {key: number for number, key in enumerate(good)}
        passages = {
            number: (_passage(rows[key], articles[parts_of(key)[0]]), articles[parts_of(key)[0]])
            for key, number in numbers.items()
        }
        return Candidates(
            _numbered(by_words, numbers),
            _numbered(by_meaning, numbers),
            passages,
            {articles[key].id: self._heads[key].story for key in articles},
        )


def read_heads(
    client: MilvusClient, names: CollectionSet, keys: set[str], level: str = SESSION
) -> dict[str, Head]:
    """The heads of the articles that are there, by key."""
    rows = client.get(names.articles, keys, HEAD, level) if keys else {}
    return {key: Head.of(row) for key, row in rows.items() if row["version"]}


def read_articles(
    client: MilvusClient, names: CollectionSet, heads: list[Head], level: str = SESSION
) -> dict[str, Article]:
    """Whole articles, by key; without those that were replaced since their heads were read.

    Raises:
        StorageError: one is not what was stored.
    """
    versions = {head.key: head.version for head in heads}
    fields = ["id", "content_hash", "version", "record"]
    rows = client.get(names.articles, versions.keys(), fields, level) if heads else {}
    return {key: article_from(row) for key, row in rows.items() if row["version"] == versions[key]}


def has_passages(client: MilvusClient, names: CollectionSet) -> bool:
    """Whether a set has its collection of passages: none is made before there is a vector."""
    return names.passages in client.collections()


def condition_of(within: Filters) -> str:
    """`Filters.admits` as Milvus reads it, in digests and numbers only; empty for everything."""
    parts = []
    if within.since:
        parts.append(f"last >= {within.since.toordinal()}")
    if within.until:
        parts.append(f"first > 0 and first <= {within.until.toordinal()}")
    if within.publishers:
        parts.append(f"outlet in {quoted(sorted(set(map(outlet_key, within.publishers))))}")
    if within.articles:
        parts.append(f"article in {quoted(sorted(set(map(article_key, within.articles))))}")
    return " and ".join(parts)


def _passage(row: dict[str, Any], article: Article) -> Passage:
    start, end = int(row["start"]), int(row["end"])
    return Passage(article.id, start, end, article.text[start:end])


def _numbered(ranking: Ranking, numbers: dict[str, int]) -> list[tuple[int, float]]:
    return [(numbers[row["key"]], score) for row, score in ranking if row["key"] in numbers]
