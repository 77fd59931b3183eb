"""The check: everything that an index consists of, looked over and, where asked, mended.

A damaged database is made anew from the articles of it that are whole; those that are not are
named. Of a file that is damaged as such every page is read by itself: the one that leads to all
articles is as easily lost as any other.
"""

from __future__ import annotations

import shutil
import sqlite3
import time
from contextlib import closing, suppress
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from index.adding.changes import embed_missing, put_at_once
from index.errors import IndexMissingError, StorageError
from index.files import remove
from index.keeping.diagnosis import diagnose, is_vector, read_article
from index.keeping.folder_files import (
    CONVERSATIONS,
    DATABASE,
    copy_as_it_is,
    leftovers,
    replace_database,
)
from index.models.embedding import encode, identify
from index.reports import Fault, Health
from index.splitting import SPLITTER_VERSION
from index.sqlite_errors import DatabaseErrors, translating_errors
from index.store import Change, Manifest, SQLiteStore
from index.store import sqlite_rows as rows
from index.store.sqlite_connections import Connections, compact, empty_bytes, open_to_read
from index.store.sqlite_vectors import drop_unused_vectors
from index.stories.copies import COPIES_VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from langchain_core.embeddings import Embeddings

    from index.adding.preparation import Vectors
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
    its hash, each passage against its article and vector, the stories), what killed processes have
    left, and the file of conversations. Where the database is damaged it is put aside under a dated
    name and made anew from the articles that are whole; those that are not are named. Conversations
    are only looked at. The caches of vectors and words are checked whenever they are read.

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
    found = diagnose(folder / DATABASE, progress)
    if found.readable and (empty := empty_bytes(folder / DATABASE)):
        found.note("database", f"{empty / 1e6:.0f} MB of it are empty", damage=False)
    if names := [each.name for each in leftovers(folder)]:
        what = f"{len(names)} folders were left behind by a process that was killed"
        found.note("leftovers", what, names, damage=False)
    found.findings += _check_conversations(folder)
    return found


def _mend(
    folder: Path, found: Health, embeddings: Embeddings, progress: OnProgress | None
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Mend what was found; what was done, and the names of the articles that were lost by it."""
    path = folder / DATABASE
    if any(each.damage and each.part != "conversations" for each in found.findings):
        by_pages = not found.readable
        (saved, lost), aside = replace_database(
            folder,
            lambda ready: make_anew(path, ready, embeddings, progress, by_pages=by_pages),
            copy_as_it_is,
        )
        kept = f"the damaged one is kept in {aside.name}" if aside else ""
        yield f"saved {saved} articles in a new file; {kept}", lost
    elif found.unused:
        with Connections(path).writing() as connection:
            drop_unused_vectors(connection, None)
        yield f"removed {found.unused} vectors that belonged to no passage", ()
    if empty_bytes(path):
        compact(path)
        yield "gave the empty pages of the file back", ()
    SQLiteStore(folder).flush()
    if left := leftovers(folder):
        remove(left)
        yield "removed what killed processes had left", ()


def _check_conversations(folder: Path) -> tuple[Fault, ...]:
    """Whether the file of conversations can be read; what is in it is not looked at."""
    path = folder / CONVERSATIONS
    if not path.exists():
        return ()
    try:
        with closing(open_to_read(path)) as database:
            said = str(database.execute("PRAGMA integrity_check(1)").fetchone()[0])
    except DatabaseErrors as error:
        said = str(error)
    what = f"{path.name} is damaged: {' '.join(said.split())}"
    return () if said == "ok" else (Fault("conversations", what),)


UNKNOWN = "perhaps others: which articles there were cannot be read any more"
"""Stands among the names of the lost, where these may not be all."""

_PAGE_BYTES = 4_096
_LEAF_OF_A_TABLE = b"\x0d"
_IN_THE_TABLE = "SELECT number, id FROM articles NOT INDEXED WHERE length(content_hash) = 64"
# Several tables tell of each article, and damage seldom meets all of them. A scan ends at the first
# damaged page, and one that goes on over a page of elsewhere meets rows of other kinds.
_KNOWN_ARTICLES = (
    "SELECT article, NULL FROM passage_ranges WHERE typeof(last) = 'integer'",
    "SELECT article, NULL FROM sketches WHERE length(minhash) IN (0, 512)",
    "SELECT article, NULL FROM listed WHERE typeof(names) = 'text'",
    _IN_THE_TABLE,
    "SELECT number, id FROM articles WHERE typeof(id) = 'text'",  # by an index: the one to trust
)


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
        by_pages: the file as such is damaged: articles may be there that nothing leads to.

    Returns:
        How many articles it has, and the names of those that it lacks.

    Raises:
        StorageError: nothing can be read at all; then there is no new index.
    """
    manifest = Manifest(*identify(embeddings), SPLITTER_VERSION, COPIES_VERSION)
    size = 2 * encode(embeddings, ["news"]).shape[1]
    with closing(_open(damaged)) as connection, closing(SQLiteStore(folder)) as store:
        ids, all_known = _known_articles(connection)
        names = {number: each or f"article number {number}" for number, each in ids.items()}
        saved = set[int]()

        def whole_articles() -> Iterator[Article]:
            tables = _leaves(damaged, folder) if by_pages else _table(damaged, set(ids))
            for table, there in tables:
                for number in sorted((there & ids.keys() if all_known else there) - saved):
                    known_as = ids.get(number)
                    article, names[number] = read_article(table, number, known_as)
                    # An article's hash does not tell of its id; the index on ids does.
                    if article is not None and article.id == (known_as or article.id):
                        saved.add(number)
                        yield article

        def vectors_of(run: list[SplitArticle]) -> Vectors:
            store.add_vectors(_right_vectors(connection, run, size))
            return embed_missing(run, store, embeddings)

        change = Change(manifest=manifest)
        put_at_once(store, whole_articles(), change, vectors_of, len(ids), progress)
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


def _known_articles(connection: sqlite3.Connection) -> tuple[dict[int, str | None], bool]:
    """The articles' numbers and ids, None where only the number is known; and if that is all."""
    ids: dict[int, str | None] = {}
    all_known = False
    for query in _KNOWN_ARTICLES:
        with suppress(*DatabaseErrors):
            for number, article_id in connection.execute(query):
                ids[number] = article_id or ids.get(number)
            all_known = True
    return ids, all_known


def _table(damaged: Path, numbers: set[int]) -> Iterator[tuple[sqlite3.Connection, set[int]]]:
    """A connection of the thread that asks, and the numbers to ask for."""
    with closing(_open(damaged)) as connection:
        yield connection, numbers


def _leaves(damaged: Path, folder: Path) -> Iterator[tuple[sqlite3.Connection, set[int]]]:
    """A copy of a database with one page after another as its table of articles.

    So rows are found that no page leads to any more, as SQLite's own `.recover` finds them.
    (File format: https://sqlite.org/fileformat2.html.)

    Args:
        folder: where the copy is made; yielded with it are the numbers that the page has.
    """
    copy = folder / "pages.sqlite3"
    shutil.copyfile(damaged, copy)
    pages = copy.stat().st_size // _PAGE_BYTES
    with closing(sqlite3.connect(":memory:")) as empty:
        empty.execute(
            next(each for each in rows.statements("schema.sql") if "TABLE articles" in each)
        )
        first_page = bytearray(empty.serialize()[:_PAGE_BYTES])
    first_page[28:32] = pages.to_bytes(4, "big")
    with copy.open("rb+") as file:
        kinds = [file.seek(page * _PAGE_BYTES) and file.read(1) for page in range(pages)]
        file.seek(0)
        file.write(first_page)
    with closing(sqlite3.connect(copy, isolation_level=None)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("PRAGMA journal_mode = OFF")
        for page, kind in enumerate(kinds, start=1):
            if kind == _LEAF_OF_A_TABLE:
                connection.execute("PRAGMA writable_schema = ON")
                move = "UPDATE sqlite_master SET rootpage = ? WHERE name = 'articles'"
                connection.execute(move, (page,))
                connection.execute("PRAGMA writable_schema = RESET")
                numbers = set[int]()
                with suppress(*DatabaseErrors):
                    numbers.update(number for number, _ in connection.execute(_IN_THE_TABLE))
                yield connection, numbers


def _right_vectors(
    connection: sqlite3.Connection, articles: list[SplitArticle], size: int
) -> Vectors:
    """The vectors of these articles that are there and can be right."""
    found: Vectors = {}
    for key in {key for each in articles for key in each.keys}:
        with suppress(*DatabaseErrors):
            row = connection.execute("SELECT vector FROM vectors WHERE key = ?", (key,)).fetchone()
            if row and is_vector(row[0], size):
                found[key] = np.frombuffer(row[0], "<f2").astype(np.float32)
    return found
