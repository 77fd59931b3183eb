"""The words by which texts are read, from `word_lists.toml`, which says what each list is for."""

import tomllib
from importlib.resources import files
from typing import Any

LISTS: dict[str, Any] = tomllib.loads(files("index").joinpath("word_lists.toml").read_text("utf-8"))
"""Texts by name; a list of texts by field in `columns` and `export_labels`."""


def phrases(name: str) -> frozenset[str]:
    """The phrases of a list, which bars part."""
    return frozenset(each.strip() for each in LISTS[name].replace("\n", " ").split("|"))


def alternatives(name: str) -> str:
    """A list of regular expressions, one a line, as one that any of them fits."""
    return f"(?:{'|'.join(LISTS[name].splitlines())})"
