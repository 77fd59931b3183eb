"""How rare a word is in English prose, from a table of the commonest stems."""

from __future__ import annotations

from functools import cache
from importlib.resources import files


def rarity(stem: str) -> float:
    """From 0.1 (in one paragraph of three) to 1 (not among the commonest 3,000 stems)."""
    return _table().get(stem, 1.0)


@cache
def _table() -> dict[str, float]:
    """A line of the file holds a rarity and the stems that have it; it is made by
    `training/common_words.py`."""
    text = files("assistant.followup").joinpath("common_words.txt").read_text("utf-8")
    table = {}
    for line in text.splitlines():
        rare, *stems = line.split()
        table.update(dict.fromkeys(stems, float(rare)))
    return table
