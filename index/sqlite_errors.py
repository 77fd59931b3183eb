"""What SQLite and the system say when a file of ours fails, told apart and in words to act on.

Errors are told apart by their codes (https://sqlite.org/rescode.html), never by their words.
"""

from __future__ import annotations

import errno
import shutil
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING

from index.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

MIN_FREE_BYTES = 1_000_000  # a reader makes a small file beside the index

_DAMAGE = {
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_FORMAT,
    # Our statements never change: one that cannot be prepared misses a table or a column.
    sqlite3.SQLITE_ERROR,
}
_LOCKED = {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}
_NO_ROOM = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_NO_PERMISSION = {errno.EACCES, errno.EPERM, errno.EROFS}


DatabaseErrors = (sqlite3.DatabaseError, UnicodeDecodeError)
"""What SQLite raises of a file: the latter where its message holds bytes of a damaged one."""


@contextmanager
def translating_errors(path: Path) -> Iterator[None]:
    """Turn SQLite's errors and the system's into a StorageError that says what to do."""
    try:
        yield
    except (sqlite3.Error, UnicodeDecodeError, OSError) as error:
        raise StorageError(_explain(error, path)) from error


def tells_damage(error: Exception) -> bool:
    """Whether the file itself is at fault, rather than the disk, a lock or a permission."""
    code = sqlite_code(error)
    if code is None:  # Python's own: a text of the file is not UTF-8
        return isinstance(error, UnicodeDecodeError) or type(error) is sqlite3.OperationalError
    return code in _DAMAGE


def tells_lock(error: Exception) -> bool:
    """Whether another process or connection holds the file."""
    return sqlite_code(error) in _LOCKED


def tells_read_only(error: Exception) -> bool:
    """Whether the file or its folder cannot be written."""
    return sqlite_code(error) == sqlite3.SQLITE_READONLY or _errno(error) in _NO_PERMISSION


def tells_full_disk(error: Exception, folder: Path) -> bool:
    """Whether there is no room left, which SQLite may call an error of reading or writing."""
    code = sqlite_code(error)
    full = code == sqlite3.SQLITE_FULL or _errno(error) in _NO_ROOM
    return full or (code == sqlite3.SQLITE_IOERR and _free_bytes(folder) < MIN_FREE_BYTES)


def sqlite_code(error: Exception) -> int | None:
    """SQLite's primary result code; None for an error that is not SQLite's own."""
    code: int | None = getattr(error, "sqlite_errorcode", None)
    return None if code is None else code & 0xFF


def advise_repair(path: Path) -> str:
    """What to say of a damaged file."""
    return (
        f"{path} is damaged: `dateline check --repair` saves what can be read, "
        "`dateline restore FILE` brings a backup back."
    )


def _explain(error: Exception, path: Path) -> str:
    folder = path.parent
    if tells_full_disk(error, folder):
        return f"The disk is full: free some space for {folder} and run it again. Nothing was lost."
    if tells_read_only(error):
        return f"{folder} cannot be written: change its permissions, or set DATELINE_HOME."
    if tells_lock(error):
        return f"Another process has been writing to {folder} for 30 seconds: try again later."
    if isinstance(error, DatabaseErrors) and tells_damage(error):
        return advise_repair(path)
    return (
        f"The index in {folder} cannot be used ({error}): check the folder, or set DATELINE_HOME."
    )


def _errno(error: Exception) -> int | None:
    return error.errno if isinstance(error, OSError) else None


def _free_bytes(folder: Path) -> int:
    try:
        return shutil.disk_usage(folder).free
    except OSError:
        return MIN_FREE_BYTES
