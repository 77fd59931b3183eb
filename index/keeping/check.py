"""The check: everything that an index consists of, looked over and, where asked, mended.

A damaged index is made anew from the articles of it that are whole; those that are not are named.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index.adding.preparation import embedded_text, runs
from index.errors import IndexMissingError, StorageError
from index.files import first_line, remove
from index.keeping.diagnosis import are_vectors, diagnose, read_article, usual_size
from index.keeping.folder_files import (
    DATABASE,
    cache_files,
    check_cache,
    check_conversations,
    leftovers,
    put_in_place,
    read_stamp,
    renew,
    set_aside,
    staging,
)
from index.models.embedding import encode, identify
from index.reports import Health, Progress
from index.splitting import SPLITTER_VERSION
from index.sqlite_errors import DatabaseErrors, tells_damage, translating_errors
from index.store import Change, Manifest, SQLiteStore
from index.store.sqlite_connections import Connections, compact, empty_bytes
from index.store.sqlite_rows import statements
from index.store.sqlite_vectors import drop_unused_vectors
from index.stories.copies import COPIES_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from index.records import Article
    from index.reports import Fault, OnProgress
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

    Raises:
        IndexMissingError: there is no index.
        StorageError: it cannot be looked at or mended, for a reason other than damage.
    """
    began = time.monotonic()
    with translating_errors(folder / DATABASE):
        if not (folder / DATABASE).is_file():
            raise IndexMissingError(f"There is no index in {folder}: nothing to check.")
    found = health = look_over(folder, progress)
    mended, lost = list[str](), list[str]()
    if embeddings is not None and found.findings:
        for line, names in _mend(folder, found, embeddings, progress):
            mended.append(line)
            lost += names
        health = look_over(folder, progress)
    return replace(
        health,
        findings=(*found.findings, *weights),
        mended=tuple(mended),
        lost=tuple(lost),
        left=(*health.findings, *weights),
        seconds=time.monotonic() - began,
    )


def look_over(folder: Path, progress: OnProgress | None) -> Health:
    """What is wrong with an index and what stands beside it; errors as of `diagnose`."""
    try:
        found = diagnose(folder / DATABASE, progress)
    except StorageError as error:
        cause = error.__cause__
        if not isinstance(cause, DatabaseErrors) or not tells_damage(cause):
            raise
        found = Health(folder)
        found.note_unreadable(first_line(cause))
    if found.readable and (empty := empty_bytes(folder / DATABASE)):
        found.note("database", f"{empty / 1e6:.0f} MB of it are empty", damage=False)
    if names := [each.name for each in leftovers(folder)]:
        what = f"{len(names)} folders were left behind by a process that was killed"
        found.note("leftovers", what, names, damage=False)
    if not found.damaged:  # else there is nothing to compare it with
        found.findings += check_cache(folder)
    found.findings += check_conversations(folder)
    return found


def _mend(
    folder: Path, found: Health, embeddings: Embeddings, progress: OnProgress | None
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Mend what was found; what was done, and the names of the articles that were lost by it."""
    path = folder / DATABASE
    if any(each.damage and each.part != "conversations" for each in found.findings):
        yield _replace(folder, embeddings, progress, by_pages=not found.readable)
    elif found.unused:
        with Connections(path).writing() as connection:
            drop_unused_vectors(connection, None)
        yield f"removed {found.unused} vectors that belonged to no passage", ()
    if check_cache(folder):
        remove(cache_files(folder))
        yield "removed the caches of vectors and words", ()
    if empty_bytes(path):
        compact(path)
        yield "gave the empty pages of the file back", ()
    SQLiteStore(folder).flush()
    if left := leftovers(folder):
        remove(left)
        yield "removed what killed processes had left", ()


def _replace(
    folder: Path, embeddings: Embeddings, progress: OnProgress | None, *, by_pages: bool
) -> tuple[str, tuple[str, ...]]:
    """Make the database anew from its whole articles, and put the new one in its place."""
    path = folder / DATABASE
    while True:
        before = read_stamp(path)
        with translating_errors(path), staging(folder) as ready:
            saved, lost = make_anew(path, ready, embeddings, progress, by_pages=by_pages)
            if read_stamp(path) != before:
                continue  # another process has changed it meanwhile
            aside = set_aside(path)
            with Connections(ready / DATABASE).writing():
                pass  # which makes an empty one where there were no articles
            renew(ready / DATABASE, before)
            put_in_place(ready / DATABASE, path)
        what = f"saved {saved} articles in a new file; the damaged one is kept in {aside.name}"
        return what, lost


PASSAGES_TOGETHER = 64
PAGE_BYTES = 4_096
LEAF_OF_A_TABLE = b"\x0d"
UNKNOWN = "perhaps others: which articles there were cannot be read any more"
"""Stands among the names of the lost, where these may not be all."""


def make_anew(
    damaged: Path,
    folder: Path,
    embeddings: Embeddings,
    progress: OnProgress | None,
    *,
    by_pages: bool,
) -> tuple[int, tuple[str, ...]]:
    """Store in a new index, in an empty folder, every article of a damaged file that is whole.

    Vectors are taken along where they can be right, and made anew elsewhere.

    Args:
        folder: where the new index is to be; empty.
        by_pages: the file as such is damaged: articles may be there that nothing leads to.

    Returns:
        How many articles it has, and the names of those that it lacks.

    Raises:
        StorageError: nothing can be read at all; then there is no new index.
    """
    manifest = Manifest(*identify(embeddings), SPLITTER_VERSION, COPIES_VERSION)
    with closing(_open(damaged)) as connection, closing(SQLiteStore(folder)) as store:
        ids, all_known = _ids(connection)
        saved, names = set[int](), dict[int, str]()

        def whole() -> Iterator[Article]:
            tables = _by_leaf(damaged, folder) if by_pages else [(connection, set(ids))]
            for table, there in tables:
                for number in sorted((there & ids.keys() if all_known else there) - saved):
                    known_as = ids.get(number)
                    article, names[number] = read_article(table, number, known_as)
                    # An article's hash does not tell of its id; the index on ids does.
                    if article is not None and article.id == (known_as or article.id):
                        saved.add(number)
                        yield article
                        if progress:
                            progress(Progress(len(saved), len(ids), article.title))

        for run in runs(whole(), manifest, PASSAGES_TOGETHER):
            vectors = _vectors(connection, run, embeddings)
            store.commit(Change(manifest=manifest, put=run, vectors=vectors))
    if not (saved or all_known):
        raise StorageError(
            f"{damaged} is damaged, and nothing can be saved of it: `dateline restore FILE` brings "
            "a backup back; without one, delete it and add the articles again."
        )
    lost = sorted((ids.keys() | names.keys()) - saved)
    told = [
        names.get(number) or ids[number] or f"an article whose name cannot be read (row {number})"
        for number in lost
    ]
    return len(saved), (*told, *([] if all_known else [UNKNOWN]))


def _open(path: Path) -> sqlite3.Connection:
    try:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        # Lets a file be read that is shorter than it says; nothing is written to it.
        connection.execute("PRAGMA writable_schema = ON")
    except DatabaseErrors as error:
        raise StorageError(f"{path} cannot be opened ({error}).") from error
    return connection


def _ids(connection: sqlite3.Connection) -> tuple[dict[int, str | None], bool]:
    """The articles' numbers and ids, None where only the number is known; and whether that is all.

    Several tables tell of each article, and damage seldom meets all of them. A scan ends at the
    first damaged page, and one that goes on over a page of elsewhere meets rows of other kinds.
    """
    ids: dict[int, str | None] = {}
    all_known = False
    for number, article_id, table in (
        ("article", "NULL", "passage_ranges WHERE typeof(last) = 'integer'"),
        ("article", "NULL", "sketches WHERE length(minhash) IN (0, 512)"),
        ("article", "NULL", "listed WHERE typeof(names) = 'text'"),
        ("number", "id", "articles NOT INDEXED WHERE length(content_hash) = 64"),
        ("number", "id", "articles WHERE typeof(id) = 'text'"),  # by the index: the one to trust
    ):
        with suppress(*DatabaseErrors):
            for known, name in connection.execute(f"SELECT {number}, {article_id} FROM {table}"):
                ids[known] = name or ids.get(known)
            all_known = True
    return ids, all_known


def _by_leaf(damaged: Path, folder: Path) -> Iterator[tuple[sqlite3.Connection, set[int]]]:
    """A copy of a database with one page after another as its table of articles.

    So rows are found that no page leads to any more, as SQLite's own `.recover` finds them.
    (File format: https://sqlite.org/fileformat2.html.)

    Args:
        folder: where the copy is made; yielded with it are the numbers that the page has.
    """
    copy = folder / "pages.sqlite3"
    shutil.copyfile(damaged, copy)
    pages = copy.stat().st_size // PAGE_BYTES
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.execute(next(each for each in statements("schema.sql") if "TABLE articles" in each))
        first_page = bytearray(empty.serialize()[:PAGE_BYTES])
    first_page[28:32] = pages.to_bytes(4, "big")
    with copy.open("rb+") as file:
        kinds = [file.seek(page * PAGE_BYTES) and file.read(1) for page in range(pages)]
        file.seek(0)
        file.write(first_page)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("PRAGMA journal_mode = OFF")
        for page, kind in enumerate(kinds, start=1):
            if kind == LEAF_OF_A_TABLE:
                connection.execute("PRAGMA writable_schema = ON")
                move = "UPDATE sqlite_master SET rootpage = ? WHERE name = 'articles'"
                connection.execute(move, (page,))
                connection.execute("PRAGMA writable_schema = RESET")
                numbers = set[int]()
                with suppress(*DatabaseErrors):
                    query = (
                        "SELECT number FROM articles NOT INDEXED WHERE length(content_hash) = 64"
                    )
                    numbers.update(number for (number,) in connection.execute(query))
                yield connection, numbers


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
