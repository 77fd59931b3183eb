"""A list of the articles in Milvus, kept in a file on this machine: a cache, never the truth.

Milvus puts nothing in order, counts no distinct values and knows no first and last day. So what
lists and counts need of each article is kept as the embedded store keeps it, without its text, and
brought up to date by the rows that were changed since, which carry the number of their change. Who
writes also has the sketches here, and finds copies as the embedded store does.

Vectors that wait for their change are kept here too. Losing the file loses nothing: the list is
made again, and what waited is embedded again.
"""

from __future__ import annotations

import json
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TypeVar

from index.dates import PublicationDate
from index.errors import StorageError
from index.sqlite_errors import advise_repair, translating_errors
from index.store import sqlite_listing as lists
from index.store.milvus.milvus_client import ROWS_PER_PAGE, STRONG
from index.store.milvus.milvus_reading import read_articles, read_rows
from index.store.milvus.milvus_rows import LISTED, SCHEMA_VERSION, SKETCH, article_key, sketch_of
from index.store.sqlite_connections import Connections
from index.store.sqlite_rows import delete_articles, insert_row, portions
from index.store.sqlite_stories import link_copies, unlink_copies
from index.store.sqlite_vectors import drop_unused_vectors, insert_vectors

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.records import Article, Filters
    from index.store.interface import SplitArticle
    from index.store.milvus.milvus_client import MilvusClient
    from index.store.milvus.milvus_collections import CollectionSet
    from index.store.milvus.milvus_rows import Row, State

Used = TypeVar("Used")

FILE = "milvus-articles.sqlite3"
BUSY_TIMEOUT_S = 600.0  # for another process that reads a large index for the first time


class ArticleList:
    """The list of the articles of one index, in a file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / FILE
        self._connections = Connections(self.path, BUSY_TIMEOUT_S)
        self._lock = threading.RLock()

    @contextmanager
    def reading(
        self, client: MilvusClient, names: CollectionSet, state: State
    ) -> Iterator[sqlite3.Connection]:
        """The list as of a state of the index, or of a later one."""
        if not self._stands_at(names, state):
            self._write(lambda articles: follow(articles, client, names, state))
        with self._connections.reading() as articles:
            yield articles

    def change(self, use: Callable[[sqlite3.Connection], Used]) -> Used:
        """Use the list in one transaction, to write to Milvus meanwhile; undone on any error.

        Where the list turns out to be damaged, all of it is done again with a new one.
        """
        return self._write(use)

    # Vectors that wait for their change

    def add_vectors(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keep vectors for a change to come."""
        self._write(lambda connection: insert_vectors(connection, vectors))

    def vectors(self, keys: Collection[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """Those that wait, of these."""
        with suppress(StorageError), self._connections.reading() as connection:
            return lists.read_vectors(connection, keys) if keys else {}
        return {}  # the file is not there, or cannot be used

    def drop_vectors(self, keys: Collection[bytes] | None) -> None:
        """Forget those whose change was made; all for None."""
        if self.path.is_file():
            wanted = None if keys is None else set(keys)
            self._write(lambda connection: drop_unused_vectors(connection, wanted))

    # How

    def _stands_at(self, names: CollectionSet, state: State) -> bool:
        with suppress(StorageError), self._connections.reading() as articles:
            return _listed_up_to(articles, names, state) >= state.generation
        return False

    def _write(self, use: Callable[[sqlite3.Connection], Used]) -> Used:
        """Use the file in one transaction; where it cannot be used, make a new one and use that."""
        opened = False
        with self._lock:
            try:
                with self._connections.writing() as connection:
                    opened = True
                    return use(connection)
            except StorageError as error:
                cause = error.__cause__
                damaged = str(error) == advise_repair(self.path)  # and not what else `use` uses
                if not damaged and (opened or isinstance(cause, Exception)):
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


def follow(
    articles: sqlite3.Connection,
    client: MilvusClient,
    names: CollectionSet,
    state: State,
    *,
    unsettled: bool = False,
) -> None:
    """Bring the list to a state of the index.

    Args:
        unsettled: read too what a change has written that was not brought to its end.
    """
    known = _listed_up_to(articles, names, state)
    if known >= state.generation and not unsettled:
        return
    condition = f"changed > {known}"
    if known < 0:
        clear(articles)
        condition = 'version != ""'
    for row in client.rows(names.articles, condition, LISTED):
        forget(articles, [row["id"]])
        if row["version"]:
            insert(articles, row)
    lists.list_articles(articles)
    note(articles, names, state)


def note(articles: sqlite3.Connection, names: CollectionSet, state: State) -> None:
    """Write down of which state of the index the list is."""
    said = {"list of": _tag(names, state), "list up to": str(state.generation)}
    articles.executemany("REPLACE INTO manifest VALUES (?, ?)", said.items())


def _listed_up_to(articles: sqlite3.Connection, names: CollectionSet, state: State) -> int:
    """The last change that the list has; -1 where it is of another index, or of another version."""
    known = dict(articles.execute("SELECT name, value FROM manifest"))
    ours = known.get("list of") == _tag(names, state)
    return int(known["list up to"]) if ours else -1


def _tag(names: CollectionSet, state: State) -> str:
    return f"{state.store} {names.name} {SCHEMA_VERSION}"  # another version listed other fields


def clear(articles: sqlite3.Connection) -> None:
    """Forget all articles; vectors go on waiting."""
    for table in ("passage_ranges", "copies", "bands", "sketches", "articles"):
        articles.execute(f"DELETE FROM {table}")


def forget(articles: sqlite3.Connection, ids: Collection[str]) -> set[int]:
    """Take articles off the list, where they are there; the numbers of their copies."""
    copies = unlink_copies(articles, ids)
    delete_articles(articles, ids)
    return copies


def insert(articles: sqlite3.Connection, row: Row) -> int:
    """Put the row of an article on the list; its number there."""
    facts = json.loads(row["facts"])
    published = PublicationDate(facts["published"]) if facts["published"] else None
    values = {
        **{name: row[name] for name in ("id", "content_hash", "story")},
        **{name: facts[name] for name in ("title", "publisher", "authors", "published", "updated")},
        "published_first": published and published.first.isoformat(),
        "published_last": published and published.last.isoformat(),
        "url": facts["outlet"] and f"//{facts['outlet']}",  # what `outlet_of` makes the same of
        "newer": row["newer"] or None,  # its key, so that whoever knows the id tells it anew
        "text": "",
    }
    number = insert_row(articles, values)
    articles.execute("INSERT INTO passage_ranges VALUES (?, 1, ?)", (number, row["passages"]))
    return number


def find_copies(
    articles: sqlite3.Connection,
    client: MilvusClient,
    names: CollectionSet,
    put: Mapping[int, SplitArticle] | None = None,
) -> tuple[set[int], set[int]]:
    """Find the copies of every article on the list of which that was not done yet.

    Args:
        put: those of them that Milvus does not have yet, by number.

    Returns:
        The numbers of all these articles, and of those that have copies.
    """
    splits = put or {}

    def read(numbers: list[int]) -> Iterable[tuple[int, Article]]:
        elsewhere = [number for number in numbers if number not in splits]
        keys = {
            article_key(article_id): number
            for marks, some in portions(elsewhere)
            for number, article_id in articles.execute(
                f"SELECT number, id FROM articles WHERE number IN ({marks})", some
            )
        }
        found = read_articles(client, names, keys.keys(), STRONG)
        given = {number: splits[number].article for number in numbers if number in splits}
        return [*given.items(), *((keys[key], article) for key, article in found.items())]

    todo = articles.execute(  # numbers only ever grow
        "SELECT number, id FROM articles "
        "WHERE number > (SELECT coalesce(max(article), 0) FROM sketches) ORDER BY number"
    ).fetchall()
    copies = set()
    for start in range(0, len(todo), ROWS_PER_PAGE):
        some = {number: article_key(each) for number, each in todo[start : start + ROWS_PER_PAGE]}
        stored = {key for number, key in some.items() if number not in splits}
        rows = read_rows(client, names, stored, SKETCH, STRONG)
        for number, key in some.items():
            split = splits.get(number)
            sketch = split.sketch if split else sketch_of(rows[key])
            if link_copies(articles, number, sketch, read):
                copies.add(number)
    return {number for number, _ in todo}, copies
