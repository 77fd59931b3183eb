"""The check: everything that an index consists of, looked over and, where asked, mended."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from index.errors import IndexMissingError, StorageError
from index.files import first_line
from index.keeping import beside
from index.keeping.database_files import put_in_place, read_stamp, renew, set_aside, staging
from index.keeping.diagnosis import diagnose
from index.keeping.health import Diagnosis, Finding, Health
from index.keeping.making_anew import make_anew
from index.store import SQLiteStore
from index.store.sqlite_connections import Connections, compact, empty_bytes
from index.store.sqlite_errors import DatabaseErrors, tells_damage, translating_errors
from index.store.sqlite_vectors import drop_unused_vectors

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from langchain_core.embeddings import Embeddings

    from index.reports import OnProgress


def check(
    folder: Path,
    embeddings: Embeddings | None = None,
    *,
    weights: Iterable[Finding] = (),
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
    path = folder / beside.DATABASE
    with translating_errors(path):
        if not path.is_file():
            raise IndexMissingError(f"There is no index in {folder}: nothing to check.")
    others = [*weights, *beside.check_conversations(folder)]
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


def _look_beside(folder: Path, found: Diagnosis) -> list[Finding]:
    """What stands beside the rows, as far as these can be read to compare it with."""
    findings = beside.check_leftovers(folder)
    if found.readable and (empty := empty_bytes(folder / beside.DATABASE)):
        findings.append(Finding("database", f"{empty / 1e6:.0f} MB of it are empty", damage=False))
    return findings if found.damaged else findings + beside.check_cache(folder)


def _mend(
    folder: Path, found: Diagnosis, embeddings: Embeddings, progress: OnProgress | None
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Mend what was found; what was done, and the names of the articles that were lost by it."""
    path = folder / beside.DATABASE
    if found.damaged:
        yield _replace(folder, embeddings, progress)
    elif found.unused:
        with Connections(path).writing() as connection:
            drop_unused_vectors(connection, None)
        yield f"removed {found.unused} vectors that belonged to no passage", ()
    if beside.check_cache(folder):
        beside.drop_cache(folder)
        yield "removed the caches of vectors and words", ()
    if empty_bytes(path):
        compact(path)
        yield "gave the empty pages of the file back", ()
    SQLiteStore(folder).flush()
    if beside.check_leftovers(folder):
        beside.drop_leftovers(folder)
        yield "removed what killed processes had left", ()


def _replace(
    folder: Path, embeddings: Embeddings, progress: OnProgress | None
) -> tuple[str, tuple[str, ...]]:
    """Make the database anew from its whole articles, and put the new one in its place."""
    path = folder / beside.DATABASE
    while True:
        before = read_stamp(path)
        with staging(folder) as ready:
            saved, lost = make_anew(path, ready, embeddings, progress)
            if read_stamp(path) != before:
                continue  # another process has changed it meanwhile
            aside = set_aside(path)
            with Connections(ready / beside.DATABASE).writing():
                pass  # which makes an empty one where there were no articles
            renew(ready / beside.DATABASE, before)
            put_in_place(ready / beside.DATABASE, path)
        what = f"saved {saved} articles in a new file; the damaged one is kept in {aside.name}"
        return what, lost
