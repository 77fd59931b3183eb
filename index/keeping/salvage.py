"""A damaged file: what can still be read of it becomes a new one, and the old one is kept."""

from __future__ import annotations

import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.adding.preparation import embedded_text, prepare
from index.adding.splitting import SPLITTER_VERSION
from index.errors import StorageError
from index.keeping.rows import read_article
from index.models.embedding import encode, identify
from index.reports import Progress
from index.store import Change, Manifest, SQLiteStore
from index.stories.copies import COPIES_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from index.reports import OnProgress
    from index.store import SplitArticle

_TOGETHER = 64  # passages embedded and stored at once
_LENGTH_WITHIN = 0.02  # of 1
_GIVEN_UP_AFTER = 100_000  # numbers in a row under which nothing stands, where the last is unknown


@dataclass(frozen=True, slots=True)
class Salvage:
    """What became of a damaged file: how many articles were saved, and the names of the lost."""

    saved: int
    lost: tuple[str, ...]


def salvage(
    damaged: Path, folder: Path, embeddings: Embeddings, progress: OnProgress | None
) -> Salvage:
    """Store in a new index every article of a damaged file that is still what was stored.

    Vectors are taken along where they can be right, and made anew elsewhere.

    Args:
        folder: where the new index is to be; empty.

    Raises:
        StorageError: nothing can be read at all; then there is no new index.
        ModelError: vectors cannot be made.
    """
    name, digest = identify(embeddings)
    manifest = Manifest(name, digest, SPLITTER_VERSION, COPIES_VERSION)
    store = SQLiteStore(folder)
    with closing(_open(damaged)) as connection:
        known = _known_ids(connection)
        lost: dict[str, str] = {}
        saved: set[str] = set()
        waiting: list[SplitArticle] = []
        for number in _numbers(connection):
            article, title = None, f"article number {number}"
            with suppress(sqlite3.DatabaseError):
                article, title = read_article(connection, number)
            if article is None:
                lost[_id_of(connection, number)] = title
                continue
            saved.add(article.id)
            waiting.append(prepare(article, manifest))
            if sum(len(each.passages) for each in waiting) >= _TOGETHER:
                _store(connection, store, manifest, waiting, embeddings)
                waiting = []
            if progress:
                progress(Progress(len(saved), len(known) or None, title))
        if waiting:
            _store(connection, store, manifest, waiting, embeddings)
    if not saved:
        raise StorageError(
            f"{damaged} is damaged, and nothing can be saved of it: `dateline restore FILE` brings "
            "a backup back; without one, delete it and add the articles again."
        )
    # Besides those found, what an index still names although its row is gone.
    gone = {each: each for each in sorted(known - saved)} | lost
    return Salvage(len(saved), tuple(name for each, name in gone.items() if each not in saved))


def _open(path: Path) -> sqlite3.Connection:
    try:
        return sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
    except sqlite3.Error as error:
        raise StorageError(f"{path} cannot be opened ({error}).") from error


def _id_of(connection: sqlite3.Connection, number: int) -> str:
    with suppress(sqlite3.DatabaseError):
        row = connection.execute("SELECT id FROM articles WHERE number = ?", (number,)).fetchone()
        return str(row[0])
    return f"article number {number}"


def _known_ids(connection: sqlite3.Connection) -> set[str]:
    """Ids of articles by any trace that can still be read."""
    known: set[str] = set()
    for query in ("SELECT id FROM articles", "SELECT DISTINCT article_id FROM passages"):
        with suppress(sqlite3.DatabaseError):
            for (article_id,) in connection.execute(query):
                known.add(str(article_id))
    return known


def _numbers(connection: sqlite3.Connection) -> Iterator[int]:
    """Numbers under which an article may stand; a damaged page hides only its own."""
    last = 0
    for query in (
        "SELECT seq FROM sqlite_sequence WHERE name = 'articles'",
        "SELECT max(number) FROM articles",
        "SELECT max(article) FROM sketches",
    ):
        with suppress(sqlite3.DatabaseError, TypeError, ValueError):
            last = max(last, int((connection.execute(query).fetchone() or (0,))[0] or 0))
    number = missed = 0
    while number < last or (not last and missed < _GIVEN_UP_AFTER):
        number += 1
        try:
            row = connection.execute("SELECT 1 FROM articles WHERE number = ?", (number,))
            there = row.fetchone() is not None
        except sqlite3.DatabaseError as error:
            if "not a database" in str(error) or "no such table" in str(error):
                return
            there = False
        missed = 0 if there else missed + 1
        if there:
            yield number


def _store(
    connection: sqlite3.Connection,
    store: SQLiteStore,
    manifest: Manifest,
    articles: list[SplitArticle],
    embeddings: Embeddings,
) -> None:
    texts = {
        key: embedded_text(each.article, passage.text)
        for each in articles
        for passage, key in zip(each.passages, each.keys, strict=True)
    }
    missing = sorted(store.missing_vectors(texts.keys()))
    # The first is always made anew: it tells how long a right one is.
    made = dict(
        zip(missing[:1], encode(embeddings, [texts[key] for key in missing[:1]]), strict=True)
    )
    size = len(made[missing[0]]) if missing else 0
    for key in missing[1:]:
        vector = _vector(connection, key)
        if vector is not None and len(vector) == size:
            made[key] = vector
    anew = [key for key in missing if key not in made]
    if anew:
        made |= zip(anew, encode(embeddings, [texts[key] for key in anew]), strict=True)
    store.commit(Change(manifest=manifest, put=articles, vectors=made))


def _vector(connection: sqlite3.Connection, key: bytes) -> NDArray[np.float32] | None:
    """The vector that is kept under a key, where it can be right."""
    try:
        row = connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
        vector = np.frombuffer(row[0], "<f2").astype(np.float32) if row else None
    except (sqlite3.DatabaseError, TypeError, ValueError):
        return None
    with np.errstate(invalid="ignore", over="ignore"):
        right = vector is not None and abs(float(np.linalg.norm(vector)) - 1) < _LENGTH_WITHIN
    return vector if right else None
