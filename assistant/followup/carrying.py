"""Which words of a conversation a question takes along.

Each content word said before gets a chance to be meant by the question, from a handful of signs:
where it was said and how often, whether it is a name, how rare it is, and what the question asks.
A logistic regression; `training/weigh_followups.py` fits it on questions that people rewrote.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from assistant.followup.conversation import rarity
from assistant.followup.fitted_weights import CARRIED_BIAS, CARRIED_WEIGHTS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.followup.conversation import Conversation, SaidTurn, Word

_POINTING = re.compile(r"\b(?:this|that|these|those|such|same|ones?)\b", re.I)
_FURTHER = re.compile(r"\b(?:else|others?|another|more|instead|besides|also|too|any)\b", re.I)
_NAMED_PART = 0.4  # of its mentions; names open sentences too


@dataclass(frozen=True, slots=True)
class Carried:
    """A word said before, and how likely the question means it (0 to 1).

    Attributes:
        place: where it was said first: the number of the turn and of the word in it.
    """

    word: Word
    place: tuple[int, int]
    chance: float


@dataclass(slots=True)
class Mentions:
    """Where one word was said: in which turns, how often, and how often as a name."""

    word: Word
    first: tuple[int, int]
    turns: set[int] = field(default_factory=set)
    count: int = 0
    named: int = 0


def weigh_words(question: SaidTurn, conversation: Conversation) -> list[Carried]:
    """All words that might be carried, likeliest first."""
    found, signs = candidates(question, conversation)
    if not found:
        return []
    logits = signs @ np.array(CARRIED_WEIGHTS) + CARRIED_BIAS
    chances = 1 / (1 + np.exp(-np.clip(logits, -60, 60)))
    weighed = [
        Carried(each.word, each.first, float(chance))
        for each, chance in zip(found, chances, strict=True)
    ]
    return sorted(weighed, key=lambda each: (-each.chance, each.place))


def candidates(
    question: SaidTurn, conversation: Conversation
) -> tuple[list[Mentions], NDArray[np.float64]]:
    """The words said before that the question lacks, and their signs: (words, signs)."""
    mentions: dict[str, Mentions] = {}
    for number, turn in enumerate(conversation.turns):
        for place, word in enumerate(turn.content):
            if word.key in question.keys:
                continue
            seen = mentions.setdefault(word.key, Mentions(word, (number, place)))
            seen.turns.add(number)
            seen.count += 1
            seen.named += word.named or (turn.is_topic and word.capital)
            if word.named and not seen.word.named:
                seen.word = word
    signs = _Signs(question, conversation)
    rows = [list(signs.of(key, each).values()) for key, each in mentions.items()]
    return list(mentions.values()), np.array(rows, dtype=float)


class _Signs:
    """The signs of words, for one question."""

    def __init__(self, question: SaidTurn, conversation: Conversation) -> None:
        turns = conversation.turns
        self._asked = [number for number, turn in enumerate(turns) if turn.role == "user"]
        self._first = self._asked[0] if self._asked else None
        self._answer = len(turns) - 1 if conversation.answer_keys else None
        self._first_length = len(turns[self._first].content) if self._first is not None else 0
        self._answer_length = len(turns[-1].content) if turns else 0
        self._points = bool(_POINTING.search(question.text))
        self._further = bool(_FURTHER.search(question.text))
        self._length = len(question.content) / 10

    def of(self, key: str, said: Mentions) -> dict[str, float]:
        """The signs of a word by name, each about 0 to 1."""
        latest = max(said.turns)
        by_user = sum(number in said.turns for number in self._asked)
        in_first, in_answer = self._first in said.turns, self._answer in said.turns
        return {
            "a name": said.named > _NAMED_PART * said.count,
            "rare": rarity(key),
            "turns back": math.log(1 + sum(number > latest for number in self._asked)),
            "asked often": math.log(1 + by_user),
            "answered often": math.log(1 + len(said.turns) - by_user),
            "first": in_first,
            "first of few": in_first * 5 / (5 + self._first_length),
            "answer": in_answer,
            "answer of few": in_answer * 5 / (5 + self._answer_length),
            "answer's length": in_answer * math.log(1 + self._answer_length),
            "never again": latest == self._first,
            "long question": self._length,
            "that, answer": self._points and in_answer,
            "further, answer": self._further and in_answer,
        }
