"""No pattern of the project takes time with the square of a text, which a stranger may write."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
import time
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import pytest

import assistant
import index
import prompts
import web

_SIZES = ((400, 1_600), (2_000, 8_000))  # characters: a first look, and what is made sure by
_TELLING = 0.0004  # seconds of processor time: what takes less on the first long text is quick
_GROWTH = 8.0  # for four times the text: a line gives 4, a square 16
_PIECES = (
    *(" ", "a", "A", "1", "\n", "\r\n", ".", ",", "-", "*", '"', "(", "[", "|", "#", "\u00a0"),
    *("a ", "Aa ", "1 ", "1,", "a. ", "Aa, ", " - ", "[1] ", "Aa of the ", "one hundred and "),
    *("1,000 ", "$1 ", "http://a.", "a@", "how many ", "said that ", "in May ", "<a ", "<!--"),
)


def patterns() -> Iterator[tuple[str, re.Pattern[str]]]:
    """Every compiled pattern that a module keeps, with its name, each once."""
    seen: set[tuple[str, int]] = set()
    for package in (assistant, index, prompts, web):
        found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        for name in chain([package.__name__], (each.name for each in found)):
            if name.endswith("__main__"):
                continue
            for key, value in vars(importlib.import_module(name)).items():
                for each in within(value):
                    text = isinstance(each.pattern, str)
                    if text and (each.pattern, each.flags) not in seen:
                        seen.add((each.pattern, each.flags))
                        yield f"{name}.{key}", each


def written_in_place() -> Iterator[tuple[str, re.Pattern[str]]]:
    """The patterns that stand where they are used: `re.sub(r"...", ...)`."""
    for package in (assistant, index, prompts, web):
        for folder in package.__path__:
            for file in sorted(Path(folder).rglob("*.py")):
                for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                    match node:
                        case ast.Call(
                            func=ast.Attribute(value=ast.Name(id="re"), attr=use),
                            args=[ast.Constant(value=str(pattern)), *_],
                        ) if use not in {"compile", "escape"}:
                            yield f"{file.name}:{node.lineno}", re.compile(pattern)


def within(value: object, depth: int = 3) -> Iterator[re.Pattern[str]]:
    """The patterns in a value: itself, or in what it holds."""
    if isinstance(value, re.Pattern):
        yield value
    elif depth and isinstance(value, Mapping):
        for each in chain(value.keys(), value.values()):
            yield from within(each, depth - 1)
    elif depth and isinstance(value, tuple | list | set | frozenset):
        for each in value:
            yield from within(each, depth - 1)


def seconds(pattern: re.Pattern[str], text: str) -> float:
    """Processor time to find all it matches in a text, and to match the whole."""
    began = time.thread_time()
    for _ in pattern.finditer(text):
        pass
    pattern.fullmatch(text)
    return time.thread_time() - began


def grows_with_the_square(pattern: re.Pattern[str], piece: str) -> bool:
    """Whether four times the text takes much more than four times as long, each time."""
    for times, (short, long) in zip((1, 3), _SIZES, strict=True):
        less, more = (piece * (size // len(piece)) for size in (short, long))
        if seconds(pattern, more) < _TELLING:
            return False
        if min(seconds(pattern, more) / seconds(pattern, less) for _ in range(times)) < _GROWTH:
            return False
    return True


def test_a_square_is_found_out() -> None:
    assert grows_with_the_square(re.compile(r"a*b"), "a")
    assert grows_with_the_square(re.compile(r"(?:one|\s)+!"), "one ")
    assert not grows_with_the_square(re.compile(r"a+"), "a")


def test_there_are_patterns() -> None:
    assert len(list(patterns())) > 100
    assert len(list(written_in_place())) > 10


@pytest.mark.slow
@pytest.mark.xfail(reason="_DATELINE, _NAMES_NEXT and _LEADS do, over very long white space")
def test_none_takes_time_with_the_square_of_a_text() -> None:
    slow = [
        f"{name} over {piece!r}"
        for name, pattern in patterns()
        if name.startswith(("assistant.writing", "assistant.judging"))  # what a chat model wrote
        for piece in _PIECES[::4]
        if grows_with_the_square(pattern, piece)
    ]
    assert not slow, "\n".join(slow)
