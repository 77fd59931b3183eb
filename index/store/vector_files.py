"""The FAISS files: caches of the vectors in the store, never the truth.

A file is named by the state of the store that it was made from and by the SHA-256 of its bytes, so
that a foreign or damaged one is recognised by name. Losing it loses nothing.
"""

from __future__ import annotations

import logging
import os
import threading
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from index.files import SUFFIX, sha256, sweep

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from index.store.lineage import Lineage, Stamp

log = logging.getLogger(__name__)


class DamagedError(Exception):
    """The file does not hold what was written to it."""


@dataclass(frozen=True, slots=True)
class VectorFile:
    """A file as it was read.

    Attributes:
        index: FAISS's.
        behind: how many passages came and went since.
    """

    index: Any
    behind: int = 0

    @property
    def ids(self) -> NDArray[np.int64]:
        """The passage numbers in it, ascending."""
        import faiss

        return np.sort(faiss.vector_to_array(self.index.id_map))


class VectorFiles:
    """The files in a folder, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def behind(self, lineage: Lineage) -> int | None:
        """How many passages came and went since the best file; None when there is none to use.

        No file is read for it.
        """
        return next((behind for behind, _ in self._usable(lineage)), None)

    def read(self, lineage: Lineage) -> Iterator[VectorFile]:
        """Files that are what was written, the best first.

        A damaged file is removed, so that a good one is written in its place.
        """
        sweep(self._folder)
        for behind, path in self._usable(lineage):
            try:
                yield read_file(path, behind)
            except DamagedError:
                log.warning("%s is damaged; it is made again from the store", path)
                with suppress(OSError):
                    path.unlink()
            except (OSError, RuntimeError) as error:  # another process has replaced it, say
                log.warning("%s cannot be read (%s); it is made again from the store", path, error)

    def write(self, stamp: Stamp, index: Any) -> None:
        """Write the file of a state, and remove the files of others.

        A failure to write is logged, not raised: the cache is made again when it is needed.
        """
        import faiss

        sweep(self._folder)
        temporary = self._folder / f"{os.getpid()}.{threading.get_ident()}{SUFFIX}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            faiss.write_index(index, str(temporary))
            with temporary.open("rb+") as file:
                os.fsync(file.fileno())
            name = f"{stamp.name}-{sha256(temporary)}.faiss"
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


def read_file(path: Path, behind: int = 0) -> VectorFile:
    """Read a file.

    Raises:
        DamagedError: it is not what its name says, or none of ours.
        OSError, RuntimeError: it cannot be read.
    """
    import faiss

    if sha256(path) != path.stem.rpartition("-")[2]:
        raise DamagedError
    index = faiss.read_index(str(path))
    if not isinstance(index, faiss.IndexIDMap2):
        raise DamagedError
    return VectorFile(index, behind)


def state_in(path: Path) -> str:
    """The name of the state that a file says it is of."""
    return path.stem.rpartition("-")[0]
