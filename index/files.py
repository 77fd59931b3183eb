"""Files on this machine: those of models, checked before use, and what killed processes leave."""

from __future__ import annotations

import hashlib
import os
import shutil
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from index.errors import ModelError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


REINSTALL = "pip install --force-reinstall --no-deps dateline"
"""Puts our own files right."""


def check_files(folder: Path, digests: Mapping[str, str], mend: str) -> None:
    """Refuse files that are not the published ones (ModelError).

    Args:
        digests: file name to SHA-256.
        mend: the command that puts them right.
    """
    for name, expected in digests.items():
        path = folder / name
        if not path.is_file() or sha256(path) != expected:
            raise ModelError(f"{path} is missing or is not the published file. Mend it: {mend}")


def sha256(path: Path) -> str:
    """The file's SHA-256 in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def first_line(error: Exception) -> str:
    """The first line of a library's message, short enough to stand within one of ours."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]


SUFFIX = ".tmp"
LEFT_AFTER_S = 60.0  # since it was written to; whoever does write would only write it anew


def write_whole(path: Path, data: bytes) -> None:
    """Write a file and its folder, whole or not at all, over what killed writers have left."""
    sweep(path.parent)
    temporary = path.with_name(f"{path.name}.{os.getpid()}{SUFFIX}")
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def sweep(folder: Path) -> None:
    """Remove the temporary files in a folder that nobody writes to any more."""
    remove(each for each in left_behind(folder, f"*{SUFFIX}", LEFT_AFTER_S) if each.is_file())


def left_behind(folder: Path, pattern: str, after_s: float) -> list[Path]:
    """What in a folder nobody has written to for so long."""
    latest, found = time.time() - after_s, []
    with suppress(OSError):
        for path in folder.glob(pattern):
            with suppress(OSError):
                parts = [path, *(path.iterdir() if path.is_dir() else ())]
                if max(each.stat().st_mtime for each in parts) < latest:
                    found.append(path)
    return found


def remove(paths: Iterable[Path]) -> None:
    """Remove files and folders; no failure matters."""
    for path in paths:
        with suppress(OSError):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
