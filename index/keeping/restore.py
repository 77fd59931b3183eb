"""Bringing a backup back: looked over first, then put in the place of what is there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.errors import DatelineError, IndexMissingError, StorageError
from index.keeping import beside
from index.keeping.backup import Listing, back_up, read_listing, unpack
from index.keeping.database_files import (
    put_in_place,
    read_stamp,
    renew,
    set_aside,
    staging,
    timestamp,
)
from index.keeping.diagnosis import diagnose
from index.store import SQLiteStore
from index.store.sqlite_errors import translating_errors
from index.watching.remembering import WATCH_NAME

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
        renew(ready / beside.DATABASE, read_stamp(folder / beside.DATABASE))
        # The index last: before it, all else is of no use.
        if beside.CONVERSATIONS in listing.parts:
            _place_conversations(ready / beside.CONVERSATIONS, folder / beside.CONVERSATIONS)
        with translating_errors(folder / WATCH_NAME):
            # A watch that remembers articles which are no longer there would not add them again.
            (folder / WATCH_NAME).unlink(missing_ok=True)
        put_in_place(ready / beside.DATABASE, folder / beside.DATABASE)
        if WATCH_NAME in listing.parts:
            with translating_errors(folder / WATCH_NAME):
                (ready / WATCH_NAME).replace(folder / WATCH_NAME)
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
        found = diagnose(ready / beside.DATABASE, progress)
    except StorageError as error:
        raise DatelineError(
            f"{file} cannot be restored; nothing was changed. {error}".replace(
                str(ready), str(file)
            )
        ) from error
    if any(each.damage for each in [*found.findings, *beside.check_conversations(ready)]):
        raise DatelineError(f"{file} holds a damaged index: use another one. Nothing was changed.")


def _keep(folder: Path) -> Path | None:
    """Keep what is there now; where it is, or None when there is nothing."""
    path = folder / beside.DATABASE
    aside = folder / f"before-restore-{timestamp()}.zip"
    try:
        if back_up(folder, aside).articles or (folder / beside.CONVERSATIONS).exists():
            return aside
        aside.unlink()
    except IndexMissingError:
        pass
    except StorageError:
        return set_aside(path)
    return None
