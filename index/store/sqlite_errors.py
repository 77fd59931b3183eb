"""What SQLite and the system say when the store fails, in words that a user can act on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_ROOM_TO_READ = 1_000_000  # bytes; a reader makes a small file beside the index

_DAMAGE = (
    *("malformed", "not a database", "decode", "vtable"),
    *("no such table", "no such fts5 table", "no such column"),
)


@contextmanager
def translating_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors and the system's into a StorageError that says what to do."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise StorageError(_explain(error, path)) from error


def _explain(error: Exception, path: Path) -> str:
    said, folder = str(error), path.parent
    no_room = "disk I/O" in said and shutil.disk_usage(folder).free < _ROOM_TO_READ
    if "disk is full" in said or "No space left" in said or no_room:
        return f"The disk is full: free some space for {folder} and run it again. Nothing was lost."
    if "readonly" in said or "read-only" in said or isinstance(error, PermissionError):
        return f"{folder} cannot be written: change its permissions, or set DATELINE_HOME."
    if "locked" in said:
        return f"Another process has been writing to {folder} for 30 seconds: try again later."
    if tells_damage(error):
        return advise_repair(path)
    return f"The index in {folder} cannot be used ({said}): check the folder, or set DATELINE_HOME."


def tells_damage(error: Exception) -> bool:
    """Whether the file itself is at fault, rather than the disk, a lock or a permission."""
    return any(sign in str(error) for sign in _DAMAGE)


def advise_repair(path: Path) -> str:
    """What to say of a damaged file."""
    return (
        f"{path} is damaged: `dateline check --repair` saves what can be read, "
        "`dateline restore FILE` brings a backup back."
    )
