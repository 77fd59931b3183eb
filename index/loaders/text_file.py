"""A .txt or .md file, with YAML front matter or plain, into an article."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.loaders.front_matter import (
    read_date,
    read_text,
    read_texts,
    split_front_matter,
)
from index.loaders.plain_metadata import read_plain_metadata
from index.records import Article

if TYPE_CHECKING:
    from pathlib import Path

SUFFIXES = (".txt", ".md")
LARGEST_FILE = 5_000_000
"""Bytes. The longest articles are a tenth of it; what is larger is many articles in one file."""


def load_text_file(path: Path) -> Article:
    """The article in a text file.

    Raises:
        SourceError: when there is no such file, or no article in it.
    """
    text = _read(path)
    try:
        metadata, body = split_front_matter(text)
        plain = read_plain_metadata(body)
        return Article(
            text=body,
            title=read_text(metadata, "title") or plain.title,
            publisher=read_text(metadata, "publisher") or plain.publisher,
            authors=read_texts(metadata, "authors") or plain.authors,
            published=read_date(metadata) or plain.published,
            url=read_text(metadata, "url"),
            language=read_text(metadata, "language"),
        )
    except ValueError as error:
        raise SourceError(str(path), f"{error}; correct it and add the file again") from error


def _read(path: Path) -> str:
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):  # a pipe or a device may never end
            raise SourceError(str(path), "not a file: save the article as .txt or .md")
        size = found.st_size
        if size > LARGEST_FILE:
            raise SourceError(
                str(path),
                f"{size / 1e6:.0f} MB is too large for one article (at most "
                f"{LARGEST_FILE / 1e6:.0f} MB): split it into a file an article",
            )
        data = path.read_bytes()
    except (FileNotFoundError, ValueError) as error:  # ValueError: a NUL in the path
        raise SourceError(str(path), "there is no such file: check the path") from error
    except OSError as error:
        raise SourceError(str(path), f"cannot be read ({error.strerror})") from error
    if not data.strip():
        raise SourceError(str(path), "the file is empty: add one that holds an article")
    if path.suffix.lower() not in SUFFIXES or b"\0" in data:
        raise SourceError(str(path), "not a text file: save the article as .txt or .md in UTF-8")
    try:
        # newline handling is not touched: the text is kept as it came
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceError(
            str(path), f"not valid UTF-8 (byte {error.start}): save it as UTF-8 and add it again"
        ) from error
