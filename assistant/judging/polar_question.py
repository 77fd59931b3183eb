"""A question of yes or no, taken apart: whom it is about, and the words that weigh."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.dating import MONTH
from assistant.followup.conversation import rarity
from assistant.judging.asked import PREPOSITION, lemmas, others_named, times_named
from assistant.judging.names import names
from assistant.judging.quantities import quantities
from assistant.judging.synonyms import ANY, find, means_the_same, opposite, tokens
from assistant.reading.overlap import stem
from index.terms import STOP_WORDS

if TYPE_CHECKING:
    from assistant.judging.quantities import Quantity

AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
)
_ASKS = re.compile(rf"(?i)^(?:(?:so|and|but|then|or|well)[, ]+)*{AUXILIARY}(?:n[’']t)?\b(?!\s*,)")
_CHOICE = re.compile(r"(?i)\bor\b(?! (?:not|no)\b)(?! (?:more|less|over|so)\b)")
_FUTURE = re.compile(
    r"(?i)^\W*(?:(?:so|and|but|then)[, ]+)*(?:will|would|can|could|may|might|should"
    r"|(?:is|are) .*\b(?:going|to)\b)"
)
# "Is Pelm staying?" asks what will be, and is answered by what somebody says they will do.
_GOING_ON = re.compile(
    r"(?i)^\W*(?:(?:so|and|but|then)[, ]+)*(?:is|are) (?:[\w’'-]+ ){1,4}?(?:staying|leaving|keeping"
    r"|stepping|standing|running|joining|quitting|returning|coming|closing|opening|moving|resigning"
    r"|retiring|continuing|ending|selling|buying|appealing|withdrawing|cutting|raising)\b"
)
_STILL = re.compile(r"(?i)\b(?:still|yet|any ?more|any longer|continu\w+|remains?)\b")
_SETTING = frozenset(
    "in at of after before during over near since for from inside outside when while".split()
)
_PARTICIPLE = re.compile(r"(?:ed|en|wn|ne|ght|ut|old|ade|ent|eld|aid|ound|ost|eft|hut|it|ing)$")
_SUBJECT_WORDS = 3  # before the first name of a question that are part of whom it names
_NAME_WEIGHT = 0.6
_NO_VERB = re.compile(rf"\W*(?:$|(?:{'|'.join(sorted(_SETTING))})\b)")

DONE_BY = re.compile(r"\bby (?P<whom>[^,]+)$")
_MORE = re.compile(
    r"(?i)\b(?:(?P<more>(?:more|greater|larger|higher|longer) than|over|above|at least|no fewer "
    r"than)|(?P<less>(?:fewer|less|smaller|lower|shorter) than|under|below|up to|at most))\W*$"
)
DAY = re.compile(rf"(?i)\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{MONTH})\b"
                  rf"|\b(?P<us>{MONTH}) (?P<number>\d{{1,2}})\b")  # fmt: skip
_CONTRASTS = re.compile(r"\b(?:while|whereas|but|although|though|and)\b|;")
_STEP = re.compile(r"\b(?P<how>to|by|from)\W*$")
_AGE = re.compile(r"(?:\b[Aa]ged?|\b(?:man|woman|boy|girl|child|pensioner) of|\b[A-Z]\w+,) $")

_BEEN = frozenset("is are was were been being be got".split())
_BE = r"\b(?:is|are|was|were|been|being|be|got|gets?)(?: [a-z]+ly)?(?: not| also| never)? "
_OBJECT = re.compile(r" (?:the|an?|his|her|its|their|[A-Z]|\d)")


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
        self.permission = bool(re.match(r"(?i)\W*(?:\w+ )?(?:can|may)\b", question))
        self.future = bool(_FUTURE.match(question))
        self.going_on = bool(_GOING_ON.match(question))
        self.denial = bool(re.search(r"(?i)\bden(?:y|ies|ied)\b", bare))
        self.still = bool(_STILL.search(bare))
        self.figures = quantities(bare)
        asked = names(f"x {bare}")
        self.names = [name.text for name in asked]
        self.named_things = others_named(f"x {bare}", frozenset())
        named = {word for name in asked for word in name.words}
        before = bare[: asked[0].start - 2] if asked else ""
        near = len(before.split()) <= _SUBJECT_WORDS and not PREPOSITION.search(before)
        self.copula = bool(re.match(r"(?i)\W*(?:\w+ )?(?:is|are|was|were)\b", question))
        if (
            before.strip()
            and not self.copula
            and asked
            and _NO_VERB.match(bare[len(before + asked[0].text) :])
        ):
            near = False  # "Did the king visit Orba in May?"
        self.subject = asked[0] if asked and near else None
        self.weights: dict[str, float] = {}
        self.named: set[str] = set()
        setting, words = False, tokens(bare)
        within_subject = _subject_end(words, named, copula=self.copula) if self.subject else 0
        for number, word in enumerate(words):
            goes_on = number == len(words) - 1 and not self.copula  # "Does the search continue?"
            still = _STILL.fullmatch(word) and not goes_on
            if word in STOP_WORDS or word in ANY or word.isdigit() or still:
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
        self.passive = self.copula and any(
            _PARTICIPLE.search(each) for each in words[within_subject:]
        )
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

        return [key for key in self.weights if missing(key) and key != stem("ongoing")]

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


def same_figures(asked: PolarQuestion, clause: str) -> bool | None:
    """Whether each figure asked about is told of the same things; None where that is not known."""
    ends = [each.end() for each in _CONTRASTS.finditer(clause)]
    told = [
        figure
        for figure in quantities(clause)
        if not _is_time(figure, clause)
        and not _AGE.search(clause[: figure.start])
        and _tells(asked, clause, figure.start, ends)
    ]
    known: bool | None = True
    for one in asked.figures:
        if _is_time(one, asked.text):
            continue
        step = _STEP.search(asked.text[: one.start])
        alike = [
            other
            for other in told
            if _alike(asked, one, other, clause)
            and (not step or step["how"] == _how(clause[: other.start], step["how"]))
        ]
        if any(_fits(asked, one, other) for other in alike):
            continue
        if any(other.exact and _counts_alike(asked, one, other, clause) for other in alike):
            return False
        known = None
    return known


def _how(before: str, usual: str) -> str:
    found = _STEP.search(before)
    return found["how"] if found else usual


def _tells(asked: PolarQuestion, clause: str, at: int, ends: list[int]) -> bool:
    """Whether the part of a clause that holds a figure speaks of what is asked about."""
    start = max((end for end in ends if end <= at), default=0)
    part = clause[start : min((end for end in ends if end > at), default=len(clause))]
    keys = [stem(word) for word in tokens(part)]
    measured = {stem(word) for one in asked.figures for word in one.text.split()}
    measured |= {each for one in asked.figures for each in _counted(one, asked.text)[:1]}
    acts = [key for key in asked.focus if key not in measured]
    return not acts or any(find(key, keys) is not None for key in acts)


def _fits(asked: PolarQuestion, one: Quantity, other: Quantity) -> bool:
    bound = _MORE.search(asked.text[max(0, one.start - 16) : one.start].rstrip())
    if not bound:
        return one.agrees(other) or (one.unit != "" and not other.unit and one.value == other.value)
    least = bound.group().lower() in {"at least", "no fewer than", "up to", "at most"}
    if least and one.value == other.value:
        return True
    return other.value > one.value if bound["more"] else other.value < one.value


def _alike(asked: PolarQuestion, one: Quantity, other: Quantity, clause: str) -> bool:
    """Whether two figures may count or measure things of one kind."""
    if one.unit or other.unit:
        return one.unit == other.unit or (bool(one.unit) and not _counted(other, clause))
    bare = not _counted(one, asked.text) or not _counted(other, clause)
    return bare or _counts_alike(asked, one, other, clause)


def _counts_alike(asked: PolarQuestion, one: Quantity, other: Quantity, clause: str) -> bool:
    """Whether two figures count or measure the same, as far as their words say."""
    wanted, there = _counted(one, asked.text), _counted(other, clause)
    return bool(one.unit) or any(means_the_same(a, b) for a in wanted for b in there)


def _counted(figure: Quantity, text: str) -> list[str]:
    """The stems of what a figure counts."""
    behind = text[figure.start + len(figure.text) :]
    noun = re.match(
        r"(?:[ -](?!(?:and|or|in|on|at|to|of|from|by|with|for|who|that)\b)"
        r"(?!\w+ed\b|hurt\b|die|dead\b)[a-z][\w’'-]*){1,3}",
        behind,
    )
    return [stem(word) for word in tokens(noun.group())] if noun else []


def _is_time(figure: Quantity, text: str) -> bool:
    around = text[max(0, figure.start - 10) : figure.start + len(figure.text) + 10]
    return not figure.unit and (
        any(figure.text in each for each in times_named(text)["year"])
        or any(figure.text in found.group() for found in DAY.finditer(around))
    )


def swapped(asked: PolarQuestion, clause: str) -> bool:
    """Whether the one who is asked to have done it had it done to them, or the other way round."""
    if _turned_round(asked, clause):
        return True
    if asked.subject is None:
        return False
    acts = "|".join(
        re.escape(word)
        for word in set(re.findall(r"[a-z]+", clause))
        if any(means_the_same(stem(word), key) or lemmas(word) & {key} for key in asked.focus)
    )
    whom = re.escape(asked.subject.text.split()[-1])
    if not acts:
        return False
    if not asked.copula:
        passive = rf"\b{whom}\b.*?{_BE}(?:{acts}) (?:[a-z]+ ){{0,4}}by\b(?!.*\b{whom}\b)"
        return bool(re.search(passive, clause))
    if not asked.passive:
        return False
    active = re.search(
        rf"\b{whom}\b(?:,[^,]+,)? (?:[a-z]+ly )?(?:has |had |have |did )?(?:{acts})\b", clause
    )
    return bool(active and _OBJECT.match(clause[active.end() :]))


def _turned_round(asked: PolarQuestion, clause: str) -> bool:
    """Whether three words of the question stand the other way round: "police attacked crowds"."""
    words = tokens(clause)
    keys = [stem(word) for word in words]
    asked_keys = list(asked.weights)
    for three in zip(asked_keys, asked_keys[1:], asked_keys[2:], strict=False):
        one, act, other = (find(key, keys) for key in three)
        if one is None or act is None or other is None or three[1] not in asked.focus:
            continue
        if means_the_same(three[1], stem("die")):
            continue  # "the flood killed five", "five died in the flood"
        if DONE_BY.search(asked.text):
            done = "by" in words[act:other] or words[max(act - 1, 0)] in _BEEN
            if one < act < other and not done:
                return True
        elif other < act < one and "by" not in words[act:one] and not asked.copula:
            return True
    return False
