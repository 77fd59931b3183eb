"""Whether a question stands alone, and which words of a conversation it takes along if not.

Both are logistic regressions over signs; `training/weigh_followups.py` fits them, the latter on
questions that people rewrote. Each content word said before gets a chance to be meant: by where it
was said and how often, whether it is a name, how rare it is, and what the question asks.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from assistant.followup.conversation import rarity, read_words
from assistant.followup.fitted_weights import (
    ALONE_BIAS,
    ALONE_WEIGHTS,
    CARRIED_BIAS,
    CARRIED_WEIGHTS,
)
from assistant.logistic import chance, weighed

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from assistant.followup.conversation import Conversation, SaidTurn, Word


_PERSON = re.compile(r"\b(?:he|him|his|she|her|hers)\b", re.I)
_SEVERAL = re.compile(r"\b(?:they|them|their|theirs)\b", re.I)
_THING = re.compile(r"\b(?:it|its)\b", re.I)
_PRONOUN = re.compile(f"{_PERSON.pattern}|{_SEVERAL.pattern}|{_THING.pattern}", re.I)
_WHOSE = re.compile(f"{_PERSON.pattern}|{_SEVERAL.pattern}|\\bits\\b", re.I)  # "it" may be nothing
_POINTING = re.compile(
    r"\b(?:this|these|those|such|same|ones?)\b|\bthat(?= *[?.,!]|$)"
    r"|\b(?:of|to|from|for|with|in|about|is|was|did|does|do|by|at|like|on|after|before|than"
    r"|will|would|can|could|should|has|have|had|were) that\b"
    r"|(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b(?! (?:is|are|was|were|any|been|be|a)\b)",
    re.I,
)
_FURTHER = re.compile(
    r"\b(?:else|others?|another|(?<!tell me )more|instead|besides|also|too)\b", re.I
)
_GOES_ON = re.compile(
    r"\b(?:interesting|aspects?|article)\b"
    r"|^(?:and|but|or|so|what about|how about|ok|okay|yes|no)\b",
    re.I,
)
_SOME = re.compile(r"\b(?:any|some)\b", re.I)
_THE = re.compile(r"\bthe\b", re.I)
_DEFINES = re.compile(
    r"^(?:what(?:['’]s| is| are| was| were)|who (?:is|was|are|were)|tell me|describe|compare"
    r"|how (?:is|are|does|do|did)|explain)\b",
    re.I,
)
_MANY_WORDS = 4  # that mean something; fewer are often what is left out of a follow-up


def chance_by_signs(question: SaidTurn, conversation: Conversation) -> float:
    """How likely the question can be understood without the conversation, 0 to 1."""
    found = signs(question, conversation).values()
    return chance(weighed(ALONE_WEIGHTS, found, ALONE_BIAS))


def leans(text: str) -> bool:
    """Whether a word of the question points at something outside of it."""
    return any(each.search(text) for each in (_PRONOUN, _POINTING, _FURTHER, _GOES_ON))


def refers(text: str, conversation: Conversation) -> bool:
    """Whether the question says "he", "their" or "its" before any name that it may stand for."""
    return _refers(_WHOSE, text, conversation)


def signs(question: SaidTurn, conversation: Conversation) -> dict[str, float]:
    """The signs by name, each about 0 to 1; the later ones count only where nothing leans."""
    text, own = question.text, [word.key for word in question.content]
    count = len(own) or 1
    pronoun = _refers(_PRONOUN, text, conversation)
    pointing, further = bool(_POINTING.search(text)), bool(_FURTHER.search(text))
    clear = not (pronoun or pointing or further or _GOES_ON.search(text))
    known = [key for key in own if key in conversation.names]
    written = sum(word.named for word in question.content)
    named = bool(known) or written > 0
    first, last = conversation.asked[0].keys, conversation.asked[-1].keys
    in_first = [key for key in own if key in first]
    new = [key for key in own if key not in conversation.keys]
    the, defines = bool(_THE.search(text)), bool(_DEFINES.search(text))
    where_clear = {
        "clear": True,
        "named": named,
        "known": bool(known),
        "written twice": written > 1,
        "share of the first turn": len(in_first) / max(len(first), 1),
        "a name in the first turn": bool(conversation.names.intersection(in_first)),
        "defines": defines,
        "defines, named": defines and named,
        "the, nothing named": the and not named,
        "length, named": named * len(own) / 5,
        "new": len(new) / count,
        "rare and new": sum(map(rarity, new)),
        "rarest": max(map(rarity, own), default=0.0),
        "in the last turn asked": sum(key in last for key in own) / count,
        "in the last answer": bool(conversation.answer_keys.intersection(own)),
    }
    return {
        "he": pronoun and bool(_PERSON.search(text)),
        "they": pronoun and bool(_SEVERAL.search(text)),
        "it": pronoun and bool(_THING.search(text)),
        "that": pointing,
        "further": further,
        "some": bool(_SOME.search(text)),
        "two words": len(own) == 2,
        "length": math.log(1 + len(own)),
        "the": the,
        **{name: clear * value for name, value in where_clear.items()},
    }


def _refers(pronouns: re.Pattern[str], text: str, conversation: Conversation) -> bool:
    """Whether a pronoun comes before any name that it may stand for."""
    found = pronouns.search(text)
    if found is None:
        return False
    before, names = read_words(text[: found.start()]), conversation.names
    return not any(word.key and (word.named or word.key in names) for word in before)


def changes_topic(question: SaidTurn, conversation: Conversation) -> bool:
    """Whether the question has nothing in common with what was said, and says what it is about.

    It says so with a name, or with many words; and no word of it points back.
    """
    if leans(question.text) or question.keys & conversation.keys:
        return False
    return any(word.named for word in question.content) or len(question.keys) >= _MANY_WORDS


def settled(question: SaidTurn, conversation: Conversation) -> float | None:
    """The chance that the question stands alone, where it is plain; None where signs must tell."""
    if not conversation.asked or changes_topic(question, conversation):
        return 1.0
    return 0.0 if refers(question.text, conversation) else None


def chance_alone(question: SaidTurn, conversation: Conversation) -> float:
    """How likely the question can be understood without the conversation, 0 to 1."""
    plain = settled(question, conversation)
    return chance_by_signs(question, conversation) if plain is None else plain


def since_change(conversation: Conversation) -> Conversation:
    """The conversation from the question on that changed its topic last; all of it if none did."""
    begin = 0
    for number, turn in enumerate(conversation.turns):
        before = replace(conversation, turns=conversation.turns[begin:number])
        asks = turn.role == "user" and not turn.is_topic
        if asks and before.asked and changes_topic(turn, before):
            begin = number
    return replace(conversation, turns=conversation.turns[begin:])


_POINTS_BACK = re.compile(r"\b(?:this|that|these|those|such|same|ones?)\b", re.I)
_ASKS_MORE = re.compile(r"\b(?:else|others?|another|more|instead|besides|also|too|any)\b", re.I)
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
    carried = [
        Carried(each.word, each.first, chance(weighed(CARRIED_WEIGHTS, row, CARRIED_BIAS)))
        for each, row in zip(found, signs.tolist(), strict=True)
    ]
    return sorted(carried, key=lambda each: (-each.chance, each.place))


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
        self._points = bool(_POINTS_BACK.search(question.text))
        self._further = bool(_ASKS_MORE.search(question.text))
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
