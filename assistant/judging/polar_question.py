"""A question of yes or no, taken apart: whom it is about, and the words that weigh."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property

from assistant.followup.conversation import rarity
from assistant.judging.asked import times_named
from assistant.judging.names import names
from assistant.judging.quantities import quantities
from assistant.judging.synonyms import ANY, find, opposite, tokens
from assistant.reading.overlap import stem
from index.terms import STOP_WORDS

AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
)
_ASKS = re.compile(rf"(?i)^(?:(?:so|and|but|then|or|well)[, ]+)*{AUXILIARY}(?:n[’']t)?\b(?!\s*,)")
_CHOICE = re.compile(r"(?i)\bor\b(?! (?:not|no)\b)(?! (?:more|less|over|so)\b)")
_FUTURE = re.compile(
    r"(?i)^\W*(?:(?:so|and|but|then)[, ]+)*(?:will|would|can|could|may|might|should|is .* "
    r"(?:going|to)\b)"
)
_STILL = re.compile(r"(?i)\b(?:still|yet|any ?more|any longer|continu\w+|remains?)\b")
_SETTING = frozenset("in at of after before during over near since for from inside outside".split())
_PARTICIPLE = re.compile(r"(?:ed|en|wn|ne|ght|ut|old|ade|ent|eld|aid|ound|ost|eft|hut|it|ing)$")
_SUBJECT_WORDS = 3  # before the first name of a question that are part of whom it names
_NAME_WEIGHT = 0.6
PREPOSITION = re.compile(
    r"(?i)\b(?:in|at|on|off|near|from|of|for|after|by|with|to|against|between|over|under|across"
    r"|outside|inside|during|before|since|until)(?: the)? $"
)


def asks_yes_no(question: str) -> bool:
    """Whether it asks for yes or no, not to choose between two."""
    return bool(_ASKS.match(question.strip())) and not _CHOICE.search(question)


class PolarQuestion:
    """A question of yes or no as the statement that it asks about."""

    def __init__(self, question: str) -> None:
        bare = _ASKS.sub("", question.strip()).rstrip(" ?")
        self.text = bare
        self.present = bool(re.match(r"(?i)\W*(?:\w+ )?(?:is|are)\b", question))
        self.infinitive = bool(re.search(r"\bto [a-z]", bare))
        self.future = bool(_FUTURE.match(question))
        self.still = bool(_STILL.search(bare))
        self.figures = quantities(bare)
        asked = names(f"x {bare}")
        self.names = [name.text for name in asked]
        self.named_things = [n for n in asked if n.sure and not any(times_named(n.text).values())]
        named = {word for name in asked for word in name.words}
        before = bare[: asked[0].start - 2] if asked else ""
        near = len(before.split()) <= _SUBJECT_WORDS and not PREPOSITION.search(before)
        self.subject = asked[0] if asked and near else None
        self.weights: dict[str, float] = {}
        self.named: set[str] = set()
        setting, words = False, tokens(bare)
        self.copula = bool(re.match(r"(?i)\W*(?:\w+ )?(?:is|are|was|were)\b", question))
        within_subject = _subject_end(words, named, copula=self.copula) if self.subject else 0
        for number, word in enumerate(words):
            if word in STOP_WORDS or word in ANY or word.isdigit() or _STILL.fullmatch(word):
                setting = word in _SETTING or (setting and word in {"the", "a", "an", "its", "his"})
                continue
            key = stem(word)
            predicate = number == len(words) - 1 and _PARTICIPLE.search(word)
            light = word in named or number < within_subject
            light = light or bool(setting and self.weights and not predicate)
            self.weights[key] = max(rarity(key), 0.3) * (_NAME_WEIGHT if light else 1.0)
            if light:
                self.named.add(key)
        if self.copula and self.subject and set(self.weights) <= set(map(stem, named)):
            self.weights[stem("member")] = 1.0  # "Is Norland in the league?"
        self.passive = self.copula and any(_PARTICIPLE.search(each) for each in words[within_subject:])
        self.focus = [key for key in self.weights if key not in self.named] or list(self.weights)

    @property
    def telling(self) -> list[str]:
        """Its words that are no names and no figures."""
        own = {stem(word) for name in self.named_things for word in name.words}
        return [key for key in self.weights if key in self.focus or key not in own]

    def acts(self, word: str) -> bool:
        """Whether a word is what is asked whether somebody did it, in a verb's first form."""
        return not self.copula and stem(word) in self.focus

    def unknown_in(self, sentence: str, near: str) -> list[str]:
        """The words that weigh of which a sentence has neither a like nor an opposite one.

        Those that only say who is meant may stand near it.
        """
        here = [stem(word) for word in tokens(sentence)]
        around = here + [stem(word) for word in tokens(near)]

        def missing(key: str) -> bool:
            keys = around if key in self.named else here
            return find(key, keys) is None and opposite(key, keys) is None

        return [key for key in self.weights if missing(key)]

    @cached_property
    def total(self) -> float:
        """The weight of all its words."""
        return sum(self.weights.values()) or 1.0


def _subject_end(words: Sequence[str], named: set[str], *, copula: bool) -> int:
    """How many words at the beginning only say who is meant: "the ferry Osprey", "the Orla fire".

    0 where no name stands near the beginning.

    Args:
        copula: whether the question begins with "is" or "was", so that no verb follows the name.
    """
    at = [number for number, word in enumerate(words) if word in named]
    if not at or at[0] > _SUBJECT_WORDS:
        return 0
    end = at[0]
    while end in at:
        end += 1
    last = len(words) - 1
    goes_on = (
        copula
        and end < last
        and words[end] not in STOP_WORDS
        and not _PARTICIPLE.search(words[end])
    )
    return end + 1 if goes_on else end
