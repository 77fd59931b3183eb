"""The block between --- lines that may open a text file: what is known about the article.

Only a YAML mapping that names something of an article is front matter. A rule of dashes at the top
of a plain text is not, and the text stays as it came. Every scalar is read as the text it is
written as (YAML's own dates, numbers and tags would change it); only scalars and flat lists count.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import yaml

from index.dates import PublicationDate
from index.loading.date_text import is_possible
from index.loading.metadata import Metadata

if TYPE_CHECKING:
    from collections.abc import Mapping

_BLOCK = re.compile(r"---[^\S\n]*\n(?P<yaml>.*?)\n---[^\S\n]*(?:\n|\Z)", re.DOTALL)
_LARGEST_BLOCK = 20_000  # characters; more between two rules is the text itself
_KNOWN = {
    "title": ("title", "headline"),
    "publisher": ("publisher", "outlet", "source"),
    "authors": ("authors", "author", "byline"),
    "published": ("published", "date"),
    "updated": ("updated", "modified"),
    "url": ("url", "link"),
    "language": ("language", "lang"),
}
_NOTHING = {"", "~", "null", "Null", "NULL"}  # YAML 1.1's words for it
_NAMES = frozenset(name for names in _KNOWN.values() for name in names)
_NAMED = re.compile(rf"^[^\S\n]*(?:{'|'.join(sorted(_NAMES))})[^\S\n]*:", re.MULTILINE)


def read_front_matter(text: str) -> tuple[Metadata, str]:
    """What the front matter says, and the text after it; nothing and the text when there is none.

    Raises:
        ValueError: it names something of an article, but is not valid YAML, or what it says cannot
            be: a date that is not ISO 8601, a list for a title.
    """
    said, body = _split(text)
    published, updated = _read_date(said, "published"), _read_date(said, "updated")
    metadata = Metadata(
        title=_read_text(said, "title") or "",
        publisher=_read_text(said, "publisher"),
        authors=_read_texts(said, "authors"),
        published=published,
        published_from="front matter" if published else None,
        updated=updated,
        updated_from="front matter" if updated else None,
        url=_read_text(said, "url"),
        language=_read_text(said, "language"),
    )
    return metadata, body


def _split(text: str) -> tuple[Mapping[str, object], str]:
    """What the front matter says, by name, and the text after it; ({}, text) when there is none.

    Raises:
        ValueError: it names something of an article, but is not valid YAML.
    """
    opened = text.replace("\r\n", "\n") if text.startswith("---") else ""
    block = _BLOCK.match(opened)
    if block is None or len(block["yaml"]) > _LARGEST_BLOCK:
        return {}, text
    try:
        found = yaml.BaseLoader(block["yaml"]).get_single_data()
    except (yaml.YAMLError, RecursionError) as error:
        if not _NAMED.search(block["yaml"]):
            return {}, text
        raise ValueError("the front matter between the --- lines is not valid YAML") from error
    if not isinstance(found, dict) or not _NAMES & found.keys():
        return {}, text
    return found, opened[block.end() :].strip()


def _read_text(metadata: Mapping[str, object], field: str) -> str | None:
    """A field of an article, white space folded; None when it is not said.

    Raises:
        ValueError: it is not a text.
    """
    texts = _read_texts(metadata, field)
    if len(texts) > 1:
        raise ValueError(f"{field} in the front matter is a list, not one text")
    return texts[0] if texts else None


def _read_texts(metadata: Mapping[str, object], field: str) -> tuple[str, ...]:
    """A field of an article that may be a list.

    Raises:
        ValueError: it is neither a text nor a flat list of texts.
    """
    value = next((metadata[name] for name in _KNOWN[field] if metadata.get(name)), ())
    texts = []
    for each in value if isinstance(value, list | tuple) else [value]:
        if not isinstance(each, str):
            raise ValueError(f"{field} in the front matter is not a text")
        texts.append(" ".join(each.split()))
    return tuple(text for text in texts if text not in _NOTHING)


def _read_date(metadata: Mapping[str, object], field: str) -> PublicationDate | None:
    """A date; None when it is not said, or when no news can bear it.

    Raises:
        ValueError: what is said is no ISO 8601 date.
    """
    said = _read_text(metadata, field)
    try:
        found = PublicationDate(said) if said else None
    except ValueError as error:
        raise ValueError(f"the date {said!r} is not ISO 8601 (2019-04-15)") from error
    return found if found and is_possible(found) else None
