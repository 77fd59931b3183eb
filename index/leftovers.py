"""Temporary files that a killed process has left behind."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".tmp"
_LEFT_AFTER = 60.0  # seconds since it was written to; whoever does write would only write it anew


def sweep(folder: Path, pattern: str = f"*{SUFFIX}") -> None:
    """Remove the temporary files in a folder that nobody writes to any more; no failure matters."""
    latest = time.time() - _LEFT_AFTER
    with suppress(OSError):
        for file in folder.glob(pattern):
            with suppress(OSError):
                if file.stat().st_mtime < latest:
                    file.unlink()
