"""Temporary files that a killed process has left behind."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

SUFFIX = ".tmp"
LEFT_AFTER_S = 60.0  # since it was written to; whoever does write would only write it anew


def sweep(folder: Path, pattern: str = f"*{SUFFIX}", left_after_s: float = LEFT_AFTER_S) -> None:
    """Remove the temporary files in a folder that nobody writes to any more; no failure matters."""
    latest = time.time() - left_after_s
    with suppress(OSError):
        for file in folder.glob(pattern):
            with suppress(OSError):
                if file.stat().st_mtime < latest:
                    file.unlink()
