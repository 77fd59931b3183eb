"""A list of the articles in Milvus, kept in a file on this machine: a cache, never the truth.

Milvus puts nothing in order, counts no distinct values and knows no first and last day. So what
lists and counts need of each article, no text, is kept in SQLite, and brought up to date by the
changes that were made since, whoever made them. Losing it loses nothing: it is made again.

Changes are found by when they were made, by the clock of whoever made them, and counted: where one
is missing, because a clock was wrong, the list is made again. A rebuild keeps what is listed here.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from index.store import sqlite_listing as lists
from index.store.interface import Counts
from index.store.milvus.connection import STRONG
from index.store.milvus.root import now
from index.store.milvus.rows import HEAD, Head
from index.store.milvus.schema import CHANGES
from index.store.milvus.stories import LINK, good_links, tell
from index.store.sqlite_errors import tells_damage, translating_errors
from index.store.sqlite_rows import filter_condition, portions, run_statements

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from index.listing import Dated, Listing, ListPage
    from index.records import Filters
    from index.store.milvus.connection import Connection
    from index.store.milvus.root import Current

_LATE = 600_000  # milliseconds by which a change may be told later than another one made after it
_VERSION = 2
_TOLD = ("publisher", "published", "updated", "outlet")
_TIMES = 5  # that changes are counted anew because one came meanwhile
_BUSY = 600.0  # seconds to wait for another process that reads a large index for the first time


class Catalogue:
    """The list of one set.

    Args:
        folder: where the file is kept.
    """

    def __init__(self, connection: Connection, current: Current, folder: Path) -> None:
        self._milvus, self._names = connection, current.names
        self._folder = folder
        self._path = folder / f"catalogue-{current.store}-{current.names.set}.sqlite3"
        self._others = f"catalogue-{current.store}-*.sqlite3*"
        self._lock = threading.RLock()
        self._opened: sqlite3.Connection | None = None

    # What it tells

    def counts(self, within: Filters) -> Counts:
        """How much there is to be searched."""
        condition, values = filter_condition(within)
        with self._reading() as connection:
            row = connection.execute(
                "SELECT count(*), coalesce(sum(passages), 0), count(DISTINCT publisher), "
                "count(DISTINCT story), min(published_first), max(published_last) "
                f"FROM articles WHERE {condition}",
                values,
            ).fetchone()
        return Counts(*row)

    def listing(self, wanted: Listing) -> ListPage:
        """A stretch of the list."""
        with self._reading() as connection:
            return lists.read_listing(connection, wanted)

    def days(self, words: str, within: Filters) -> list[Dated]:
        """How many articles have each date."""
        with self._reading() as connection:
            return lists.read_days(connection, words, within)

    def outlets(self) -> dict[str, int]:
        """How many articles each outlet has."""
        with self._reading() as connection:
            return lists.read_outlets(connection)

    def keys(self, within: Filters) -> list[str]:
        """Of articles, newest first, those of unknown date last."""
        condition, values = filter_condition(within)
        with self._reading() as connection:
            found = connection.execute(
                f"SELECT key FROM articles WHERE {condition} "
                "ORDER BY published_last DESC NULLS LAST, published DESC, id",
                values,
            )
            return [key for (key,) in found]

    def content_hashes(self) -> Mapping[str, str]:
        """Article id to content hash; read from the file as it is asked for."""
        with self._reading():
            return _Hashes(self)

    def ask(self, statement: str, *values: str) -> list[Any]:
        """Rows of the file as it is."""
        with self._lock, translating_errors(self._path):
            return self._open().execute(statement, values).fetchall()

    def size(self) -> int:
        """Bytes of the file; 0 when there is none."""
        return self._path.stat().st_size if self._path.is_file() else 0

    # How it is kept up

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._lock, translating_errors(self._path):
            try:
                connection = self._open()
                self._catch_up(connection)
            except sqlite3.DatabaseError as error:
                if not tells_damage(error):
                    raise
                self._remove()
                connection = self._open()
                self._catch_up(connection)
            yield connection

    def _remove(self) -> None:
        self._opened = None
        for each in self._folder.glob(f"{self._path.name}*"):
            each.unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        if self._opened is not None and self._path.is_file():
            return self._opened
        self._folder.mkdir(parents=True, exist_ok=True)
        for other in self._folder.glob(self._others):
            if not other.name.startswith(self._path.name):
                other.unlink(missing_ok=True)
        connection = sqlite3.connect(
            self._path, isolation_level=None, check_same_thread=False, timeout=_BUSY
        )
        connection.create_function("casefold", 1, _casefold, deterministic=True)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = OFF")  # it can be made again
        if connection.execute("PRAGMA user_version").fetchone()[0] not in {0, _VERSION}:
            connection.close()  # another Dateline's
            self._remove()
            return self._open()
        self._opened = connection
        return connection

    def _catch_up(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        try:
            if connection.execute("PRAGMA user_version").fetchone()[0] == _VERSION:
                self._follow(connection)
            else:
                self._fill(connection)
            connection.execute("COMMIT")
        except BaseException:
            connection.rollback()
            raise

    def _fill(self, connection: sqlite3.Connection) -> None:
        run_statements(connection, "milvus/catalogue.sql")
        self._fill_again(connection)
        connection.execute(f"PRAGMA user_version = {_VERSION}")

    def _fill_again(self, connection: sqlite3.Connection) -> None:
        for table in ("articles", "links", "changes", "before"):
            connection.execute(f"DELETE FROM {table}")
        count, changes = self._changes(now() - _LATE)
        connection.execute("INSERT INTO before VALUES (?)", [count - len(changes)])
        touched = self._take_heads(
            connection, self._milvus.rows(self._names.articles, 'version != ""', HEAD, STRONG)
        )
        touched |= self._take_links(
            connection, self._milvus.rows(self._names.links, 'one != ""', LINK, STRONG)
        )
        self._settle(connection, touched, changes)

    def _follow(self, connection: sqlite3.Connection) -> None:
        if self._milvus.count(CHANGES) == _known(connection):
            return
        (last,) = connection.execute("SELECT coalesce(max(at), 0) FROM changes").fetchone()
        seen = {
            each
            for (each,) in connection.execute(
                "SELECT id FROM changes WHERE at >= ?", [last - _LATE]
            )
        }
        count, changes = self._changes(last - _LATE)
        new = {id_: at for id_, at in changes.items() if id_ not in seen}
        if _known(connection) + len(new) != count:  # one was made when a clock was wrong
            self._fill_again(connection)
            return
        heads = self._milvus.where(self._names.articles, "change", new.keys(), HEAD)
        touched = self._take_heads(connection, heads)
        links = self._milvus.where(self._names.links, "change", new.keys(), LINK)
        touched |= self._take_links(connection, links)
        self._settle(connection, touched, new)

    def _changes(self, since: int) -> tuple[int, dict[str, int]]:
        """How many changes there are, and those made since a time."""
        condition = f"at >= {max(since, 0)}"
        for _ in range(_TIMES):
            count = self._milvus.count(CHANGES)
            rows = list(self._milvus.rows(CHANGES, condition, ["at"], STRONG))
            if count == self._milvus.count(CHANGES):
                break
        # else many write just now: what was counted is too few, and the list is made again later
        return count, {row["key"]: int(row["at"]) for row in rows}

    def _take_heads(
        self, connection: sqlite3.Connection, rows: Iterable[Mapping[str, Any]]
    ) -> set[str]:
        touched = set()
        for row in rows:
            head = Head.of(row)
            touched.add(head.key)
            connection.execute("DELETE FROM articles WHERE key = ?", (head.key,))
            if head.version:
                _insert(connection, head)
        return touched

    def _take_links(
        self, connection: sqlite3.Connection, rows: Iterable[Mapping[str, Any]]
    ) -> set[str]:
        values = [[row[name] for name in LINK] for row in rows]
        connection.executemany(
            f"REPLACE INTO links ({', '.join(LINK)}) VALUES (?, ?, ?, ?, ?)", values
        )
        return {key for one, other, *_ in values for key in (one, other)}

    def _settle(
        self, connection: sqlite3.Connection, touched: set[str], changes: Mapping[str, int]
    ) -> None:
        """Tell the stories of what has changed, list it, and remember the changes."""
        heads, shares = _groups(connection, touched)
        connection.executemany(
            "UPDATE articles SET story = ?, newer = ? WHERE key = ?",
            [(place.story, place.newer, key) for key, place in tell(heads, shares).items()],
        )
        lists.list_articles(connection)
        connection.executemany("REPLACE INTO changes VALUES (?, ?)", changes.items())


class _Hashes(Mapping[str, str]):
    """Content hashes by article id: however many there are, none is held in memory."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def __getitem__(self, article_id: str) -> str:
        """The content hash of one article (KeyError)."""
        found = self._catalogue.ask("SELECT content_hash FROM articles WHERE id = ?", article_id)
        if not found:
            raise KeyError(article_id)
        content_hash: str = found[0][0]
        return content_hash

    def __iter__(self) -> Iterator[str]:
        """All ids."""
        return iter([each for (each,) in self._catalogue.ask("SELECT id FROM articles")])

    def __len__(self) -> int:
        """How many articles there are."""
        return int(self._catalogue.ask("SELECT count(*) FROM articles")[0][0])


def _known(connection: sqlite3.Connection) -> int:
    """How many changes the list has followed."""
    (before,) = connection.execute("SELECT coalesce(sum(changes), -1) FROM before").fetchone()
    (since,) = connection.execute("SELECT count(*) FROM changes").fetchone()
    return int(before) + int(since)


def _insert(connection: sqlite3.Connection, head: Head) -> None:
    told, published = head.told, head.published
    values = {
        "key": head.key,
        "id": head.id,
        "content_hash": head.content_hash,
        "version": head.version,
        "passages": head.passages,
        "story": head.id,
        **{name: told[name] for name in ("title", "publisher", "authors", "published")},
        **{name: told[name] for name in ("updated", "outlet")},
        "published_first": published and published.first.isoformat(),
        "published_last": published and published.last.isoformat(),
    }
    marks = ", ".join("?" * len(values))
    connection.execute(
        f"INSERT INTO articles ({', '.join(values)}) VALUES ({marks})", list(values.values())
    )


def _groups(
    connection: sqlite3.Connection, touched: set[str]
) -> tuple[dict[str, Head], dict[tuple[str, str], float]]:
    """The heads of these articles and of all that are linked to them, and the links."""
    reached, ahead = set(touched), set(touched)
    rows: list[dict[str, Any]] = []
    while ahead:
        found = [
            dict(zip(LINK, row, strict=True))
            for marks, some in portions(ahead)
            for row in connection.execute(
                f"SELECT {', '.join(LINK)} FROM links WHERE one IN ({marks})", some
            )
        ]
        rows += found
        ahead = {row["other"] for row in found} - reached
        reached |= ahead
    heads = {}
    for marks, some in portions(reached):
        for key, id_, content_hash, version, passages, *told in connection.execute(
            f"SELECT key, id, content_hash, version, passages, {', '.join(_TOLD)} "
            f"FROM articles WHERE key IN ({marks})",
            some,
        ):
            known = dict(zip(_TOLD, told, strict=True))
            heads[key] = Head(key, id_, content_hash, version, 0, passages, known)
    return heads, good_links(rows, {key: head.version for key, head in heads.items()})


def _casefold(text: str | None) -> str | None:
    return text and text.casefold()  # SQLite's own lower() knows ASCII only
