"""Rows of tables in articles, read with their headers: Markdown, tab-separated, or with commas."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.composing.composition import Composition, Material
from assistant.composing.table_reading import RANKS, YEAR, Row, Table, tables
from assistant.judging.asked import ask_for
from assistant.judging.names import in_order, spelled
from assistant.judging.quantities import DIMENSIONS, FEWER, quantities
from assistant.judging.synonyms import share_of_meaning
from assistant.reading.overlap import stem, stems
from assistant.reading.reader import Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index import Article

_MOST = re.compile(
    r"(?i)\b(?:most|highest|largest|biggest|greatest|top|best|leads?|leading|longest|oldest|tallest"
    r"|heaviest|hottest|warmest|busiest|richest|deepest)\b"
)
_PLACES = ("first 1st", "second 2nd", "third 3rd", "fourth 4th", "fifth 5th")
_PLACED = re.compile(
    r"(?i)\b(?:came|come|comes|finish\w*|placed?|rank\w*|is|was|in) (?:the )?(?P<place>first"
    r"|second|third|fourth|fifth|last|1st|2nd|3rd|4th|5th)\b"
    r"|^(?:who|which \w+) won the\b|\bfastest\b"
)
_RANKED = re.compile("|".join(f"(?:{e.pattern[4:]})" for e in (_MOST, FEWER, _PLACED)), re.I)
_SMALL_WINS = re.compile(r"(?i)\b(?:times?|seconds?|secs?|minutes?|mins?|hours?|strokes)\b")
_LARGE_WINS = re.compile(
    r"(?i)\b(?:points?|pts|scores?|wins|won|goals|votes?|medals|gold|metres|marks)\b"
)
_WINS = re.compile(f"{_SMALL_WINS.pattern}|{_LARGE_WINS.pattern[4:]}")
_YEAR_BEGAN = re.compile(r"(?i)\b(?:founded|built|opened|born|established|since|year)\b")
_OLD_OR_NEW = re.compile(r"(?i)\b(?:oldest|youngest|newest)\b")
_TOTAL = re.compile(
    r"(?i)^\W*(?:(?:grand |sub-?)?totals?|sum|average|mean|median|overall|altogether|combined"
    r"|together)\b"
)
_CLOCKED = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d\d(?:\.\d+)?)")
_ALONE = re.compile(r"[^\W\d]*[$€£]?\s?(?P<sign>[-−–])?\s?[$€£]?\d[\d,.  ]*[^\d:/–-]{0,20}")
_ABOUT = re.compile(r"\b(?:in|at|of|for|during|from|on) (?:the )?(?P<what>[\w’'-]+)")
_ASKS_OF = re.compile(r"(?i)what (?:do|does|did|will|has) .* (?:about|on|to|with|over)\b|by how")
_NO_CELL = frozenset("manner reason whole".split())
_FIGURES = frozenset("count money share amount measure age duration".split())
_MOST_ARTICLES = 8
_COLUMN_NAMED, _AS_GOOD = 0.5, 0.05


def answer_from_table(material: Material) -> Composition | None:
    """A cell, or the row that has most; None where no table of the articles found holds it.

    Where a table was misread, or two of them do not say the same, it is not certain.
    """
    if ask_for(material.question).kind in _NO_CELL or _ASKS_OF.match(material.question):
        return None
    found: list[tuple[float, Composition]] = []
    articles = {hit.article.id: hit.article for hit in material.hits}
    for article in list(articles.values())[:_MOST_ARTICLES]:
        for table in tables(article):
            if composed := _answer(material.question, article, table):
                about = share_of_meaning(material.question, _told_of(article, table))
                found.append((about, composed))
    best = max((about for about, _ in found), default=0.0)
    leads = {composed.lead: composed for about, composed in found if about > best - _AS_GOOD}
    if len(leads) == 1:
        return next(iter(leads.values()))
    if leads or _misread(material):
        return material.unsure
    return None


def _misread(material: Material) -> bool:
    """Whether the words found are of a table that has no row, or no column, for what is asked."""
    question, short = material.question, material.reading.short
    if not short:
        return False
    first, asked = material.reading.quotes[0], ask_for(question)
    counts = (asked.counted or asked.times["year"]) and _value(short) is not None
    for table in tables(first.article):
        inside = any(row.start < first.end and first.start < row.end for row in table.rows)
        if inside and (counts or not _speaks_of(question, first.article, table)):
            return True
        known = not inside and any(short in row.cells[0] for row in table.rows)
        ranked = _RANKED.search(question) and _asks_for_row(question, table)
        if ranked and not known and _names_table(question, first.article, table):
            return True
    return False


def _answer(question: str, article: Article, table: Table) -> Composition | None:
    if not _speaks_of(question, article, table):
        return None
    rows = [row for row in table.rows if _names_row(question, row)]
    column = _column(question, article, table, rows)
    if len(rows) == 1 and column is not None and column > 0:
        row = rows[0]
        value = row.cells[column]
        lead = f"{value} ({table.headers[column]}, {row.cells[0]})."
        fits = ask_for(question).kind not in _FIGURES or _value(value) is not None
        return _composed(article, [row], value, lead) if fits else None
    if len(rows) > 1 and column and " or " in question:
        return _extreme(question, article, table, column, rows)
    if rows or not _names_table(question, article, table) or not _asks_for_row(question, table):
        return None
    return _extreme(question, article, table, column) if _RANKED.search(question) else None


def _speaks_of(question: str, article: Article, table: Table) -> bool:
    """Whether it is of the years asked about, and of what is asked "in" or "of", by its name.

    What is named only after the table is another storm, or another race.
    """
    years, published = ask_for(question).times["year"], article.published
    rows = " ".join(row.cells[0] for row in table.rows)
    here = set(YEAR.findall(f"{_told_of(article, table)} {rows}"))
    if not here and published:
        here = {str(published.first.year)}
    known = stems(f"{article.title} {article.text[: table.rows[-1].end]}") | years
    named = [each.text for each in ask_for(question).names]
    named += [each["what"] for each in _ABOUT.finditer(question)]
    return (not years or bool(years & here)) and all(stems(each) <= known for each in named)


def _extreme(
    question: str,
    article: Article,
    table: Table,
    column: int | None,
    named: Sequence[Row] = (),
) -> Composition | None:
    """The row that has the most or the least, or a place in the order of the table.

    Args:
        named: the rows that are compared; all, where there are none.
    """
    rows = list(named) or _members(table)
    every = range(1, len(table.headers))
    numeric = [n for n in every if all(_value(row.cells[n]) is not None for row in rows)]
    placed = _PLACED.search(question)
    by = _measuring(question, table, numeric, column, bool(placed))
    if by is None or not rows:
        return None
    header = table.headers[by]
    up, place = bool(FEWER.search(question)), 1
    if placed:
        word = (placed["place"] or "first").lower()
        place = next((n for n, e in enumerate(_PLACES, start=1) if word in e.split()), len(rows))
        up = bool(RANKS.match(header) or _SMALL_WINS.search(header))
        if not up and not _LARGE_WINS.search(header):
            return None
    elif _OLD_OR_NEW.search(question) and _YEAR_BEGAN.search(header):
        up = not up
    ordered = sorted(rows, key=lambda row: (_value(row.cells[by]) or 0.0) * (1 if up else -1))
    if place > len(ordered):
        return None
    row = ordered[place - 1]
    if placed and RANKS.match(header) and _value(row.cells[by]) != place:
        return None
    tied = [each for each in ordered if _value(each.cells[by]) == _value(row.cells[by])]
    names = " and ".join(each.cells[0] for each in tied)
    lead = f"{names} ({header}: {row.cells[by]})."
    if named:
        told = "; ".join(f"{each.cells[0]}: {each.cells[by]}" for each in ordered)
        return _composed(article, ordered, None, f"{names}. {told} ({header}).")
    return _composed(article, tied, names if len(tied) == 1 else None, lead)


def _measuring(
    question: str, table: Table, numeric: list[int], column: int | None, placed: bool
) -> int | None:
    """The column of numbers by which the rows are put in order; None where it is not certain."""
    if column is not None:
        return column if column in numeric else None
    if placed:
        ranks = [n for n in numeric if RANKS.match(table.headers[n])]
        told = ranks or [n for n in numeric if _WINS.search(table.headers[n])]
        values = [_value(row.cells[told[0]]) or 0.0 for row in _members(table)] if told else []
        in_order = sorted(values) in (values, values[::-1])
        return told[0] if len(told) == 1 or (told and in_order) else None
    _, words = _superlative(question)
    fitting = [n for n in numeric if words and share_of_meaning(table.headers[n], words)]
    return fitting[0] if len(fitting) == 1 else None


def _members(table: Table) -> list[Row]:
    """The rows without the one that sums them up; none where it is not certain which does."""
    rows = [row for row in table.rows if not _TOTAL.search(row.cells[0])]
    columns = [[_value(row.cells[n]) for row in rows] for n in range(1, len(table.headers))]
    known = [[each for each in column if each is not None] for column in columns]
    whole = [each for each in known if 2 < len(each) == len(rows)]
    if not whole or any(sum(each[:-1]) != each[-1] for each in whole):
        return rows
    return rows[:-1] if rows[-1].cells[0].casefold().startswith("all") else []


def _composed(article: Article, rows: list[Row], short: str | None, lead: str) -> Composition:
    quotes = tuple(
        Quote(article, row.start, row.end, article.text[row.start : row.end], 0.9) for row in rows
    )
    return Composition(quotes, short=short, lead=lead)


def _names_row(question: str, row: Row) -> bool:
    """Whether the question names what stands in a cell of the row, in words."""
    asked = in_order(question)
    for cell in row.cells:
        words, first = [word for word, _ in spelled(cell)], cell is row.cells[0]
        named = words and not words[0].isdigit() and in_order(cell) in asked
        surname = words[-1] if len(words) == 2 and not first else ""
        year = first and YEAR.fullmatch(cell) and cell in question
        if named or year or (surname.isalpha() and f" {surname} " in asked):
            return True
    return False


def _told_of(article: Article, table: Table) -> str:
    """The headline, the lines above a table, and its headers."""
    above = article.text[max(0, table.start - 300) : table.start]
    return f"{article.title} {above} {' '.join(table.headers)}"


def _names_table(question: str, article: Article, table: Table) -> bool:
    """Whether the question is about what the table is about: headers, headline, lines above."""
    superlative, dimension = _superlative(question)
    asked = question.replace(superlative, "") if dimension else question
    return share_of_meaning(asked, _told_of(article, table)) >= 0.5


def _superlative(question: str) -> tuple[str, str]:
    """ "coldest", and by what it is told: degrees."""
    found = re.search(r"(?i)\b\w+est\b", question)
    word = found.group() if found else ""
    return word, DIMENSIONS.get(re.sub(r"i?est$", "er", word.lower()), "")


def _column(question: str, article: Article, table: Table, rows: list[Row]) -> int | None:
    """The column that the question asks for: the one whose header it says, else one of its kind.

    Of the columns of several years, the one of the year that it names.
    """
    years = ask_for(question).times["year"]
    of_years = [n for n, each in enumerate(table.headers) if n and YEAR.search(each)]
    if years and of_years:
        named = [n for n in of_years if years & set(YEAR.findall(table.headers[n]))]
        bare = len(named) == 1 and YEAR.fullmatch(table.headers[named[0]])
        counted = ask_for(question).counted
        return named[0] if bare and counted <= stems(_told_of(article, table)) else None
    asked = stems(question) - stems(" ".join(cell for row in rows for cell in row.cells))
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
    alone = len(table.headers) == 2 and ask_for(question).counted
    if not best and alone and alone <= stems(_told_of(article, table)):
        return 1
    return -best[2] if best else None


def _agent(word: str) -> frozenset[str]:
    """The verb of an agent: "leader" leads."""
    bare = re.sub(r"(?:er|or)$", "", word)
    return frozenset({stem(bare), bare, f"{bare}e"}) if bare != word else frozenset()


def _asks_for_row(question: str, table: Table) -> bool:
    """Whether it asks which of the things in the first column it is."""
    head = stems(table.headers[0])
    asked = re.match(r"(?i)^(?:and |but )?(?:which|what|who)\b(?P<what>(?: \w+){0,3})", question)
    who = question[:3].lower() == "who"
    return bool(asked and (who or not head or head & stems(asked["what"])))


def _value(cell: str) -> float | None:
    """The number that a cell holds, and nothing else but its unit; a time in seconds."""
    if clock := _CLOCKED.fullmatch(cell.strip()):
        hours, minutes, seconds = (float(each or 0) for each in clock.groups())
        return hours * 3600 + minutes * 60 + seconds
    alone = _ALONE.fullmatch(cell.strip())
    found = quantities(cell) if alone else []
    if not alone or len(found) != 1:
        return None
    return -found[0].value if alone["sign"] else found[0].value
