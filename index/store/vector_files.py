"""The FAISS files: caches of the vectors in the store, never the truth.

A file is named by the state of the store that it was made from and by its own SHA-256, so that a
foreign or damaged one is recognised by name. Losing it loses nothing.
"""

from __future__ import annotations

import hashlib
import logging
import os
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from index.leftovers import SUFFIX, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from index.store.lineage import Lineage, Stamp

log = logging.getLogger(__name__)


class VectorFiles:
    """The files in a folder, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def behind(self, lineage: Lineage) -> int | None:
        """How many passages came and went since the best file; None when there is none to use.

        No file is read for it.
        """
        return next((behind for behind, _ in self._usable(lineage)), None)

    def read(self, lineage: Lineage) -> Iterator[tuple[Any, int]]:
        """FAISS indexes that are whole, the best first, and how many passages came and went since.

        A damaged file is removed, so that a good one is written in its place.
        """
        import faiss

        sweep(self._folder)
        for behind, path in self._usable(lineage):
            try:
                if digest(path) != digest_in(path):
                    log.warning("%s is damaged; it is made again from the store", path)
                    path.unlink()
                    continue
                index: Any = faiss.read_index(str(path))
            except (OSError, RuntimeError) as error:  # another process has replaced it, say
                log.warning("%s cannot be read (%s); it is made again from the store", path, error)
                continue
            yield index, behind

    def write(self, stamp: Stamp, write: Callable[[str], None]) -> None:
        """Have `write` write the file of a state to a path, and remove the files of others.

        A failure to write is logged, not raised: the cache is made again when it is needed.
        """
        sweep(self._folder)
        temporary = self._folder / f"{os.getpid()}.{threading.get_ident()}{SUFFIX}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            write(str(temporary))
            name = file_name(stamp, digest(temporary))
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            temporary.replace(self._folder / name)
            for other in self._folder.glob("*.faiss"):
                if other.name != name:
                    other.unlink(missing_ok=True)
        except (OSError, RuntimeError) as error:  # FAISS knows only the latter
            log.warning("the vector cache in %s was not written: %s", self._folder, error)
            with suppress(OSError):
                temporary.unlink()

    def _usable(self, lineage: Lineage) -> list[tuple[int, Path]]:
        """(passages changed since, file) of the states that can be caught up, the best first."""
        found = []
        with suppress(OSError):
            for path in self._folder.glob("*.faiss"):
                behind = lineage.behind(state_in(path))
                if behind is not None and path.is_file():
                    found.append((behind, path))
        return sorted(found)


def file_name(stamp: Stamp, sha256: str) -> str:
    """What the file of a state is called."""
    return f"{stamp.name}-{sha256}.faiss"


def state_in(path: Path) -> str:
    """The name of the state that a file says it is of."""
    return path.stem.rpartition("-")[0]


def digest_in(path: Path) -> str:
    """The SHA-256 that a file says it has."""
    return path.stem.rpartition("-")[2]


def digest(path: Path) -> str:
    """The SHA-256 that a file has (OSError)."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
