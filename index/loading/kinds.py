"""What a content is: by how it begins, and only then by its name or what a server calls it."""

from __future__ import annotations

import json
import re
from enum import Enum
from pathlib import PurePosixPath
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
    RTF = "an RTF document"
    MAIL = "a message"


FORMS = (
    "text, Markdown, HTML, MHTML, RSS, Atom, EML, PDF, docx, odt, rtf, pptx, xlsx, EPUB, CSV, JSON, "
    "JSON Lines, ZIP, WARC, .gz or .xz"
)
"""What can be added, for people."""

_MAGIC = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),  # an empty one
    (b"\x1f\x8b", Kind.PACKED),
    (b"\xfd7zXZ\0", Kind.PACKED),
    (b"WARC/1.", Kind.WARC),
    (b"{\\rtf", Kind.RTF),
)
_BY_SUFFIX = {
    **dict.fromkeys((".txt", ".text", ".md", ".markdown"), Kind.TEXT),
    **dict.fromkeys((".html", ".htm", ".xhtml"), Kind.PAGE),
    **dict.fromkeys((".rss", ".atom", ".xml", ".rdf"), Kind.FEED),
    **dict.fromkeys((".csv", ".tsv"), Kind.CSV),
    **dict.fromkeys((".jsonl", ".ndjson"), Kind.JSON_LINES),
    **dict.fromkeys((".docx", ".odt", ".pptx", ".xlsx", ".epub", ".zip"), Kind.ZIP),
    **dict.fromkeys((".eml", ".mht", ".mhtml"), Kind.MAIL),
    ".rtf": Kind.RTF,
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

# What cannot be read, and the way out: by how it begins, then by its name.
_UNREAD_MAGIC = (
    (b"PAR1", "Parquet cannot be read: save the table as JSON Lines or CSV"),
    (b"Rar!", "a RAR archive cannot be read: unpack it, or pack it as ZIP"),
    (b"7z\xbc\xaf", "a 7z archive cannot be read: unpack it, or pack it as ZIP"),
    (b"SQLite format 3", "a database cannot be read: save its table of articles as CSV"),
    (b"\xd0\xcf\x11\xe0", "an office document of the old form (.doc, .xls, .ppt, .msg), or an encrypted "
     "one: save it as .docx, .pdf or text"),
    (b"ITOLITLS", "an e-book of Microsoft's (.lit): save it as EPUB"),
    (b"AT&TFORM", "DjVu cannot be read: save it as PDF with its text"),
)  # fmt: skip
_TAR_MARK, _TAR_PLACE = b"ustar", 257
_PICTURE = "a picture holds no text that can be read: run text recognition (OCR) on it first"
_SOUND = "sound and film hold no text that can be read: add a transcript"
_FURNITURE = "a part of a web page, no article: left out"
_UNREAD = {
    **dict.fromkeys(".jpg .jpeg .png .gif .webp .tif .tiff .bmp .svg .ico .heic .avif".split(), _PICTURE),
    **dict.fromkeys(".mp3 .mp4 .m4a .wav .ogg .webm .mov .avi .mkv .flac .aac".split(), _SOUND),
    **dict.fromkeys(".js .css .map .woff .woff2 .ttf .eot".split(), _FURNITURE),
    **dict.fromkeys(
        ".mobi .azw .azw3 .prc .fb2".split(), "this form of e-book cannot be read: save it as EPUB"
    ),
    **dict.fromkeys((".doc", ".dot"), "an old Word document: save it as .docx, .pdf or text"),
    **dict.fromkeys((".xls", ".ods"), "this form of sheet cannot be read: save it as .xlsx or CSV"),
    **dict.fromkeys((".ppt", ".odp"), "these slides cannot be read: save them as .pptx or PDF"),
    **dict.fromkeys((".pages", ".wpd", ".wps"), "this document cannot be read: save it as .docx or PDF"),
    **dict.fromkeys((".tar", ".tgz", ".bz2", ".zst", ".7z", ".rar", ".lz4", ".br"),
                    "this archive cannot be read: unpack it, or pack it as ZIP or .gz"),
    **dict.fromkeys((".parquet", ".feather", ".arrow", ".avro", ".orc"),
                    "this form of table cannot be read: save it as JSON Lines or CSV"),
    **dict.fromkeys((".sgm", ".sgml"), "SGML cannot be read: convert it to JSON Lines or text"),
    ".msg": "a message of Outlook's: save it as .eml or text",
    ".mbox": "a mailbox of many messages: save each as .eml",
    ".webarchive": "a page saved by Safari: save its source (.html), or print it as PDF",
}  # fmt: skip
_HEADERS = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n){0,50}){2,80}?(?i:mime-version|content-type|"
    r"message-id|received|subject):"
)  # RFC 5322
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
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64]
    for magic, kind in _MAGIC:
        if head.startswith(magic) or (kind is Kind.RTF and start.startswith(magic)):
            return kind
    if b"%PDF-" in head[:1_024]:
        return Kind.PDF
    for magic, reason in _UNREAD_MAGIC:
        if head.startswith(magic):
            return reason
    if head[_TAR_PLACE:].startswith(_TAR_MARK):
        return _UNREAD[".tar"]
    named = _BY_SUFFIX.get(content.suffix)
    if content.media_type in _BY_MEDIA_TYPE and named in {None, Kind.TEXT}:
        named = _BY_MEDIA_TYPE[content.media_type]
    if named in {Kind.ZIP, Kind.PACKED, Kind.WARC, Kind.PDF, Kind.RTF}:
        return f"not {named.value}, whatever its name says: download or save it again"
    text = _read(head)
    if named is None and content.suffix in _UNREAD:
        return _UNREAD[content.suffix]
    if text is None:
        return f"not a text file, nor another form that can be added ({FORMS}, in UTF-8)"
    if found := _of_text(text, named):
        return found
    if named is Kind.FEED:
        return "XML, but neither a feed nor a page: save it as HTML, JSON or text"
    if named is None and content.suffix:
        return f"{content.suffix} is no form that can be added ({FORMS}, in UTF-8)"
    return named or Kind.TEXT


def why_not_taken(name: str) -> str | None:
    """Why a file of a folder or archive is not even looked at; None when it is."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.suffix or path.stem.lower() == "readme":
        return None
    return "has no ending that says what it is: give it one (.txt), or add it by itself"


def is_readme(name: str) -> bool:
    """Whether a file says what lies beside it, and is no article: a README, a package's mark."""
    path = PurePosixPath(name.replace("\\", "/"))
    if path.name == "__init__.py":  # of our own sample articles, which are installed as a package
        return True
    return path.stem.lower() == "readme" and path.suffix.lower() in {"", ".md", ".txt", ".rst"}


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
    if named is Kind.MAIL or (named in {None, Kind.TEXT} and _HEADERS.match(text)):
        return Kind.MAIL
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
