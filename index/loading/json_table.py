"""JSON and JSON Lines: an article an object."""

from __future__ import annotations

import codecs
import json
from typing import TYPE_CHECKING, Any

from index.errors import SourceError
from index.loading.columns import text_rank
from index.loading.rows import read_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase

    from index.loading.content import Content
    from index.loading.options import LoadOptions
    from index.records import Article

_NAMED = 12  # names of columns that are told
_EVENTS = 200_000  # parts of a JSON file that are looked at to find where its articles lie


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
    place = _find_articles(content, options)
    for number, row in enumerate(_objects(place, content, options), start=1):
        try:
            yield read_row(row, f"article {number}", content, options)
        except SourceError as error:
            yield error.bare()


def _find_articles(content: Content, options: LoadOptions) -> list[str]:
    """The way to the objects that have a text: ["articles", "item"] for {"articles": [{…}, …]}.

    The outermost ones, if several do: an article may have comments, which have texts too. What has
    a whole text goes before what has a summary: a list of articles may itself be described. "*"
    stands for any key, as in {"Outlet": [{…}], "Other outlet": [{…}]}.
    """
    found: dict[tuple[str, ...], int] = {}
    names: dict[str, None] = {}
    with content.open() as stream:
        source = _Portions(stream, content, options)
        for number, (steps, event, value) in enumerate(_walk(source, content, options)):
            source.begin()
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
        return ["*", *best[1:]]
    return list(best)


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
