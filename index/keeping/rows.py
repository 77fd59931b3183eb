"""Looking over the rows of the embedded store: each article, passage, vector and story.

All of it is read as a stream from one unchanging view, so others may go on adding meanwhile.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import numpy as np

from index.adding.preparation import vector_key
from index.adding.splitting import SPLITTER_VERSION, split
from index.keeping.records import MOST_NAMED, Diagnosis, Finding
from index.keeping.words import words_differ
from index.models.model_files import first_line
from index.reports import Progress
from index.store import sqlite_rows as rows
from index.store.sqlite_connections import Connections
from index.store.sqlite_errors import tells_damage
from index.store.sqlite_stories import places_of
from index.stories.copies import Sketch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.records import Article
    from index.reports import OnProgress
    from index.store import Manifest

_TABLES = {"manifest", "articles", "sketches", "bands", "copies", "vectors", "passages"}
_MANIFEST = {
    *("store", "generation", "token", "embedding_model", "embedding_digest", "splitter", "copies")
}
_LENGTH_WITHIN = 0.02  # of 1; float16 alone is off by a thousandth
_PORTION = 2_000  # vectors looked at together
_ERRORS_TOLD = 20


def diagnose(path: Path, progress: OnProgress | None = None) -> Diagnosis:
    """Look a database file over from end to end.

    Args:
        progress: told how many of all articles and passages were looked at.

    Raises:
        StorageError: it cannot be looked at, for a reason other than damage: another schema, no
            permission, a full disk.
    """
    found = Diagnosis()
    with closing(Connections(path)) as connections, connections.reading() as connection:
        try:
            _look_over(connection, found, progress)
        except sqlite3.DatabaseError as error:
            if not tells_damage(error):
                raise
            _note_structure(found, str(error))
        except (LookupError, TypeError, ValueError) as error:  # rows that cannot be right
            _note_structure(found, first_line(error))
    return found


def _look_over(
    connection: sqlite3.Connection, found: Diagnosis, progress: OnProgress | None
) -> None:
    if not connection.execute("PRAGMA user_version").fetchone()[0]:
        return  # nothing was ever stored
    _check_structure(connection, found)
    if found.structure:
        return
    found.articles, found.passages, found.vectors = (
        connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("articles", "passages", "vectors")
    )
    _check_manifest(connection, found)
    if found.structure:
        return
    _check_vectors(connection, found)
    _check_articles(connection, found, progress)
    _check_strays(connection, found)
    if words_differ(connection, lambda done: _tell(progress, found, found.articles + done)):
        found.words = True
        found.findings.append(
            Finding(
                "words", "the index of words is not that of the passages: searches may miss some"
            )
        )
    _check_stories(connection, found)


def _check_structure(connection: sqlite3.Connection, found: Diagnosis) -> None:
    for (said,) in connection.execute(f"PRAGMA integrity_check({_ERRORS_TOLD})"):
        if "fts5" in said.lower():  # newer versions of SQLite look into the words, too
            continue
        if said != "ok":
            _note_structure(found, " ".join(said.split()))
    tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
    for name in sorted(_TABLES - tables):
        _note_structure(found, f"the table {name} is missing")


def _note_structure(found: Diagnosis, said: str) -> None:
    found.structure = True
    found.findings.append(Finding("database", f"the file is damaged: {said}"))


def _check_manifest(connection: sqlite3.Connection, found: Diagnosis) -> None:
    values = dict(connection.execute("SELECT name, value FROM manifest"))
    lacking = (
        _MANIFEST - values.keys() if found.articles else {"store", "generation"} - values.keys()
    )
    if lacking or not values["generation"].isdecimal():
        found.structure = True  # how its vectors were made is unknown
        names = ", ".join(sorted(lacking)) or "a right generation"
        found.findings.append(Finding("manifest", f"it lacks {names}"))


def _check_vectors(connection: sqlite3.Connection, found: Diagnosis) -> None:
    lengths = "SELECT length(vector) FROM vectors GROUP BY 1 ORDER BY count(*) DESC LIMIT 1"
    size = (connection.execute(lengths).fetchone() or (0,))[0]
    cursor = connection.execute("SELECT key, vector FROM vectors")
    while some := cursor.fetchmany(_PORTION):
        right = [each for each in some if type(each[1]) is bytes and len(each[1]) == size > 0]
        found.bad_vectors.update({key for key, _ in some} - {key for key, _ in right})
        data = np.frombuffer(b"".join(vector for _, vector in right), "<f2")
        vectors = data.reshape(len(right), -1).astype(np.float32) if right else data.reshape(0, 1)
        with np.errstate(invalid="ignore", over="ignore"):
            off = ~(np.abs(np.linalg.norm(vectors, axis=1) - 1) < _LENGTH_WITHIN)
        found.bad_vectors.update(right[number][0] for number in np.flatnonzero(off))
    if found.bad_vectors:
        found.findings.append(
            Finding("vectors", f"{len(found.bad_vectors)} are not vectors of length 1")
        )
    found.unused = connection.execute(
        "SELECT count(*) FROM vectors WHERE NOT EXISTS "
        "(SELECT 1 FROM passages WHERE vector_key = vectors.key)"
    ).fetchone()[0]
    if found.unused:
        found.findings.append(
            Finding(
                "vectors",
                f"{found.unused} belong to no passage, as an interrupted rebuild leaves",
                damage=False,
            )
        )


def read_articles(
    connection: sqlite3.Connection,
) -> Iterator[tuple[int, Article | None, str]]:
    """Each article's number, the article where it is what was stored, and its title or id.

    Read one by one: what is wrong with one row must not end the reading of the others.
    """
    for (number,) in connection.execute("SELECT number FROM articles ORDER BY number"):
        article, name = read_article(connection, number)
        yield number, article, name


def read_article(connection: sqlite3.Connection, number: int) -> tuple[Article | None, str]:
    """An article where it is what was stored, and its title or id."""
    name = f"article number {number}"
    for column in ("id", "title"):
        try:
            row = connection.execute(f"SELECT {column} FROM articles WHERE number = ?", (number,))
            name = str(next(row, (None,))[0] or name)
        except sqlite3.OperationalError:  # not UTF-8
            continue
    try:
        row = connection.execute(f"SELECT {rows.ARTICLE} FROM articles WHERE number = ?", (number,))
        return rows.article_from(row.fetchone()), name
    except (sqlite3.OperationalError, LookupError, TypeError, ValueError):
        return None, name


def _check_articles(
    connection: sqlite3.Connection, found: Diagnosis, progress: OnProgress | None
) -> None:
    manifest = rows.read_manifest(connection)
    if manifest is None:
        return
    ill_cut: list[str] = []
    for done, (number, article, name) in enumerate(read_articles(connection), start=1):
        if article is None or not _days_agree(connection, number, article):
            found.altered[number] = name
        elif not _well_cut(connection, article, manifest, found.bad_vectors):
            found.ill_cut.add(number)
            ill_cut.append(name)
        if done % 50 == 0 or done == found.articles:
            _tell(progress, found, done)
    if found.altered:
        what = f"{len(found.altered)} are no longer what was stored, by their hash"
        names = tuple(list(found.altered.values())[:MOST_NAMED])
        found.findings.append(Finding("articles", what, names=names))
    if ill_cut:
        what = f"those of {len(ill_cut)} articles do not fit their text or have no vectors"
        found.findings.append(Finding("passages", what, names=tuple(ill_cut[:MOST_NAMED])))


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
    known = (day.first.isoformat(), day.last.isoformat()) if day else (None, None)
    return tuple(row) == known


def _check_strays(connection: sqlite3.Connection, found: Diagnosis) -> None:
    strays = connection.execute(
        "SELECT count(*) FROM passages WHERE article_id NOT IN (SELECT id FROM articles)"
    ).fetchone()[0]
    if strays:
        found.strays = True
        found.findings.append(Finding("passages", f"{strays} belong to no article"))


def _check_stories(connection: sqlite3.Connection, found: Diagnosis) -> None:
    wrong = _sketches_wrong(connection, found.articles) or _places_wrong(connection)
    if wrong:
        found.stories = True
        found.findings.append(Finding("stories", wrong))


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
    one_sided = connection.execute(
        "SELECT count(*) FROM copies one WHERE share NOT BETWEEN 0 AND 1 OR NOT EXISTS "
        "(SELECT 1 FROM copies other WHERE other.article = one.other AND other.other = one.article)"
        " OR article NOT IN (SELECT number FROM articles)"
    ).fetchone()[0]
    if one_sided:
        return "copies are not linked both ways"
    alone = connection.execute(
        "SELECT count(*) FROM articles WHERE (story IS NOT id OR newer IS NOT NULL) "
        "AND NOT EXISTS (SELECT 1 FROM copies WHERE article = number)"
    ).fetchone()[0]
    if alone:
        return "an article without copies stands in a story of others"
    seen: set[int] = set()
    for (number,) in connection.execute("SELECT DISTINCT article FROM copies"):
        if number in seen:
            continue
        places = places_of(connection, [number])
        seen |= places.keys()
        for each, place in places.items():
            row = connection.execute("SELECT story, newer FROM articles WHERE number = ?", (each,))
            if row.fetchone() != (place.story, place.newer):
                return "a story is not what its copies say"
    return ""


def _tell(progress: OnProgress | None, found: Diagnosis, done: int) -> None:
    if progress:
        progress(Progress(done, found.articles + found.passages))
