"""Mending within the file: what is wrong with single rows, in one transaction.

Articles that are not what was stored go, since nothing may be quoted of them; whatever else is
wrong follows from the articles and is made anew from them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.adding.preparation import embedded_text, prepare
from index.errors import StorageError
from index.keeping.rows import read_article, read_articles
from index.keeping.words import make_words_anew
from index.models.embedding import encode
from index.store import SplitArticle
from index.store import sqlite_rows as rows
from index.store import sqlite_stories as stories
from index.store import sqlite_vectors as vector_rows
from index.store.sqlite_connections import Connections
from index.stories.copies import StoryText

if TYPE_CHECKING:
    import sqlite3
    from pathlib import Path

    from langchain_core.embeddings import Embeddings

    from index.keeping.records import Diagnosis

_TOGETHER = 64  # passages embedded and stored at once


def mend_rows(path: Path, found: Diagnosis, embeddings: Embeddings) -> list[str]:
    """Mend what `diagnose` found; what was done, a line each.

    Raises:
        StorageError: nothing was changed.
        ModelError: vectors are missing and cannot be made.
    """
    connections = Connections(path)
    if found.ill_cut:
        _embed_anew(connections, found, embeddings)
    done = []
    with connections.writing() as connection:
        stamp, manifest = rows.read_stamp(connection), rows.read_manifest(connection)
        if manifest is None:
            raise StorageError(f"{path} has lost how it was made: run the check again.")
        connection.execute("PRAGMA defer_foreign_keys = ON")
        if found.altered:
            for number in found.altered:
                _forget(connection, number)
            done.append(f"removed {len(found.altered)} articles that were not what was stored")
        for number in found.ill_cut - found.altered.keys():
            _cut_anew(connection, number)
        if found.ill_cut:
            done.append(f"cut {len(found.ill_cut)} articles into passages anew")
        connection.execute("DELETE FROM passages WHERE article_id NOT IN (SELECT id FROM articles)")
        vector_rows.drop_unused_vectors(connection, None)
        if found.unused:
            done.append(f"removed {found.unused} vectors of no passage")
        if found.rows_damaged:
            make_words_anew(connection)
            _tell_stories_anew(connection)
            done.append("made the index of words and the stories anew")
        rows.write_manifest(connection, manifest, stamp)
    return done


def _embed_anew(connections: Connections, found: Diagnosis, embeddings: Embeddings) -> None:
    """Put right vectors under the keys of ill-cut articles, a few at a time, beforehand.

    Nobody else should wait for a model; what is right there already is the same.
    """
    texts: dict[bytes, str] = {}

    def store() -> None:
        vectors = dict(zip(texts, encode(embeddings, [*texts.values()]), strict=True))
        with connections.writing() as writing:
            writing.executemany(
                "INSERT INTO vectors VALUES (?, ?) "
                "ON CONFLICT (key) DO UPDATE SET vector = excluded.vector",
                [(key, vector.astype("<f2").tobytes()) for key, vector in vectors.items()],
            )
        texts.clear()

    for number in sorted(found.ill_cut - found.altered.keys()):
        with connections.reading() as connection:
            article, _ = read_article(connection, number)
            manifest = rows.read_manifest(connection)
            if article is None or manifest is None:
                continue
            split = prepare(article, manifest)
            missing = vector_rows.missing_vectors(connection, set(split.keys)) | found.bad_vectors
        for passage, key in zip(split.passages, split.keys, strict=True):
            if key in missing:
                texts[key] = embedded_text(article, passage.text)
        if len(texts) >= _TOGETHER:
            store()
    if texts:
        store()


def _forget(connection: sqlite3.Connection, number: int) -> None:
    """Delete an article that cannot be read; its words and stories are made anew after it."""
    connection.execute(
        "DELETE FROM passages WHERE article_id = (SELECT id FROM articles WHERE number = ?)",
        (number,),
    )
    connection.execute("DELETE FROM sketches WHERE article = ?", (number,))
    connection.execute("DELETE FROM articles WHERE number = ?", (number,))


def _cut_anew(connection: sqlite3.Connection, number: int) -> None:
    """Passages of one article from its text; their vectors are there."""
    article, _ = read_article(connection, number)
    manifest = rows.read_manifest(connection)
    if article is None or manifest is None:
        return  # another process has removed it meanwhile
    split = prepare(article, manifest)
    connection.execute("DELETE FROM passages WHERE article_id = ?", (article.id,))
    connection.executemany(
        'INSERT INTO passages (article_id, start, "end", vector_key) VALUES (?, ?, ?, ?)',
        [
            (article.id, passage.start, passage.end, key)
            for passage, key in zip(split.passages, split.keys, strict=True)
        ],
    )


def _tell_stories_anew(connection: sqlite3.Connection) -> None:
    for table in ("sketches", "bands", "copies"):
        connection.execute(f"DELETE FROM {table}")
    connection.execute("UPDATE articles SET story = id, newer = NULL")
    numbers = []
    for number, article, _ in read_articles(connection):
        if article is not None:
            split = SplitArticle(article, (), (), StoryText(article).sketch())
            if stories.link_copies(connection, number, split):
                numbers.append(number)
    stories.tell_anew(connection, numbers)
