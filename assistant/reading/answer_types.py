"""What kind of thing a question asks for, and whether a sentence holds one."""

from __future__ import annotations

import re
from typing import NamedTuple

_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
    "dozen hundred thousand million billion trillion half third quarter"
).split()
_TIMES = (
    "january february march april may june july august september october november december monday "
    "tuesday wednesday thursday friday saturday sunday today yesterday tomorrow morning afternoon "
    "evening night hour day week month year decade"
).split()
_REASONS = (
    r"because|since|due to|owing to|so that|in order to|as a result|thanks to|blam\w+|caus\w+"
    r"|reasons?|needs?|needed|lacks?|lacked|prompt\w+|after"
)


class _Kind(NamedTuple):
    asked: re.Pattern[str]
    held: re.Pattern[str]


def _kind(asked: str, held: str) -> _Kind:
    return _Kind(re.compile(asked, re.IGNORECASE), re.compile(held))


_KINDS = (
    _kind(r"^why\b|\breasons?\b|\bwhat caused\b", rf"(?i)\b(?:{_REASONS})\b"),
    _kind(
        r"^(?:when|since when|until when)\b|\b(?:what|which) (?:year|day|date|month|time)\b"
        r"|^how (?:long|soon)\b",
        rf"(?i)\d|\b(?:{'|'.join(_TIMES)})s?\b",
    ),
    _kind(
        r"^how (?:many|much|far|fast|big|large|high|tall|massive|old|often)\b"
        r"|\b(?:cost|price|number|percentage)\b",
        rf"(?i)\d|\b(?:{'|'.join(_NUMBERS)})s?\b",
    ),
    _kind(r"^(?:who|whom|whose)\b|^which (?:person|company|country|team)\b", r"\b[A-Z]\w+ [A-Z]"),
    _kind(r"^where\b", r"\b(?:in|at|near|from|to|on|off|outside|inside|across) (?:the )?[A-Z]"),
)


_MEASURED = (
    "many much far fast big large long high tall old often soon quickly massive wide deep heavy "
    "hot cold strong likely popular"
).split()
_EXPLAINS = re.compile(
    rf"\bwhy\b|\bhow\b(?! (?:{'|'.join(_MEASURED)})\b)|\bexplain\b|\bdescribe\b"
    r"|\bwhat (?:is|are|was|were) the (?:reasons?|differences?)\b|\bwhat happen(?:s|ed)\b"
    r"|^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b",
    re.IGNORECASE,
)


def asks_why(question: str) -> bool:
    """Whether it asks for a reason."""
    return bool(_KINDS[0].asked.search(question))


def wants_sentence(question: str) -> bool:
    """Whether a sentence answers better than a few words of it: why, how, yes or no."""
    return bool(_EXPLAINS.search(question))


def holds_kind(question: str, sentence: str) -> float:
    """1 when the sentence holds the kind of thing asked for, 0 when not, 0.5 when none is."""
    for kind in _KINDS:
        if kind.asked.search(question):
            return float(bool(kind.held.search(sentence)))
    return 0.5
