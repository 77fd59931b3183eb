"""Find the files that a user means, and hand each one to its loader."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.loaders.text_file import SUFFIXES, load_text_file

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from index.records import Article


def find_files(sources: Iterable[str | Path]) -> Iterator[Path | SourceError]:
    """Files as given, and the articles in folders (searched recursively, in order of name).

    A folder without articles is yielded as an error, so that one bad source never stops the others.
    """
    for source in sources:
        path = Path(source).expanduser()
        if not path.is_dir():
            yield path
            continue
        files = [file for file in sorted(path.rglob("*")) if _is_article(file, within=path)]
        yield from files
        if not files:
            yield SourceError(str(source), f"no {' or '.join(SUFFIXES)} file in this folder")


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
