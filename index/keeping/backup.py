"""The backup, and bringing one back: one file of index, conversations and what a watch knows.

A zip archive without compression, so that any tool can look into it and check it: the databases as
SQLite's online backup gives them, and `backup.json`, which says what it is. It is made while others
read and write, looked over before it takes its name, and never there by half.
What is brought back is looked over first, then put in the place of what is there.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ValidationError

from index.errors import DatelineError, IndexMissingError, StorageError
from index.keeping.check import look_over
from index.keeping.folder_files import (
    CONVERSATIONS,
    DATABASE,
    copy_as_it_is,
    copy_database,
    read_stamp,
    replace_database,
    staging,
    timestamp,
)
from index.reports import WATCH_NAME
from index.sqlite_errors import translating_errors
from index.store import SQLiteStore

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from zipfile import ZipFile

    from index.reports import OnProgress

LISTING = "backup.json"
PARTS = (DATABASE, CONVERSATIONS, WATCH_NAME)


class BackupListing(BaseModel):
    """What a backup says of itself."""

    format: Literal["dateline backup 1"] = "dateline backup 1"
    made: str
    articles: int


def back_up(folder: Path, file: Path, progress: OnProgress | None = None) -> BackupListing:
    """Write the whole of an index's folder into one file, in place of one that has the name.

    Raises:
        IndexMissingError: there is nothing to back up.
        DatelineError: the file cannot be written.
        StorageError: the index is damaged or cannot be read; an older file of the name stays.
    """
    with translating_errors(folder / DATABASE):
        if not (folder / DATABASE).is_file():
            raise IndexMissingError(f"There is no index in {folder}: nothing to back up.")
    try:
        with staging(file.parent) as ready:
            for name in (DATABASE, CONVERSATIONS):
                if (folder / name).is_file():
                    copy_database(folder / name, ready / name)
            if (folder / WATCH_NAME).is_file():
                shutil.copyfile(folder / WATCH_NAME, ready / WATCH_NAME)
            found = look_over(ready, progress)
            if found.damaged:
                raise StorageError(
                    f"{folder} is damaged: no backup was made. See what is wrong with "
                    "`dateline check`."
                )
            listing = BackupListing(made=timestamp(), articles=found.articles)
            _pack(ready, listing).replace(file)
    except OSError as error:
        raise DatelineError(f"{file} cannot be written: {error.strerror or error}.") from error
    return listing


@contextmanager
def open_backup(file: Path) -> Iterator[tuple[ZipFile, BackupListing]]:
    """A backup, opened to be read, and what it says of itself.

    Raises:
        DatelineError: it is not a backup, or turns out to be damaged when it is read.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            if any(each.file_size > 100 * each.compress_size + 10_000 for each in archive.filelist):
                raise DatelineError(f"{file} unpacks as a ZIP bomb does: it is no backup.")
            listing = BackupListing.model_validate_json(archive.read(LISTING))
            if DATABASE not in archive.namelist():
                raise DatelineError(f"{file} holds no index: it is not a whole backup.")
            yield archive, listing
    except (ValidationError, KeyError) as error:
        raise DatelineError(f"{file} is not a backup that this Dateline knows.") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise DatelineError(f"{file} is damaged or not a backup: use another one.") from error
    except OSError as error:
        raise DatelineError(f"{file} cannot be read: {error.strerror or error}.") from error


def _pack(ready: Path, listing: BackupListing) -> Path:
    """Put what is in a folder into one file there, and read that again."""
    packed = ready / "backup.zip"
    packed.touch(mode=0o600)  # conversations are nobody else's
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for name in PARTS:
            if (ready / name).is_file():
                archive.write(ready / name, name)
        archive.writestr(LISTING, listing.model_dump_json(indent=2))
    with packed.open("rb+") as file:
        os.fsync(file.fileno())
    with open_backup(packed) as (archive, _):
        if damaged := archive.testzip():
            raise DatelineError(f"{damaged} was not written as it was read: no backup was made.")
    return packed


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, and where that stands now which was there before; None for nothing."""

    listing: BackupListing
    aside: Path | None


def restore(file: Path, folder: Path, progress: OnProgress | None = None) -> Restored:
    """Make the index in a folder what it was when the backup was made.

    What was there before is kept: as a backup in the same folder or, where it is damaged, as it is.
    The index is put in place in one transaction; processes that read it go on with the new one.

    Raises:
        DatelineError: the backup is damaged, or of a newer Dateline; nothing was changed.
        StorageError: the folder cannot be written; what was there is there.
    """
    restored = replace_database(folder, lambda ready: _unpack(file, ready, progress), _keep)
    SQLiteStore(folder).flush()
    return Restored(*restored)


def _unpack(file: Path, ready: Path, progress: OnProgress | None) -> BackupListing:
    """Put all that a backup holds into a folder, and look it over."""
    with open_backup(file) as (archive, listing), translating_errors(ready.parent / DATABASE):
        for name in set(PARTS) & set(archive.namelist()):
            archive.extract(name, ready)
    (ready / WATCH_NAME).touch()  # without one, a watch begins anew
    try:
        found = look_over(ready, progress)
    except StorageError as error:  # a user knows no staging folder
        said = str(error).replace(str(ready), str(file))
        raise DatelineError(f"{file} cannot be restored; nothing was changed. {said}") from error
    if found.damaged or read_stamp(ready / DATABASE) is None:  # an empty file is whole to SQLite
        raise DatelineError(f"{file} holds a damaged index: use another one. Nothing was changed.")
    return listing


def _keep(folder: Path) -> Path | None:
    """Keep what is there now; where it is, or None when there is nothing."""
    aside = folder / f"before-restore-{timestamp()}.zip"
    try:
        if back_up(folder, aside).articles or (folder / CONVERSATIONS).exists():
            return aside
        aside.unlink()
    except IndexMissingError:
        pass
    except StorageError:
        return copy_as_it_is(folder)
    return None
