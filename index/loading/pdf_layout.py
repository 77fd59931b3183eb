"""The text of a PDF page in reading order: columns, paragraphs, tables, running heads.

pdfium gives pieces of text with their boxes. They are parted by recursive cuts along white space
(XY-cut: Nagy, Seth and Viswanathan 1992): at a gutter where there is one, else between lines. What
stands in a column is read to its end before the next one; what cannot be ordered, text that runs up
the page, is left out.
"""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from index.splitting import is_boilerplate

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

UNKNOWN = "\N{REPLACEMENT CHARACTER}"
"""Stands for a letter that the page's font does not name."""

_LEAST_GUTTER = 0.7  # of a line's height
_LEAST_COLUMN = 0.12  # of the width of what is cut
_LEAST_LINES = 3  # on both sides of a gutter
_BULLET = 2  # characters
_SHORT_CELL = 24  # characters; columns with shorter lines are those of a table
_NEW_PARAGRAPH = 1.45  # of the usual distance between lines
_NEW_SIZE = 1.2  # of a line's height: a headline
_DEEPEST = 12
_FULL_LINE = 0.75  # of the longest line: a shorter one may end a paragraph
_ENDS = re.compile(r"[.!?:…。！？։۔।][\"'”’»)\]]*$")
_HYPHEN = re.compile(r"(?<=[^\W\d_])[-\u00ad\u2010]$")
CONTINUED = re.compile(
    r"\W*(?:(?:please )?(?:see|turn to|continued?(?: on| from)?|from|cont\.?(?: on| from)?|fortsetzung"
    r"(?: auf| von)?|suite(?: en| page)?|sigue en|viene de|continúa en|segue a|vervolg(?: op| van)?)"
    r"[\s,:]*(?:page|seite|pagina|página|p\.?|s\.?)?\s*[A-Z]?\d{1,3})\W*",
    re.IGNORECASE,
)
"""Matches a line that leads to another page."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text and its box, in points from the page's lower left corner."""

    left: float
    bottom: float
    right: float
    top: float
    text: str

    @property
    def height(self) -> float:
        """How tall it is."""
        return self.top - self.bottom

    @property
    def middle(self) -> float:
        """How high its middle stands."""
        return (self.top + self.bottom) / 2


def page_lines(pieces: Sequence[Piece]) -> list[list[Piece]]:
    """A page's blocks in reading order, each a list of lines from top to bottom."""
    flat = [each for each in pieces if len(each.text) < 4 or each.height < each.right - each.left]
    if not flat:
        return []
    size = median(each.height for each in flat)
    return list(_cut(_unique(flat), size, _DEEPEST))


def block_text(lines: Sequence[Piece]) -> str:
    """A block's lines joined into paragraphs, one a line."""
    if not lines:
        return ""
    pitches = [above.middle - below.middle for above, below in itertools.pairwise(lines)]
    usual = median(pitches) if pitches else 0.0
    texts = [lines[0].text]
    for above, below, pitch in zip(lines, lines[1:], pitches, strict=False):
        taller, lower = max(above.height, below.height), max(min(above.height, below.height), 0.1)
        apart = pitch > _NEW_PARAGRAPH * usual
        if apart or (taller > 1.5 * _NEW_SIZE * lower and abs(above.height - below.height) > 4):
            texts.append("")
        texts.append(below.text)
    return join_lines("\n".join(texts))


def join_lines(page: str) -> str:
    """The lines of a page joined into paragraphs, one a line.

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
            paragraphs[-1] = join_words(paragraphs[-1], line)
        else:
            paragraphs.append(line)
            open_ended = True
        previous = line
    return "\n".join(_mend(each) for each in paragraphs)


def join_words(above: str, below: str) -> str:
    """Two lines of a paragraph as one; a word that a hyphen cuts is made whole."""
    if _HYPHEN.search(above) and below[:1].islower():
        return above[:-1] + below
    return f"{above} {below}"


def goes_on(above: str, below: str) -> bool:
    """Whether a paragraph goes on on the next page or in the next column."""
    return bool(above) and not _ENDS.search(above) and below[:1].islower()


def _mend(paragraph: str) -> str:
    """A hyphen at the end of a line that no word goes on from, as one; no others that are soft."""
    return re.sub(r"\u00ad$", "-", paragraph).replace("\u00ad ", "- ").replace("\u00ad", UNKNOWN)


def _continues(paragraph: str, line: str, *, short: bool) -> bool:
    begins_anew = bool(_ENDS.search(paragraph)) or not line[0].islower()
    return not (short and begins_anew) and not is_boilerplate(line)


def _unique(pieces: Sequence[Piece]) -> list[Piece]:
    """Without what is printed twice at one place, which some programs do for bold."""
    kept: dict[tuple[int, int, str], Piece] = {}
    for each in pieces:
        kept.setdefault((round(each.left / 2), round(each.bottom / 2), each.text), each)
    return list(kept.values())


def _cut(pieces: list[Piece], size: float, depth: int) -> Iterator[list[Piece]]:
    columns = _columns(pieces, size)
    if len(columns) > 1 and depth:
        if _is_table(columns):
            yield from ([row] for row in _rows(columns))
            return
        for column in columns:
            yield from _cut(column, size, depth - 1)
        return
    lines = _lines(pieces, size)
    if len(lines) > _LEAST_LINES and depth:
        for place in _gaps(lines):
            above, below = lines[:place], lines[place:]
            parts = ([p for line in above for p in line], [p for line in below for p in line])
            if any(len(_columns(part, size)) > 1 for part in parts):
                for part in parts:
                    yield from _cut(part, size, depth - 1)
                return
    yield [_joined(line) for line in lines]


def _columns(pieces: list[Piece], size: float) -> list[list[Piece]]:
    """The pieces on both sides of each gutter that runs through them all; one list where none."""
    ordered = sorted(pieces, key=lambda each: each.left)
    columns: list[list[Piece]] = []
    edge = float("-inf")
    for each in ordered:
        if columns and each.left < edge + _LEAST_GUTTER * size:
            columns[-1].append(each)
        else:
            columns.append([each])
        edge = max(edge, each.right)
    width = edge - ordered[0].left if ordered else 0.0
    if not all(len(_lines(column, size)) >= _LEAST_LINES for column in columns):
        return [pieces]
    if any(median(len(each.text) for each in column) <= _BULLET for column in columns):
        return [pieces]  # of a list
    widths = [max(p.right for p in each) - min(p.left for p in each) for each in columns]
    return columns if min(widths) >= _LEAST_COLUMN * width or _is_table(columns) else [pieces]


def _lines(pieces: Sequence[Piece], size: float) -> list[list[Piece]]:
    """The pieces of each line, from top to bottom, each line's from left to right."""
    lines: list[list[Piece]] = []
    for each in sorted(pieces, key=lambda piece: -piece.middle):
        if lines and abs(lines[-1][0].middle - each.middle) < 0.5 * max(size, each.height):
            lines[-1].append(each)
        else:
            lines.append([each])
    return [sorted(line, key=lambda piece: piece.left) for line in lines]


def _gaps(lines: Sequence[Sequence[Piece]]) -> list[int]:
    """Before which lines the page may be cut, the widest gap first."""
    gaps = [
        (min(p.bottom for p in above) - max(p.top for p in below), place)
        for place, (above, below) in enumerate(itertools.pairwise(lines), start=1)
    ]
    return [place for _, place in sorted(gaps, key=lambda gap: (-gap[0], gap[1]))][:40]


def _joined(line: Sequence[Piece]) -> Piece:
    """The pieces of a line as one; a gap between them is a space."""
    text = line[0].text
    for left, right in itertools.pairwise(line):
        apart = right.left - left.right > 0.12 * max(left.height, 1.0)
        text += f" {right.text}" if apart else right.text
    return Piece(
        line[0].left,
        min(each.bottom for each in line),
        max(each.right for each in line),
        max(each.top for each in line),
        " ".join(text.split()),
    )


def _is_table(columns: Sequence[Sequence[Piece]]) -> bool:
    lengths = [len(each.text) for column in columns for each in column]
    return len(columns) > 1 and median(lengths) < _SHORT_CELL and len(columns) * 2 < len(lengths)


def _rows(columns: Sequence[Sequence[Piece]]) -> Iterator[Piece]:
    """A table's rows, their cells parted by bars: no sentence is made of them."""
    pieces = [each for column in columns for each in column]
    for line in _lines(pieces, median(each.height for each in pieces)):
        cells = [_joined([p for p in line if p in column]) for column in columns
                 if any(p in column for p in line)]  # fmt: skip
        whole = _joined(cells)
        yield Piece(whole.left, whole.bottom, whole.right, whole.top,
                    " | ".join(cell.text for cell in cells))  # fmt: skip
