"""Tables: CSV (or with semicolons, tabs or bars), JSON and JSON Lines; an article a row."""

from __future__ import annotations

import codecs
import csv
import io
import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any, cast

from index.errors import SourceError
from index.loading.clean_names import clean_language, clean_outlet
from index.loading.decoding import find_encoding
from index.loading.metadata import Metadata
from index.loading.rows import choose_columns, read_row, text_rank

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase
    from typing import BinaryIO, TextIO

    from index.loading.content import Content, LoadOptions
    from index.records import Article

_DELIMITERS = ",;\t|"
_NAMED = 12  # names of columns that are told
_EVENTS = 200_000  # parts of a JSON file that are looked at to find where its articles lie


def load_csv(content: Content, options: LoadOptions) -> Iterator[Article | SourceError]:
    """The articles in a table, row by row; the first row names the columns.

    Raises:
        SourceError: no column holds the text; a field is too large, which ends the table there.
    """
    encoding = find_encoding(content.head(), content.charset)
    limit = options.limits.article
    csv.field_size_limit(limit)  # for all of Python's csv; its own limit is shorter than an article
    with (
        content.open() as stream,
        # A byte that fits no character becomes half of one, which no article may hold: so one bad
        # row is left out, and not the rows behind it.
        io.TextIOWrapper(
            cast("BinaryIO", stream), encoding, errors="surrogateescape", newline=""
        ) as text,
    ):
        lines = _Lines(text, content, options)
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
            lines.begin_row()
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


class _Lines:
    """The lines of a table; a row may have several, since a quoted field may have.

    Raises (from `next`):
        SourceError: a line is larger than the largest article, or a row than the largest document.
    """

    def __init__(self, text: TextIO, content: Content, options: LoadOptions) -> None:
        self._text, self._content, self._limits = text, content, options.limits
        self._of_row = 0

    def begin_row(self) -> None:
        """Count the characters from here."""
        self._of_row = 0

    def __iter__(self) -> Iterator[str]:
        """Itself."""
        return self

    def __next__(self) -> str:
        """The next line."""
        limit = self._limits.article
        line = self._text.readline(limit + 1)
        if not line:
            raise StopIteration
        self._of_row += len(line)
        if len(line) > limit:
            raise SourceError(self._content.name, f"has a line of more than {limit / 1e6:.0f} MB")
        if self._of_row > self._limits.document:
            raise SourceError(
                self._content.name, f"has a row of more than {self._limits.document / 1e6:.0f} MB"
            )
        return line


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
                    _skip_line(stream, limit)
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

    Raises:
        SourceError: there is none in it, or it is no JSON; what comes before the error is in.
    """
    place, about = _find_articles(content, options)
    if "jsonfeed.org" in about.get("version", ""):
        known = Metadata(
            publisher=clean_outlet(about.get("title")),
            language=clean_language(about.get("language")),
        )
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
        source = _Portions(stream, content, options)
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
                    place = tuple(way[:listed]) if listed else _wrapped(way)
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


def _wrapped(way: list[str]) -> tuple[str, ...]:
    """Objects that no list holds: {"article": {…}}, or {"one id": {…}, "another": {…}}."""
    return tuple(way[:1]) if len(way) == 1 else ()


def _objects(place: list[str], content: Content, options: LoadOptions) -> Iterator[dict[str, Any]]:
    """The objects at a place, each as soon as it is whole."""
    import ijson

    def is_there(steps: list[str]) -> bool:
        return len(steps) == len(place) and all(
            wanted in {"*", step} for wanted, step in zip(place, steps, strict=True)
        )

    builder = None
    with content.open() as stream:
        source = _Portions(stream, content, options)
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
    source: _Portions, content: Content, options: LoadOptions
) -> Iterator[tuple[list[str], str, Any]]:
    """ijson's events, each with the way to where it is: keys, and "item" for what is in a list.

    ijson can tell the way too, but takes time with the square of the depth.

    Raises:
        SourceError: it is nested too deep.
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


class _Portions:
    """A stream that may not go on for long within one object, which has to be kept whole.

    Args:
        stream: UTF-8, with a byte order mark or without.
        content: what the stream is of.
        options: how much may be read without an end.

    Raises (from `read`):
        SourceError: more than that was read.
    """

    def __init__(self, stream: BufferedIOBase, content: Content, options: LoadOptions) -> None:
        self._stream, self._content, self._limit = stream, content, options.limits.document
        self._count = 0
        self._at_start = True

    def begin(self) -> None:
        """Count from here."""
        self._count = 0

    def read(self, size: int) -> bytes:
        """The next bytes."""
        data = self._stream.read1(size)  # as it comes: what precedes damage counts
        if self._at_start and data:
            data, self._at_start = data.removeprefix(codecs.BOM_UTF8), False
        self._count += len(data)
        if self._count > self._limit:
            raise self._content.too_large(self._limit)
        return data


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


def _skip_line(stream: BufferedIOBase, limit: int) -> None:
    while (piece := stream.readline(limit)) and not piece.endswith(b"\n"):
        pass
