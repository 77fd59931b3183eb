"""The room that removed articles leave in the embedded store's file, and giving it back.

SQLite fills empty pages again but never gives them back by itself.
"""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from time import monotonic
from typing import TYPE_CHECKING

from index.errors import StorageError
from index.store.sqlite_connections import open_to_read
from index.store.sqlite_errors import translating_errors

if TYPE_CHECKING:
    from pathlib import Path

log = logging.getLogger(__name__)

MIN_EMPTY_SHARE, MIN_EMPTY_BYTES = 0.5, 10_000_000  # of the file: what is worth giving back
WRITER_TIMEOUT_S = 30.0  # for another writer
RETRY_AFTER_S = 3_600.0  # after a failure


def empty_bytes(path: Path) -> int:
    """How much of the file is empty; 0 where that is too little to matter.

    Raises:
        StorageError: the file cannot be read.
    """
    with translating_errors(path), closing(open_to_read(path)) as connection:
        (free,) = connection.execute("PRAGMA freelist_count").fetchone()
        (pages,) = connection.execute("PRAGMA page_count").fetchone()
        (size,) = connection.execute("PRAGMA page_size").fetchone()
    return free * size if free >= pages * MIN_EMPTY_SHARE and free * size >= MIN_EMPTY_BYTES else 0


def compact(path: Path) -> None:
    """Give the empty pages back; readers go on.

    Raises:
        StorageError: it cannot be done; what was stored stays as it was.
    """
    with (
        translating_errors(path),
        closing(
            sqlite3.connect(path, isolation_level=None, timeout=WRITER_TIMEOUT_S)
        ) as connection,
    ):
        connection.execute("VACUUM")


class Room:
    """Gives the empty pages of one file back where there are many.

    A failure is logged, not raised: nothing depends on it. It is left alone for an hour then, as
    each attempt reads all of the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._again_at = 0.0

    def give_back(self) -> None:
        """`compact`, if it is worth it."""
        if monotonic() < self._again_at:
            return
        try:
            if empty_bytes(self._path):
                compact(self._path)
        except StorageError as error:
            self._again_at = monotonic() + RETRY_AFTER_S
            log.warning("the empty pages of %s were not given back: %s", self._path, error)
