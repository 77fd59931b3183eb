"""What a written answer leaves out: who says a thing, and that another source says otherwise.

The composition is given to the chat model as notes, and its sentences are held against it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.composing.composition import statements
from assistant.judging.names import is_person, name_words
from assistant.judging.quantities import quantities
from assistant.judging.speakers import attribute

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Version
    from assistant.composing.composition import Composition
    from assistant.judging.evidence import Given, SourceSentence

_TELLS = re.compile(
    r"(?i)\b(?:said|says|say|according to|told|reported|reports|claim(?:s|ed)?|den(?:y|ies|ied)"
    r"|warned|warns|announced|estimate[sd]?|believes?|believed|called|stated|insisted|put the"
    r"|argued|added|admitted)\b"
)
_FILLERS = frozenset("the a an of for and in its his her their head minister chief".split())


def notes_for(composition: Composition) -> str:
    """What an editor would tell the one who writes; empty where there is nothing to tell.

    In our words alone: an article's would stand outside the passages, where orders are given.
    """
    notes = []
    if composition.verdict and composition.verdict.answer == "disputed":
        notes.append("Sources differ here: give both sides with who says so.")
    if composition.differs:
        notes.append("Sources differ here: give each figure with who says it.")
    if composition.versions:
        notes.append("Begin with the newest figure; the older ones are out of date.")
    if composition.speaker:
        notes.append("A passage says who makes this claim: name the one who does.")
    return " ".join(notes)


def missing_speaker(claim: str, said: Sequence[SourceSentence], given: dict[int, Given]) -> str:
    """Who says what a written sentence gives as a fact, or as another person's words.

    Empty where it says so, or nobody does.
    """
    if not said:
        return ""
    ((told_by, _),) = attribute(claim, [(0, len(claim))])
    another = told_by if told_by and is_person(told_by.speaker) else None
    if another is None and _TELLS.search(claim):
        return ""
    best = said[0]
    for each in statements([given[best.passage].hit]):
        inside = each.field == "text" and each.start <= best.start < each.end
        if not inside or each.said is None:
            continue
        told = name_words(f"{each.said.speaker} {each.said.role}") - _FILLERS
        return "" if told & name_words(claim) else each.said.speaker
    return ""


def hidden_values(texts: Sequence[str], composition: Composition) -> dict[int, tuple[str, ...]]:
    """By the place of a sentence, the values of other sources that no sentence of the answer gives.

    Only sentences that give one of the differing values are named; of versions, those that give an
    older one while none gives the newest.
    """
    hidden: dict[int, tuple[str, ...]] = {}
    given = [each for each in composition.differs if _told(each, texts)]
    if given and len(given) < len(composition.differs):
        missing = tuple(each.value for each in composition.differs if each not in given)
        for place, text in enumerate(texts):
            if any(_told(each, [text]) for each in given):
                hidden[place] = missing
    if composition.verdict and composition.verdict.answer == "disputed":
        hidden |= _hidden_side(texts, composition)
    newest, *older = composition.versions or (None,)
    if newest and not _told(newest, texts):
        for place, text in enumerate(texts):
            if any(_told(each, [text]) for each in older):
                hidden[place] = (newest.value,)
    return hidden


def _hidden_side(texts: Sequence[str], composition: Composition) -> dict[int, tuple[str, ...]]:
    """Where one side of a yes and no is told, the speaker of the other that no sentence names."""
    sides = [each.speaker for each in composition.quotes if each.speaker]
    there = name_words(" ".join(texts))
    missing = tuple(each for each in sides if not (name_words(each) - _FILLERS) & there)
    if not missing or len(missing) == len(sides):
        return {}
    named = set().union(*(name_words(each) for each in sides if each not in missing)) - _FILLERS
    return {place: missing for place, text in enumerate(texts) if named & name_words(text)}


def _told(version: Version, texts: Sequence[str]) -> bool:
    """Whether one of the texts gives the value, in whatever words."""
    wanted = quantities(version.value)
    if not wanted:
        return any(version.value.casefold() in text.casefold() for text in texts)
    value = wanted[0].value
    return any(
        abs(each.value - value) < 1e-9 * max(1.0, abs(value))
        for text in texts
        for each in quantities(text)
    )
