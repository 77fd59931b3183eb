"""The FAISS files: caches of the vectors in the store, never the truth.

A file is named by the state of the store that it was made from and by its own content, so that a
foreign or damaged one is recognised by name. Losing it loses nothing.

    FAISS's own bytes | ids (int64, ascending) | cluster of each (uint16; of clusters only)
    | SHA-256 of each block of all that | footer

What names the file by content is the SHA-256 of the last two. Parts that are read at once are
checked at once; what is mapped into memory is checked block by block when it is first used, so
that opening a file does not read all of it.
"""

from __future__ import annotations

import hashlib
import logging
import os
import struct
import threading
import weakref
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from index.files import SUFFIX, sweep
from index.store import vector_clusters as clusters

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from index.store.lineage import Lineage, Stamp

log = logging.getLogger(__name__)

BLOCK = 65_536
"""Bytes that have a digest of their own: under 0.1 ms to check, and 0.05 % more on disk."""

_NUMBERS = struct.Struct("<QQQQ")  # FAISS's bytes, those before the first cluster; ids; trained on
_FOOTER = struct.Struct("<8sQ")
_MARK = b"dateline"
_DIGEST = 32


class DamagedError(Exception):
    """The file at `path` does not hold what was written to it."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is damaged")
        self.path = path


class CheckedFile:
    """A file made by `seal`, open for reading.

    Attributes:
        length: of its contents, in bytes.

    Raises:
        DamagedError: it is not what its name says it is.
        OSError: it cannot be read.
    """

    def __init__(self, path: Path, sha256: str) -> None:
        self.path = path
        self._file = path.open("rb")
        weakref.finalize(self, self._file.close)
        size = os.fstat(self._file.fileno()).st_size
        self._file.seek(max(0, size - _FOOTER.size))
        footer = self._file.read()
        if len(footer) != _FOOTER.size:
            raise DamagedError(path)
        mark, self.length = _FOOTER.unpack(footer)
        blocks = -(-self.length // BLOCK)
        if mark != _MARK or size != self.length + blocks * _DIGEST + _FOOTER.size:
            raise DamagedError(path)
        self._file.seek(self.length)
        self._digests = self._file.read(blocks * _DIGEST)
        if hashlib.sha256(self._digests + footer).hexdigest() != sha256:
            raise DamagedError(path)
        self._good = bytearray(blocks)

    def check(self, start: int, stop: int) -> None:
        """Compare the blocks of a stretch with their digests, those that were not yet."""
        for block in range(start // BLOCK, -(-stop // BLOCK)):
            if not self._good[block]:
                self._read(block)

    def read(self, start: int, stop: int) -> bytes:
        """A stretch of the contents, whole."""
        blocks = range(start // BLOCK, -(-stop // BLOCK))
        data = b"".join(map(self._read, blocks))
        return data[start - blocks.start * BLOCK : stop - blocks.start * BLOCK]

    def _read(self, block: int) -> bytes:
        self._file.seek(block * BLOCK)
        data = self._file.read(min(BLOCK, self.length - block * BLOCK))
        expected = self._digests[block * _DIGEST : (block + 1) * _DIGEST]
        if hashlib.sha256(data).digest() != expected:
            raise DamagedError(self.path)
        self._good[block] = True
        return data


def seal(path: Path) -> str:
    """Write the digests behind a file's contents, and the file to the disk.

    Returns:
        What it is named by.
    """
    digests = bytearray()
    with path.open("rb+") as file:
        while data := file.read(BLOCK):
            digests += hashlib.sha256(data).digest()
        end = bytes(digests) + _FOOTER.pack(_MARK, file.tell())
        file.write(end)
        file.flush()
        os.fsync(file.fileno())
    return hashlib.sha256(end).hexdigest()


@dataclass(frozen=True, slots=True)
class VectorFile:
    """A file as it was read.

    Attributes:
        index: FAISS's; mapped into memory where it has clusters, and to be changed only where not.
        ids: its ids, ascending.
        of: the cluster of each; None where there are no clusters.
        trained_on: from how many passages the clusters were trained.
        file: what is to be checked before a cluster is looked into.
        behind: how many passages came and went since.
    """

    index: Any
    ids: NDArray[np.int64]
    of: NDArray[np.int64] | None
    trained_on: int
    file: CheckedFile
    behind: int = 0


class VectorFiles:
    """The files in a folder, which need not be there yet."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def behind(self, lineage: Lineage) -> int | None:
        """How many passages came and went since the best file; None when there is none to use.

        No file is read for it.
        """
        return next((behind for behind, _ in self._usable(lineage)), None)

    def states(self) -> set[str]:
        """The names of the states that there are files of."""
        with suppress(OSError):
            return {state_in(path) for path in self._folder.glob("*.faiss")}
        return set()

    def read(self, lineage: Lineage) -> Iterator[VectorFile]:
        """Files that are whole as far as they were read, the best first.

        A damaged file is removed, so that a good one is written in its place.
        """
        sweep(self._folder)
        for behind, path in self._usable(lineage):
            try:
                yield read_file(path, behind)
            except DamagedError as damaged:
                self.discard(damaged.path)
            except (OSError, RuntimeError) as error:  # another process has replaced it, say
                log.warning("%s cannot be read (%s); it is made again from the store", path, error)

    def discard(self, path: Path) -> None:
        """Remove a damaged file; no failure matters."""
        log.warning("%s is damaged; it is made again from the store", path)
        with suppress(OSError):
            path.unlink()

    def write(self, stamp: Stamp, index: Any, trained_on: int = 0) -> None:
        """Write the file of a state, and remove the files of others.

        A failure to write is logged, not raised: the cache is made again when it is needed.

        Args:
            trained_on: from how many passages its clusters were trained.
        """
        sweep(self._folder)
        temporary = self._folder / f"{os.getpid()}.{threading.get_ident()}{SUFFIX}"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            name = f"{stamp.name}-{_write_contents(index, trained_on, temporary)}.faiss"
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
    """Read a file, and check what is read of it.

    Raises:
        DamagedError: it is not what its name says.
        OSError, RuntimeError: it cannot be read, or is none of ours.
    """
    import faiss

    file = CheckedFile(path, digest_in(path))
    end = file.length - _NUMBERS.size
    faiss_bytes, head, count, trained_on = _NUMBERS.unpack(file.read(end, file.length))
    file.check(0, head)
    mapped = head < faiss_bytes
    how = faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY if mapped else 0
    index: Any = faiss.read_index(str(path), how)
    behind_ids = faiss_bytes + 8 * count
    ids = np.frombuffer(file.read(faiss_bytes, behind_ids), "<i8").astype(np.int64)
    of = np.frombuffer(file.read(behind_ids, end), "<u2").astype(np.int64)
    return VectorFile(index, ids, of if mapped else None, trained_on, file, behind)


def state_in(path: Path) -> str:
    """The name of the state that a file says it is of."""
    return path.stem.rpartition("-")[0]


def digest_in(path: Path) -> str:
    """The SHA-256 that a file says it has."""
    return path.stem.rpartition("-")[2]


def _write_contents(index: Any, trained_on: int, path: Path) -> str:
    """Write an index, and all that stands behind it; what the file is named by."""
    import faiss

    faiss.write_index(index, str(path))
    size = head = path.stat().st_size
    if isinstance(index, faiss.IndexIVF):
        ids, of = clusters.members(index)
        mapped = faiss.read_index(str(path), faiss.IO_FLAG_MMAP | faiss.IO_FLAG_READ_ONLY)
        head = min(start for start, _ in clusters.places(mapped))
    else:
        ids, of = np.sort(faiss.vector_to_array(index.id_map)), np.empty(0, np.int64)
    with path.open("ab") as file:
        file.write(ids.astype("<i8").tobytes() + of.astype("<u2").tobytes())
        file.write(_NUMBERS.pack(size, head, len(ids), trained_on))
    return seal(path)
