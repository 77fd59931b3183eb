"""What is read of Milvus: articles, vectors, how an index stands, and searches.

Each hit of a search is checked against the row of the article that it stands in.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import StorageError
from index.records import Passage
from index.store.interface import Candidates
from index.store.milvus.milvus_client import MAX_HITS, SESSION, STRONG, quoted
from index.store.milvus.milvus_collections import ALIAS, STATE, CollectionSet, asked_words
from index.store.milvus.milvus_rows import (
    ARTICLE,
    READABLE_VERSIONS,
    SCHEMA_VERSION,
    State,
    article_from,
    article_key,
    outlet_key,
    parts_of,
)

if TYPE_CHECKING:
    from collections.abc import Collection

    from numpy.typing import NDArray

    from index.records import Article, Filters
    from index.store.milvus.milvus_client import MilvusClient

    Row = dict[str, Any]
    Ranking = list[tuple[Row, float]]
    Vectors = dict[bytes, NDArray[np.float32]]


def read_current(client: MilvusClient) -> tuple[CollectionSet, State] | None:
    """The collections that count and their state; None before the first change."""
    target = client.alias_target(ALIAS)
    if target is None:
        return None
    names = CollectionSet.of(target)
    state = State.of(client.get(names.articles, [STATE], ["record"], STRONG)[STATE])
    if state.schema not in READABLE_VERSIONS:
        raise StorageError(
            f"The index in {client.address.shown} was written by another version of Dateline: use "
            "that one, or another database."
        )
    # What is written from here on is of this version, and the older Dateline leaves it alone.
    return names, replace(state, schema=SCHEMA_VERSION)


def read_rows(
    client: MilvusClient,
    names: CollectionSet,
    keys: Collection[str],
    fields: list[str],
    level: str = SESSION,
) -> dict[str, Row]:
    """The rows of the articles that are there, by key; `version` must be among the fields."""
    rows = client.get(names.articles, keys, fields, level)
    return {key: row for key, row in rows.items() if row["version"]}


def read_articles(
    client: MilvusClient, names: CollectionSet, keys: Collection[str], level: str = SESSION
) -> dict[str, Article]:
    """The articles that are there, by key; a StorageError where one is not what was stored."""
    rows = read_rows(client, names, keys, ARTICLE, level)
    return {key: article_from(row) for key, row in rows.items()}


def read_vectors(client: MilvusClient, names: CollectionSet, keys: Collection[bytes]) -> Vectors:
    """The vectors of passages, where there are any under these keys."""
    if not keys or names.passages not in names.there(client):
        return {}
    hexed, fields = [key.hex() for key in keys], ["vector_key", "vector"]
    rows = client.where(names.passages, "vector_key", hexed, fields)
    return {bytes.fromhex(row["vector_key"]): np.asarray(row["vector"], np.float32) for row in rows}


class MilvusSearch:
    """One search, over one set of collections."""

    def __init__(self, client: MilvusClient, names: CollectionSet, within: Filters) -> None:
        self._client, self._names, self._within = client, names, within
        self._rows: dict[str, Row] = {}

    def search(self, words: str, vector: NDArray[np.float32], limit: int) -> Candidates:
        """The best passages by words and by meaning, up to `limit` each."""
        asked = asked_words(words)
        by_words = self._rank("ranked", asked, limit) if asked else []
        by_meaning = self._rank("vector", vector.tolist(), limit)
        hits = {row["key"]: row for row, _ in by_words + by_meaning}
        keys = {parts_of(key)[0] for key in hits}
        articles = {key: article_from(self._rows[key]) for key in keys}
        numbers = {key: number for number, key in enumerate(sorted(hits))}
        passages = {}
        for key, number in numbers.items():
            article, start, end = articles[parts_of(key)[0]], hits[key]["start"], hits[key]["end"]
            passages[number] = Passage(article.id, start, end, article.text[start:end]), article
        return Candidates(
            # Milvus Lite tells BM25 as a distance, below 0; a server tells the score.
            [(numbers[row["key"]], abs(score)) for row, score in by_words],
            [(numbers[row["key"]], score) for row, score in by_meaning],
            passages,
            {articles[key].id: self._rows[key]["story"] for key in keys},
        )

    def _rank(self, field: str, query: Any, limit: int) -> Ranking:
        """Hits of the version that counts and not replaced; more are sought where one is not."""
        wanted, condition = limit, condition_of(self._within)
        fields = ["key", "start", "end"]
        while True:
            found = self._client.search(
                self._names.passages, field, query, wanted, fields, condition
            )
            self._look_up({parts_of(row["key"])[0] for row, _ in found})
            good = [each for each in found if self._counts(*parts_of(each[0]["key"]))]
            if len(good) >= limit or len(found) < wanted or wanted >= MAX_HITS:
                return good[:limit]
            wanted = min(wanted * 4, MAX_HITS)

    def _look_up(self, keys: set[str]) -> None:
        """Read the articles of hits, and the versions that replace them."""
        fields = [*ARTICLE, "story", "newer"]
        while keys := keys - self._rows.keys() - {""}:
            found = read_rows(self._client, self._names, keys, fields)
            self._rows |= found
            keys = {row["newer"] for row in found.values()}

    def _counts(self, key: str, version: str) -> bool:
        row = self._rows.get(key)
        if row is None or row["version"] != version:
            return False
        if row["newer"] not in self._rows:
            return True
        return not self._within.admits(article_from(self._rows[row["newer"]]))


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
