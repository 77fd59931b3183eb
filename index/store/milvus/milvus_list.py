"""A list of the articles in Milvus, kept in a file on this machine: a cache, never the truth.

Milvus puts nothing in order, counts no distinct values and knows no first and last day. So what
lists and counts need of each article is kept as the embedded store keeps it, without its text, and
brought up to date by the rows that were changed since, which carry the number of their change.
Vectors that wait for their change are kept here too. Losing the file loses nothing: the list is
made again, and what waited is embedded again.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from index.errors import StorageError
from index.sqlite_errors import tells_damage, translating_errors
from index.store import sqlite_listing as lists
from index.store.milvus.milvus_rows import HEAD, Head
from index.store.sqlite_connections import Connections
from index.store.sqlite_rows import delete_articles
from index.store.sqlite_vectors import drop_unused_vectors, insert_vectors

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.records import Filters
    from index.store.milvus.milvus_client import MilvusClient
    from index.store.milvus.milvus_collections import CollectionSet
    from index.store.milvus.milvus_rows import Row, State

Used = TypeVar("Used")

FILE = "milvus-articles.sqlite3"
BUSY_TIMEOUT_S = 600.0  # for another process that reads a large index for the first time


class ArticleList:
    """The list of the articles of one index.

    Args:
        folder: where the file is kept.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._connections = Connections(self.path, BUSY_TIMEOUT_S)
        self._lock = threading.RLock()

    @contextmanager
    def reading(
        self, client: MilvusClient, names: CollectionSet, state: State
    ) -> Iterator[sqlite3.Connection]:
        """The list as of a state of the index, or of a later one."""
        self._write(lambda connection: _catch_up(connection, client, names, state))
        with self._connections.reading() as connection:
            yield connection

    # Vectors that wait for their change

    def add_vectors(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keep vectors for a change to come."""
        self._write(lambda connection: insert_vectors(connection, vectors))

    def vectors(self, keys: Collection[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """Those that wait, of these."""
        if not (keys and self.path.is_file()):
            return {}
        return self._write(lambda connection: lists.read_vectors(connection, keys))

    def drop_vectors(self, keys: Collection[bytes] | None) -> None:
        """Forget those whose change was made; all for None."""
        if self.path.is_file():
            wanted = None if keys is None else set(keys)
            self._write(lambda connection: drop_unused_vectors(connection, wanted))

    # How

    def _write(self, use: Callable[[sqlite3.Connection], Used]) -> Used:
        """Use the file in one transaction; where it cannot be used, make a new one and use that."""
        with self._lock:
            try:
                with self._connections.writing() as connection:
                    return use(connection)
            except StorageError as error:
                cause = error.__cause__
                if isinstance(cause, Exception) and not tells_damage(cause):
                    raise  # else it is damaged, or another Dateline's
            with translating_errors(self.path):
                for each in self.path.parent.glob(f"{self.path.name}*"):
                    each.unlink(missing_ok=True)
            with self._connections.writing() as connection:
                return use(connection)


def read_ids(connection: sqlite3.Connection, within: Filters) -> list[str]:
    """Ids of articles, newest first, those of unknown date last."""
    query = "SELECT id FROM articles WHERE number = ?"
    numbers = lists.read_numbers(connection, within)
    return [connection.execute(query, (number,)).fetchone()[0] for number in numbers]


def _catch_up(
    connection: sqlite3.Connection, client: MilvusClient, names: CollectionSet, state: State
) -> None:
    now = {"list of": f"{state.store} {names.name}", "list up to": str(state.generation)}
    known = dict(connection.execute("SELECT name, value FROM manifest"))
    if known.get("list of") != now["list of"]:
        connection.execute("DELETE FROM articles")
        connection.execute("DELETE FROM passage_ranges")
        condition = 'version != ""'
    elif int(known["list up to"]) < state.generation:
        condition = f"changed > {known['list up to']}"
    else:
        return
    fields = [*HEAD, "content_hash", "passages"]
    for row in client.rows(names.articles, condition, fields):
        delete_articles(connection, [row["id"]])
        if row["version"]:
            _insert(connection, row)
    lists.list_articles(connection)
    connection.executemany("REPLACE INTO manifest VALUES (?, ?)", now.items())


def _insert(connection: sqlite3.Connection, row: Row) -> None:
    head = Head.of(row)
    facts, published = head.facts, head.published
    values = {
        **{name: row[name] for name in ("id", "content_hash", "story")},
        **{name: facts[name] for name in ("title", "publisher", "authors", "published")},
        "published_first": published and published.first.isoformat(),
        "published_last": published and published.last.isoformat(),
        "text": "",
    }
    marks = ", ".join("?" * len(values))
    (number,) = connection.execute(
        f"INSERT INTO articles ({', '.join(values)}) VALUES ({marks}) RETURNING number",
        list(values.values()),
    ).fetchone()
    connection.execute("INSERT INTO passage_ranges VALUES (?, 1, ?)", (number, row["passages"]))
