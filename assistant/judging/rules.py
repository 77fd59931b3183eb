"""What needs no judgement: a figure, name, date or quoted word that the evidence lacks."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.judging.evidence import quoted_words, slot_fillers
from assistant.judging.names import lacking, spelled
from assistant.judging.quantities import quantities

if TYPE_CHECKING:
    from assistant.judging.evidence import Evidence, Words
    from assistant.judging.names import Name
    from assistant.judging.quantities import Quantity

_MONTHS = (
    r"(?:jan(?:uary)?|febr?(?:uary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTH_BEFORE = re.compile(rf"(?i)\b{_MONTHS}\.? (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?$")
_MONTH_AFTER = re.compile(rf"(?i)(?:st|nd|rd|th)? (?:of )?{_MONTHS}\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_YEAR = re.compile(r"(?i)\b(?:in|since|during|of|by|until|before|after) $")


def lacking_words(claim: Words, evidence: Evidence) -> tuple[str, ...]:
    """What of a claim fails by rule, as it is written there; empty when nothing does."""
    failed = [each.text for each in claim.quantities if not _figure_stands(each, claim, evidence)]
    failed += [each.text for each in claim.names if not _name_stands(each, claim, evidence)]
    failed += [each for each in quoted_words(claim.text) if not _quoted(each, evidence)]
    return tuple(dict.fromkeys(failed))


def _figure_stands(figure: Quantity, claim: Words, evidence: Evidence) -> bool:
    fillers = slot_fillers(claim, figure.start, len(figure.text), evidence.said)
    in_slot = [each for filler in fillers for each in quantities(filler.text)]
    if in_slot and not any(_bare(figure).agrees(_bare(each)) for each in in_slot):
        return False  # it stands elsewhere at most
    if stands(figure, evidence):
        return True
    # The day or year of publication, which the model was told; never as a count of anything.
    dated = _is_dated(figure, claim.text) and not figure.unit
    return dated and any(figure.agrees(each) for each in evidence.day.quantities)


def _is_dated(figure: Quantity, text: str) -> bool:
    """Whether a figure stands where a date's day or year does: "16 April", "in 2019"."""
    before, after = text[: figure.start], text[figure.start + len(figure.text) :]
    if _MONTH_BEFORE.search(before) or _MONTH_AFTER.match(after):
        return True
    return bool(_YEAR.fullmatch(figure.text) and _IN_YEAR.search(before))


def unnamed_openers(claim: Words, evidence: Evidence) -> tuple[str, ...]:
    """Words that open a sentence, may be names, and stand nowhere in the passages."""
    context = evidence.context
    unsure = [each for each in claim.names if not each.sure]
    return tuple(n.text for n in unsure if lacking(n, context.there, context.plain))


def stands(figure: Quantity, evidence: Evidence) -> bool:
    """Whether the evidence's own sentences hold a figure."""
    return any(figure.agrees(each) for each in evidence.words.quantities)


def _bare(figure: Quantity) -> Quantity:
    return replace(figure, unit="")


def _name_stands(name: Name, claim: Words, evidence: Evidence) -> bool:
    words = evidence.words
    fillers = slot_fillers(claim, name.start, len(name.text), evidence.said)
    others = [filler.words for filler in fillers]
    known = {word for said in evidence.said for each in said.names for word in each.words}
    own = set(name.words)
    replaced = [each for each in others if (set(each) - own) & known and name.words[-1] not in each]
    if replaced and len(replaced) == len(others) and not _means(name, others):
        return False
    if not lacking(name, words.there, words.plain):
        return True
    context = evidence.context
    missing = lacking(name, context.there, context.plain)
    if not missing:
        return True
    if name.sure:
        return False
    # The first word of a sentence may be no name at all: then a name of the evidence is missing.
    return not any(
        not set(each.words) & claim.there for each in evidence.said[0].names if each.sure
    )


def _means(name: Name, fillers: list[tuple[str, ...]]) -> bool:
    """Whether one of them is the same name in another form: Turkish, Turkey; U.S., America."""
    return any(not lacking(name, frozenset(each), f" {' '.join(each)} ") for each in fillers)


def _quoted(text: str, evidence: Evidence) -> bool:
    """Whether quoted words stand in the passage in this order, however they are punctuated."""
    words = [word for word, _ in spelled(text)]
    return not words or f" {' '.join(words)} " in evidence.context.plain
