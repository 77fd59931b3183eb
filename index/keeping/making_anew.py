"""A damaged index made anew, from the articles of it that are whole."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import numpy as np

from index.adding.preparation import embedded_text, runs
from index.errors import StorageError
from index.keeping.diagnosis import are_vectors, read_article, usual_size
from index.models.embedding import encode, identify
from index.reports import Progress
from index.splitting import SPLITTER_VERSION
from index.store import Change, Manifest, SQLiteStore
from index.store.sqlite_errors import DatabaseErrors
from index.stories.copies import COPIES_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from index.records import Article
    from index.reports import OnProgress
    from index.store import SplitArticle

PASSAGES_TOGETHER = 64
UNKNOWN = "perhaps others: which articles there were cannot be read any more"
"""Stands among the names of the lost, where these may not be all."""


def make_anew(
    damaged: Path, folder: Path, embeddings: Embeddings, progress: OnProgress | None
) -> tuple[int, tuple[str, ...]]:
    """Store in a new index every article of a damaged file that is still what was stored.

    Vectors are taken along where they can be right, and made anew elsewhere.

    Args:
        folder: where the new index is to be; empty.

    Returns:
        How many articles it has, and the names of those that it lacks.

    Raises:
        StorageError: nothing can be read at all; then there is no new index.
        ModelError: vectors cannot be made.
    """
    manifest = Manifest(*identify(embeddings), SPLITTER_VERSION, COPIES_VERSION)
    saved = set[int]()
    with closing(_open(damaged)) as connection, closing(SQLiteStore(folder)) as store:
        names, all_known = _names(connection)

        def whole() -> Iterator[Article]:
            for number, article_id in sorted(names.items()):
                article = None
                with suppress(*DatabaseErrors):
                    article, names[number] = read_article(connection, number)
                # An article's hash does not tell of its id; the index on ids does.
                if article is not None and article.id == article_id:
                    saved.add(number)
                    yield article
                    if progress:
                        progress(Progress(len(saved), len(names), article.title))

        for run in runs(whole(), manifest, PASSAGES_TOGETHER):
            vectors = _vectors(connection, run, embeddings)
            store.commit(Change(manifest=manifest, put=run, vectors=vectors))
    if not (saved or all_known):
        raise StorageError(
            f"{damaged} is damaged, and nothing can be saved of it: `dateline restore FILE` brings "
            "a backup back; without one, delete it and add the articles again."
        )
    lost = [names[number] for number in sorted(names.keys() - saved)]
    return len(saved), (*lost, *([] if all_known else [UNKNOWN]))


def _open(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        # Lets a file be read that is shorter than it says; nothing is written to it.
        connection.execute("PRAGMA writable_schema = ON")
    except DatabaseErrors as error:
        raise StorageError(f"{path} cannot be opened ({error}).") from error
    return connection


def _names(connection: sqlite3.Connection) -> tuple[dict[int, str], bool]:
    """The id of each article, by its number; and whether all of them could be read."""
    scans: list[dict[int, str]] = []
    all_known, last = False, sys.maxsize
    with suppress(*DatabaseErrors, TypeError):
        query = "SELECT seq FROM sqlite_sequence WHERE name = 'articles'"
        last = int(connection.execute(query).fetchone()[0])
    for where in ("", "NOT INDEXED"):  # from the index on ids, and from the rows: either may fail
        scans.append({})
        with suppress(*DatabaseErrors):
            for number, article_id in connection.execute(
                f"SELECT number, id FROM articles {where}"
            ):
                if 0 < number <= last and isinstance(article_id, str):  # else of another table
                    scans[-1][number] = article_id
            all_known = True
    by_index, by_rows = scans
    return by_rows | by_index, all_known


def _vectors(
    connection: sqlite3.Connection, articles: list[SplitArticle], embeddings: Embeddings
) -> dict[bytes, NDArray[np.float32]]:
    """The vectors of these articles: those that are there and can be right, the others made."""
    texts = {
        key: embedded_text(each.article, passage.text)
        for each in articles
        for passage, key in zip(each.passages, each.keys, strict=True)
    }
    size = 0
    with suppress(*DatabaseErrors, TypeError):
        size = usual_size(connection)
    found: dict[bytes, NDArray[np.float32]] = {}
    for key in texts if size and not size % 2 else ():
        with suppress(*DatabaseErrors, TypeError):
            row = connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if row and are_vectors([row[0]], size)[0]:
                found[key] = np.frombuffer(row[0], "<f2").astype(np.float32)
    missing = [key for key in texts if key not in found]
    if missing:
        made = encode(embeddings, [texts[key] for key in missing])
        if found and made.shape[1] * 2 != size:  # what is usual in the file is not this model's
            found.clear()
            missing = [*texts]
            made = encode(embeddings, [*texts.values()])
        found |= zip(missing, made, strict=True)
    return found
