"""Whether the sources agree, and in what two reports of one event differ."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from assistant.answer import Verdict
from assistant.composing.composition import Composition, Material, quote_of
from assistant.composing.figures import CLOSE, figures_of
from assistant.composing.versions import line_up, same_event, source_of, version_of
from assistant.composing.yes_or_no import answer_yes_or_no
from assistant.judging.polar_question import asks_yes_no
from assistant.judging.synonyms import means_the_same, share_of_meaning
from assistant.reading.overlap import stem

if TYPE_CHECKING:
    from assistant.composing.figures import Figure

_DIFFER = re.compile(
    r"(?i)^(?:do|does|did) (?:the |all )?(?:sources|articles|outlets|papers|newspapers|reports"
    r"|accounts)"
    r" (?P<how>agree|differ|disagree|say the same|contradict (?:each other|one another))"
    r"(?: (?:on|about|over))? ?(?P<what>.*?)\??$"
)
_REPORTS_DIFFER = re.compile(
    r"(?i)\b(?:differences?|differs?|disagree|contradict\w*|conflict\w*)\b.*\b(?:reports|articles|sources|accounts"
    r"|outlets|papers|versions|stories)\b|\b(?:reports|articles|sources|accounts|outlets|papers)\b.*\b(?:differ|disagree|contradict)\b"
)
_STATES = re.compile(r"(?i)\b(?:dead|died|killed|deaths?|injured|hurt|wounded|missing|homeless)\b")


def asks_if_sources_differ(question: str) -> str:
    """The question whose answers are to be compared; empty when this is not asked."""
    fits = _DIFFER.match(question.strip())
    if not fits or not fits["what"]:
        return ""
    what = re.sub(r"(?i)^(?:whether|if)\b", "Did", fits["what"].strip())
    return f"{what[:1].upper()}{what[1:]}?"


def asks_if_agreed(question: str) -> bool:
    """Whether "yes" to it means that the sources agree, rather than that they differ."""
    fits = _DIFFER.match(question.strip())
    return fits is not None and fits["how"].lower() in {"agree", "say the same"}


def answer_what_differs(material: Material) -> Composition | None:
    """Whether the sources agree, or in what two reports differ; None for another question."""
    if material.asked_if_differ:
        return _whether_they_agree(material)
    if _REPORTS_DIFFER.search(material.question):
        return _between_reports(material)
    return None


def _whether_they_agree(material: Material) -> Composition:
    """Yes or no to "do the sources agree?", from the versions there are."""
    nearest = Composition(nearest=material.reading.quotes or material.reading.nearest)
    told = answer_yes_or_no(material) if asks_yes_no(material.question) else line_up(material)
    agreed = False
    if told is None:
        short = (material.reading.short or "\0").casefold()
        saying = tuple(q for q in material.reading.quotes if short in q.text.casefold())
        told, agreed = Composition(saying, lead="They agree, as far as the articles tell."), True
    elif told.verdict:
        agreed = told.verdict.answer in {"yes", "no"}
        if told.verdict.answer == "open":
            return nearest
    elif not told.differs:
        told = replace(told, short=None, lead=f"An article gives a later figure: {told.lead}")
    if not told.quotes or (agreed and len({each.article.id for each in told.quotes}) < 2):
        return nearest
    answer: Literal["yes", "no"] = "yes" if agreed == material.asked_if_agreed else "no"
    cited = tuple(range(1, len(told.quotes) + 1))
    verdict = Verdict(answer=answer, citations=cited)
    return replace(told, lead=f"{answer.capitalize()}. {told.lead}", verdict=verdict)


def _between_reports(material: Material) -> Composition | None:
    """The figures that two articles of one event give differently for the same thing."""
    articles: dict[str, list[Figure]] = {}
    for statement in material.statements:
        if statement.field == "text":
            articles.setdefault(statement.article.id, [])
            articles[statement.article.id] += figures_of(statement, 1.0)
    first, *others = list(articles.values()) or [[]]
    for other in others:
        if (
            not first
            or not other
            or not same_event(material, other[0].statement, first[0].statement)
        ):
            continue
        pairs = [(one, two) for one in first for two in other if _told_otherwise(one, two)]
        if pairs:
            return _as_pairs(pairs[:2])
    return None


def _told_otherwise(one: Figure, other: Figure) -> bool:
    a, b = one.statement, other.statement
    if one.quantity.unit != other.quantity.unit or one.quantity.value == other.quantity.value:
        return False
    if not 1 / CLOSE < one.quantity.value / (other.quantity.value or 1e-9) < CLOSE:
        return False
    return (
        means_the_same(_counted(one), _counted(other)) and share_of_meaning(a.text, b.text) > 0.15
    )


def _counted(figure: Figure) -> str:
    """The stem of what a figure counts, wherever the sentence says it: "135 have died"."""
    text, place = figure.statement.text, figure.quantity.start
    near = f"{text[max(0, place - 60) : place]} {text[place : place + 40]}"
    states = _STATES.findall(near) or _STATES.findall(text[:place])[-1:]
    return stem(states[0].lower()) if states else figure.noun or "?"


def _as_pairs(pairs: list[tuple[Figure, Figure]]) -> Composition:
    quotes, versions, told = [], [], []
    for pair in pairs:
        ordered = sorted(pair, key=lambda each: each.statement.day)
        for each in ordered:
            quotes.append(quote_of(each.statement, 0.9))
            versions.append(version_of(each, len(quotes)))
        told.append(" and ".join(f"{each.text} ({source_of(each)})" for each in ordered))
    return Composition(
        tuple(quotes), lead=f"They differ: {'; '.join(told)}.", differs=tuple(versions)
    )
