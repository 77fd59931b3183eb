"""What a content is: by how it begins, and only then by its name or what a server calls it."""

from __future__ import annotations

import json
import re
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index.loading.content import Content


class Kind(Enum):
    """The forms that can be loaded; the value is what a user is told."""

    TEXT = "text"
    PAGE = "a page"
    FEED = "a feed"
    PDF = "a PDF"
    ZIP = "a ZIP archive"  # office documents are ZIP archives too
    CSV = "a table"
    JSON = "JSON"
    JSON_LINES = "JSON Lines"
    WARC = "a web archive"
    PACKED = "packed by gzip or xz"


FORMS = (
    "text, Markdown, HTML, RSS, Atom, PDF, docx, pptx, xlsx, CSV, JSON, JSON Lines, ZIP, WARC, .gz "
    "or .xz"
)
"""What can be added, for people."""

_MAGIC = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),  # an empty one
    (b"\x1f\x8b", Kind.PACKED),
    (b"\xfd7zXZ\0", Kind.PACKED),
    (b"WARC/1.", Kind.WARC),
)
_BY_SUFFIX = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown"), Kind.TEXT),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Kind.PAGE),
    **dict.fromkeys((".rss", ".atom", ".xml", ".rdf"), Kind.FEED),
    **dict.fromkeys((".csv", ".tsv"), Kind.CSV),
    **dict.fromkeys((".jsonl", ".ndjson"), Kind.JSON_LINES),
    **dict.fromkeys((".docx", ".pptx", ".xlsx", ".zip"), Kind.ZIP),
    ".json": Kind.JSON,
    ".pdf": Kind.PDF,
    ".warc": Kind.WARC,
    ".gz": Kind.PACKED,
    ".xz": Kind.PACKED,
}
SUFFIXES = frozenset(_BY_SUFFIX)
"""The endings of the files that are taken from folders and archives."""

ONE_ARTICLE = frozenset({".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".pdf"})
"""The endings of files that hold one article each."""

_BY_MEDIA_TYPE = {
    "text/html": Kind.PAGE,
    "application/xhtml+xml": Kind.PAGE,
    "text/plain": Kind.TEXT,
    "text/markdown": Kind.TEXT,
    "text/csv": Kind.CSV,
    "text/tab-separated-values": Kind.CSV,
    "application/json": Kind.JSON,
    "application/x-ndjson": Kind.JSON_LINES,
    "application/jsonl": Kind.JSON_LINES,
    "application/rss+xml": Kind.FEED,
    "application/atom+xml": Kind.FEED,
    "application/xml": Kind.FEED,
    "text/xml": Kind.FEED,
}
_PROLOGUE = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE
)
_ELEMENT = re.compile(r"<([a-z][\w:.-]*)", re.IGNORECASE)
_FEEDS = {"rss", "feed", "rdf:rdf", "channel"}


def find_kind(content: Content, head: bytes) -> Kind | str:
    """What it is; a text that says why not, when it is nothing that can be loaded."""
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    if b"%PDF-" in head[:1_024]:
        return Kind.PDF
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        return "an office document of the old form, or an encrypted one: save it as .docx or .pdf"
    named = _BY_SUFFIX.get(content.suffix)
    if content.media_type in _BY_MEDIA_TYPE and named in {None, Kind.TEXT}:
        named = _BY_MEDIA_TYPE[content.media_type]
    if named in {Kind.ZIP, Kind.PACKED, Kind.WARC, Kind.PDF}:
        return f"not {named.value}, whatever its name says: download or save it again"
    text = _read(head)
    if text is None:
        return f"not a text file, nor another form that can be added ({FORMS}, in UTF-8)"
    if found := _of_text(text, named):
        return found
    if named is Kind.FEED:
        return "XML, but neither a feed nor a page"
    if named is None and content.suffix:
        return f"{content.suffix} is no form that can be added ({FORMS}, in UTF-8)"
    return named or Kind.TEXT


def _of_text(text: str, named: Kind | None) -> Kind | None:
    """What a text is by its first words; None when they do not tell."""
    opening = _PROLOGUE.match(text)
    after = text[opening.end() if opening else 0 :]
    if element := _ELEMENT.match(after):
        name = element[1].lower()
        if name in _FEEDS:
            return Kind.FEED
        if name in {"html", "head", "body"} or "<!doctype html" in text[:1_000].lower():
            return Kind.PAGE
    if after.startswith("{") and named in {None, Kind.TEXT, Kind.CSV, Kind.JSON}:
        lines = [line for line in after.splitlines()[:2] if line.strip()]
        if _is_object(lines[0]):
            several = len(lines) > 1 and lines[1].lstrip().startswith("{")
            return Kind.JSON_LINES if several or named is not Kind.JSON else Kind.JSON
    return None


def _is_object(line: str) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except (ValueError, RecursionError):
        return False


def _read(head: bytes) -> str | None:
    """The beginning as text, near enough to be recognised; None for what is no text."""
    for mark, name in ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if head.startswith(mark):
            return head.decode(name, "replace")
    if b"\0" in head:
        return None
    return head.decode("utf-8-sig", "replace").lstrip()
