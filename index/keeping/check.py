"""The check: everything that an index consists of, looked over and, where asked, mended."""

from __future__ import annotations

import sqlite3
import time
from typing import TYPE_CHECKING

from index.errors import IndexMissingError, StorageError
from index.keeping import files
from index.keeping.mending import mend_rows
from index.keeping.placing import put_in_place, set_aside, staging
from index.keeping.records import Diagnosis, Finding, Health
from index.keeping.rows import diagnose
from index.keeping.salvage import salvage
from index.store import SQLiteStore
from index.store.sqlite_errors import tells_damage, translating_errors
from index.store.sqlite_room import compact, empty_bytes

if TYPE_CHECKING:
    from collections.abc import Iterable
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

    Looked over are the database (SQLite's own check, foreign keys, manifest, each article against
    its hash, each passage against its article and vector, the words, the stories), the cache of
    vectors, what killed processes have left, and the file of conversations. Mended is all of that
    but the last: a damaged file is put aside under a dated name and a new one made of what can be
    read; articles that are not what was stored are removed and named; the rest is made anew.

    Args:
        embeddings: what the index was made with; None looks and changes nothing.
        weights: what was found of model files, to stand in the result.
        progress: told how many of all articles and passages were looked at.

    Raises:
        IndexMissingError: there is no index.
        StorageError: it cannot be looked at or mended, for a reason other than damage.
    """
    began = time.monotonic()
    path = folder / files.DATABASE
    with translating_errors(path):
        if not path.is_file():
            raise IndexMissingError(f"There is no index in {folder}: nothing to check.")
    beside = [*weights, *files.check_conversations(folder)]
    found = _diagnose(path, progress)
    findings = [*found.findings, *_look_beside(folder, found), *beside]
    mended: list[str] = []
    lost: list[str] = []
    left, now = findings, found
    if embeddings is not None and any(each not in beside for each in findings):
        _mend(folder, found, embeddings, mended, lost, progress)
        now = _diagnose(path, progress)
        left = [*now.findings, *_look_beside(folder, now), *beside]
    return Health(
        location=folder,
        findings=tuple(findings),
        mended=tuple(mended),
        lost=tuple(lost),
        left=tuple(left),
        articles=now.articles,
        passages=now.passages,
        vectors=now.vectors,
        seconds=time.monotonic() - began,
    )


def _diagnose(path: Path, progress: OnProgress | None) -> Diagnosis:
    try:
        return diagnose(path, progress)
    except StorageError as error:
        if not isinstance(error.__cause__, sqlite3.Error) or not tells_damage(error.__cause__):
            raise
        what = f"the file is damaged: {error.__cause__}"
        return Diagnosis(findings=[Finding("database", what)], structure=True)


def _look_beside(folder: Path, found: Diagnosis) -> list[Finding]:
    """What stands beside the rows, as far as these can be read to compare it with."""
    beside = files.check_leftovers(folder)
    if not found.structure:
        beside += _check_room(folder / files.DATABASE)
    if not (found.structure or found.rows_damaged):
        beside += files.check_cache(folder)
    return beside


def _check_room(path: Path) -> list[Finding]:
    empty = empty_bytes(path)
    what = f"{empty / 1e6:.0f} MB of it are empty"
    return [Finding("database", what, damage=False)] if empty else []


def _mend(
    folder: Path,
    found: Diagnosis,
    embeddings: Embeddings,
    mended: list[str],
    lost: list[str],
    progress: OnProgress | None,
) -> None:
    path = folder / files.DATABASE
    if found.structure:
        with staging(folder) as ready:
            saved = salvage(path, ready, embeddings, progress)
            aside = set_aside(path)
            put_in_place(ready / files.DATABASE, path)
        lost += saved.lost
        mended.append(
            f"saved {saved.saved} articles in a new file; the damaged one is kept in {aside.name}"
        )
    elif found.rows_damaged or found.unused:
        mended += mend_rows(path, found, embeddings)
        lost += found.altered.values()
    if any(each.part == "cache" for each in files.check_cache(folder)):
        files.drop_cache(folder)
        mended.append("removed what was wrong in the cache of vectors")
    if empty_bytes(path):
        compact(path)
        mended.append("gave the empty pages of the file back")
    SQLiteStore(folder).flush()
    if files.check_leftovers(folder):
        files.drop_leftovers(folder)
        mended.append("removed what killed processes had left")
