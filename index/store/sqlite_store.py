"""The embedded store: one SQLite file, with caches of words and vectors beside it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeVar

from index.errors import StorageError
from index.records import Article, Counts, Dated, Filters, Listing, ListPage
from index.sqlite_errors import translating_errors
from index.store import sqlite_listing as lists
from index.store import sqlite_rows as rows
from index.store import sqlite_stories as stories
from index.store import sqlite_vectors as vector_rows
from index.store.interface import (
    Candidates,
    Change,
    Manifest,
    MissingVectorsError,
    StaleChangeError,
    bytes_in,
    check_model,
)
from index.store.sqlite_connections import Connections, Room
from index.store.sqlite_listing import PassageSets
from index.store.vector_index import VectorIndex
from index.store.word_index import WordIndex

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.store.lineage import Stamp

Result = TypeVar("Result")


class SQLiteStore:
    """Articles, passages and vectors in `folder/index.sqlite3`; implements `index.store.Store`.

    Safe to use from several threads, and from several processes at once.

    Raises (from every method):
        StorageError: the file cannot be read or written; what was stored stays as it was.
    """

    def __init__(self, folder: Path) -> None:
        self.location, self.name = folder, str(folder)
        self._path = folder / "index.sqlite3"
        self._connections = Connections(self._path)
        self._vectors = VectorIndex(folder / "vectors")
        self._words = WordIndex(folder / "words", self._connections)
        self._sets = PassageSets()
        self._counted: tuple[Stamp | None, Counts] = None, Counts()
        self._room = Room(self._path)

    def close(self) -> None:
        """Let go of the file; it is opened again when something is asked."""
        self._connections.close()

    # Reading

    def exists(self) -> bool:
        return self._read(lambda _: True, nothing=False)

    def generation(self) -> int:
        return self._read(lambda connection: rows.read_stamp(connection).generation, 0)

    def manifest(self) -> Manifest | None:
        if not self._has_file():
            return None
        with self._connections.reading() as connection:  # asked before each search: no detour
            return rows.read_manifest(connection) if rows.has_tables(connection) else None

    def content_hashes(self) -> Mapping[str, str]:
        query = "SELECT id, content_hash FROM articles"
        return self._read(lambda connection: dict(connection.execute(query)), {})

    def missing_vectors(self, keys: Collection[bytes]) -> set[bytes]:
        wanted = set(keys)
        return self._read(lambda found: vector_rows.missing_vectors(found, wanted), wanted)

    def search(
        self, words: str, vector: NDArray[np.float32], limit: int, within: Filters
    ) -> Candidates:
        with self._connections.reading() as connection:
            searched = self._sets.read(connection, rows.read_stamp(connection), within)
            by_words = self._words.search(connection, words, limit, within, searched)
            by_meaning = self._vectors.search(connection, vector, limit, searched)
            numbers = dict.fromkeys(number for number, _ in by_words + by_meaning)
            passages, told = rows.read_passages(connection, numbers)
        return Candidates(
            [each for each in by_words if each[0] in passages],
            [each for each in by_meaning if each[0] in passages],
            passages,
            told,
        )

    def article(self, article_id: str) -> Article | None:
        with self._connections.reading() as connection:
            row = connection.execute(
                f"SELECT {rows.ARTICLE} FROM articles WHERE id = ?", (article_id,)
            )
            return next((rows.article_from(each) for each in row), None)

    def articles(self, within: Filters) -> Iterator[Article]:
        with self._connections.reading() as connection:
            for number in lists.read_numbers(connection, within):
                row = connection.execute(
                    f"SELECT {rows.ARTICLE} FROM articles WHERE number = ?", (number,)
                )
                yield rows.article_from(row.fetchone())

    def counts(self, within: Filters) -> Counts:
        return self._read(lambda connection: self._count(connection, within), Counts())

    def listing(self, wanted: Listing) -> ListPage:
        return self._read(lambda connection: lists.read_listing(connection, wanted), ListPage())

    def days(self, words: str, within: Filters) -> list[Dated]:
        return self._read(lambda connection: lists.read_days(connection, words, within), [])

    def outlets(self) -> dict[str, int]:
        return self._read(lists.read_outlets, {})

    def vectors(self, keys: Collection[bytes]) -> dict[bytes, NDArray[np.float32]]:
        return self._read(lambda connection: lists.read_vectors(connection, keys), {})

    def bytes_on_disk(self) -> int:
        with translating_errors(self._path):
            parts = ("index.sqlite3*", "vectors/*", "words/*/*")
            return bytes_in(path for each in parts for path in self.location.glob(each))

    def _read(self, read: Callable[[sqlite3.Connection], Result], nothing: Result) -> Result:
        """What is read of the store; `nothing` where nothing was ever stored."""
        if not self._has_file():
            return nothing
        with self._connections.reading() as connection:
            return read(connection) if rows.has_tables(connection) else nothing

    def _has_file(self) -> bool:
        with translating_errors(self._path):
            if self.location.is_file():
                raise StorageError(f"{self.location} is a file: set DATELINE_HOME to a folder.")
            return self._path.is_file()

    def _count(self, connection: sqlite3.Connection, within: Filters) -> Counts:
        if within:
            return lists.read_counts(connection, within)
        # Of everything it is told with each abstention.
        stamp, (known, counts) = rows.read_stamp(connection), self._counted
        if known != stamp:
            counts = lists.read_counts(connection, within)
            self._counted = stamp, counts
        return counts

    # Changing

    def add_vectors(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        with self._connections.writing() as connection:
            vector_rows.insert_vectors(connection, vectors)

    def commit(self, change: Change) -> set[str]:
        """Make one change, whole or not at all; the ids of what it put that are copies."""
        with self._connections.writing() as connection:
            stamp = rows.read_stamp(connection)
            if change.expect is not None and stamp.generation != change.expect:
                raise StaleChangeError
            stored = rows.read_manifest(connection)
            if not change.replace:
                check_model(stored, change.manifest)
            vector_rows.insert_vectors(connection, change.vectors)
            touched = stories.unlink_copies(connection, change.remove)
            freed = rows.delete_articles(connection, change.remove)
            read, copies, put = partial(stories.read_articles, connection), set(), 0
            for split in change.put:
                if vector_rows.missing_vectors(connection, set(split.keys)):
                    raise MissingVectorsError
                touched |= stories.unlink_copies(connection, [split.article.id])
                freed += rows.delete_articles(connection, [split.article.id])
                number = rows.insert_article(connection, split)
                touched.add(number)
                put += len(split.passages)
                if stories.link_copies(connection, number, split.sketch, read):
                    copies.add(split.article.id)
            stories.tell_anew(connection, touched)
            lists.list_articles(connection)
            rebuilt = change.expect is not None  # an interrupted one may have left vectors behind
            vector_rows.drop_unused_vectors(connection, None if rebuilt else set(freed))
            # What is not split anew stays as the older splitter left it, until a rebuild.
            manifest = change.manifest if change.replace or stored is None else stored
            changed = None if change.replace else put + len(freed)
            rows.write_manifest(connection, manifest, stamp, changed, self._vectors.states())
        with self._connections.reading() as connection:
            self._words.write(connection)
        return copies

    def flush(self) -> None:
        """Write the files of words and vectors, unless catching up later costs less.

        Where more than half of the database is empty, that is given back.
        """
        if self.exists():
            self._room.give_back()
            with self._connections.reading() as connection:
                self._words.write(connection)
                self._vectors.flush(connection)
