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

_TABLE = (
    "this form of table (Parquet, Feather, Arrow, Avro, ORC) cannot be read: save it as JSON Lines or "
    "CSV"
)
_ARCHIVE = "this archive cannot be read: unpack it, or pack it as ZIP or .gz"
_OLD_OFFICE = (
    "an office document of the old form (.doc, .xls, .ppt, .msg), or an encrypted one: save it as "
    ".docx, .pdf or text"
)
# By how it begins: what it is, or why it cannot be read and the way out.
_MAGIC: tuple[tuple[bytes, Kind | str], ...] = (
    (b"PK\x03\x04", Kind.ZIP),
    (b"PK\x05\x06", Kind.ZIP),  # an empty one
    (b"\x1f\x8b", Kind.PACKED),
    (b"\xfd7zXZ\0", Kind.PACKED),
    (b"WARC/1.", Kind.WARC),
    (b"{\\rtf", Kind.RTF),
    (b"PAR1", _TABLE),
    (b"Rar!", _ARCHIVE),
    (b"7z\xbc\xaf", _ARCHIVE),
    (b"SQLite format 3", "a database cannot be read: save its table of articles as CSV"),
    (b"\xd0\xcf\x11\xe0", _OLD_OFFICE),
    (b"AT&TFORM", "DjVu cannot be read: save it as PDF with its text"),
)
_TAR_MARK, _TAR_PLACE = b"ustar", 257
# By its ending, in the same way.
_ENDINGS: dict[str, Kind | str] = {
    ".txt .text .md .markdown": Kind.TEXT,
    ".html .htm .xhtml": Kind.PAGE,
    ".rss .atom .xml .rdf": Kind.FEED,
    ".csv .tsv": Kind.CSV,
    ".json": Kind.JSON,
    ".jsonl .ndjson": Kind.JSON_LINES,
    ".docx .odt .pptx .xlsx .epub .zip": Kind.ZIP,
    ".eml .mht .mhtml": Kind.MAIL,
    ".rtf": Kind.RTF,
    ".pdf": Kind.PDF,
    ".warc": Kind.WARC,
    ".gz .xz": Kind.PACKED,
    ".jpg .jpeg .png .gif .webp .tif .tiff .bmp .svg .ico .heic .avif": (
        "a picture holds no text that can be read: run text recognition (OCR) on it first"
    ),
    ".mp3 .mp4 .m4a .wav .ogg .webm .mov .avi .mkv .flac .aac": (
        "sound and film hold no text that can be read: add a transcript"
    ),
    ".js .css .map .woff .woff2 .ttf .eot": "a part of a web page, no article: left out",
    ".mobi .azw .azw3 .prc .fb2 .lit": "this form of e-book cannot be read: save it as EPUB",
    ".doc .dot": "an old Word document: save it as .docx, .pdf or text",
    ".xls .ods .ppt .odp .pages .wpd .wps .msg": (
        "this form of document cannot be read: save it as .docx, .pptx, .xlsx, PDF or text"
    ),
    ".tar .tgz .bz2 .zst .7z .rar .lz4 .br": _ARCHIVE,
    ".parquet .feather .arrow .avro .orc": _TABLE,
    ".sgm .sgml": "SGML cannot be read: convert it to JSON Lines or text",
    ".mbox": "a mailbox of many messages: save each as .eml",
    ".webarchive": "a page saved by Safari: save its source (.html), or print it as PDF",
}
_BY_SUFFIX = {each: what for endings, what in _ENDINGS.items() for each in endings.split()}

SUFFIXES = frozenset(each for each, what in _BY_SUFFIX.items() if isinstance(what, Kind))
"""The endings of the files that are taken from folders and archives."""

ONE_ARTICLE = frozenset(
    each for each, what in _BY_SUFFIX.items() if what in {Kind.TEXT, Kind.PAGE, Kind.PDF}
)
"""The endings of files that hold one article each."""

_HEADERS = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9-]{1,60}:[^\n]*\r?\n(?:[ \t][^\n]*\r?\n){0,50}){2,80}?(?i:mime-version|content-type|"
    r"message-id|received|subject):"
)  # RFC 5322
# By the second half of a media type: "text/html", "application/rss+xml".
_BY_MEDIA_TYPE = {
    **dict.fromkeys(("html", "xhtml+xml"), Kind.PAGE),
    **dict.fromkeys(("plain", "markdown"), Kind.TEXT),
    **dict.fromkeys(("csv", "tab-separated-values"), Kind.CSV),
    **dict.fromkeys(("rss+xml", "atom+xml", "xml"), Kind.FEED),
    **dict.fromkeys(("x-ndjson", "jsonl"), Kind.JSON_LINES),
    "json": Kind.JSON,
}
_PROLOGUE = re.compile(
    r"(?:\s+|<\?.*?\?>|<!--.*?-->|<!doctype[^\[>]*(?:\[.*?\]\s*)?>)*", re.DOTALL | re.IGNORECASE
)
_ELEMENT = re.compile(r"<([a-z][\w:.-]*)", re.IGNORECASE)
_FEEDS = {"rss", "feed", "rdf:rdf", "channel"}


def find_kind(content: Content, head: bytes) -> Kind | str:
    """What it is; a text that says why not, when it is nothing that can be loaded."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:64]
    for magic, what in _MAGIC:
        if head.startswith(magic) or (what is Kind.RTF and start.startswith(magic)):
            return what
    if b"%PDF-" in head[:1_024]:
        return Kind.PDF
    if head[_TAR_PLACE:].startswith(_TAR_MARK):
        return _ARCHIVE
    named = _BY_SUFFIX.get(content.suffix)
    declared = _BY_MEDIA_TYPE.get((content.media_type or "").rpartition("/")[2])
    if declared and (named is Kind.TEXT or not isinstance(named, Kind)):
        named = declared
    if isinstance(named, str):
        return named
    if named in {Kind.ZIP, Kind.PACKED, Kind.WARC, Kind.PDF, Kind.RTF}:
        return f"not {named.value}, whatever its name says: download or save it again"
    text = _read(head)
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
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return head.decode("utf-16", "replace")
    if b"\0" in head:
        return None
    return head.decode("utf-8-sig", "replace").lstrip()
