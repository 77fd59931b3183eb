"""A damaged index made anew, from the articles of it that are whole."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from index.adding.preparation import embedded_text, runs
from index.errors import StorageError
from index.keeping.diagnosis import are_vectors, read_article, usual_size
from index.keeping.page_recovery import articles_in_pages
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


@dataclass(frozen=True, slots=True)
class MadeAnew:
    """How many articles a new index has of a damaged one, and the names of those it lacks."""

    saved: int
    lost: tuple[str, ...]


def make_anew(
    damaged: Path,
    folder: Path,
    embeddings: Embeddings,
    progress: OnProgress | None,
    *,
    by_pages: bool,
) -> MadeAnew:
    """Store in a new index every article of a damaged file that is still what was stored.

    Vectors are taken along where they can be right, and made anew elsewhere.

    Args:
        folder: where the new index is to be; empty.
        by_pages: the file as such is damaged: articles may be there that nothing leads to.

    Raises:
        StorageError: nothing can be read at all; then there is no new index.
        ModelError: vectors cannot be made.
    """
    manifest = Manifest(*identify(embeddings), SPLITTER_VERSION, COPIES_VERSION)
    saved = dict[int, str]()
    with closing(_open(damaged)) as connection, closing(SQLiteStore(folder)) as store:
        names, all_known = _names(connection)
        ids = dict(names)

        def whole() -> Iterator[Article]:
            found = _by_number(connection, names)
            for _ in range(2 if by_pages else 1):
                for number, article, name in found:
                    # An article's hash does not tell of its id; the index on ids does.
                    right = article is not None and article.id == ids.get(number, article.id)
                    if article is not None and right and number not in saved:
                        saved[number] = article.id
                        yield article
                        if progress:
                            progress(Progress(len(saved), len(names) or None, name))
                found = articles_in_pages(damaged, folder)

        for run in runs(whole(), manifest, PASSAGES_TOGETHER):
            vectors = _vectors(connection, run, embeddings)
            store.commit(Change(manifest=manifest, put=run, vectors=vectors))
        traces = _traces(connection) if by_pages else set()
    if by_pages and not saved:
        raise StorageError(
            f"{damaged} is damaged, and nothing can be saved of it: `dateline restore FILE` brings "
            "a backup back; without one, delete it and add the articles again."
        )
    lost = [number for number in sorted(names) if number not in saved]
    gone = sorted(traces - set(ids.values()) - set(saved.values()))
    # An id may itself be damaged in one place: then it is one of those that have left other traces.
    same = sum(ids[number] not in traces for number in lost)
    lost_names = [*(names[number] for number in lost), *gone[same:]]
    return MadeAnew(len(saved), (*lost_names, *([] if all_known else [UNKNOWN])))


def _open(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        # Lets a file be read that is shorter than it says; nothing is written to it.
        connection.execute("PRAGMA writable_schema = ON")
    except DatabaseErrors as error:
        raise StorageError(f"{path} cannot be opened ({error}).") from error
    return connection


def _names(connection: sqlite3.Connection) -> tuple[dict[int, str], bool]:
    """What each article was called, by its number; and whether all of that could be read."""
    names: dict[int, str] = {}
    all_known, last = False, sys.maxsize
    with suppress(*DatabaseErrors, TypeError):
        query = "SELECT seq FROM sqlite_sequence WHERE name = 'articles'"
        last = int(connection.execute(query).fetchone()[0])
    # From the index on ids, then from the rows: either may be damaged.
    for query in (
        "SELECT number, id FROM articles",
        "SELECT number, id FROM articles NOT INDEXED",
    ):
        with suppress(*DatabaseErrors):
            for number, article_id in connection.execute(query):
                if 0 < number <= last and isinstance(article_id, str):  # else of another table
                    names.setdefault(number, article_id)
            all_known = True
    return names, all_known


def _traces(connection: sqlite3.Connection) -> set[str]:
    """The ids of articles that there are passages of, in the rows and in the index of these."""
    found: list[set[str]] = []
    for where in ("INDEXED BY passages_by_article", "NOT INDEXED"):
        query = f"SELECT DISTINCT article_id FROM passages {where}"
        found.append(set())
        with suppress(*DatabaseErrors):
            found[-1].update(str(article_id) for (article_id,) in connection.execute(query))
    return found[0] & found[1]  # a page that is another's would name what are no articles


def _by_number(
    connection: sqlite3.Connection, names: dict[int, str]
) -> Iterator[tuple[int, Article | None, str]]:
    """Each article where it is whole, and its title or id."""
    for number in sorted(names):
        article, name = None, names[number]
        with suppress(*DatabaseErrors):
            article, name = read_article(connection, number)
        if article is not None and article.id != names[number]:
            article = None  # its row and the index on ids differ, and its hash tells of neither
        names[number] = name
        yield number, article, name


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
