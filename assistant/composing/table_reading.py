"""The tables in an article's text, row by row: those between bars, and comma-separated lines."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Article

_RULE = re.compile(r"^[\s|:+-]+$")
_CSV = re.compile(r"[^,\s|][^,|]*(?:,(?:\"[^\"]*\"|[^\s,|\"][^,|]*)?)+")
RANKS = re.compile(r"(?i)^\W*(?:place|rank(?:ing)?|pos(?:ition)?|no|#|standing)?\W*$")
YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LEAST_COLUMNS, _LEAST_ROWS = 2, 2


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
    if _CSV.fullmatch(line) and line[-1] not in ".!?":
        return tuple(cell.strip() for cell in next(csv.reader([line])))
    if line.count("|") >= 1:
        return tuple(cell.strip() for cell in line.strip("|").split("|"))
    if "\t" in line:
        return tuple(cell.strip() for cell in line.split("\t"))
    return ()


def _table(block: list[Row]) -> list[Table]:
    if len(block) < _LEAST_ROWS:
        return []
    if RANKS.match(block[0].cells[0]):  # the names stand first
        block = [replace(row, cells=(*row.cells[1:], row.cells[0])) for row in block]
    head, *rows = block
    for number, cell in enumerate(head.cells[1:], start=1):
        year = YEAR.search(cell) and not all(YEAR.fullmatch(row.cells[number]) for row in rows)
        if re.search(r"\d", cell) and not year:
            return []
    return [Table(head.cells, tuple(rows), head.start)]
