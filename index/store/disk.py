"""How much files take."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def bytes_in(files: Iterable[Path]) -> int:
    """Their sizes together; one that another process has replaced meanwhile counts as nothing."""
    return sum(map(_size, files))


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
