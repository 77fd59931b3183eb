"""Tables: CSV (or with semicolons, tabs or bars), JSON and JSON Lines; an article a row."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from index.errors import SourceError
from index.loading.content import Portions
from index.loading.decoding import find_encoding
from index.loading.metadata import read_said
from index.loading.rows import choose_columns, read_row, text_rank

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, TextIO

    from index.loading.content import Content, LoadOptions
    from index.records import Article

_DELIMITERS = ",;\t|"
_NAMED = 12  # names of columns that are told
_EVENTS = 200_000  # parts of a JSON file that are looked at to find where its articles lie


def load_csv(content: Content, options: LoadOptions) -> Iterator[Article | SourceError]:
    """The articles in a table, row by row; the first row names the columns.

    A field that is too large ends the table there.
    """
    encoding = find_encoding(content.head(), content.charset)
    limit, longest, of_row = options.limits.article, options.limits.document, 0
    csv.field_size_limit(limit)  # for all of Python's csv; its own limit is shorter than an article

    def none_too_large(text: TextIO) -> Iterator[str]:
        nonlocal of_row
        while line := text.readline(limit + 1):
            of_row += len(line)  # a row may have several lines: a quoted field may
            if len(line) > limit:
                raise SourceError(content.name, f"has a line of more than {limit / 1e6:.0f} MB")
            if of_row > longest:
                raise SourceError(content.name, f"has a row of more than {longest / 1e6:.0f} MB")
            yield line

    with (
        content.open() as stream,
        # A byte that fits no character becomes half of one, which no article may hold: so one bad
        # row is left out, and not the rows behind it.
        io.TextIOWrapper(
            cast("BinaryIO", stream), encoding, errors="surrogateescape", newline=""
        ) as text,
    ):
        lines = none_too_large(text)
        header = next(lines)
        delimiter = max(_DELIMITERS, key=header.count)
        (columns,) = csv.reader([header], delimiter=delimiter)
        try:
            choose_columns(columns, options.columns)
        except ValueError as error:
            raise SourceError(content.name, str(error)) from error
        rows = csv.reader(lines, delimiter=delimiter)
        empty = True
        while True:
            of_row = 0
            try:
                values = next(rows)
            except StopIteration:
                break
            except csv.Error as error:
                raise SourceError(
                    f"{content.name}, line {rows.line_num + 1}",
                    f"{error}: is a quotation mark missing? The rows above it are in",
                ) from error
            if not any(values):
                continue
            empty = False
            row = dict(zip(columns, values, strict=False))
            yield read_row(row, f"line {rows.line_num + 1}", content, options)
    if empty:
        raise SourceError(content.name, "a table without rows")


def load_json_lines(content: Content, options: LoadOptions) -> Iterator[Article | SourceError]:
    """The articles in a file with one JSON object a line; a broken line is left out and named."""
    limit = options.limits.document
    with content.open() as stream:
        number = 0
        while line := stream.readline(limit + 1):
            number += 1
            where = f"line {number}"
            try:
                if len(line) > limit:
                    while not line.endswith(b"\n") and (line := stream.readline(limit)):
                        pass
                    raise SourceError(
                        f"{content.name}, {where}", f"larger than {limit / 1e6:.0f} MB"
                    )
                if line.strip():
                    row = _read_object(line, f"{content.name}, {where}")
                    yield read_row(row, where, content, options)
            except SourceError as error:
                yield error.bare()


def load_json(content: Content, options: LoadOptions) -> Iterator[Article | SourceError]:
    """The articles in a JSON file: the one that it is, or those in a list in it, read one by one.

    What comes before an error is in.
    """
    place, about = _find_articles(content, options)
    if "jsonfeed.org" in about.get("version", ""):
        known = read_said("", publisher=about.get("title"), language=about.get("language"))
        content = replace(content, known=known)
    for number, row in enumerate(_objects(place, content, options), start=1):
        yield read_row(row, f"article {number}", content, options)


def _find_articles(content: Content, options: LoadOptions) -> tuple[list[str], dict[str, str]]:
    """The way to the objects that have a text: ["articles", "item"] for {"articles": [{…}, …]};
    and the texts that stand beside such a list, which may be about it.

    The outermost ones, if several do: an article may have comments, which have texts too. What has
    a whole text goes before what has a summary: a list of articles may itself be described. "*"
    stands for any key, as in {"Outlet": [{…}], "Other outlet": [{…}]}.
    """
    found: dict[tuple[str, ...], int] = {}
    names: dict[str, None] = {}
    about: dict[str, str] = {}
    with content.open() as stream:
        limit = options.limits.document
        source = Portions(stream, limit, content.too_large(limit))
        for number, (steps, event, value) in enumerate(_walk(source, content, options)):
            source.begin()
            if event == "string" and len(steps) == 1 and len(about) < _NAMED:
                about[steps[0]] = value
            if event == "map_key":
                if len(names) < _NAMED:
                    names[value] = None
                way = steps[:-1]
                listed = max((n + 1 for n, step in enumerate(way) if step == "item"), default=0)
                rank = text_rank([*way[listed:], value], options.columns)
                if rank is not None:
                    # no list: {"article": {…}}, or {"one id": {…}, "another": {…}}
                    place = tuple(way[: listed or len(way) == 1])
                    found[place] = min(found.get(place, rank), rank)
            if number > _EVENTS or found.get(("item",)) == 0:
                break
    if not found:
        listed_names = ", ".join(names) or "none at all"
        raise SourceError(
            content.name,
            f"no column is named like an article's text; there is {listed_names}: say which it is "
            "with --map text=COLUMN",
        )
    best = min(found, key=lambda place: (found[place], len(place)))
    alike = [each for each in found if each[1:] == best[1:] and found[each] == found[best]]
    if best and best[0] != "item" and len(alike) > 1:
        return ["*", *best[1:]], about
    return list(best), about


def _objects(place: list[str], content: Content, options: LoadOptions) -> Iterator[dict[str, Any]]:
    """The objects at a place, each as soon as it is whole."""
    import ijson

    def is_there(steps: list[str]) -> bool:
        return len(steps) == len(place) and all(
            wanted in {"*", step} for wanted, step in zip(place, steps, strict=True)
        )

    builder = None
    with content.open() as stream:
        limit = options.limits.document
        source = Portions(stream, limit, content.too_large(limit))
        for steps, event, value in _walk(source, content, options):
            if event == "start_map" and builder is None and is_there(steps):
                builder = ijson.ObjectBuilder()
            if builder is None:
                source.begin()
                continue
            builder.event(event, value)
            if event == "end_map" and is_there(steps):
                yield builder.value
                builder = None


def _walk(
    source: Portions, content: Content, options: LoadOptions
) -> Iterator[tuple[list[str], str, Any]]:
    """ijson's events, each with the way to where it is: keys, and "item" for what is in a list.

    ijson can tell the way too, but takes time with the square of the depth.
    """
    import ijson

    steps: list[str] = []
    # multiple_values: several objects one after another are JSON Lines by another name
    for event, value in ijson.basic_parse(source, multiple_values=True, use_float=True):
        if event in {"end_map", "end_array"}:
            steps.pop()
        yield steps, event, value
        if event == "map_key":
            steps[-1] = value
        elif event in {"start_map", "start_array"}:
            steps.append("item" if event == "start_array" else "")
            if len(steps) > options.limits.nesting:
                raise SourceError(content.name, "is nested too deep to be a list of articles")


def _read_object(line: bytes, source: str) -> dict[str, Any]:
    try:
        row = json.loads(line)
    except RecursionError as error:
        raise SourceError(source, "is nested too deep for an article") from error
    except ValueError as error:  # UnicodeDecodeError too
        raise SourceError(source, "is not valid JSON in UTF-8: this line is left out") from error
    if not isinstance(row, dict):
        raise SourceError(source, "is no JSON object with columns: this line is left out")
    return row
