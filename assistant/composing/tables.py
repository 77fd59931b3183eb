"""Rows of tables in articles, read with their headers: Markdown, tab-separated, or with commas."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.composing.composition import Composition, Material
from assistant.judging.names import spelled
from assistant.judging.quantities import quantities
from assistant.judging.synonyms import share_of_meaning
from assistant.reading.overlap import stem, stems
from assistant.reading.reader import Quote

if TYPE_CHECKING:
    from index import Article

_RULE = re.compile(r"^[\s|:+-]+$")
_MOST = re.compile(
    r"(?i)\b(?:most|highest|largest|biggest|greatest|top|best|leads?|leading|first|longest|oldest)\b"
)
_LEAST = re.compile(r"(?i)\b(?:least|fewest|lowest|smallest|last|worst|bottom|shortest|youngest)\b")
_PLACES = {
    word: place
    for place, words in enumerate(
        (
            "first 1st winner won wins",
            "second 2nd runner-up",
            "third 3rd",
            "fourth 4th",
            "fifth 5th",
        ),
        start=1,
    )
    for word in words.split()
}
_PLACED = re.compile(
    r"(?i)\b(?:came|come|comes|finish\w*|placed?|rank\w*|is|was|in) (?:the )?(?P<place>first"
    r"|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)\b"
)
_LEAST_COLUMNS, _LEAST_ROWS = 2, 2
_MOST_ARTICLES = 8
_COLUMN_NAMED = 0.5


@dataclass(frozen=True, slots=True)
class Row:
    """A row: `article.text[start:end]`, and its cells."""

    start: int
    end: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of an article; every row has as many cells as there are headers."""

    headers: tuple[str, ...]
    rows: tuple[Row, ...]
    start: int


def answer_from_table(material: Material) -> Composition | None:
    """A cell, or the row that has most; None where no table of the articles found holds it."""
    articles = {hit.article.id: hit.article for hit in material.hits}
    for article in list(articles.values())[:_MOST_ARTICLES]:
        for table in tables(article):
            found = _answer(material.question, article, table)
            if found is not None:
                return found
    return None


@lru_cache(256)
def tables(article: Article) -> tuple[Table, ...]:
    """The tables of an article, in order."""
    found: list[Table] = []
    block: list[Row] = []
    at = 0
    for line in article.text.splitlines(keepends=True):
        bare = line.strip()
        cells = _cells(bare)
        if _RULE.match(bare) and "-" in bare and block:
            at += len(line)
            continue
        if len(cells) >= _LEAST_COLUMNS and (not block or len(cells) == len(block[0].cells)):
            start = at + line.index(bare)
            block.append(Row(start, start + len(bare), cells))
        else:
            found += _table(block)
            block = []
        at += len(line)
    return (*found, *_table(block))


def _cells(line: str) -> tuple[str, ...]:
    if line.count("|") >= 1:
        return tuple(cell.strip() for cell in line.strip("|").split("|"))
    if "\t" in line:
        return tuple(cell.strip() for cell in line.split("\t"))
    return ()


def _table(block: list[Row]) -> list[Table]:
    if len(block) <= _LEAST_ROWS - 1 or any(re.search(r"\d", each) for each in block[0].cells[1:]):
        return []
    return [Table(block[0].cells, tuple(block[1:]), block[0].start)]


def _answer(question: str, article: Article, table: Table) -> Composition | None:
    rows = [row for row in table.rows if _names_row(question, row)]
    subject = _names_table(question, article, table)
    column = _column(question, table, rows)
    if len(rows) == 1 and column is not None and column > 0:
        row = rows[0]
        value = row.cells[column]
        if not _fits(question, value):
            return None
        lead = f"{value} ({table.headers[column]}, {row.cells[0]})."
        return _composed(article, [row], value, lead)
    if rows or not subject or not _asks_for_row(question, table):
        return None
    return _extreme(question, article, table, column)


def _extreme(
    question: str, article: Article, table: Table, column: int | None
) -> Composition | None:
    """The row that has the most or the least, or a place in the order of the table."""
    numeric = [
        n
        for n in range(1, len(table.headers))
        if all(_value(r.cells[n]) is not None for r in table.rows)
    ]
    if not numeric:
        return None
    by = (
        column
        if column in numeric
        else (numeric[0] if len(numeric) == 1 or column is None else None)
    )
    placed = _PLACED.search(question)
    if by is None or not (placed or _MOST.search(question) or _LEAST.search(question)):
        return None
    if column is None and not placed:
        return None
    ordered = sorted(table.rows, key=lambda row: -(_value(row.cells[by]) or 0.0))
    if placed and placed["place"].lower() != "last":
        place = _PLACES[placed["place"].lower()]
        if place > len(ordered):
            return None
        row = ordered[place - 1]
    else:
        row = ordered[-1] if _LEAST.search(question) else ordered[0]
    tied = [each for each in ordered if _value(each.cells[by]) == _value(row.cells[by])]
    names = " and ".join(each.cells[0] for each in tied)
    lead = f"{names} ({table.headers[by]}: {row.cells[by]})."
    return _composed(article, tied, names if len(tied) == 1 else None, lead)


def _composed(article: Article, rows: list[Row], short: str | None, lead: str) -> Composition:
    quotes = tuple(
        Quote(article, row.start, row.end, article.text[row.start : row.end], 0.9) for row in rows
    )
    return Composition(quotes, short=short, lead=lead)


def _names_row(question: str, row: Row) -> bool:
    """Whether the question names what stands in a cell of the row, in words."""
    asked = f" {' '.join(word for word, _ in spelled(question))} "
    for cell in row.cells:
        words = [word for word, _ in spelled(cell)]
        if words and not words[0].isdigit() and f" {' '.join(words)} " in asked:
            return True
        if (
            len(words) == 2
            and cell is not row.cells[0]
            and f" {words[-1]} " in asked
            and words[-1].isalpha()
        ):
            return True
    return False


def _names_table(question: str, article: Article, table: Table) -> bool:
    """Whether the question is about what the table is about: headers, headline, lines above."""
    told = f"{article.title} {article.text[max(0, table.start - 300) : table.start]}"
    about = " ".join(table.headers)
    return share_of_meaning(question, f"{told} {about}") >= 0.5


def _column(question: str, table: Table, rows: list[Row]) -> int | None:
    """The column that the question asks for: the one whose header it says, else one of its kind."""
    asked = stems(question)
    named = " ".join(cell for row in rows for cell in row.cells)
    asked = asked - stems(named)
    best: tuple[float, int, int] | None = None
    for number, header in enumerate(table.headers):
        own = stems(re.sub(r"\(.{0,200}?\)", "", header)) or stems(header)
        if not own:
            continue
        hit = len(own & asked) / len(own)
        hit = max(hit, share_of_meaning(header, question))
        if not hit and number and any(_agent(word) & asked for word in own):
            hit = 0.9
        if hit >= _COLUMN_NAMED and number:
            best = max(filter(None, [best, (hit, len(own & asked), -number)]))
    return -best[2] if best else None


def _agent(word: str) -> frozenset[str]:
    """The verb of an agent: "leader" leads."""
    bare = re.sub(r"(?:er|or)$", "", word)
    return frozenset({stem(bare), bare, f"{bare}e"}) if bare != word else frozenset()


def _asks_for_row(question: str, table: Table) -> bool:
    """Whether it asks which of the things in the first column it is."""
    head = stems(table.headers[0])
    asked = re.match(r"(?i)^(?:and |but )?(?:which|what|who)\b(?P<what>(?: \w+){0,3})", question)
    if not asked:
        return False
    return not head or bool(head & stems(asked["what"])) or question[:3].lower() == "who"


def _fits(question: str, value: str) -> bool:
    """Whether a cell is of the kind asked for: a number for "how many", none for "who"."""
    counts = bool(
        re.match(r"(?i)^(?:and |but )?how (?:many|much|high|large|big|long|old|far)\b", question)
    )
    return not counts or _value(value) is not None


def _value(cell: str) -> float | None:
    found = quantities(cell)
    return found[0].value if found else None
