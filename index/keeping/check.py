"""The check: everything that an index consists of, looked over and, where asked, mended.

A damaged index is made anew from the articles of it that are whole; those that are not are named.
"""

from __future__ import annotations

import sqlite3
import sys
import time
from contextlib import closing, suppress
from typing import TYPE_CHECKING

import numpy as np

from index.adding.preparation import embedded_text, runs
from index.errors import IndexMissingError, StorageError
from index.files import first_line
from index.keeping import folder_files
from index.keeping.diagnosis import are_vectors, diagnose, read_article, usual_size
from index.keeping.folder_files import put_in_place, read_stamp, renew, set_aside, staging
from index.keeping.health import Diagnosis, Fault, Health
from index.models.embedding import encode, identify
from index.reports import Progress
from index.splitting import SPLITTER_VERSION
from index.sqlite_errors import DatabaseErrors, tells_damage, translating_errors
from index.store import Change, Manifest, SQLiteStore
from index.store.sqlite_connections import Connections, compact, empty_bytes
from index.store.sqlite_vectors import drop_unused_vectors
from index.stories.copies import COPIES_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from index.records import Article
    from index.reports import OnProgress
    from index.store import SplitArticle


def check(
    folder: Path,
    embeddings: Embeddings | None = None,
    *,
    weights: Iterable[Fault] = (),
    progress: OnProgress | None = None,
) -> Health:
    """Look over the index in a folder, and mend it where embeddings are given.

    Looked over are the database (SQLite's own check, its schema, manifest, each article against
    its hash, each passage against its article and vector, the stories), the caches of vectors
    and words, what killed processes have left, and the file of conversations. Where the database is
    damaged it is put aside under a dated name and made anew from the articles that are whole; those
    that are not are named. The caches are made anew too; conversations are only looked at.

    Args:
        embeddings: what the index was made with; None looks and changes nothing.
        weights: what was found of model files, to stand in the result.
        progress: told how many of all articles and passages were looked at.

    Raises:
        IndexMissingError: there is no index.
        StorageError: it cannot be looked at or mended, for a reason other than damage.
    """
    began = time.monotonic()
    path = folder / folder_files.DATABASE
    with translating_errors(path):
        if not path.is_file():
            raise IndexMissingError(f"There is no index in {folder}: nothing to check.")
    others = [*weights, *folder_files.check_conversations(folder)]
    now = _diagnose(path, progress)
    findings = [*now.findings, *_look_beside(folder, now)]
    left, mended, lost = findings, list[str](), list[str]()
    if embeddings is not None and findings:
        for line, names in _mend(folder, now, embeddings, progress):
            mended.append(line)
            lost += names
        now = _diagnose(path, progress)
        left = [*now.findings, *_look_beside(folder, now)]
    return Health(
        location=folder,
        findings=(*findings, *others),
        mended=tuple(mended),
        lost=tuple(lost),
        left=(*left, *others),
        articles=now.articles,
        passages=now.passages,
        vectors=now.vectors,
        seconds=time.monotonic() - began,
    )


def _diagnose(path: Path, progress: OnProgress | None) -> Diagnosis:
    try:
        return diagnose(path, progress)
    except StorageError as error:
        cause = error.__cause__
        if not isinstance(cause, DatabaseErrors) or not tells_damage(cause):
            raise
        found = Diagnosis()
        found.note_unreadable(first_line(cause))
        return found


def _look_beside(folder: Path, found: Diagnosis) -> list[Fault]:
    """What stands beside the rows, as far as these can be read to compare it with."""
    findings = folder_files.check_leftovers(folder)
    if found.readable and (empty := empty_bytes(folder / folder_files.DATABASE)):
        findings.append(Fault("database", f"{empty / 1e6:.0f} MB of it are empty", damage=False))
    return findings if found.damaged else findings + folder_files.check_cache(folder)


def _mend(
    folder: Path, found: Diagnosis, embeddings: Embeddings, progress: OnProgress | None
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Mend what was found; what was done, and the names of the articles that were lost by it."""
    path = folder / folder_files.DATABASE
    if found.damaged:
        yield _replace(folder, embeddings, progress)
    elif found.unused:
        with Connections(path).writing() as connection:
            drop_unused_vectors(connection, None)
        yield f"removed {found.unused} vectors that belonged to no passage", ()
    if folder_files.check_cache(folder):
        folder_files.drop_cache(folder)
        yield "removed the caches of vectors and words", ()
    if empty_bytes(path):
        compact(path)
        yield "gave the empty pages of the file back", ()
    SQLiteStore(folder).flush()
    if folder_files.check_leftovers(folder):
        folder_files.drop_leftovers(folder)
        yield "removed what killed processes had left", ()


def _replace(
    folder: Path, embeddings: Embeddings, progress: OnProgress | None
) -> tuple[str, tuple[str, ...]]:
    """Make the database anew from its whole articles, and put the new one in its place."""
    path = folder / folder_files.DATABASE
    while True:
        before = read_stamp(path)
        with staging(folder) as ready:
            saved, lost = make_anew(path, ready, embeddings, progress)
            if read_stamp(path) != before:
                continue  # another process has changed it meanwhile
            aside = set_aside(path)
            with Connections(ready / folder_files.DATABASE).writing():
                pass  # which makes an empty one where there were no articles
            renew(ready / folder_files.DATABASE, before)
            put_in_place(ready / folder_files.DATABASE, path)
        what = f"saved {saved} articles in a new file; the damaged one is kept in {aside.name}"
        return what, lost


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
