"""Bringing a backup back: looked over first, then put in the place of what is there."""

from __future__ import annotations

import secrets
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import DatelineError, IndexMissingError, StorageError
from index.keeping import files
from index.keeping.backup import Listing, back_up, read_listing, unpack
from index.keeping.placing import put_in_place, set_aside, staging, timestamp
from index.keeping.rows import diagnose
from index.store import SQLiteStore
from index.store import sqlite_rows as rows
from index.store.sqlite_connections import Connections
from index.store.sqlite_errors import translating_errors
from index.watching.remembering import NAME as WATCH

if TYPE_CHECKING:
    from pathlib import Path

    from index.reports import OnProgress


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, and where that stands now which was there before; None for nothing."""

    listing: Listing
    aside: Path | None


def restore(file: Path, folder: Path, progress: OnProgress | None = None) -> Restored:
    """Make the index in a folder what it was when the backup was made.

    What was there before is kept: as a backup in the same folder or, where it is damaged, as it is.
    The index is put in place in one transaction; processes that read it go on with the new one.

    Args:
        progress: told how much of the backup was looked over.

    Raises:
        DatelineError: the backup is damaged, or of a newer Dateline; nothing was changed.
        StorageError: the folder cannot be written; what was there is there.
    """
    listing = read_listing(file)
    with staging(folder) as ready:
        unpack(file, listing, ready)
        _look_over(ready, file, progress)
        aside = _keep(folder)
        _make_new(ready / files.DATABASE, folder / files.DATABASE)
        # The index last: before it, all else is of no use.
        if files.CONVERSATIONS in listing.parts:
            _place_conversations(ready / files.CONVERSATIONS, folder / files.CONVERSATIONS)
        with translating_errors(folder / WATCH):
            # A watch that remembers articles which are no longer there would not add them again.
            (folder / WATCH).unlink(missing_ok=True)
        put_in_place(ready / files.DATABASE, folder / files.DATABASE)
        if WATCH in listing.parts:
            with translating_errors(folder / WATCH):
                (ready / WATCH).replace(folder / WATCH)
    SQLiteStore(folder).flush()
    return Restored(listing, aside)


def _place_conversations(new: Path, path: Path) -> None:
    """Put them in place, for their owner's eyes only where nobody said otherwise."""
    with translating_errors(path):
        new.chmod(0o600)
        if not path.exists():
            path.touch(mode=0o600)
    put_in_place(new, path)


def _look_over(ready: Path, file: Path, progress: OnProgress | None) -> None:
    try:
        found = diagnose(ready / files.DATABASE, progress)
    except StorageError as error:
        raise DatelineError(
            f"{file} cannot be restored; nothing was changed. {error}".replace(
                str(ready), str(file)
            )
        ) from error
    if any(each.damage for each in [*found.findings, *files.check_conversations(ready)]):
        raise DatelineError(f"{file} holds a damaged index: use another one. Nothing was changed.")


def _keep(folder: Path) -> Path | None:
    """Keep what is there now; where it is, or None when there is nothing."""
    path = folder / files.DATABASE
    aside = folder / f"before-restore-{timestamp()}.zip"
    try:
        if back_up(folder, aside).articles or (folder / files.CONVERSATIONS).exists():
            return aside
        aside.unlink()
    except IndexMissingError:
        pass
    except StorageError:
        return set_aside(path)
    return None


def _make_new(staged: Path, path: Path) -> None:
    """Have the restored index be a new one to those who read the old one.

    Passage numbers of the old one may come again with other words, and what was worked out from its
    generations must not be committed to this one.
    """
    generation = 0
    if path.exists():
        try:
            with closing(Connections(path)) as connections, connections.reading() as connection:
                generation = rows.read_stamp(connection).generation
        except StorageError:
            pass  # damaged, or nothing was ever stored
    with (
        translating_errors(staged),
        closing(sqlite3.connect(staged, isolation_level=None)) as connection,
    ):
        connection.execute("BEGIN")
        now = rows.read_stamp(connection).generation
        connection.executemany(
            "UPDATE manifest SET value = ? WHERE name = ?",
            [
                (secrets.token_hex(8), "store"),
                (secrets.token_hex(8), "token"),
                (str(max(generation, now) + 1), "generation"),
            ],
        )
        connection.execute("COMMIT")
        connection.execute("PRAGMA journal_mode = DELETE")
