"""The backup, and bringing one back: one file of index, conversations and what a watch knows.

A zip archive without compression, so that any tool can look into it: the databases as SQLite's
online backup gives them, and `backup.json` with the SHA-256 of each. It is made while others read
and write, looked over before it takes its name, and never there by half.
What is brought back is looked over first, then put in the place of what is there.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field, ValidationError

from index.errors import DatelineError, IndexMissingError, StorageError
from index.files import SUFFIX, sha256, sweep
from index.keeping import folder_files
from index.keeping.diagnosis import diagnose
from index.keeping.folder_files import (
    copy_database,
    put_in_place,
    read_stamp,
    renew,
    set_aside,
    staging,
    sync_folder,
    timestamp,
)
from index.sqlite_errors import translating_errors
from index.store import SQLiteStore
from index.watching.remembering import WATCH_NAME

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from zipfile import ZipFile

    from index.reports import OnProgress


LISTING = "backup.json"
PARTS = (folder_files.DATABASE, folder_files.CONVERSATIONS, WATCH_NAME)
UNFINISHED = "dateline-backup-"
"""How files begin that a backup is made in; what a killed one leaves, a later one removes."""
BYTES_TOGETHER = 1 << 20


class BackupPart(BaseModel):
    """One file of a backup: its SHA-256 and its length in bytes."""

    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    size: int = Field(ge=0)


class BackupListing(BaseModel):
    """What a backup says of itself: when it was made, and its files by name."""

    format: Literal["dateline backup 1"] = "dateline backup 1"
    made: str
    articles: int
    parts: dict[Literal["index.sqlite3", "conversations.sqlite3", "watch.json"], BackupPart]


def back_up(folder: Path, file: Path, progress: OnProgress | None = None) -> BackupListing:
    """Write the whole of an index's folder into one file, in place of one that has the name.

    Args:
        progress: told how much of the copy was looked over.

    Raises:
        IndexMissingError: there is nothing to back up.
        DatelineError: the file cannot be written.
        StorageError: the index is damaged or cannot be read; an older file of the name stays.
    """
    with translating_errors(folder / folder_files.DATABASE):
        if not (folder / folder_files.DATABASE).is_file():
            raise IndexMissingError(f"There is no index in {folder}: nothing to back up.")
    temporary = file.with_name(f"{UNFINISHED}{os.getpid()}.zip{SUFFIX}")
    copy = file.with_name(f"{UNFINISHED}{os.getpid()}.part{SUFFIX}")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        sweep(file.parent, f"{UNFINISHED}*{SUFFIX}", folder_files.LEFT_AFTER_S)
        listing = _write(folder, temporary, copy, progress)
        read_listing(temporary, thoroughly=True)
        temporary.replace(file)
        sync_folder(file.parent)
    except OSError as error:
        raise DatelineError(f"{file} cannot be written: {error.strerror or error}.") from error
    finally:
        for each in (temporary, copy):
            with suppress(OSError):
                each.unlink(missing_ok=True)
    return listing


def read_listing(file: Path, *, thoroughly: bool = False) -> BackupListing:
    """What a backup says of itself.

    Args:
        thoroughly: its files are compared with it, byte for byte.

    Raises:
        DatelineError: it is not a backup, or it is damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            listing = BackupListing.model_validate_json(archive.read(LISTING))
            if folder_files.DATABASE not in listing.parts:
                raise DatelineError(f"{file} holds no index: it is not a whole backup.")
            for name, part in listing.parts.items() if thoroughly else ():
                _compare(archive, name, part, file)
    except (ValidationError, KeyError) as error:
        raise DatelineError(f"{file} is not a backup that this Dateline knows.") from error
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError) as error:
        raise DatelineError(f"{file} is damaged or not a backup: use another one.") from error
    except OSError as error:
        raise DatelineError(f"{file} cannot be read: {error.strerror or error}.") from error
    return listing


def unpack(file: Path, listing: BackupListing, folder: Path) -> None:
    """Write a backup's files into a folder, each compared with what the backup says of it.

    Raises:
        DatelineError: it is damaged.
        StorageError: the folder cannot be written.
    """
    try:
        with (
            zipfile.ZipFile(file) as archive,
            translating_errors(
                folder.parent / folder_files.DATABASE
            ),  # a user knows no staging folder
        ):
            for name, part in listing.parts.items():
                with (folder / name).open("wb") as out:
                    _compare(archive, name, part, file, out.write)
    except (KeyError, zipfile.BadZipFile) as error:
        raise DatelineError(f"{file} is damaged: use another one.") from error


def _write(folder: Path, temporary: Path, copy: Path, progress: OnProgress | None) -> BackupListing:
    parts, articles = {}, 0
    temporary.touch(mode=0o600)  # conversations are nobody else's
    with zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
        for name in PARTS:
            source = folder / name
            if not source.is_file():
                continue
            copy.touch(mode=0o600)
            if name == WATCH_NAME:
                copy.write_bytes(source.read_bytes())
            else:
                copy_database(source, copy)
            if name == folder_files.DATABASE:
                articles = _look_over(copy, source, progress)
            elif name == folder_files.CONVERSATIONS and (
                said := folder_files.check_integrity(copy)
            ):
                raise StorageError(f"{source} is damaged ({said}): no backup was made.")
            parts[name] = BackupPart(sha256=sha256(copy), size=copy.stat().st_size)
            archive.write(copy, name)
            copy.unlink()
        listing = BackupListing.model_validate(
            {"made": timestamp(), "articles": articles, "parts": parts}
        )
        archive.writestr(LISTING, listing.model_dump_json(indent=2))
    with temporary.open("rb+") as file:
        os.fsync(file.fileno())
    return listing


def _look_over(copy: Path, source: Path, progress: OnProgress | None) -> int:
    """How many articles a copy of the index holds; refuses a damaged one."""
    found = diagnose(copy, progress)
    if any(each.damage for each in found.findings):
        raise StorageError(
            f"{source} is damaged: no backup was made. See what is wrong with `dateline check`."
        )
    return found.articles


def _compare(
    archive: ZipFile,
    name: str,
    part: BackupPart,
    file: Path,
    write: Callable[[bytes], object] | None = None,
) -> None:
    digest, size = hashlib.sha256(), 0
    with archive.open(name) as data:
        while some := data.read(BYTES_TOGETHER):
            digest.update(some)
            size += len(some)
            if size > part.size:
                break
            if write is not None:
                write(some)
    if (digest.hexdigest(), size) != (part.sha256, part.size):
        raise DatelineError(f"{file} is damaged: {name} is not what was backed up.")


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, and where that stands now which was there before; None for nothing."""

    listing: BackupListing
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
        _refuse_damaged(ready, file, progress)
        aside = _keep(folder)
        renew(ready / folder_files.DATABASE, read_stamp(folder / folder_files.DATABASE))
        # The index last: before it, all else is of no use.
        if folder_files.CONVERSATIONS in listing.parts:
            _place_conversations(
                ready / folder_files.CONVERSATIONS, folder / folder_files.CONVERSATIONS
            )
        with translating_errors(folder / WATCH_NAME):
            # A watch that remembers articles which are no longer there would not add them again.
            (folder / WATCH_NAME).unlink(missing_ok=True)
        put_in_place(ready / folder_files.DATABASE, folder / folder_files.DATABASE)
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


def _refuse_damaged(ready: Path, file: Path, progress: OnProgress | None) -> None:
    try:
        found = diagnose(ready / folder_files.DATABASE, progress)
    except StorageError as error:
        raise DatelineError(
            f"{file} cannot be restored; nothing was changed. {error}".replace(
                str(ready), str(file)
            )
        ) from error
    if any(each.damage for each in [*found.findings, *folder_files.check_conversations(ready)]):
        raise DatelineError(f"{file} holds a damaged index: use another one. Nothing was changed.")


def _keep(folder: Path) -> Path | None:
    """Keep what is there now; where it is, or None when there is nothing."""
    path = folder / folder_files.DATABASE
    aside = folder / f"before-restore-{timestamp()}.zip"
    try:
        if back_up(folder, aside).articles or (folder / folder_files.CONVERSATIONS).exists():
            return aside
        aside.unlink()
    except IndexMissingError:
        pass
    except StorageError:
        return set_aside(path)
    return None
