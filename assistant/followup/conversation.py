"""A conversation as words: of each turn, which name something and which carry meaning."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, cached_property
from importlib.resources import files
from typing import TYPE_CHECKING

from assistant.reading.overlap import stem
from index.terms import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.question import Turn
_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|\d+(?:[.,]\d+)+(?![^\W_])|[^\W_]+(?:[’'.\-&][^\W_]+)*")
_POSSESSIVE = re.compile(r"[’'](?:s|S)?$")
_SENTENCE_END = re.compile(r"[.!?:;\"“”>\n]")
_ASKS = re.compile(
    r"\?|^(?:wh|how|did|was|were|is|are|do|does|has|have|had|can|could|will|would|should"
    r"|tell|describe|explain|and|but|any)\b|^wh",
    re.IGNORECASE,
)
# What other programs hand on: Markdown, white space folded.
_ATTRIBUTION = re.compile(r"> (?:— |Also in: |\(not found in )[^>]*")
_CITATION = re.compile(r"(?<!\\)\[\d+(?:, ?\d+)*\]")
_MARKUP = re.compile(r"\\(?=[^\w\s])|\*\*|(?<!\\)`|(?:^|(?<=\s))[>#]+ ")
_LATEST_TURNS = 24
_MOST_CHARACTERS = 3_000  # of one turn: what a follow-up means stands near its beginning


@dataclass(frozen=True, slots=True)
class Word:
    """A word as written.

    Attributes:
        key: its stem, by which it is compared; empty for a function word.
        capital: it begins with a capital letter.
        named: it does so within a sentence, where only names do.
    """

    text: str
    key: str
    capital: bool
    named: bool


@dataclass(frozen=True)
class SaidTurn:
    """One turn, or the question: who said it ("user", "assistant") and its words."""

    role: str
    text: str

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """All its words, in order."""
        return tuple(read_words(self.text))

    @cached_property
    def content(self) -> tuple[Word, ...]:
        """The words that carry meaning, in order."""
        return tuple(word for word in self.words if word.key)

    @cached_property
    def keys(self) -> frozenset[str]:
        """The stems of these."""
        return frozenset(word.key for word in self.content)

    @cached_property
    def is_topic(self) -> bool:
        """Whether the user names a topic rather than asks ("Turkey and the S-400")."""
        return self.role == "user" and not _ASKS.search(self.text)


@dataclass(frozen=True)
class Conversation:
    """What was said before a question, oldest first: the user's first turn and the latest ones."""

    turns: tuple[SaidTurn, ...] = field(default=())

    @classmethod
    def of(cls, history: Sequence[Turn]) -> Conversation:
        """The turns that matter, cut to what can be weighed in a few milliseconds."""
        late = max(len(history) - _LATEST_TURNS, 0)
        first = next((n for n, turn in enumerate(history[:late]) if turn.role == "user"), None)
        kept = [*([] if first is None else [history[first]]), *history[late:]]
        said = (SaidTurn(turn.role, _text(turn)[:_MOST_CHARACTERS]) for turn in kept)
        return cls(tuple(each for each in said if each.words))

    @cached_property
    def asked(self) -> tuple[SaidTurn, ...]:
        """The user's turns."""
        return tuple(each for each in self.turns if each.role == "user")

    @cached_property
    def answer_keys(self) -> frozenset[str]:
        """The stems of the assistant's turn right before the question; none where there is none."""
        last = self.turns[-1] if self.turns else None
        return last.keys if last and last.role != "user" else frozenset()

    @cached_property
    def keys(self) -> frozenset[str]:
        """All stems."""
        return frozenset().union(*(each.keys for each in self.turns))

    @cached_property
    def names(self) -> frozenset[str]:
        """The stems of what is never written but as a name."""
        named, common = set(), set()
        for each in self.turns:
            for word in each.content:
                if word.named or (each.is_topic and word.capital):
                    named.add(word.key)
                elif not word.capital:
                    common.add(word.key)
        return frozenset(named - common)


def _text(turn: Turn) -> str:
    cut = turn.text[: 2 * _MOST_CHARACTERS]
    return cut if turn.role == "user" else without_markup(cut)


def without_markup(text: str) -> str:
    """The words of an earlier answer in Markdown, without the sources and numbers of its quotes."""
    return _MARKUP.sub("", _CITATION.sub("", _ATTRIBUTION.sub("", text)))


def read_words(text: str) -> list[Word]:
    """The words of a text, without possessive endings."""
    words = []
    end = 0
    for match in _WORD.finditer(text):
        starts = end == 0 or bool(_SENTENCE_END.search(text, end, match.start()))
        end = match.end()
        written = _POSSESSIVE.sub("", match.group())
        folded = written.casefold()
        is_function_word = folded in STOP_WORDS or len(folded) < 2
        capital = written[:1].isupper()
        key = "" if is_function_word else stem(folded)
        words.append(Word(written, key, capital, capital and not starts))
    return words


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
