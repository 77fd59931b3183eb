"""Evaluation data: files of JSON lines, read one line at a time, and samples of what they hold."""

from __future__ import annotations

import json
import lzma
import random
from typing import TYPE_CHECKING, Any, TypeVar

from training.sources import read_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from pathlib import Path

_Item = TypeVar("_Item")


SAMPLE_QUESTIONS = (
    "Why does Turkey want the S-400?",
    "How many people died in the Beirut explosion?",
    "Is the Ever Given still stuck?",
    "Why did Silicon Valley Bank fail?",
    "How massive is the black hole in M87?",
    "What caused the Facebook outage?",
    "Who won the New Zealand election?",
    "How many doses of the malaria vaccine does a child need?",
    "Who won the 2018 World Cup?",
)
"""Questions over the sample articles; one of them nothing answers."""


class DataError(Exception):
    """The evaluation data is missing or is not what it should be; the message is one line."""


def read_json_lines(file: Path, fields: Collection[str]) -> Iterator[dict[str, Any]]:
    """The objects of a .jsonl or .jsonl.xz file, each of which has these fields.

    Raises:
        DataError: the file cannot be read, or holds something else.
    """
    try:
        for number, row in enumerate(read_rows(file), start=1):
            if lacking := set(fields) - row.keys():
                raise DataError(f"{file}, line {number}: no {', '.join(sorted(lacking))}")
            yield row
    except (OSError, EOFError, lzma.LZMAError) as error:
        raise DataError(
            f"{file} cannot be read: {getattr(error, 'strerror', 0) or error}"
        ) from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise DataError(f"{file} is not JSON lines: {error}") from error


def sample(items: Sequence[_Item], limit: int | None) -> list[_Item]:
    """So many of the items, always the same ones, in their order; None for all of them."""
    if limit is None or limit >= len(items):
        return list(items)
    chosen = random.Random(0).sample(range(len(items)), limit)  # noqa: S311  fixed, not secret
    return [items[number] for number in sorted(chosen)]
