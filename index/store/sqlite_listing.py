"""The statements behind the list of articles, each run within its caller's transaction.

They read a table of its own: to go through the articles would be to go through their texts.
Which passages a search may return is read here too, once for all searches of a question.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from index.dates import PublicationDate
from index.records import Counts, Dated, Listed, Listing, ListPage, fold, sort_key
from index.store.sqlite_rows import filter_condition, portions, searched_condition

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterator

    from numpy.typing import NDArray

    from index.records import Filters
    from index.store.lineage import Stamp


_NEWEST = "published_last DESC, published DESC, article DESC"
_ORDERS = {
    "newest": _NEWEST,
    "oldest": "published_first NULLS LAST, published, article",
    "outlet": f"outlet_key NULLS LAST, {_NEWEST}",
    "title": f"title_key NULLS LAST, {_NEWEST}",
}


def add_functions(connection: sqlite3.Connection) -> None:
    """Let a connection compare names as Python does: SQLite's own lower() knows ASCII only."""
    connection.create_function(
        "casefold", 1, lambda text: text and text.casefold(), deterministic=True
    )
    connection.create_function("sort_key", 1, lambda text: (text and sort_key(text)) or None)
    connection.create_function("fold", 1, fold)


def list_articles(connection: sqlite3.Connection) -> None:
    """List every article that is not listed yet, within the caller's transaction."""
    connection.execute(  # numbers only ever grow
        "INSERT INTO listed SELECT number, published, published_first, published_last, publisher, "
        "sort_key(publisher), sort_key(title), "
        "fold(title || char(10) || coalesce(publisher, '') || char(10) || authors) "
        "FROM articles WHERE number > (SELECT coalesce(max(article), 0) FROM listed)"
    )


def read_counts(connection: sqlite3.Connection, within: Filters) -> Counts:
    """How much there is to be searched."""
    condition, values = filter_condition(within)

    def read(what: str) -> tuple[Any, ...]:
        query = f"SELECT {what} FROM articles WHERE {condition}"
        found: tuple[Any, ...] = connection.execute(query, values).fetchone()
        return found

    # One by one: each is read off an index, and two kinds of distinct values off none.
    articles, first, last = read("count(*), min(published_first), max(published_last)")
    (publishers,), (stories_told,) = (
        read("count(DISTINCT publisher)"),
        read("count(DISTINCT story)"),
    )
    among = f"WHERE article IN (SELECT number FROM articles WHERE {condition})"
    (passages,) = connection.execute(
        f"SELECT coalesce(sum(last - first + 1), 0) FROM passage_ranges {among if within else ''}",
        values,
    ).fetchone()
    return Counts(articles, passages, publishers, stories_told, first, last)


def read_listing(connection: sqlite3.Connection, wanted: Listing) -> ListPage:
    """A stretch of the list, and how long all of it is."""
    condition, values = _listed_condition(wanted.words, wanted.within)
    total: int = connection.execute(
        f"SELECT count(*) FROM listed WHERE {condition}", values
    ).fetchone()[0]
    numbers = [
        number
        for (number,) in connection.execute(
            f"SELECT article FROM listed WHERE {condition} "
            f"ORDER BY {_ORDERS[wanted.order]} LIMIT ? OFFSET ?",
            [*values, wanted.most, wanted.skip],
        )
    ]
    rows = {
        number: row
        for marks, some in portions(numbers)
        for number, *row in connection.execute(
            "SELECT number, id, title, publisher, published, story FROM articles "
            f"WHERE number IN ({marks})",
            some,
        )
    }
    stories = _stories(connection, {row[-1] for row in rows.values()})
    return ListPage(tuple(_listed(rows[number], stories) for number in numbers), total)


def read_numbers(connection: sqlite3.Connection, within: Filters) -> Iterator[int]:
    """The numbers of articles, newest first, those of unknown date last; no text is read for it."""
    condition, values = _listed_condition("", within)
    found = connection.execute(
        f"SELECT article FROM listed WHERE {condition} ORDER BY {_NEWEST}", values
    )
    return (number for (number,) in found)


def read_days(connection: sqlite3.Connection, words: str, within: Filters) -> list[Dated]:
    """How many articles there are of each date, the earliest first, those of no date last."""
    condition, values = _listed_condition(words, within)
    return [
        Dated(_day(first), _day(last), number)
        for first, last, number in connection.execute(
            f"SELECT published_first, published_last, count(*) FROM listed WHERE {condition} "
            "GROUP BY 1, 2 ORDER BY 1 NULLS LAST, 2",
            values,
        )
    ]


def read_outlets(connection: sqlite3.Connection) -> dict[str, int]:
    """How many articles each outlet has, in alphabetical order."""
    found = connection.execute(
        "SELECT publisher, count(*) FROM listed WHERE publisher IS NOT NULL GROUP BY 1"
    ).fetchall()
    return dict(sorted(found, key=lambda each: (sort_key(each[0]), each[0])))


def read_vectors(
    connection: sqlite3.Connection, keys: Collection[bytes]
) -> dict[bytes, NDArray[np.float32]]:
    """The vectors under these keys, where there are any."""
    return {
        key: np.frombuffer(vector, "<f2").astype(np.float32)
        for marks, some in portions(keys)
        for key, vector in connection.execute(
            f"SELECT key, vector FROM vectors WHERE key IN ({marks})", some
        )
    }


def _listed_condition(words: str, within: Filters) -> tuple[str, list[str]]:
    condition, values = filter_condition(replace(within, publishers=(), articles=()))
    if within.articles:  # the list knows them by their numbers
        marks = ", ".join("?" * len(within.articles))
        condition += f" AND article IN (SELECT number FROM articles WHERE id IN ({marks}))"
        values += within.articles
    if within.publishers:  # so that each outlet is compared once, and not each article
        marks = ", ".join("?" * len(within.publishers))
        outlets = "SELECT DISTINCT publisher AS outlet FROM listed"
        same = f"SELECT outlet FROM ({outlets}) WHERE casefold(outlet) IN ({marks})"
        condition += f" AND publisher IN ({same})"
        values += [name.casefold() for name in within.publishers]
    looked_for = fold(words).split()
    return condition + " AND instr(names, ?)" * len(looked_for), [*values, *looked_for]


def _listed(row: list[str], stories: dict[str, tuple[int, int]]) -> Listed:
    article_id, title, publisher, published, story = row
    date_known = PublicationDate(published) if published else None
    return Listed(article_id, title, publisher, date_known, *stories[story])


def _stories(connection: sqlite3.Connection, stories: set[str]) -> dict[str, tuple[int, int]]:
    """How many outlets and articles each story has."""
    return {
        story: (outlets, articles)
        for marks, some in portions(stories)
        for story, outlets, articles in connection.execute(
            "SELECT story, count(DISTINCT casefold(publisher)), count(*) FROM articles "
            f"WHERE story IN ({marks}) GROUP BY story",
            some,
        )
    }


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


_REMEMBERED = 8  # sets; a conversation mostly asks again within the same filters


@dataclass(frozen=True, slots=True, eq=False)
class PassageSet:
    """Passage numbers of one state of the store.

    Attributes:
        stamp: the state.
        ids: ascending.
        all_but: the set is all passages but these.
    """

    stamp: Stamp
    ids: NDArray[np.int64]
    all_but: bool

    def holds(self, numbers: NDArray[np.int64]) -> NDArray[np.bool_]:
        """For each number whether it is in the set, shape (len(numbers),)."""
        if not len(self.ids):
            return np.full(len(numbers), self.all_but)
        places = np.minimum(np.searchsorted(self.ids, numbers), len(self.ids) - 1)
        found: NDArray[np.bool_] = (self.ids[places] == numbers) != self.all_but
        return found


class PassageSets:
    """The sets that filters admit in one store, the latest of them remembered."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[Stamp, Filters], PassageSet] = OrderedDict()

    def read(self, connection: sqlite3.Connection, stamp: Stamp, filters: Filters) -> PassageSet:
        """With filters the passages that they admit; without, all but those replaced by newer."""
        key = stamp, filters
        with self._lock:
            known = self._known.get(key)
        if known is None:
            known = _read(connection, stamp, filters)
            with self._lock:
                self._known[key] = known
                while len(self._known) > _REMEMBERED:
                    self._known.popitem(last=False)
        return known


def _read(connection: sqlite3.Connection, stamp: Stamp, filters: Filters) -> PassageSet:
    condition, values = searched_condition(filters) if filters else ("newer IS NOT NULL", [])
    rows = connection.execute(
        "SELECT first, last FROM articles JOIN passage_ranges ON article = number "
        f"WHERE {condition} ORDER BY first",
        values,
    ).fetchall()
    ranges = np.array(rows, np.int64).reshape(-1, 2)
    lengths = ranges[:, 1] - ranges[:, 0] + 1
    before = np.cumsum(lengths) - lengths  # numbers in the ranges before each one
    ids = np.repeat(ranges[:, 0] - before, lengths) + np.arange(lengths.sum())
    return PassageSet(stamp, ids, all_but=not filters)
