"""The store on Milvus, as `index.store.Store` wants it."""

from __future__ import annotations

import logging
import secrets
from typing import TYPE_CHECKING, TypeVar

from index.errors import StorageError
from index.listing import Dated, Listing, ListPage
from index.records import Article, Filters
from index.store.disk import bytes_in
from index.store.interface import (
    Candidates,
    Change,
    Counts,
    Manifest,
    StaleChangeError,
    model_mismatch,
)
from index.store.milvus import vectors as vector_rows
from index.store.milvus.catalogue import Catalogue
from index.store.milvus.connection import (
    SESSION,
    STRONG,
    CollectionGoneError,
    Connection,
)
from index.store.milvus.recovering import drop_set, recover
from index.store.milvus.root import Current, PresumedDeadError, Root
from index.store.milvus.rows import article_key
from index.store.milvus.schema import CHANGES, ROOT, Names, create_root, create_set
from index.store.milvus.searching import Searching
from index.store.milvus.stories import read_articles, read_heads
from index.store.milvus.writing import Writing, count_change

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.store.interface import SplitArticle
    from index.store.milvus.address import Address

Result = TypeVar("Result")
log = logging.getLogger(__name__)

_FIRST = Names("0")
_AT_ONCE = 50  # articles read in one request
_FLUSHED_AFTER = 1_000  # passages that Milvus Lite keeps in memory, where it is slow to search
_TIMES = 5  # that a reader begins anew because another process has put a new set in place


class MilvusStore:
    """Articles, passages and vectors in one database of a Milvus.

    Safe to use from several threads, and from several processes at once; Milvus Lite serves one.

    Args:
        address: where the Milvus is.
        folder: where the catalogue is kept, and what else belongs to an index but not into it.
        token: `user:password` or an API key.

    Raises (from every method):
        StorageError: Milvus cannot be reached, or refuses.
    """

    def __init__(self, address: Address, folder: Path, token: str | None = None) -> None:
        self.location = folder
        self.name = address.shown
        self._connection = Connection(address, token)
        self._root = Root(self._connection)
        self._catalogue_of: tuple[str, Catalogue] | None = None
        self._is_there = False
        self._unflushed = 0
        self._interrupted = False

    # Reading

    def exists(self) -> bool:
        """Whether anything was ever stored here."""
        return self._opened() and self._root.current() is not None

    def generation(self) -> int:
        """The number of changes so far."""
        return self._connection.count(CHANGES) if self._opened() else 0

    def manifest(self) -> Manifest | None:
        """How its vectors were made; None before the first change."""
        current = self._current()
        return current.manifest if current else None

    def content_hashes(self) -> Mapping[str, str]:
        """Article id to content hash, for all articles; read as it is asked for."""
        nothing: Mapping[str, str] = {}
        return self._read(lambda now: self._catalogue(now).content_hashes(), nothing)

    def missing_vectors(self, keys: Collection[bytes]) -> set[bytes]:
        """Those of the keys under which no vector is stored."""
        if not self._opened():
            return set(keys)
        current = self._root.current(STRONG)
        names = current.names if current else None
        return set(keys) - vector_rows.known_keys(self._connection, names, keys)

    def search(
        self, words: str, vector: NDArray[np.float32], limit: int, within: Filters
    ) -> Candidates:
        """The best passages by words and by meaning, up to `limit` each."""

        def search(now: Current) -> Candidates:
            return Searching(self._connection, now.names, within).search(words, vector, limit)

        return self._read(search, Candidates())

    def article(self, article_id: str) -> Article | None:
        """One article."""
        key = article_key(article_id)
        return self._read(lambda now: self._articles(now, [key]).get(key), None)

    def articles(self, within: Filters) -> Iterator[Article]:
        """Articles, newest first, those of unknown date last."""
        nothing: list[str] = []
        keys = self._read(lambda now: self._catalogue(now).keys(within), nothing)
        for start in range(0, len(keys), _AT_ONCE):
            found = self._some_articles(keys[start : start + _AT_ONCE])
            yield from (found[key] for key in keys[start : start + _AT_ONCE] if key in found)

    def counts(self, within: Filters) -> Counts:
        """How much there is to be searched."""
        return self._read(lambda now: self._catalogue(now).counts(within), Counts())

    def listing(self, wanted: Listing) -> ListPage:
        """A stretch of the list of articles; no text is read for it."""
        return self._read(lambda now: self._catalogue(now).listing(wanted), ListPage())

    def days(self, words: str, within: Filters) -> list[Dated]:
        """How many of the listed articles have each date."""
        nothing: list[Dated] = []
        return self._read(lambda now: self._catalogue(now).days(words, within), nothing)

    def outlets(self) -> dict[str, int]:
        """How many articles each outlet has."""
        nothing: dict[str, int] = {}
        return self._read(lambda now: self._catalogue(now).outlets(), nothing)

    def vectors(self, keys: Collection[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors under these keys, where they are stored."""
        if not self._opened():
            return {}
        current = self._current()
        names = current.names if current else None
        return vector_rows.read_vectors(self._connection, names, keys)

    def bytes_on_disk(self) -> int:
        """The size of what is on this machine: of a server's data nothing but the catalogue."""
        if not self.exists():
            return 0
        file = self._connection.address.file
        stored = bytes_in(file.rglob("*")) if file else 0
        catalogue = self._catalogue_of
        return stored + (catalogue[1].size() if catalogue else 0)

    # Changing

    def add_vectors(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keep vectors for a change to come; searches do not see them."""
        self._create_root()
        vector_rows.stage(self._connection, vectors)

    def commit(self, change: Change) -> set[str]:
        """Make one change; the ids of what it put that are copies."""
        self._create_root()
        if self._interrupted:
            recover(self._connection, self._root)
            self._interrupted = False
        if change.replace:
            return self._replace(change)
        put = change.put if change.expect is not None else list(change.put)
        while True:
            current = self._root.decided()
            if change.expect is not None and self.generation() != change.expect:
                raise StaleChangeError
            if current is None:
                current = self._begin(change.manifest)
            if not current.manifest.same_vectors(change.manifest):
                raise model_mismatch(current.manifest, change.manifest)
            try:
                copies = self._write(current, put, change)
            except (CollectionGoneError, PresumedDeadError):
                copies = None
            after = self._root.decided()
            if copies is not None and after and after.names == current.names:
                return copies
            if change.expect is not None:
                raise StaleChangeError  # another set has taken the place of what was changed

    def flush(self) -> None:
        """Have Milvus Lite write its files: it is slow to search what it has in memory."""
        if not (self._opened() and self._unflushed):
            return
        current = self._current()
        there = self._connection.collections()
        if current and self._connection.serves_lite:
            self._connection.flush([each for each in current.names.all if each in there])
        self._unflushed = 0

    # How

    def _opened(self) -> bool:
        """Whether there is an index; what was interrupted is finished when it is first seen."""
        if self._is_there:
            return True
        file = self._connection.address.file
        if file is not None and not file.exists():
            return False  # looking makes nothing
        if not self._connection.has(ROOT) or not self._connection.has(CHANGES):
            return False
        self._is_there = True
        try:
            recover(self._connection, self._root)
        except StorageError as error:  # who may only read cannot, and need not
            log.warning("what was interrupted is left as it is: %s", error)
        return True

    def _current(self) -> Current | None:
        return self._root.current() if self._opened() else None

    def _read(self, read: Callable[[Current], Result], nothing: Result) -> Result:
        for _ in range(_TIMES):
            current = self._current()
            if current is None:
                return nothing
            try:
                return read(current)
            except CollectionGoneError:
                continue
        raise StorageError(f"The index in {self.name} is being rebuilt: ask again.")

    def _some_articles(self, keys: list[str]) -> dict[str, Article]:
        nothing: dict[str, Article] = {}
        return self._read(lambda now: self._articles(now, keys), nothing)

    def _articles(self, current: Current, keys: list[str]) -> dict[str, Article]:
        found: dict[str, Article] = {}
        for _ in range(_TIMES):
            heads = read_heads(self._connection, current.names, keys, SESSION)
            found |= read_articles(self._connection, current.names, heads.values(), SESSION)
            keys = [key for key in heads if key not in found]
            if not keys:
                break  # else their texts were replaced after their heads were read
        return found

    def _catalogue(self, current: Current) -> Catalogue:
        which = f"{current.store} {current.names.set}"
        kept = self._catalogue_of
        if kept is None or kept[0] != which:
            kept = which, Catalogue(self._connection, current, self.location)
            self._catalogue_of = kept
        return kept[1]

    def _create_root(self) -> None:
        if not self._opened():
            create_root(self._connection)
            self._is_there = True

    def _begin(self, manifest: Manifest) -> Current:
        """The first set: two processes that begin at once make the same one."""
        create_set(self._connection, _FIRST)
        self._root.set_current(secrets.token_hex(8), _FIRST, manifest)
        return Current("", _FIRST, manifest)

    def _write(self, current: Current, put: Iterable[SplitArticle], change: Change) -> set[str]:
        """A change that is seen article by article."""
        writing = Writing(self._connection, self._root, current.names, change.vectors)
        try:
            copies = writing.make(put, change.remove)
        except BaseException:
            self._root.abandon(writing.change)
            self._interrupted = True
            raise
        self._tidy(writing, rebuilt=change.expect is not None)
        return copies

    def _replace(self, change: Change) -> set[str]:
        """A change that is seen whole: it fills a set of its own."""
        recover(self._connection, self._root)
        before = self._root.decided()
        expected = self.generation()
        if change.expect is not None and expected != change.expect:
            raise StaleChangeError
        names = Names(secrets.token_hex(4))
        writing = Writing(self._connection, self._root, names, change.vectors, before)
        copies: set[str] = set()
        try:
            self._root.begin_set(names)
            create_set(self._connection, names)
            for some in writing.fill(change.put):
                copies |= some
                self._root.begin_set(names)
            self._connection.flush([each for each in names.all if self._connection.has(each)])
            self._root.begin_switching()
            try:
                if change.expect is not None and self.generation() != expected:
                    raise StaleChangeError
                store = before.store if before else secrets.token_hex(8)
                self._root.set_current(store, names, change.manifest)
                count_change(self._connection, writing.change)
            finally:
                self._root.end_switching()
        except BaseException:
            self._root.abandon(names.set)
            drop_set(self._connection, names)
            self._root.end_set(names)
            raise
        self._root.end_set(names)
        if before:
            drop_set(self._connection, before.names)
        vector_rows.drop_staged(self._connection)
        return copies

    def _tidy(self, writing: Writing, *, rebuilt: bool) -> None:
        vector_rows.unstage(self._connection, writing.keys, old=rebuilt)
        self._unflushed += len(writing.keys)
        if self._unflushed >= _FLUSHED_AFTER:
            self.flush()
