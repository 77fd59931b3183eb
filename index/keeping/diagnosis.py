"""Looking over the rows of the embedded store: each article, passage, vector and story.

All of it is read as a stream from one unchanging view, so others may go on adding meanwhile.
"""

from __future__ import annotations

import re
import sqlite3
from collections import defaultdict
from contextlib import closing, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from index.adding.preparation import vector_key
from index.errors import StorageError
from index.files import first_line
from index.reports import Health, Progress
from index.splitting import SPLITTER_VERSION, split
from index.sqlite_errors import DatabaseErrors, tells_damage
from index.store import sqlite_rows as rows
from index.store.sqlite_connections import Connections
from index.store.sqlite_stories import places_of
from index.stories.copies import Sketch
from index.stories.printings import Place

if TYPE_CHECKING:
    from pathlib import Path

    from index.records import Article
    from index.reports import OnProgress
    from index.store import Manifest

    Schema = dict[tuple[str, str], list[str]]

_MANIFEST = {
    *("store", "generation", "token", "embedding_model", "embedding_digest", "splitter", "copies")
}
_COMMENT = re.compile(r"--[^\n]*")
_WORD = re.compile(r"\w+|[^\w\s]")
LENGTH_TOLERANCE = 0.02  # of a vector's length, which is 1; float16 is off by a thousandth
MAX_FILE_ERRORS = 20
ARTICLES_PER_REPORT = 50

_TABLES_DISAGREE = (
    (
        "passages",
        "they are not the same as those that their articles count",
        "SELECT count(*) IS NOT (SELECT count(*) FROM passages) "
        "OR count(*) IS NOT (SELECT coalesce(sum(last - first + 1), 0) FROM passage_ranges) "
        "FROM passages p JOIN articles a ON a.id = p.article_id "
        "JOIN passage_ranges ON article = a.number AND p.id BETWEEN first AND last",
    ),
    (
        "stories",
        "not every article has its sketch, or there are sketches of none",
        "SELECT EXISTS (SELECT number FROM articles EXCEPT SELECT article FROM sketches "
        "WHERE typeof(shingles) = 'integer') "
        "OR EXISTS (SELECT article FROM sketches EXCEPT SELECT number FROM articles)",
    ),
    (
        "stories",
        "copies are not linked both ways",
        "SELECT EXISTS "
        "(SELECT article, other FROM copies EXCEPT SELECT other, article FROM copies)",
    ),
)
"""Part, what is wrong with it, and a query that tells whether that is so."""


def diagnose(path: Path, progress: OnProgress | None = None) -> Health:
    """Look a database file over from end to end.

    Raises:
        StorageError: it cannot be looked at, for a reason other than damage: another schema, no
            permission, a full disk.
    """
    found = Health(path.parent)
    try:
        with closing(Connections(path)) as connections, connections.reading() as connection:
            _look_over(connection, found, progress)
    except StorageError as error:
        match error.__cause__:
            case LookupError() | TypeError() | ValueError() as cause:  # rows that cannot be right
                found.note_unreadable(first_line(cause))
            case sqlite3.DatabaseError() as cause if tells_damage(cause):
                found.note_unreadable(first_line(cause))
            case _:
                raise
    return found


def read_article(
    connection: sqlite3.Connection, number: int, known_as: str | None = None
) -> tuple[Article | None, str]:
    """An article where it is what was stored, and its title, its id or what it is known as."""

    def read(columns: str) -> Any:
        with suppress(*DatabaseErrors):  # of one column that is not UTF-8, say
            query = f"SELECT {columns} FROM articles WHERE number = ?"
            return connection.execute(query, (number,)).fetchone()
        return None

    (title,), (article_id,) = read("title") or ("",), read("id") or ("",)
    name = str(title or article_id or known_as or f"article number {number}")
    try:
        return rows.article_from(read(rows.ARTICLE)), name
    except (LookupError, TypeError, ValueError):
        return None, name


def is_vector(blob: object, size: int) -> bool:
    """Whether this can be a vector: of so many bytes, and of length 1."""
    if not isinstance(blob, bytes) or not len(blob) == size > 0:
        return False
    vector = np.frombuffer(blob, "<f2").astype(np.float32)
    return abs(float(np.linalg.norm(vector)) - 1) < LENGTH_TOLERANCE


def _look_over(connection: sqlite3.Connection, found: Health, progress: OnProgress | None) -> None:
    _check_structure(connection, found)
    if not found.readable or not rows.has_tables(connection):
        return
    found.articles, found.passages, found.vectors = (
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("articles", "passages", "vectors")
    )
    values = dict(connection.execute("SELECT name, value FROM manifest"))
    needed = _MANIFEST if found.articles else {"store", "generation"}
    if needed - values.keys() or not values["generation"].isdecimal():
        found.readable = False  # how its vectors were made is unknown
        names = ", ".join(sorted(needed - values.keys())) or "a right generation"
        found.note("manifest", f"it lacks {names}")
        return
    bad = _check_vectors(connection, found)
    if (manifest := rows.read_manifest(connection)) is not None:
        _check_articles(connection, found, manifest, bad, progress)
    for part, what, query in _TABLES_DISAGREE:
        if connection.execute(query).fetchone()[0]:
            found.note(part, what)
    if not _bands_agree(connection):
        found.note("stories", "copies may be missed: the bands are not those of the sketches")
    if not _places_agree(connection):
        found.note("stories", "a story is not what its copies say")


def _check_structure(connection: sqlite3.Connection, found: Health) -> None:
    """Have SQLite look at the file, and compare its schema with ours."""
    for (said,) in connection.execute(f"PRAGMA integrity_check({MAX_FILE_ERRORS})"):
        if said != "ok":
            found.note_unreadable(" ".join(said.split()))
    there, ours = _schema_of(connection), _schema()
    if not rows.has_tables(connection):
        if there:
            found.note_unreadable("it holds tables, and no version of Dateline's")
        return
    for kind, name in sorted(ours.keys() - there.keys()):
        if kind == "table":
            found.note_unreadable(f"the table {name} is missing")
    for kind, name in sorted(there):
        if there[kind, name] != ours.get((kind, name)):
            # Triggers and views are somebody's program: it would run with each change.
            found.note_unreadable(f"the {kind} {name} is not as Dateline makes it")


@cache
def _schema() -> Schema:
    with closing(sqlite3.connect(":memory:")) as connection:
        rows.create_schema(connection)
        return _schema_of(connection)


def _schema_of(connection: sqlite3.Connection) -> Schema:
    """What tables, indexes, triggers and views there are; of each the words that make it.

    In whatever order, where it is no program: a migration puts its columns last.
    """
    found: Schema = {}
    for kind, name, statement in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        if not name.startswith("sqlite_"):
            words = _WORD.findall(_COMMENT.sub("", statement or ""))
            found[kind, name] = words if kind == "trigger" else sorted(words)
    return found


def _check_vectors(connection: sqlite3.Connection, found: Health) -> set[bytes]:
    """The keys of those that cannot be right."""
    usual = "SELECT length(vector) FROM vectors GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    (size,) = connection.execute(usual).fetchone() or (0,)
    vectors = connection.execute("SELECT key, vector FROM vectors")
    bad = {key for key, vector in vectors if not is_vector(vector, size)}
    if bad:
        found.note("vectors", f"{len(bad)} are not vectors of length 1")
    found.unused = connection.execute(
        "SELECT count(*) FROM vectors WHERE NOT EXISTS "
        "(SELECT 1 FROM passages WHERE vector_key = vectors.key)"
    ).fetchone()[0]
    if found.unused:
        what = f"{found.unused} belong to no passage, as an interrupted rebuild leaves"
        found.note("vectors", what, damage=False)
    return bad


def _check_articles(
    connection: sqlite3.Connection,
    found: Health,
    manifest: Manifest,
    bad: set[bytes],
    progress: OnProgress | None,
) -> None:
    wrong: dict[tuple[str, str], list[str]] = defaultdict(list)
    numbers = [number for (number,) in connection.execute("SELECT number FROM articles")]
    for done, number in enumerate(numbers, start=1):
        # One by one: what is wrong with one row must not end the reading of the others.
        article, name = read_article(connection, number)
        if article is None:
            wrong["articles", "are no longer what was stored, by their hash"].append(name)
        elif not _days_agree(connection, number, article):
            wrong["articles", "are filed under days not theirs"].append(name)
        elif not _well_cut(connection, article, manifest, bad):
            wrong["passages", "have others than their text makes, or no vectors"].append(name)
        if progress and (done % ARTICLES_PER_REPORT == 0 or done == found.articles):
            progress(Progress(done, found.articles))
    for (part, what), names in wrong.items():
        found.note(part, f"{len(names)} {what}", names)


def _well_cut(
    connection: sqlite3.Connection, article: Article, manifest: Manifest, bad: set[bytes]
) -> bool:
    """Whether an article's passages are those of its text, each with the vector of its words.

    An older splitter cut elsewhere; of what it left only the offsets can be looked at.
    """
    passages = connection.execute(
        'SELECT start, "end", vector_key, v.key IS NOT NULL FROM passages '
        "LEFT JOIN vectors v ON v.key = vector_key WHERE article_id = ? ORDER BY start, id",
        (article.id,),
    ).fetchall()
    if manifest.splitter == SPLITTER_VERSION:
        wanted = sorted((each.start, each.end) for each in split(article))
        if sorted((start, end) for start, end, _, _ in passages) != wanted:
            return False
    return all(
        has_vector
        and 0 <= start < end <= len(article.text)
        and key not in bad
        and key == vector_key(manifest, article, article.text[start:end])
        for start, end, key, has_vector in passages
    )


def _days_agree(connection: sqlite3.Connection, number: int, article: Article) -> bool:
    """Whether the days that filters go by are those of the article."""
    row = connection.execute(
        "SELECT published_first, published_last FROM articles WHERE number = ?", (number,)
    ).fetchone()
    day = article.published
    return tuple(row) == ((day.first.isoformat(), day.last.isoformat()) if day else (None, None))


def _bands_agree(connection: sqlite3.Connection) -> bool:
    """Whether the bands are those of the sketches, by the sum of their hashes."""
    wanted = sum(
        hash((band, number))
        for number, *sketch in connection.execute("SELECT article, minhash, shingles FROM sketches")
        for band in set(Sketch(*sketch).bands())
    )
    return wanted == sum(map(hash, connection.execute("SELECT band, article FROM bands")))


def _places_agree(connection: sqlite3.Connection) -> bool:
    """Whether each article has the place in its story that its copies give it."""
    told = (
        "SELECT number, story, newer FROM articles WHERE story IS NOT id OR newer IS NOT NULL "
        "OR number IN (SELECT article FROM copies)"
    )
    rows_told = connection.execute(told).fetchall()
    places = places_of(connection, [number for number, _, _ in rows_told])
    return all(places[number] == Place(story, newer) for number, story, newer in rows_told)
