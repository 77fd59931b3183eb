"""What the benchmark commands share: arguments, progress on stderr, a table or JSON on stdout."""

from __future__ import annotations

import argparse
import json
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Column, Table

from benchmarks.data import DataError
from index import DatelineError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence


def argument_parser(description: str, data: str) -> argparse.ArgumentParser:
    """A parser with DATA, --limit and --json; `data` says what DATA is."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("data", type=Path, metavar="DATA", help=data)
    parser.add_argument("--limit", type=_count, help="so many questions, drawn with a fixed seed")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


@contextmanager
def ending_on_errors() -> Iterator[None]:
    """End the command with one line on standard error where it cannot go on."""
    try:
        yield
    except (DataError, DatelineError) as error:
        raise SystemExit(" ".join(str(error).split())) from error


def progress_bars() -> Progress:
    """Progress bars on standard error, to be used as a context."""
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(elapsed_when_finished=True),
    )
    return Progress(*columns, console=Console(stderr=True))


def show(result: Mapping[str, Any], tables: Sequence[Table | str], *, as_json: bool) -> None:
    """The result as one JSON object, or the tables, on standard output."""
    if as_json:
        print(json.dumps(result))
    else:
        Console().print(*tables, sep="\n")


def figures_table(
    rows: Mapping[str, Mapping[str, Any]], columns: Mapping[str, str], first: str = ""
) -> Table:
    """A row for each set of figures.

    Args:
        rows: what is measured, to its figures.
        columns: the keys of the figures, to their headings; "%" in one turns rates into per cent.
        first: the heading of the first column.
    """
    table = Table(Column(first, no_wrap=True), *columns.values())
    for name, figures in rows.items():
        cells = [_cell(figures.get(key), "%" in heading) for key, heading in columns.items()]
        table.add_row(name, *cells)
    return table


def _cell(value: float | None, is_rate: bool) -> str:
    if value is None:
        return "-"
    if is_rate:
        return f"{100 * value:.1f}"
    return f"{value:.3f}" if isinstance(value, float) and abs(value) < 10 else f"{value:,.0f}"


def _count(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("at least 1")
    return number
