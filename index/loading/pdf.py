"""A PDF into one article, or into those of an export: the text of its pages in reading order.

Read by pdfium, which knows fonts and damaged files best, and is not safe for several threads. What
stands at the head or foot of page after page is no part of the text, but its date counts.
"""

from __future__ import annotations

import re
import time
from collections import Counter
from threading import Lock
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.loading.articles import articles_in_text
from index.loading.date_text import read_date
from index.loading.documents import said_by_program
from index.loading.metadata import dated, read_plain_metadata
from index.loading.pdf_layout import (
    CONTINUED,
    UNKNOWN,
    Piece,
    block_text,
    goes_on,
    join_words,
    page_lines,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from pypdfium2 import PdfDocument, PdfPage

    from index.loading.content import Content, LoadOptions
    from index.records import Article

_PDFIUM = Lock()
_MARGIN = 0.09  # of a page's height, at its head and its foot
_PAGE_NUMBER = re.compile(
    r"\W*(?:(?:page|seite|página|pagina|p\.|s\.)\s*)?[A-Z]?\d{1,4}(?:\s*(?:of|von|de|di|/)\s*\d{1,4})?\W*",
    re.IGNORECASE,
)
_MOST_UNKNOWN = 0.05  # of a page's letters: a font that names fewer makes other words of its own
_LINE_ENDS = {0x0A, 0x0D}
# pdfium's marks for a hyphen that cuts a word, and for a letter that the font does not name.
_LETTERS = {0x02: "\u00ad", 0xFFFE: "\u00ad", 0x00: UNKNOWN, 0xFFFF: UNKNOWN, 0xA0: " "}

Blocks = list[list[Piece]]


def load_pdf(content: Content, options: LoadOptions) -> Iterator[Article | SourceError]:
    """The article of a PDF, or those of an export; each page that cannot be read is named."""
    import pypdfium2

    limits = options.limits
    data = content.read(limits.document)
    with _PDFIUM:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if "password" in str(error).lower():
                raise SourceError(
                    content.name, "is encrypted: save it without its password first"
                ) from error
            raise
        try:
            if len(document) > limits.pages:
                raise SourceError(content.name, f"has more than {limits.pages:,} pages: split it")
            pages = _read_pages(document, content, options)
            said_of = document.get_metadata_dict()
        finally:
            document.close()
    known = said_by_program(said_of.get("Title"), said_of.get("Author"))
    heads = _running(pages)
    texts, said = [], []
    for number, blocks in enumerate(pages, start=1):
        kept = [[line for line in block if not _is_head(line, heads)] for block in blocks]
        said += [line.text for block in blocks for line in block if _is_head(line, heads)]
        text = "\n".join(filter(None, map(block_text, kept)))
        if text.count(UNKNOWN) > _MOST_UNKNOWN * len(text):
            yield SourceError(
                f"{content.name}, page {number}",
                "its font does not say which letters these are: run text recognition (OCR) on it",
            )
        elif text:
            texts.append(text)
    if not texts:
        raise SourceError(
            content.name, "has no text, only images: run text recognition (OCR) on it first"
        )
    text = _joined(texts)
    # The text says it better than the file, and a running head better than nothing; the day on
    # which the file was made is not that of the article.
    first = read_plain_metadata(text)
    day = next(filter(None, (read_date(each[:100]) for each in said)), None)
    days = dated(first.published_from or "running head", first.published or day)
    yield from articles_in_text(text, content, content.known.or_else(days).or_else(known))


def _read_pages(document: PdfDocument, content: Content, options: LoadOptions) -> list[Blocks]:
    pages, size = [], 0
    deadline = time.monotonic() + options.limits.reading
    for page in document:
        if time.monotonic() > deadline:
            raise SourceError(
                content.name, f"takes more than {options.limits.reading:.0f} s: split it"
            )
        pieces = read_pieces(page)
        size += sum(len(each.text) for each in pieces)
        if size > options.limits.article:
            raise content.too_large(options.limits.article)
        pages.append(page_lines(pieces))
        page.close()
    return pages


def read_pieces(page: PdfPage) -> list[Piece]:
    """A page's pieces of text, each with its box; the page's height is 1,000 points.

    A piece ends with its line, and where a space is as wide as a letter is tall.
    """
    from pypdfium2 import raw

    scale = 1_000 / max(page.get_height(), 1.0)
    text = page.get_textpage()
    box = raw.FS_RECTF()
    pieces: list[Piece] = []
    letters: list[str] = []
    left = bottom = right = top = size = 0.0

    def end_piece() -> None:
        said = " ".join("".join(letters).split())
        if said:
            pieces.append(Piece(left * scale, bottom * scale, right * scale, top * scale, said))
        letters.clear()

    for place in range(text.count_chars()):
        code = raw.FPDFText_GetUnicode(text, place)
        if code in _LINE_ENDS:
            end_piece()
            continue
        letter = _LETTERS.get(code) or (chr(code) if code < 0x110000 else UNKNOWN)
        if letter == " ":
            letters.append(letter)
            continue
        if not raw.FPDFText_GetLooseCharBox(text, place, box):
            continue
        same_line = letters and abs(box.bottom - bottom) < size
        if not same_line or not -2 * size < box.left - right < size:
            end_piece()
            left, bottom, right, top = box.left, box.bottom, box.right, box.top
            size = max(top - bottom, 1.0)
        letters.append(letter)
        right, bottom, top = max(right, box.right), min(bottom, box.bottom), max(top, box.top)
    end_piece()
    text.close()
    return pieces


def _running(pages: Sequence[Blocks]) -> set[str]:
    """What stands at the head or foot of more than one page, whatever its number."""
    counts = Counter(
        key
        for blocks in pages
        for key in {_key(line.text) for block in blocks for line in block if _is_at_edge(line)}
    )
    return {key for key, count in counts.items() if count > 1}


def _is_head(line: Piece, heads: set[str]) -> bool:
    if CONTINUED.fullmatch(line.text):
        return True
    return _is_at_edge(line) and (
        _key(line.text) in heads or bool(_PAGE_NUMBER.fullmatch(line.text))
    )


def _is_at_edge(line: Piece) -> bool:
    return line.middle < 1_000 * _MARGIN or line.middle > 1_000 * (1 - _MARGIN)


def _key(text: str) -> str:
    return re.sub(r"[\W\d_]+", "", text).casefold()


def _joined(texts: Sequence[str]) -> str:
    """The pages' texts; a paragraph that goes on on the next page is one."""
    text = texts[0]
    for page in texts[1:]:
        last = text.rpartition("\n")[2]
        text = join_words(text, page) if goes_on(last, page) else f"{text}\n{page}"
    return text
