"""Words of one meaning, and opposites: how much of a question a text speaks of."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from assistant.followup.conversation import rarity
from assistant.judging.names import fold
from assistant.reading.overlap import stem
from index.terms import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

_WORD = re.compile(r"[^\W_]+(?:[’'.&-][^\W_]+)*")
ANY = frozenset(
    "anyone anybody anything any there ever true correct right case really actually".split()
)
"""Words of a question that nothing needs to answer."""
CONTEXT_SHARE = 0.75
"""How much a word counts that stands only near the text."""


@lru_cache(maxsize=2_000)  # the sentences and contexts of an answer, which many rules ask for
def tokens(text: str) -> tuple[str, ...]:
    """The words in one spelling, with phrases of one meaning made one word."""
    plain = " ".join(text.replace("’", "'").split())
    for pattern, word in _phrases() if _any_phrase().search(plain) else ():
        plain = pattern.sub(word, plain)
    return tuple(fold(part) for word in _WORD.findall(plain) for part in word.split("-"))


def find(key: str, keys: Sequence[str]) -> int | None:
    """Where a word or one of the same meaning stands; None when nowhere."""
    if key in keys:
        return keys.index(key)
    same = partners(key)
    return next((at for at, each in enumerate(keys) if each in same), None)


def opposite(key: str, keys: Sequence[str]) -> int | None:
    """Where a word that means the opposite stands; None when nowhere."""
    other = opposites(key)
    return next((at for at, each in enumerate(keys) if each in other), None)


def opposites(key: str) -> frozenset[str]:
    """The stems of the words that mean the opposite."""
    return _meanings().opposites.get(key, frozenset())


def partners(key: str) -> frozenset[str]:
    """The stems of the other words of the same meaning."""
    return _meanings().same.get(key, frozenset())


@dataclass(frozen=True, slots=True)
class _Meanings:
    same: dict[str, frozenset[str]]
    opposites: dict[str, frozenset[str]]


@cache
def _meanings() -> _Meanings:
    """The file's groups: words of one meaning on a line, `<>` between a group and its opposite."""
    same: dict[str, set[str]] = {}
    opposites: dict[str, set[str]] = {}
    for line in _lines():
        groups = [{stem(fold(word)) for word in side.split()} for side in line.split("<>")]
        for number, group in enumerate(groups):
            for word in group:
                same.setdefault(word, set()).update(group - {word})
                for other in groups[:number] + groups[number + 1 :]:
                    opposites.setdefault(word, set()).update(other)
    return _Meanings(
        {word: frozenset(others) for word, others in same.items()},
        {word: frozenset(others) for word, others in opposites.items()},
    )


@cache
def _phrases() -> tuple[tuple[re.Pattern[str], str], ...]:
    listed = [line.split("=") for line in _text().splitlines() if "=" in line]
    return tuple(
        (re.compile(rf"\b{phrase.strip()}\b", re.IGNORECASE), f" {word.strip()} ")
        for phrase, word in listed
    )


@cache
def _any_phrase() -> re.Pattern[str]:
    """What matches where one of the phrases does: few sentences have any."""
    return re.compile("|".join(pattern.pattern for pattern, _ in _phrases()), re.IGNORECASE)


def _lines() -> list[str]:
    return [line for line in _text().splitlines() if line and "=" not in line and line[0] != "#"]


@cache
def _text() -> str:
    return files("assistant.judging").joinpath("meanings.txt").read_text("utf-8")


def share_of_meaning(asked: str, text: str, context: str = "", *, whole: bool = False) -> float:
    """How much of what is asked a text speaks of, by its words and those of the same meaning.

    Rare words weigh more; what only the context holds counts for three quarters.

    Args:
        whole: whether the context counts in full.
    """
    keys = [stem(word) for word in tokens(text)]
    around = [stem(word) for word in tokens(context)]
    total = covered = 0.0
    for word in dict.fromkeys(tokens(asked)):
        if word in STOP_WORDS or word in ANY:
            continue
        key = stem(word)
        weight = max(rarity(key), 0.3)
        total += weight
        if find(key, keys) is not None:
            covered += weight
        elif find(key, around) is not None:
            covered += weight * (1.0 if whole else CONTEXT_SHARE)
    return covered / total if total else 0.0


def means_the_same(one: str, other: str) -> bool:
    """Whether two stems are one, or stand for words of one meaning."""
    return one == other or other in partners(one)
