"""Find the files that a user means, and hand each one to its loader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.loaders.text_file import SUFFIXES, load_text_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.records import Article

_SHOWN_CHARACTERS = 80  # of what was given in place of a path, such as a pasted article


def find_files(sources: Iterable[str | Path]) -> Iterator[Path | SourceError]:
    """Files as given, and the articles in folders (searched recursively, in order of name).

    A folder without articles is yielded as an error, so that one bad source never stops the others.
    """
    for source in sources:
        try:
            path = Path(source).expanduser()
            is_folder = path.is_dir()
        except (OSError, RuntimeError) as error:  # too long for a path; ~ of a user unknown
            reason = error.strerror if isinstance(error, OSError) else error
            yield SourceError(_shorten(source), f"not a path to a file or folder ({reason})")
            continue
        if not is_folder:
            yield path
            continue
        files = [file for file in sorted(path.rglob("*")) if _is_article(file, within=path)]
        yield from files
        if not files:
            yield SourceError(str(source), f"no {' or '.join(SUFFIXES)} file in this folder")


def _shorten(source: str | Path) -> str:
    text = " ".join(str(source).split())
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def load_file(path: Path) -> Article:
    """The article in a file.

    Raises:
        SourceError: when there is none in it, with the reason.
    """
    return load_text_file(path)


def _is_article(file: Path, within: Path) -> bool:
    """Leave out what lies in a folder of articles without being one: hidden files, a README."""
    hidden = any(part.startswith(".") for part in file.relative_to(within).parts)
    readable = file.suffix.lower() in SUFFIXES and file.stem.lower() != "readme"
    return readable and not hidden and file.is_file()
