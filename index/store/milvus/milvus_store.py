"""The store on Milvus, as `index.store.Store` wants it."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from index.errors import StorageError
from index.records import Article, Counts, Dated, Filters, Listing, ListPage
from index.store import sqlite_listing as lists
from index.store.interface import Candidates, Change, Manifest, bytes_in
from index.store.milvus.milvus_client import CollectionGoneError, MilvusClient
from index.store.milvus.milvus_collections import ALIAS, CollectionSet
from index.store.milvus.milvus_list import ArticleList, read_ids
from index.store.milvus.milvus_reading import (
    MilvusSearch,
    read_articles,
    read_current,
    read_vectors,
)
from index.store.milvus.milvus_rows import article_key
from index.store.milvus.milvus_writer import MilvusWriter

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.store.milvus.milvus_client import Address
    from index.store.milvus.milvus_reading import Vectors
    from index.store.milvus.milvus_rows import State

Result = TypeVar("Result")

ARTICLES_PER_REQUEST = 50
PASSAGES_PER_FLUSH = 1_000  # that Milvus Lite keeps in memory, where it is slow to search
RETRIES = 5  # of a reader whose collections a rebuild has replaced


class MilvusStore:
    """Articles, passages and vectors in one database of a Milvus.

    Readers never write to it: only `commit` does, under the lock of `folder`, where the list of
    articles is kept too. Safe to use from several threads and processes at once; Milvus Lite in a
    file serves one process.

    Raises (from every method):
        StorageError: Milvus cannot be reached, or refuses.
    """

    def __init__(self, address: Address, folder: Path, token: str | None = None) -> None:
        self.location, self.name = folder, address.shown
        self._client = MilvusClient(address, token)
        self._list = ArticleList(folder)
        self._writer = MilvusWriter(self._client, folder, self._list)
        self._manifest: tuple[CollectionSet | None, Manifest | None] = None, None
        self._unflushed = 0

    # Reading

    def exists(self) -> bool:
        return self._names() is not None

    def generation(self) -> int:
        state = self._state()
        return state.generation if state else 0

    def manifest(self) -> Manifest | None:
        names = self._names()
        if self._manifest[0] != names:  # it stays the same as long as the collections do
            state = self._state()
            self._manifest = names, state.manifest if state else None
        return self._manifest[1]

    def content_hashes(self) -> Mapping[str, str]:
        query = "SELECT id, content_hash FROM articles"
        return self._listed(lambda articles: dict(articles.execute(query)), {})

    def missing_vectors(self, keys: Collection[bytes]) -> set[bytes]:
        return set(keys) - self.vectors(keys).keys()

    def search(
        self, words: str, vector: NDArray[np.float32], limit: int, within: Filters
    ) -> Candidates:
        def search(names: CollectionSet) -> Candidates:
            try:
                return MilvusSearch(self._client, names, within).search(words, vector, limit)
            except CollectionGoneError:
                if names.there(self._client) == {names.articles}:
                    return Candidates()  # nothing with a passage was ever stored
                raise

        return self._read(search, Candidates())

    def article(self, article_id: str) -> Article | None:
        return next(self._some_articles([article_id]), None)

    def articles(self, within: Filters) -> Iterator[Article]:
        ids: list[str] = self._listed(lambda articles: read_ids(articles, within), [])
        for start in range(0, len(ids), ARTICLES_PER_REQUEST):
            yield from self._some_articles(ids[start : start + ARTICLES_PER_REQUEST])

    def counts(self, within: Filters) -> Counts:
        return self._listed(lambda articles: lists.read_counts(articles, within), Counts())

    def listing(self, wanted: Listing) -> ListPage:
        return self._listed(lambda articles: lists.read_listing(articles, wanted), ListPage())

    def days(self, words: str, within: Filters) -> list[Dated]:
        return self._listed(lambda articles: lists.read_days(articles, words, within), [])

    def outlets(self) -> dict[str, int]:
        return self._listed(lists.read_outlets, {})

    def vectors(self, keys: Collection[bytes]) -> Vectors:
        """The vectors under these keys, where they are stored or wait for their change."""
        found = self._list.vectors(keys)
        missing = set(keys) - found.keys()
        none: Vectors = {}
        return found | self._read(lambda names: read_vectors(self._client, names, missing), none)

    def bytes_on_disk(self) -> int:
        """The size of what is on this machine: of a server's data nothing but the list."""
        if not self.exists():
            return 0
        file = self._client.address.file
        return bytes_in([self._list.path, *(file.rglob("*") if file else ())])

    # Changing

    def add_vectors(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keep vectors for a change to come, on this machine; searches do not see them."""
        self.exists()  # or it would be told only at the end that Milvus cannot be reached
        self._list.add_vectors(vectors)

    def commit(self, change: Change) -> set[str]:
        """Make one change; the ids of what it put that are copies."""
        copies = self._writer.commit(change)
        rebuilt = change.replace or change.expect is not None
        self._list.drop_vectors(None if rebuilt else change.vectors.keys())
        self._unflushed += max(len(change.vectors), 1)
        if self._unflushed >= PASSAGES_PER_FLUSH:
            self.flush()
        return copies

    def flush(self) -> None:
        """Have Milvus Lite write its files: it is slow to search what it has in memory."""
        names = self._names() if self._unflushed and self._client.serves_lite else None
        for each in names.there(self._client) if names else ():
            self._client.flush(each)
        self._unflushed = 0

    # How

    def _names(self) -> CollectionSet | None:
        """The collections that count."""
        file = self._client.address.file
        if file is not None and not file.exists():
            return None  # looking makes nothing
        target = self._client.alias_target(ALIAS)
        return CollectionSet.of(target) if target else None

    def _state(self) -> State | None:
        current = self._read(lambda _: read_current(self._client), None)
        return current and current[1]

    def _read(self, read: Callable[[CollectionSet], Result], nothing: Result) -> Result:
        """Read from the collections that count; again where they have just been replaced."""
        for _ in range(RETRIES):
            names = self._names()
            if names is None:
                return nothing
            try:
                return read(names)
            except CollectionGoneError:
                continue
        raise StorageError(f"The index in {self.name} is being rebuilt: ask again.")

    def _listed(self, read: Callable[[sqlite3.Connection], Result], nothing: Result) -> Result:
        """Read from the list of articles, which follows the index first."""

        def follow(_: CollectionSet) -> Result:
            current = read_current(self._client)
            if current is None:
                return nothing
            with self._list.reading(self._client, *current) as articles:
                return read(articles)

        return self._read(follow, nothing)

    def _some_articles(self, ids: list[str]) -> Iterator[Article]:
        keys = [article_key(each) for each in ids]
        none: dict[str, Article] = {}
        found = self._read(lambda names: read_articles(self._client, names, keys), none)
        return (found[key] for key in keys if key in found)
