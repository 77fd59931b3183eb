"""A row of a table into an article, whatever the table is written in; front matter is such a row.

Which column is which field of an article is guessed by name, or said by the user. A column of JSON
may lie in another: "headline.main", "fields.bodyText", "source.name".
"""

from __future__ import annotations

import ast
import json
import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

import yaml

from index.dates import PublicationDate
from index.errors import SourceError
from index.loading.articles import find_language, make_article
from index.loading.clean_names import best_outlet, clean_authors, clean_language
from index.loading.date_text import read_date
from index.loading.decoding import plain_text
from index.loading.metadata import Metadata, dated, fold, letters_of
from index.word_lists import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from index.loading.content import Content, LoadOptions
    from index.records import Article


# What only sums an article up is its text where nothing else is.
_TEXT, _SUMMARY = LISTS["text_columns"].split(), LISTS["summary_columns"].split()
_NAMES = {"text": [*_TEXT, *_SUMMARY]} | {
    field: names.split() for field, names in LISTS["columns"].items()
}

_AROUND = frozenset(
    "fields metadata source attributes kwargs data article item node document post meta"
    " record".split()
)  # what a service wraps around the columns; "_source" is Elasticsearch's
_DEEPEST_PATH, _MOST_PATHS = 4, 400


def flatten(row: Mapping[str, object]) -> dict[str, object]:
    """The columns of a row by their way: {"headline": {…}, "headline.main": "…"}."""
    found: dict[str, object] = {}
    todo: list[tuple[str, Mapping[str, object], int]] = [("", row, 1)]
    while todo:
        way, inner, depth = todo.pop(0)
        for name, value in inner.items():
            if len(found) >= _MOST_PATHS:
                return found
            path = f"{way}.{name}" if way else str(name)
            found[path] = value
            first = value[0] if isinstance(value, list) and value else value
            if isinstance(first, dict) and depth < _DEEPEST_PATH:
                todo.append((path, first, depth + 1))
    return found


def choose_columns(paths: Iterable[str], said: Mapping[str, str]) -> dict[str, list[str]]:
    """Field to columns that may hold it, the surest first, for the fields that a table has.

    Args:
        paths: the columns, as `flatten` gives them.
        said: field to column, as the user said it; upper and lower case are alike.

    Raises:
        ValueError: there is no such column, or none that holds the text.
    """
    paths = tuple(paths)
    chosen = _choose(paths, tuple(sorted(said.items())))
    if "text" not in chosen:
        raise ValueError(
            f"no column is named like an article's text; there is {_list(paths)}: say which it "
            "is with --map text=COLUMN"
        )
    return chosen


@lru_cache(64)
def _choose(paths: tuple[str, ...], said: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    present: dict[str, str] = {}
    for path in paths:
        for name in _names_of(path.split(".")):
            present.setdefault(name, path)
    chosen: dict[str, list[str]] = {}
    named = dict(said)
    for field, names in _NAMES.items():
        if field in named:
            if letters_of(named[field]) not in present:
                raise ValueError(f"there is no column {named[field]!r}, but {_list(paths)}")
            chosen[field] = [present[letters_of(named[field])]]
        elif found := [present[name] for name in dict.fromkeys(names) if name in present]:
            chosen[field] = list(dict.fromkeys(found))
    return chosen


def text_rank(path: Sequence[str], said: Mapping[str, str]) -> int | None:
    """How surely a column of this name holds an article's text: 0 surely, 1 a summary, None not."""
    names = set(_names_of(path))
    if "text" in said:
        return 0 if letters_of(said["text"]) in names else None
    if names & set(_TEXT):
        return 0
    return 1 if names & set(_SUMMARY) else None


def _names_of(path: Sequence[str]) -> Iterator[str]:
    """A way as one name, with and without what is wrapped around it."""
    parts = [letters_of(part) for part in path]
    yield "".join(parts)
    while len(parts) > 1 and parts[0] in _AROUND:
        parts = parts[1:]
        yield "".join(parts)


def _list(paths: Iterable[str]) -> str:
    names = sorted(path for path in paths if "." not in path)
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "") or "none at all"


_NOTHING = frozenset(["", *LISTS["nothing"].splitlines()])
_END = 100  # characters at the end of a text in which it says that it is cut
_CUT_SHORT = re.compile(r"\s*\[\+?\d+ (?:more )?char(?:acter)?s\]\s*$")  # "… [+2314 chars]"
_NO_DATE = re.compile(
    r"(?:1970-01-01|1969-12-31|0001-01-01|1900-01-01)[T ]0?\d?.*|0+(?:[-/. :]0+)*"
)
_IS_LIST = re.compile(r"\s*[\[(].*[\])]\s*", re.DOTALL)
_LONGEST_LIST = 5_000  # characters of a list of names written as text
_NAME_KEYS = ("name", "title", "original", "displayName", "fullName", "full_name", "label", "$date")
_PARTS_OF_TEXT = frozenset(
    "summary sections headline paragraphs text content contents body blocks value rendered html"
    " data children items".split()
)
_DEEPEST = 8
_BLOCK = re.compile(r"---[^\S\n]*\n(?P<yaml>.*?)\n---[^\S\n]*(?:\n|\Z)", re.DOTALL)
_LARGEST_BLOCK = 20_000  # characters; more between two rules is the text itself
_KEY = re.compile(r"^[^\S\n]*(\w+)[^\S\n]*:", re.MULTILINE)


def read_row(
    row: Mapping[str, object], where: str, content: Content, options: LoadOptions
) -> Article | SourceError:
    """The article of one row, or why there is none in it.

    Args:
        row: column to value; a value may be a list of names, or a mapping that has a name.
        where: which row it is, for people: "line 7".
    """
    try:
        cells = flatten(row)
        columns = choose_columns(cells, options.columns)
        text = next(filter(None, (_read_text(cells[name]) for name in columns["text"])), None)
        if text is None:
            names = " nor ".join(map(repr, columns["text"][:3]))
            raise ValueError(f"{names} holds no text")
        if len(text) > options.limits.article:
            raise ValueError(f"the text is longer than {options.limits.article:,} characters")
        said = _read_metadata(cells, columns, text)
        # The table's own address is not that of its rows.
        return make_article(text, said.or_else(replace(content.known, url=None)))
    except ValueError as error:
        return SourceError(f"{content.name}, {where}", str(error))


def _read_text(value: object) -> str | None:
    """A cell's text: HTML as what it shows, a list of paragraphs joined; None where it has none."""
    text = "\n\n".join(_parts(value, _DEEPEST))
    if fold(text[:100]).casefold() in _NOTHING:
        return None
    text = text[:-_END] + _CUT_SHORT.sub("", text[-_END:])
    text = plain_text(text)
    return text if text.strip() else None


def _parts(value: object, depth: int) -> Iterator[str]:
    if isinstance(value, str):
        if value.strip():
            yield value
    elif depth and isinstance(value, list):
        for each in value:
            yield from _parts(each, depth - 1)
    elif depth and isinstance(value, dict):
        for name, inner in value.items():
            if str(name).casefold() in _PARTS_OF_TEXT:
                yield from _parts(inner, depth - 1)


def read_front_matter(text: str) -> tuple[Metadata, str]:
    """What the YAML between --- lines at the top of a text says, and the text after it.

    Nothing, and the text as it came, where that is no mapping that names something of an article:
    a rule of dashes may open a text too.

    Raises:
        ValueError: it is not valid YAML, or says a date that none can be read from.
    """
    opened = text.replace("\r\n", "\n") if text.startswith("---") else ""
    block = _BLOCK.match(opened)
    if block is None or len(block["yaml"]) > _LARGEST_BLOCK:
        return Metadata(), text
    try:
        found = yaml.BaseLoader(block["yaml"]).get_single_data()  # all values as they are written
    except (yaml.YAMLError, RecursionError) as error:
        if not _choose(tuple(_KEY.findall(block["yaml"])), ()):
            return Metadata(), text
        raise ValueError("the front matter between the --- lines is not valid YAML") from error
    columns = _choose(tuple(found), ()) if isinstance(found, dict) else {}
    if not columns:
        return Metadata(), text
    body = opened[block.end() :].strip()
    said = _read_metadata(found, columns, body, "front matter")
    for field, day in (("published", said.published), ("updated", said.updated)):
        for written in _names(found[columns[field][0]]) if day is None and field in columns else ():
            try:
                PublicationDate(written)  # one that no news can bear stays unknown
            except ValueError as error:
                raise ValueError(f"the date {written!r} is not ISO 8601 (2019-04-15)") from error
    return said, body


def _read_metadata(
    cells: Mapping[str, object], columns: Mapping[str, Sequence[str]], text: str, how: str = ""
) -> Metadata:
    """What the columns say; `how` is where a date is said, if not in a column."""

    def all_of(field: str) -> Iterator[tuple[str, str]]:
        for column in columns.get(field, ()):
            yield from ((column, name) for name in _names(cells[column]))

    language = find_language(
        text, next(filter(None, (clean_language(said) for _, said in all_of("language"))), None)
    )
    days = Metadata()
    for field in ("published", "updated"):
        for column, said in all_of(field):
            if not _NO_DATE.fullmatch(said):
                day = read_date(said, language)
                days = days.or_else(dated(how or f"column {column}", **{field: day}))
    authors: tuple[str, ...] = ()
    for column in columns.get("authors", ()):
        if authors := clean_authors(list(_names(cells[column]))):
            break
    title = next((said for _, said in all_of("title") if "://" not in said), "")
    return replace(
        days,
        title=fold(plain_text(title)),
        publisher=best_outlet([said for _, said in all_of("publisher")]),
        authors=authors,
        url=next((said for _, said in all_of("url") if re.match(r"https?://", said, re.I)), None),
        language=language,
    )


def _names(value: object) -> Iterator[str]:
    """The texts in a value: itself, those of a list, the name in {"name": …}."""
    if isinstance(value, str) and len(value) <= _LONGEST_LIST and _IS_LIST.fullmatch(value):
        value = _as_list(value)
    for each in value if isinstance(value, list | tuple) else [value]:
        named = each
        if isinstance(each, dict):
            named = next((each[key] for key in _NAME_KEYS if each.get(key)), None)
            if named is None and (each.get("firstname") or each.get("lastname")):
                named = f"{each.get('firstname') or ''} {each.get('lastname') or ''}"
        if isinstance(named, str | int | float) and not isinstance(named, bool):
            text = fold(str(named))
            if text.casefold() not in _NOTHING:
                yield text


def _as_list(text: str) -> object:
    """A list that was written into a table as Python or JSON writes it; else the text itself."""
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text.strip())
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            continue
        if isinstance(found, list | tuple):
            return list(found)
    return text
