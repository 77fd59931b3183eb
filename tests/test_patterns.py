"""No pattern of the project takes time with the square of a text, which a stranger may write."""

from __future__ import annotations

import ast
import importlib
import math
import pkgutil
import re
import signal
import subprocess
import sys
import time
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path

import pytest

import assistant
import index
import prompts
import web

_FIRST_LOOK = 2_000  # characters
_TELLING = 0.0004  # seconds of processor time: what takes less on the first look is quick
_SHORT, _LONG = 1_000, 16_000  # characters: what is made sure by
_GROWTH = 64.0  # for 16 times the text: a line gives 16, a square 256
_TIMES = 3  # the least of so many timings counts: a busy machine only ever adds to one
_TOO_LONG = 2.0  # seconds of processor time over any of these texts: no line takes as long
_AT_ONCE = 0.05  # seconds of processor time
_MATCHES = {"match", "fullmatch"}  # uses that look at one place of a text
# Put only to texts of so many characters, a limit that the code states before each use.
_BOUNDED = {
    "index.loading.clean_names._PLACE": 120,
    "index.loading.clean_names._IS_ROLE": 120,
    "index.loading.clean_names._ONLY_ROLE": 120,
    "index.loading.clean_names._ENDS_IN_ROLE": 120,
    "index.loading.rows._CUT_SHORT": 100,
}
_PIECES = (
    *(" ", "a", "A", "1", "\n", "\r\n", ".", ",", "-", "*", '"', "(", "[", "|", "#", "\u00a0"),
    *("a ", "Aa ", "1 ", "1,", "a. ", "Aa, ", " - ", "[1] ", "Aa of the ", "one hundred and "),
    *("1,000 ", "$1 ", "http://a.", "a@", "how many ", "said that ", "in May ", "<a ", "<!--"),
)


Named = tuple[str, re.Pattern[str], bool]  # where, what, and whether it is only matched


def patterns() -> Iterator[Named]:
    """Every compiled pattern that a module keeps, each once."""
    seen: set[tuple[str, int]] = set()
    uses = uses_by_name()
    for package in (assistant, index, prompts, web):
        found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        for name in chain([package.__name__], (each.name for each in found)):
            if name.endswith("__main__"):
                continue
            module = importlib.import_module(name)
            for key, value in vars(module).items():
                file = str(module.__file__) if key.startswith("_") else ""
                matched = isinstance(value, re.Pattern) and uses[file, key] <= _MATCHES
                for each in within(value):
                    text = isinstance(each.pattern, str)
                    if text and (each.pattern, each.flags) not in seen:
                        seen.add((each.pattern, each.flags))
                        yield f"{name}.{key}", each, matched


def written_in_place() -> Iterator[Named]:
    """The patterns that stand where they are used: `re.sub(r"...", ...)`."""
    for file, tree in trees():
        for node in ast.walk(tree):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Name(id="re"), attr=use),
                    args=[ast.Constant(value=str(pattern)), *_],
                ) if use not in {"compile", "escape"}:
                    yield f"{file.name}:{node.lineno}", re.compile(pattern), use in _MATCHES


def uses_by_name() -> dict[tuple[str, str], set[str]]:
    """What is done with each name, by its file where it is private: methods, "" for any other."""
    uses: dict[tuple[str, str], set[str]] = defaultdict(set)
    for file, tree in trees():
        of_methods: dict[int, str] = {}
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(value=ast.Name() as name, attr=use):
                    of_methods[id(name)] = use
                case ast.Name(id=key, ctx=ast.Load()):
                    where = str(file) if key.startswith("_") else ""
                    uses[where, key].add(of_methods.get(id(node), ""))
    return uses


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for package in (assistant, index, prompts, web):
        for folder in package.__path__:
            for file in sorted(Path(folder).rglob("*.py")):
                yield file, ast.parse(file.read_text("utf-8"))


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


class TooLongError(Exception):
    """A pattern was at one text for longer than any line takes."""


def stop(*_: object) -> None:
    raise TooLongError


@pytest.fixture
def stopped_in_time() -> Iterator[None]:
    """A pattern that takes for ever ends by an error: `re` looks for signals as it goes."""
    before = signal.signal(signal.SIGPROF, stop)
    yield
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, before)


def seconds(pattern: re.Pattern[str], matched: bool, text: str, times: int = 1) -> float:
    """Processor time to find all it matches in a text, and to match the whole: the least."""
    least = math.inf
    for _ in range(times):
        signal.setitimer(signal.ITIMER_PROF, _TOO_LONG)
        try:
            began = time.thread_time()
            pattern.fullmatch(text)
            if matched:
                pattern.match(text)
            else:
                deque(pattern.finditer(text), maxlen=0)
            least = min(least, time.thread_time() - began)
        except TooLongError:
            return math.inf
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return least


def of_length(piece: str, characters: int) -> str:
    return piece * (characters // len(piece))


def grows_with_the_square(pattern: re.Pattern[str], piece: str, matched: bool = False) -> bool:
    """Whether 16 times the text takes much more than 16 times as long."""
    first = seconds(pattern, matched, of_length(piece, _FIRST_LOOK))
    if first < _TELLING or first == math.inf:
        return first == math.inf
    long = seconds(pattern, matched, of_length(piece, _LONG), _TIMES)
    short = seconds(pattern, matched, of_length(piece, _SHORT), _TIMES)
    return long == math.inf or long > _GROWTH * short


@pytest.mark.usefixtures("stopped_in_time")
def test_a_square_is_found_out() -> None:
    assert grows_with_the_square(re.compile(r"a*b"), "a")
    assert not grows_with_the_square(re.compile(r"a+"), "a")
    assert not grows_with_the_square(re.compile(r"a*b"), "a", matched=True)


def test_one_that_takes_for_ever_is_found_out() -> None:
    # In a process of its own: stopped on its way, Python 3.11's `re` can end one with much loaded.
    code = (
        "import re, signal; from tests.test_patterns import grows_with_the_square, stop;"
        "signal.signal(signal.SIGPROF, stop);"
        "assert grows_with_the_square(re.compile(r'(?:one|\\s)+!'), 'one ');"
        "assert grows_with_the_square(re.compile(r'(?:a|aa)+!'), 'a'); print('found')"
    )
    root = Path(__file__).parent.parent
    run = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=False)
    assert run.stdout == b"found\n", run.stderr.decode()


def test_there_are_patterns() -> None:
    found = list(patterns())
    assert len(found) > 200
    assert 50 < sum(matched for _, _, matched in found) < len(found) - 100
    assert len(list(written_in_place())) > 50


@pytest.mark.slow
@pytest.mark.usefixtures("stopped_in_time")
def test_none_takes_time_with_the_square_of_a_text() -> None:
    slow = []
    for name, pattern, matched in chain(patterns(), written_in_place()):
        for piece in _PIECES:
            if most := _BOUNDED.get(name):
                too_slow = seconds(pattern, matched, of_length(piece, most), _TIMES) > _AT_ONCE
            else:
                too_slow = grows_with_the_square(pattern, piece, matched)
            if too_slow:
                slow.append(f"{name} over {piece!r}")
    assert not slow, "\n".join(slow)
