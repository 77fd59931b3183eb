"""A PDF into one article: the text of its pages, its lines joined into paragraphs again."""

from __future__ import annotations

import io
import logging
import re
import time
from typing import TYPE_CHECKING

from index.adding.boilerplate import is_boilerplate
from index.dates import PublicationDate
from index.errors import SourceError
from index.loading.articles import make_article
from index.loading.date_text import is_possible
from index.loading.metadata import Metadata, fold
from index.loading.names import clean_authors
from index.loading.plain_metadata import read_plain_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdf import PdfReader

    from index.loading.content import Content
    from index.loading.options import LoadOptions
    from index.records import Article

# What programs write into a PDF's title when nobody has: a file's name, or nothing.
_NO_TITLE = re.compile(
    r"(?:untitled|microsoft word|document\d*$|.*\.(?:docx?|pdf|indd|qxp|odt|rtf|html?)$)",
    re.IGNORECASE,
)
_FULL_LINE = 0.75  # of the longest line: a shorter one may end a paragraph
_ENDS = re.compile(r"[.!?:…][\"'”’)\]]*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad]$")


def load_pdf(content: Content, options: LoadOptions) -> Iterator[Article]:
    """The one article of a PDF.

    Raises:
        SourceError: it is damaged, encrypted, too long, or has no text.
    """
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.ERROR)  # it warns of every slip in a file
    limits = options.limits
    reader = pypdf.PdfReader(io.BytesIO(content.read(limits.document)))
    if reader.is_encrypted and not reader.decrypt(""):
        raise SourceError(content.name, "is encrypted: save it without its password first")
    if len(reader.pages) > limits.pages:
        raise SourceError(content.name, f"has more than {limits.pages:,} pages: split it")
    pages, size = [], 0
    deadline = time.monotonic() + limits.reading
    for page in reader.pages:
        if time.monotonic() > deadline:
            raise SourceError(content.name, f"takes more than {limits.reading:.0f} s: split it")
        pages.append(page.extract_text())
        size += len(pages[-1])
        if size > limits.article:
            raise content.too_large(limits.article)
    text = "\n".join(filter(None, map(join_lines, pages)))
    if not text:
        raise SourceError(
            content.name, "has no text, only images: run text recognition (OCR) on it first"
        )
    # The text says it better than the file: a page may have been printed years later.
    said = read_plain_metadata(text)
    if said.published:
        said = Metadata(published=said.published, published_from=said.published_from)
    yield make_article(text, content.known.or_else(said).or_else(_read_information(reader)))


def join_lines(page: str) -> str:
    """The text of a page with its lines joined into paragraphs, one a line.

    A line that ends early ends its paragraph, if it ends a sentence or the next one begins with a
    capital. A word cut by a hyphen is made whole.
    """
    lines = [" ".join(line.split()) for line in page.splitlines()]
    full = max(map(len, lines), default=0) * _FULL_LINE
    paragraphs: list[str] = []
    open_ended, previous = False, ""
    for line in lines:
        if not line:
            open_ended = False
        elif open_ended and _continues(paragraphs[-1], line, short=len(previous) < full):
            cut = _HYPHEN.search(previous) and line[0].islower()
            paragraphs[-1] = paragraphs[-1][:-1] + line if cut else f"{paragraphs[-1]} {line}"
        else:
            paragraphs.append(line)
            open_ended = True
        previous = line
    return "\n".join(paragraphs)


def _continues(paragraph: str, line: str, *, short: bool) -> bool:
    begins_anew = bool(_ENDS.search(paragraph)) or not line[0].islower()
    return not (short and begins_anew) and not is_boilerplate(line)


def _read_information(reader: PdfReader) -> Metadata:
    """What the file says of itself; the day it was made is the last thing to go by."""
    said = reader.metadata
    if said is None:
        return Metadata()
    title = fold(said.title)
    authors = [name for name in clean_authors([said.author]) if " " in name]  # no user names
    try:
        made = said.creation_date
    except ValueError:
        made = None
    day = PublicationDate(made.date().isoformat()) if made and made.year > 999 else None
    known = day is not None and is_possible(day)
    return Metadata(
        title="" if _NO_TITLE.match(title) else title,
        authors=tuple(authors),
        published=day if known else None,
        published_from="PDF metadata" if known else None,
    )
