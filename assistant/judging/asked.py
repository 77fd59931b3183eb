"""What a question asks for: which kind of thing, of whom, when, said by whom."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal

from assistant.dating import MONTH, WEEKDAY
from assistant.judging.names import names, spelled, word_list
from assistant.reading.overlap import stem, stems

if TYPE_CHECKING:
    from collections.abc import Set

    from assistant.judging.names import Name

Kind = Literal[
    "count",
    "money",
    "share",
    "amount",
    "measure",
    "age",
    "duration",
    "time",
    "person",
    "place",
    "reason",
    "manner",
    "number",
    "name",
    "thing",
    "whole",
]
"""What answers: "number" is any figure, "name" that of a thing, "whole" a whole sentence."""

_PRICED = (
    r"money|cash|cost|costs|pay|pays|paid|spend|spends|spent|worth|earn|earns|earned|donate\w*|fined?"
    r"|invest\w*|raise money|offer(?:ed)? for|bid|owe[sd]?|charge[sd]?|sell for|sold for|buy for"
    r"|stand to lose"
)
_MEASURES = "far tall high deep wide heavy fast hot cold strong big large thick quickly".split()
_NUMBERS = (
    r"magnitude|number|score|rate|rates|temperature|speed|death toll|toll|odds|population|size"
    r"|height|length|distance|weight|depth|width|growth|inflation|turnout|rise|increase"
)
_PLACES = (
    r"country|countries|city|cities|town|towns|place|places|state|village|island|region|province"
    r"|continent|street|district|county|part of the world"
)
_NAMED = (
    r"airline|company|companies|team|club|singer|actor|actress|musician|band|rapper|author|artist"
    r"|athlete|player|movie|film|book|song|album|party|bank|university|politician|celebrity|brand"
    r"|network|newspaper|magazine|museum|leader|president|minister|senator|justice|billionaire"
    r"|director|organi[sz]ation|agency|carmaker|automaker|retailer|platform|app|website|river"
)
_KIND_PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("share", r"\b(?:what|which) (?:percentage|percent|proportion|share|fraction)\b"),
    ("share", r"\bhow many per ?cent\b"),
    ("count", r"\bhow many\b(?! (?:times )?(?:more|larger|bigger|faster)\b)|\bhow often\b"),
    ("money", rf"\bhow much\b.{{0,120}}\b(?:{_PRICED})\b"),
    ("money", r"\b(?:what|which)(?: \w+)? (?:price|cost|fine|salary|fee|sum|bail|budget)\b"),
    ("money", r"\bwhat did .{1,80} pay (?:for|to)\b|\bwhat does .{1,80} cost\b"),
    ("age", r"\bhow old\b|\b(?:what|which) age\b"),
    ("duration", r"\bhow long\b|\bhow soon\b|\bhow quickly\b"),
    ("measure", rf"\bhow (?:{'|'.join(_MEASURES)})\b"),
    ("amount", r"\bhow much\b"),
    ("time", r"(?:^|\b(?:since|until|till|by|and) )when\b(?!.*, (?:who|what|which|how|where)\b)"),
    ("time", r"\b(?:what|which) (?:year|date|day|month|time|weekday|week|hour)\b(?! of)"),
    (
        "number",
        r"\b(?:what|which) (?:is|was|are|were) (?:the|its|their) (?:[\w-]+ ){0,2}"
        rf"(?:{_NUMBERS})\b",
    ),
    ("number", rf"\b(?:what|which) (?:{_NUMBERS})\b"),
    ("place", rf"\bwhere\b|\b(?:what|which) (?:{_PLACES})\b"),
    ("name", rf"\b(?:what|which) (?:[\w’'-]+ ){{0,3}}?(?:{_NAMED})\b(?! (?:of|for)\b)"),
    ("person", r"(?:^|\b(?:by|to|from|and|with|for) )(?:who|whom|whose)\b"),
    ("reason", r"\bwhy\b"),
    ("thing", r"\bhow (?:late|early)\b"),  # hours, or an hour
    ("whole", r"^(?:explain|describe|summari[sz]e)\b|\bwhat happen(?:s|ed)\b"),
    ("manner", r"\bhow\b"),
)
_KINDS = tuple((kind, re.compile(each, re.IGNORECASE)) for kind, each in _KIND_PATTERNS)
_YES_NO = re.compile(
    r"(?i)^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|must)\b"
)
_VERB_OR_JOINT = (
    r"(?:did|do|does|is|are|was|were|has|have|had|will|would|can|could|must|may|should|in|of|at|on"
    r"|for|from|to|than|per|that|who)\b"
)
_COUNTED = re.compile(
    rf"(?i)\bhow (?:many|much) (?P<noun>(?!{_VERB_OR_JOINT})[\w’'-]+"
    rf"(?: (?!{_VERB_OR_JOINT})[\w’'-]+){{0,4}})"
)
_NO = r"not|never|no|nobody|none|nothing|neither|nor|cannot|without|\w+n[’']t"
"""The small words that deny."""
NEGATION = re.compile(
    rf"(?i)\b(?:{_NO}|den(?:y|ie[ds])|rule[sd]? out|ruling out|reject\w*|refus\w*|fail\w*|unlikely"
    r"|avoid\w*|untrue)\b"
)
"""All that denies: small words and verbs."""
_POSSIBLE = re.compile(
    r"(?i)\b(?:may|might|could|would|will|shall|can|should|plan\w*|propos\w*|possibl\w*|expect\w*"
    r"|allege\w*|suspect\w*|consider\w*|want\w*|hop(?:e|es|ed|ing)|intend\w*|aim\w*|offer\w*"
    r"|threaten\w*|likely|going to|agree\w*|decid\w*|appl(?:y|ied)|due|set to|promise\w*|pledge\w*"
    r"|vow\w*|forecast\w*|predict\w*|ask\w*|seek\w*|sought|propose\w*|believe\w*|think\w*)\b"
)
_PAST = re.compile(
    r"(?i)\b(?:did|was|were|has|have|had)\b|^(?:who|what|which \w+)\s+\w+(?:ed|on|ught|ed|ew|id)\b"
)
_MONTHS = re.compile(
    rf"(?i)\b(?:(?!may\b)(?:{MONTH}))\b|(?-i:\bMay\b)(?=,? \d|\W*$|[?.,])|(?<=\bin )May\b"
)
_WEEKDAYS = re.compile(rf"(?i)\b{WEEKDAY}\b")
_YEARS = re.compile(r"(?<![\d.,$€£])(?:19|20)\d\d(?![\d,.]\d|\d)")
_LEAD_IN = re.compile(r"^.*[^\W\d_]{3}[.!?]\s+(?=\S)", re.DOTALL)  # what is told before it is asked
_OWNED = re.compile(r"[’']s?\s(?=[A-Z])")
_INSIDE = re.compile(r"(?i)\bin (?:the )?$")
_FIRST_FORMS = dict(pair.split(":") for pair in word_list("first forms"))
PREPOSITION = re.compile(
    r"(?i)\b(?:in|at|on|off|near|from|of|for|after|by|with|to|against|between|over|under|across"
    r"|behind|outside|inside|during|before|since|until)(?: the| its)? $"
)
_TIMES = {"month": _MONTHS, "weekday": _WEEKDAYS, "year": _YEARS}
# Small words with capitals: a headline, in which capitals name nothing.
_HEADLINE = re.compile(r"\w\s(?:Did|Does|Do|Is|Are|Was|Were|Of|In|On|At|For|To|About|Has|Have)\s")


@dataclass(frozen=True)
class Asked:
    """A question taken apart.

    Attributes:
        kind: what kind of thing answers it.
        negated: whether it asks for what is not so, or is denied.
        settled: whether it asks for what has happened, not for what may or will.
    """

    text: str
    kind: Kind
    negated: bool
    settled: bool

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return stems(self.text)

    @cached_property
    def names(self) -> tuple[Name, ...]:
        """Those that must be names; none where it is written like a headline, or in capitals."""
        return tuple(name for name, _ in self._names)

    @cached_property
    def targets(self) -> tuple[Name, ...]:
        """The names that it asks about: no owner of them ("Norland's bank"), no place ("in")."""
        return tuple(name for name, target in self._names if target)

    @cached_property
    def _names(self) -> tuple[tuple[Name, bool], ...]:
        """Each name, and whether it is one that is asked about."""
        if _HEADLINE.search(self.text) or self.text.isupper():
            return ()
        found: list[tuple[Name, bool]] = []
        pieces = _OWNED.split(_LEAD_IN.sub("", self.text))
        for number, piece in enumerate(pieces):
            told = f"x {piece}" if number else piece  # only the first one opens the question
            for name in names(told):
                owner = number < len(pieces) - 1 and told.endswith(name.text)
                timed = _MONTHS.fullmatch(name.text) or _WEEKDAYS.fullmatch(name.text)
                if name.sure and not timed:
                    found.append((name, not owner and not _INSIDE.search(told[: name.start])))
        return tuple(found)

    @cached_property
    def predicates(self) -> frozenset[str]:
        """The stems of what it asks about them: all content words but the names and figures."""
        named = {stem(word) for name in self.names for word in name.words}
        return frozenset(
            each for each in lemmas(self.text) if each not in named and not each.isdigit()
        )

    @cached_property
    def counted(self) -> frozenset[str]:
        """The stems of what "how many" or "how much" asks for; empty for another question."""
        found = _COUNTED.search(self.text)
        return stems(found["noun"]) if found else frozenset()

    @cached_property
    def times(self) -> dict[str, frozenset[str]]:
        """The months, weekdays and years that it names."""
        return times_named(self.text)


def lemmas(text: str) -> frozenset[str]:
    """The stems of a text's content words, with irregular verbs in their first form."""
    return frozenset(_FIRST_FORMS.get(each, each) for each in stems(text))


@lru_cache(maxsize=256)
def ask_for(question: str) -> Asked:
    """What a question asks for."""
    kind: Kind = "thing"
    if _YES_NO.match(question):
        kind = "whole"
    else:
        kind = next((kind for kind, pattern in _KINDS if pattern.search(question)), "thing")
    settled = bool(_PAST.search(question)) and not _POSSIBLE.search(question)
    return Asked(question, kind, bool(NEGATION.search(question)), settled)


def times_named(text: str) -> dict[str, frozenset[str]]:
    """The months, weekdays and years that a text names, each kind by itself."""
    return {
        unit: frozenset(found.group().casefold() for found in pattern.finditer(text))
        for unit, pattern in _TIMES.items()
    }


def others_named(text: str, known: Set[str], named: Set[str] = frozenset()) -> list[Name]:
    """Whom or what a text names by none of the known words, days apart.

    Args:
        named: words that are names, though they open the text.
    """
    return [
        each
        for each in names(text)
        if (each.sure or set(each.words) <= named)
        and not set(each.words) & known
        and not any(times_named(each.text).values())
    ]


def told_elsewhere(text: str, known: str) -> bool:
    """Whether a text tells of a place, or of one beside it, that is not among what is known."""
    words = {word for word, _ in spelled(known)}
    return any(PREPOSITION.search(text[: each.start]) for each in others_named(text, words))


def times_at(text: str, start: int, end: int) -> bool:
    """Whether a month, a weekday or a year is named between two places of a text."""
    found = (each for pattern in _TIMES.values() for each in pattern.finditer(text))
    return any(each.start() < end and start < each.end() for each in found)
