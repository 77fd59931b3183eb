"""A table in CSV, or with semicolons, tabs or bars for commas: an article a row."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, cast

from index.errors import SourceError
from index.loading.columns import choose_columns
from index.loading.decoding import find_encoding
from index.loading.rows import read_row

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO, TextIO

    from index.loading.content import Content
    from index.loading.options import LoadOptions
    from index.records import Article

_DELIMITERS = ",;\t|"


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
            try:
                yield read_row(row, f"line {rows.line_num + 1}", content, options)
            except SourceError as error:
                yield error.bare()
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
