"""A .txt or .md file, with YAML front matter or plain, into an article."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import frontmatter
import yaml
from frontmatter.default_handlers import YAMLHandler

from index.dates import PublicationDate
from index.errors import SourceError
from index.loaders.plain_metadata import read_plain_metadata
from index.records import Article

if TYPE_CHECKING:
    from collections.abc import Mapping
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
    metadata, body = _split_front_matter(path, text)
    plain = read_plain_metadata(body)
    try:
        return Article(
            text=body,
            title=_text(metadata, "title", "headline") or plain.title,
            publisher=_text(metadata, "publisher", "outlet", "source") or plain.publisher,
            authors=_authors(metadata) or plain.authors,
            published=_published(metadata) or plain.published,
            url=_text(metadata, "url", "link"),
            language=_text(metadata, "language", "lang"),
        )
    except ValueError as error:
        raise SourceError(str(path), f"{error}; correct it and add the file again") from error


def _read(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise SourceError(
                str(path),
                f"{size / 1e6:.0f} MB is too large for one article (at most "
                f"{LARGEST_FILE / 1e6:.0f} MB): split it into a file an article",
            )
        data = path.read_bytes()
    except FileNotFoundError as error:
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


def _split_front_matter(path: Path, text: str) -> tuple[Mapping[str, object], str]:
    handler = YAMLHandler()
    if not handler.detect(text):
        return {}, text
    try:
        return frontmatter.parse(text, handler=handler)
    except (yaml.YAMLError, ValueError) as error:
        raise SourceError(
            str(path), "the front matter between the --- lines is not valid YAML: correct it"
        ) from error


def _text(metadata: Mapping[str, object], *names: str) -> str | None:
    found = (metadata[name] for name in names if metadata.get(name))
    return next((" ".join(str(value).split()) for value in found), None)


def _authors(metadata: Mapping[str, object]) -> tuple[str, ...]:
    value = metadata.get("authors") or metadata.get("author") or ()
    names = value if isinstance(value, list | tuple) else [value]
    return tuple(" ".join(str(name).split()) for name in names)


def _published(metadata: Mapping[str, object]) -> PublicationDate | None:
    value = metadata.get("published") or metadata.get("date")
    if not value:
        return None
    try:
        return PublicationDate.of(value if isinstance(value, date) else str(value))
    except ValueError as error:
        raise ValueError(f"the date {str(value)!r} is not ISO 8601 (2019-04-15)") from error
