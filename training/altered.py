"""Questions that no longer have an answer: answerable ones, with one word or name changed.

SQuAD 2.0's annotators made a question unanswerable mostly by swapping an entity, by an antonym or
by a negation (Rajpurkar, Jia and Liang, 2018, table 2). The same three changes, made by rule to
SQuAD 1.1's questions, give more of them. One in ten or so can still be answered; the hand-written
ones teach what the rule cannot.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.reading.span_model import normalise

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from training.sources import Item

_NAME = re.compile(r"(?<=\S )[A-Z][\w'.-]*(?: (?:(?:of|the|de|van|von) )?[A-Z][\w'.-]*)*(?<![.'-])")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_OPPOSITES = """
first last / most least / more fewer / more less / largest smallest / biggest smallest / highest
lowest / higher lower / before after / oldest youngest / earliest latest / early late / begin end
/ began ended / start finish / started finished / north south / northern southern / east west /
eastern western / increase decrease / increased decreased / win lose / won lost / major minor /
common rare / best worst / above below / inside outside / male female / men women / public private
/ old new / large small / long short / high low / good bad / strong weak / left right / accept
reject / accepted rejected / support oppose / supported opposed / arrive leave / arrived left /
buy sell / bought sold / older younger / born buried / majority minority / primary secondary /
internal external / rise fall / rose fell / ally enemy / allies enemies / success failure / upper
lower / maximum minimum / positive negative / always never / same different / like dislike /
popular unpopular / able unable / allowed forbidden / allow forbid / include exclude / includes
excludes / included excluded / join leave / joined quit
"""
_OTHER: dict[str, list[str]] = {}
for _pair in _OPPOSITES.split("/"):
    _one, _two = _pair.split()
    _OTHER.setdefault(_one, []).append(_two)
    _OTHER.setdefault(_two, []).append(_one)
_ANTONYM = re.compile(rf"\b(?:{'|'.join(_OTHER)})\b")
_AUXILIARY = re.compile(
    r"\b(?:is|are|was|were|did|does|do|has|have|had|can|could|would|should|will)\b"
)


def alter(items: Sequence[Item], raw: Sequence[str], rng: Random) -> list[Item]:
    """Unanswerable versions of answerable questions; what was the answer becomes the lure.

    ``raw[i]`` is item i's question in its own case. An item in which there is nothing to change is
    left out. Names and numbers are swapped for others of the same article, half of the time for
    one in the same passage.
    """
    names: dict[str, set[str]] = {}
    for item in items:
        if item.passage not in names:
            names[item.passage] = {found for found in _NAME.findall(item.passage) if len(found) > 2}
    in_group: dict[str, list[str]] = {}
    for item in items:
        in_group.setdefault(item.group, []).append(item.passage)
    everywhere = {
        group: sorted(set().union(*(names[passage] for passage in dict.fromkeys(passages))))
        for group, passages in in_group.items()
    }
    made = []
    for item, question in zip(items, raw, strict=True):
        near = sorted(names[item.passage])
        pool = near if rng.random() < 0.5 and near else everywhere[item.group]
        changed = _changed(question, pool, rng)
        if changed is not None:
            made.append(
                replace(
                    item,
                    source="altered",
                    question=normalise(changed),
                    answers=(),
                    lure=item.answers,
                )
            )
    return made


def _changed(question: str, pool: Sequence[str], rng: Random) -> str | None:
    ways = [_swap_name, _swap_name, _swap_name, _antonym, _antonym, _swap_number]
    if rng.random() < 0.3:
        ways.append(_negate)
    rng.shuffle(ways)
    for way in ways:
        changed = way(question, pool, rng)
        if changed is not None and normalise(changed) != normalise(question):
            return changed
    return None


def _swap_name(question: str, pool: Sequence[str], rng: Random) -> str | None:
    found = list(_NAME.finditer(question))
    if not found or not pool:
        return None
    place = rng.choice(found)
    mine = set(question.lower().split())
    for _ in range(8):
        other = rng.choice(pool)
        if not mine & set(other.lower().split()):
            return question[: place.start()] + other + question[place.end() :]
    return None


def _antonym(question: str, _: Sequence[str], rng: Random) -> str | None:
    found = list(_ANTONYM.finditer(question))
    if not found:
        return None
    place = rng.choice(found)
    return question[: place.start()] + rng.choice(_OTHER[place.group()]) + question[place.end() :]


def _swap_number(question: str, _: Sequence[str], rng: Random) -> str | None:
    found = list(_NUMBER.finditer(question))
    if not found:
        return None
    place = rng.choice(found)
    digits = place.group()
    at = rng.choice([number for number, sign in enumerate(digits) if sign.isdigit()][-2:])
    other = rng.choice([d for d in "123456789" if d != digits[at]])
    return (
        question[: place.start()] + digits[:at] + other + digits[at + 1 :] + question[place.end() :]
    )


def _negate(question: str, _: Sequence[str], rng: Random) -> str | None:
    found = list(_AUXILIARY.finditer(question))
    if not found:
        return None
    place = rng.choice(found)
    word = rng.choice(["not", "never", "not"])
    return f"{question[: place.end()]} {word}{question[place.end() :]}"
