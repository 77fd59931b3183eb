"""A list of the articles in Milvus, kept in a file on this machine: a cache, never the truth.

Milvus puts nothing in order, counts no distinct values and knows no first and last day. So what
lists and counts need of each article, no text, is kept in SQLite, and brought up to date by the
rows that were changed since, which carry the number of their change. Vectors that wait for their
change are kept here too. Losing the file loses nothing: the list is made again, and what waited is
embedded again.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from index.sqlite_errors import tells_damage, translating_errors
from index.store import sqlite_listing as lists
from index.store.interface import Counts
from index.store.milvus.milvus_client import STRONG
from index.store.milvus.milvus_rows import HEAD, Head
from index.store.sqlite_rows import filter_condition, portions, run_statements

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.records import Filters
    from index.store.milvus.milvus_client import MilvusClient
    from index.store.milvus.milvus_collections import CollectionSet
    from index.store.milvus.milvus_rows import State

Used = TypeVar("Used")

FILE = "milvus-articles.sqlite3"
BUSY_TIMEOUT_S = 600.0  # for another process that reads a large index for the first time
_VERSION = 3


class ArticleList:
    """The list of the articles of one index.

    Args:
        folder: where the file is kept.
    """

    def __init__(self, folder: Path) -> None:
        self._folder, self._path = folder, folder / FILE
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    @contextmanager
    def reading(
        self, client: MilvusClient, names: CollectionSet, state: State
    ) -> Iterator[sqlite3.Connection]:
        """The list as of a state of the index."""

        with self._lock:
            self._use(lambda connection: _catch_up(connection, client, names, state))
            with translating_errors(self._path):
                yield self._open()

    def size(self) -> int:
        """Bytes of the file; 0 when there is none."""
        return self._path.stat().st_size if self._path.is_file() else 0

    # Vectors that wait for their change

    def add_vectors(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keep vectors for a change to come."""
        rows = [(key, vector.astype("<f2").tobytes()) for key, vector in vectors.items()]
        self._use(
            lambda connection: connection.executemany(
                "INSERT OR IGNORE INTO vectors VALUES (?, ?)", rows
            )
        )

    def vectors(self, keys: Collection[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """Those that wait, of these."""
        if not (keys and self._path.is_file()):
            return {}
        return self._use(lambda connection: lists.read_vectors(connection, keys))

    def drop_vectors(self, keys: Collection[bytes] | None) -> None:
        """Forget those whose change was made; all for None."""

        def drop(connection: sqlite3.Connection) -> None:
            if keys is None:
                connection.execute("DELETE FROM vectors")
            for marks, some in portions(keys or ()):
                connection.execute(f"DELETE FROM vectors WHERE key IN ({marks})", some)

        if self._path.is_file():
            self._use(drop)

    # How

    def _use(self, use: Callable[[sqlite3.Connection], Used]) -> Used:
        """Use the file in one transaction; where it is damaged, make a new one and use that."""
        with self._lock, translating_errors(self._path):
            try:
                connection = self._open()
                with _transaction(connection):
                    return use(connection)
            except sqlite3.DatabaseError as error:
                if not tells_damage(error):
                    raise
            self._remove()
            connection = self._open()
            with _transaction(connection):
                return use(connection)

    def _remove(self) -> None:
        self._opened = None
        for each in self._folder.glob(f"{self._path.name}*"):
            each.unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        if self._opened is not None and self._path.is_file():
            return self._opened
        self._folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, timeout=BUSY_TIMEOUT_S
        )
        try:
            lists.add_functions(connection)
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")  # it can be made again
            with _transaction(connection):
                version = connection.execute("PRAGMA user_version").fetchone()[0]
                if version == 0:
                    run_statements(connection, "milvus/article_list.sql")
                    connection.execute(f"PRAGMA user_version = {_VERSION}")
            if version not in {0, _VERSION}:  # another Dateline's
                connection.close()
                self._remove()
                return self._open()
        except BaseException:
            with suppress(sqlite3.Error):
                connection.close()
            raise
        self._opened = connection
        return connection


def read_counts(connection: sqlite3.Connection, within: Filters) -> Counts:
    """How much there is to be searched."""
    condition, values = filter_condition(within)
    row = connection.execute(
        "SELECT count(*), coalesce(sum(passages), 0), count(DISTINCT publisher), "
        "count(DISTINCT story), min(published_first), max(published_last) "
        f"FROM articles WHERE {condition}",
        values,
    ).fetchone()
    return Counts(*row)


def read_keys(connection: sqlite3.Connection, within: Filters) -> list[str]:
    """Keys of articles, newest first, those of unknown date last."""
    condition, values = filter_condition(within)
    found = connection.execute(
        f"SELECT key FROM articles WHERE {condition} "
        "ORDER BY published_last DESC NULLS LAST, published DESC, id",
        values,
    )
    return [key for (key,) in found]


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.rollback()
        raise


def _catch_up(
    connection: sqlite3.Connection, client: MilvusClient, names: CollectionSet, state: State
) -> None:
    which = f"{state.store} {names.set}"
    known = connection.execute("SELECT store, generation FROM listed_state").fetchone()
    if known is None or known[0] != which:
        connection.execute("DELETE FROM articles")
        condition = 'version != ""'
    elif known[1] < state.generation:
        condition = f"changed > {known[1]}"
    else:
        return
    for row in client.rows(names.articles, condition, HEAD, STRONG):
        head = Head.of(row)
        connection.execute("DELETE FROM articles WHERE key = ?", (head.key,))
        if head.version:
            _insert(connection, head)
    lists.list_articles(connection)
    connection.execute("DELETE FROM listed_state")
    connection.execute("INSERT INTO listed_state VALUES (?, ?)", (which, state.generation))


def _insert(connection: sqlite3.Connection, head: Head) -> None:
    facts, published = head.facts, head.published
    values = {
        "key": head.key,
        "id": head.id,
        "content_hash": head.content_hash,
        "passages": head.passages,
        "story": head.story,
        **{name: facts[name] for name in ("title", "publisher", "authors", "published")},
        "published_first": published and published.first.isoformat(),
        "published_last": published and published.last.isoformat(),
    }
    marks = ", ".join("?" * len(values))
    connection.execute(
        f"INSERT INTO articles ({', '.join(values)}) VALUES ({marks})", list(values.values())
    )
