"""The index of words against the passages: compared with one made anew."""

from __future__ import annotations

import sqlite3
from itertools import zip_longest
from typing import TYPE_CHECKING

from index.store.sqlite_errors import tells_damage
from index.store.sqlite_rows import statements

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NAMES, _TABLES = ("is", "ought"), ("main.passages_fts", "temp.expected")
PASSAGES_PER_REPORT = 200
ROWS_PER_COMPARISON = 5_000


def words_differ(connection: sqlite3.Connection, tell: Callable[[int], None]) -> bool:
    """Whether the index of words is not what the passages make, down to each word's place.

    A contentless FTS5 table cannot be compared with its texts, so another one is made of them, in a
    temporary file of SQLite's own.

    Args:
        tell: told how many passages were looked at.
    """
    try:
        _make(connection, tell)
        for name, schema, table in (("is", "main", "passages_fts"), ("ought", "temp", "expected")):
            connection.execute(
                f"CREATE VIRTUAL TABLE temp.words_{name} "
                f"USING fts5vocab('{schema}', '{table}', 'instance')"
            )
        # Each word's places; then the sizes of each passage and their sums, by which BM25 weighs:
        # FTS5 writes the latter down when the words are read.
        same = all(
            _same(connection.execute(is_there), connection.execute(ought))
            for is_there, ought in (
                (f"SELECT term, doc, col, offset FROM temp.words_{name}" for name in _NAMES),
                (f"SELECT * FROM {table}_docsize ORDER BY id" for table in _TABLES),
            )
        )
        there, ought = (_sums(connection, table) for table in _TABLES)
        return not same or there != ought
    except sqlite3.DatabaseError as error:
        # The file as a whole was found right, so what cannot be read are the words.
        if not tells_damage(error):
            raise
        return True


def _make(connection: sqlite3.Connection, tell: Callable[[int], None]) -> None:
    (statement,) = (each for each in statements("schema.sql") if "VIRTUAL TABLE" in each)
    connection.execute(statement.replace("passages_fts", "temp.expected", 1))
    for done, row in enumerate(_passages(connection), start=1):
        connection.execute("INSERT INTO temp.expected (rowid, title, body) VALUES (?, ?, ?)", row)
        if done % PASSAGES_PER_REPORT == 0:
            tell(done)


def _passages(connection: sqlite3.Connection) -> Iterator[tuple[int, str, str]]:
    """Number, headline and words of every passage."""
    for number, title, text, start, end in connection.execute(
        'SELECT p.id, a.title, a.text, p.start, p."end" FROM passages p '
        "JOIN articles a ON a.id = p.article_id ORDER BY p.id"
    ):
        yield number, title, text[start:end]


def _sums(connection: sqlite3.Connection, table: str) -> bytes:
    """How many passages and words FTS5 has counted; none may stand as zeros or as nothing."""
    (block,) = connection.execute(f"SELECT block FROM {table}_data WHERE id = 1").fetchone()
    return bytes(block).rstrip(b"\0")


def _same(one: sqlite3.Cursor, other: sqlite3.Cursor) -> bool:
    return all(first == second for first, second in zip_longest(_portions(one), _portions(other)))


def _portions(cursor: sqlite3.Cursor) -> Iterator[list[tuple[object, ...]]]:
    while some := cursor.fetchmany(ROWS_PER_COMPARISON):
        yield some
