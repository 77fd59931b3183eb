"""How far into its files a run has read: what time is left is told from that."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from io import BufferedReader
    from pathlib import Path


class Meter:
    """Counts the bytes of files as they are read, packed ones as they lie on the disk.

    Args:
        sizes: bytes of all the files that will be read; none where that is not known.
    """

    def __init__(self, sizes: Iterable[int] = ()) -> None:
        self._total, self._before = sum(sizes), 0
        self._file: BufferedReader | None = None

    def open(self, path: Path) -> BufferedReader:
        """Open a file; what is read of it counts."""
        self._file = path.open("rb")
        return self._file

    def close(self, size: int) -> None:
        """That file is done with."""
        self._file = None
        self._before += size

    def share(self) -> float | None:
        """How much has been read, 0 to 1; None where nobody knows how much there is."""
        if not self._total:
            return None
        here = 0
        if self._file:
            with suppress(ValueError, OSError):  # closed, for it is opened more than once
                here = self._file.tell()
        return min((self._before + here) / self._total, 1.0)
