"""Looking over the rows of the embedded store: each article, passage, vector and story.

All of it is read as a stream from one unchanging view, so others may go on adding meanwhile.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import closing, suppress
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from index.adding.preparation import vector_key
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

    Schema = dict[tuple[str, str], str]

_MANIFEST = {
    *("store", "generation", "token", "embedding_model", "embedding_digest", "splitter", "copies")
}
_COMMENT = re.compile(r"--[^\n]*")
_RULE = re.compile(r"\b(?:UNIQUE|CHECK|CONFLICT|COLLATE|CASCADE)\b")  # what touches other rows
LENGTH_TOLERANCE = 0.02  # of a vector's length, which is 1; float16 is off by a thousandth
VECTORS_TOGETHER = 2_000
MAX_FILE_ERRORS = 20
ARTICLES_PER_REPORT = 50


def diagnose(path: Path, progress: OnProgress | None = None) -> Health:
    """Look a database file over from end to end.

    Raises:
        StorageError: it cannot be looked at, for a reason other than damage: another schema, no
            permission, a full disk.
    """
    found = Health(path.parent)
    with closing(Connections(path)) as connections, connections.reading() as connection:
        try:
            _look_over(connection, found, progress)
        except DatabaseErrors as error:
            if not tells_damage(error):
                raise
            found.note_unreadable(str(error))
        except (LookupError, TypeError, ValueError) as error:  # rows that cannot be right
            found.note_unreadable(first_line(error))
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


def are_vectors(blobs: list[bytes], size: int) -> list[bool]:
    """Which of these can be vectors: of so many bytes, and of length 1."""
    right = [type(each) is bytes and len(each) == size > 0 for each in blobs]
    data = np.frombuffer(b"".join(b for b, good in zip(blobs, right, strict=True) if good), "<f2")
    vectors = data.reshape(sum(right), -1).astype(np.float32) if any(right) else data[:, None]
    with np.errstate(invalid="ignore", over="ignore"):
        long = iter(np.abs(np.linalg.norm(vectors, axis=1) - 1) < LENGTH_TOLERANCE)
    return [good and bool(next(long)) for good in right]


def usual_size(connection: sqlite3.Connection) -> int:
    """The bytes of most vectors; 0 where there are none."""
    lengths = "SELECT length(vector) FROM vectors GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    return int((connection.execute(lengths).fetchone() or (0,))[0] or 0)


def _look_over(connection: sqlite3.Connection, found: Health, progress: OnProgress | None) -> None:
    _check_structure(connection, found)
    if not found.readable or not connection.execute("PRAGMA user_version").fetchone()[0]:
        return  # or nothing was ever stored
    found.articles, found.passages, found.vectors = (
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("articles", "passages", "vectors")
    )
    _check_manifest(connection, found)
    if not found.readable:
        return
    manifest = rows.read_manifest(connection)
    bad = _check_vectors(connection, found)
    if manifest is not None:
        _check_articles(connection, found, manifest, bad, progress)
    ranged = connection.execute(
        "SELECT count(*) FROM passages p JOIN articles a ON a.id = p.article_id "
        "JOIN passage_ranges ON article = a.number AND p.id BETWEEN first AND last"
    ).fetchone()
    wanted = connection.execute("SELECT coalesce(sum(last - first + 1), 0) FROM passage_ranges")
    if not ranged == wanted.fetchone() == (found.passages,):
        found.note("passages", "they are not the same as those that their articles count")
    if wrong := _sketches_wrong(connection, found.articles) or _places_wrong(connection):
        found.note("stories", wrong)


def _check_structure(connection: sqlite3.Connection, found: Health) -> None:
    for (said,) in connection.execute(f"PRAGMA integrity_check({MAX_FILE_ERRORS})"):
        if said != "ok":
            found.note_unreadable(" ".join(said.split()))
    there, ours = _schema_of(connection), _schema()
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        if there:
            found.note_unreadable("it holds tables, and no version of Dateline's")
        return
    for kind, name in sorted(there.keys() | ours.keys()):
        if (kind, name) not in there:
            if kind == "table":
                found.note_unreadable(f"the table {name} is missing")
        elif there[kind, name] != ours.get((kind, name)):
            # Triggers and views are somebody's program: it would run with each change.
            found.note_unreadable(f"the {kind} {name} is not as Dateline makes it")


@cache
def _schema() -> Schema:
    with closing(sqlite3.connect(":memory:")) as connection:
        rows.create_schema(connection)
        return _schema_of(connection)


def _schema_of(connection: sqlite3.Connection) -> Schema:
    """What tables, indexes, triggers and views there are; of each what it is made of."""
    found: Schema = {}
    for kind, name, statement in connection.execute("SELECT type, name, sql FROM sqlite_master"):
        made_of = " ".join(_COMMENT.sub("", statement or "").split())
        if kind != "trigger":  # a migration puts its columns last
            columns = connection.execute(f'PRAGMA table_xinfo("{name}")').fetchall()
            named = [f"{column[1]}:{column[-1]}" for column in columns if kind == "table"]
            made_of = " ".join(sorted(named + _RULE.findall(made_of.upper())))
        if not name.startswith("sqlite_"):
            found[kind, name] = made_of
    return found


def _check_manifest(connection: sqlite3.Connection, found: Health) -> None:
    values = dict(connection.execute("SELECT name, value FROM manifest"))
    needed = _MANIFEST if found.articles else {"store", "generation"}
    if needed - values.keys() or not values["generation"].isdecimal():
        found.readable = False  # how its vectors were made is unknown
        names = ", ".join(sorted(needed - values.keys())) or "a right generation"
        found.note("manifest", f"it lacks {names}")


def _check_vectors(connection: sqlite3.Connection, found: Health) -> set[bytes]:
    """The keys of those that cannot be right."""
    size, bad = usual_size(connection), set[bytes]()
    cursor = connection.execute("SELECT key, vector FROM vectors")
    while some := cursor.fetchmany(VECTORS_TOGETHER):
        right = are_vectors([vector for _, vector in some], size)
        bad.update(key for (key, _), good in zip(some, right, strict=True) if not good)
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
    altered, misdated, ill_cut = [], [], []
    numbers = [number for (number,) in connection.execute("SELECT number FROM articles")]
    for done, number in enumerate(numbers, start=1):
        # One by one: what is wrong with one row must not end the reading of the others.
        article, name = read_article(connection, number)
        if article is None:
            altered.append(name)
        elif not _days_agree(connection, number, article):
            misdated.append(name)
        elif not _well_cut(connection, article, manifest, bad):
            ill_cut.append(name)
        if progress and (done % ARTICLES_PER_REPORT == 0 or done == found.articles):
            progress(Progress(done, found.articles))
    if altered:
        what = f"{len(altered)} are no longer what was stored, by their hash"
        found.note("articles", what, altered)
    if misdated:
        found.note("articles", f"{len(misdated)} are filed under days not theirs", misdated)
    if ill_cut:
        what = f"those of {len(ill_cut)} articles do not fit their text or have no vectors"
        found.note("passages", what, ill_cut)


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


def _sketches_wrong(connection: sqlite3.Connection, articles: int) -> str:
    sketches = bands = 0
    for number, minhash, shingles in connection.execute(
        "SELECT article, minhash, shingles FROM sketches JOIN articles ON article = number"
    ):
        if type(minhash) is not bytes or len(minhash) not in {0, 512} or type(shingles) is not int:
            return "a sketch is damaged"
        wanted = set(Sketch(minhash, shingles).bands())
        marks = ", ".join("?" * len(wanted))
        there = connection.execute(
            f"SELECT count(*) FROM bands WHERE article = ? AND band IN ({marks})",
            (number, *wanted),
        ).fetchone()[0]
        if there != len(wanted):
            return "copies may be missed: the bands are not those of the sketches"
        sketches, bands = sketches + 1, bands + there
    counted = connection.execute(
        "SELECT (SELECT count(*) FROM sketches), (SELECT count(*) FROM bands)"
    ).fetchone()
    fits = sketches == articles and counted == (sketches, bands)
    return "" if fits else "not every article has its sketch, or there are sketches of none"


def _places_wrong(connection: sqlite3.Connection) -> str:
    one_sided = "SELECT article, other FROM copies EXCEPT SELECT other, article FROM copies"
    if connection.execute(one_sided).fetchone():
        return "copies are not linked both ways"
    told = (
        "SELECT number, story, newer FROM articles WHERE story IS NOT id OR newer IS NOT NULL "
        "OR number IN (SELECT article FROM copies)"
    )
    places: dict[int, Place] = {}
    for number, story, newer in connection.execute(told).fetchall():
        if number not in places:
            places |= places_of(connection, [number])
        if places[number] != Place(story, newer):
            return "a story is not what its copies say"
    return ""
