"""Several questions asked at once: taken apart, answered one by one, and put together again."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.answer import Part
from assistant.composing.composition import Composition

if TYPE_CHECKING:
    from assistant.reading.reader import Quote

_ASKS = (
    r"(?:who|whom|whose|what|when|where|why|how|which|did|does|do|is|are|was|were|has|have"
    r"|will|can|could|should)"
)
_TWO = re.compile(
    rf"(?i)^(?P<first>{_ASKS}\b.{{6,}}?)(?:\?|[,;])?\s*(?:\band\b|;)\s*(?P<second>{_ASKS}\b(?! "
    rf"(?:of|in)\b)[^?]{{5,}})\?*$"
    rf"|^(?P<first2>[^?]{{8,}}\?)\s*(?:and |also,? )?(?P<second2>{_ASKS}\b[^?]{{5,}})\?*$"
)
_NO_SPLIT = re.compile(r"(?i)\b(?:between|both|either|whether)\b")
_FINITE = re.compile(
    r"(?i)\b(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|may|might|should|\w+ed|\w{3,}s"
    r"|won|lost|said|made|ran|run|led|left|took|went|became|began|came|got|gave|paid|sold|bought|died|built|won)\b"
)


def take_apart(question: str) -> tuple[str, ...]:
    """The questions that were asked at once; the question itself where it is one."""
    text = " ".join(question.split())
    fits = _TWO.match(text)
    if not fits or _NO_SPLIT.search(text):
        return (question,)
    first = (fits["first"] or fits["first2"]).strip(" ,?")
    second = (fits["second"] or fits["second2"]).strip(" ,?")
    if not (_FINITE.search(first) and _FINITE.search(second)):
        return (question,)
    return tuple(f"{part[:1].upper()}{part[1:]}?" for part in (first, second))


def put_together(questions: Sequence[str], composed: Sequence[Composition]) -> Composition:
    """One composition of several; what was not found is named."""
    quotes: list[Quote] = []
    parts: list[Part] = []
    told: list[str] = []
    for question, each in zip(questions, composed, strict=True):
        numbers = []
        for quote in each.quotes:
            known = next(
                (n for n, other in enumerate(quotes, start=1) if _same_place(other, quote)), 0
            )
            if not known:
                quotes.append(quote)
                known = len(quotes)
            numbers.append(known)
        answered = bool(each.quotes or each.about)
        lead = each.lead or each.short or ""
        parts.append(
            Part(
                question=question,
                answered=answered,
                lead=lead,
                short=each.short,
                citations=tuple(numbers),
            )
        )
        if not answered:
            told.append(f"I found nothing on “{question}”")
        elif lead:
            told.append(lead.rstrip("."))
    if not any(part.answered for part in parts):
        nearest = next((each.nearest for each in composed if each.nearest), ())
        return Composition(nearest=nearest)
    lead = f"{'; '.join(told)}." if told else ""
    return Composition(tuple(quotes), lead=lead, parts=tuple(parts))


def _same_place(one: Quote, other: Quote) -> bool:
    return (one.article.id, one.field, one.start, one.end) == (
        other.article.id,
        other.field,
        other.start,
        other.end,
    )
