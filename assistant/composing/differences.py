"""Whether sources agree on what is asked, and in what two reports of one event differ."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Literal

from assistant.answer import Verdict
from assistant.composing.composition import Composition, Material, quote_of, same_event
from assistant.composing.day_words import label_of
from assistant.composing.figures import Figure, figures_of, same_kind, same_setting
from assistant.composing.versions import MOST, line_up, same_value, source_of, version_of
from assistant.composing.votes import asks_yes_no
from assistant.composing.yes_or_no import answer_yes_or_no, is_unanimous
from assistant.judging.quantities import quantities
from assistant.judging.synonyms import share_of_meaning
from assistant.reading.reader import Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.reading.finding import Finding

_DIFFER = re.compile(
    r"(?i)^(?:do|does|did) (?:the |all )?(?:sources|articles|outlets|papers|newspapers|reports"
    r"|accounts) (?P<how>agree|differ|disagree|say the same|contradict (?:each other"
    r"|one another))(?: (?:on|about|over))? ?(?P<what>.*?)\??$"
)
_REPORTS_DIFFER = re.compile(
    r"(?i)\b(?:differences?|differs?|disagree|contradict\w*|conflict\w*)\b.*\b(?:reports|articles|sources|accounts"
    r"|outlets|papers|versions|stories)\b|\b(?:reports|articles|sources|accounts|outlets|papers)\b.*\b(?:differ|disagree|contradict)\b"
)
_CLOSE = 4.0


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
    """Yes or no to "do the sources agree?"; neither where what they say cannot be compared."""
    nearest = material.unsure
    told, agreed = line_up(material), False
    if asks_yes_no(material.question):
        told = answer_yes_or_no(material)
        agreed = is_unanimous(material)
        if not told or not told.verdict or not (agreed or told.verdict.answer == "disputed"):
            return nearest
        told = (
            replace(told, lead=f"They agree: {told.lead[:1].lower()}{told.lead[1:]}")
            if agreed
            else told
        )
    elif told is None:
        return _side_by_side(material) or nearest
    elif not told.differs:
        told = replace(told, short=None, lead=f"An article gives a later figure: {told.lead}")
    return _verdict(material, told, agreed=agreed)


def _verdict(material: Material, told: Composition, *, agreed: bool) -> Composition:
    answer: Literal["yes", "no"] = "yes" if agreed == material.asked_if_agreed else "no"
    cited = tuple(range(1, len(told.quotes) + 1))
    verdict = Verdict(answer=answer, citations=cited)
    return replace(told, lead=f"{answer.capitalize()}. {told.lead}", verdict=verdict)


def _side_by_side(material: Material) -> Composition | None:
    """What each story answers: that they agree where all give the same, else what each one gives.

    None where a story that speaks to it gives nothing to compare, or there is but one.
    """
    threshold = material.reading.threshold
    given: dict[str, list[Finding]] = {}
    first_in: dict[str, str] = {}  # a sentence that stands in several stories is one source
    for each in sorted(material.reading.findings, key=lambda found: -found.probability):
        if each.judgement.sentence_ok and each.probability >= threshold:
            story = first_in.setdefault(each.folded, each.hit.story)
            given.setdefault(story, []).append(each)
    clear = [[each for each in own if each.judgement.words_ok] for own in given.values()]
    if len(clear) < 2 or not all(clear):
        return None
    first, *others = clear[0]
    every = [*others, *(each for own in clear[1:] for each in own)]
    shown = [own[0] for own in clear][:MOST]
    quotes = tuple(
        Quote(e.article, e.start, e.end, e.text, e.probability, e.hit.copies, e.field)
        for e in shown
    )
    if all(_says(each.words, first.words) for each in every):
        lead = f"They agree, as far as the articles tell: {first.words}."
        return _verdict(material, Composition(quotes, lead=lead), agreed=True)
    if all(_says(each.words, first.words) for each in shown):
        return None
    told = "; ".join(
        f"{e.words} ({', '.join(filter(None, [e.article.publisher, label_of(e.article)]))})"
        for e in shown
    )
    lead = f"They do not give the same: {told}. I cannot tell whether they speak of one thing."
    cited = tuple(range(1, len(quotes) + 1))
    return Composition(quotes, lead=lead, verdict=Verdict(answer="open", citations=cited))


def _says(words: str, short: str) -> bool:
    """Whether words give the same: the same figures of the same unit, or else all of the words."""
    figures, there = quantities(short), quantities(words)
    if figures or there:
        return bool(figures) and all(any(a.agrees(b) for b in there) for a in figures)
    return f" {short.casefold()} " in f" {words.casefold()} "


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
        pairs = [
            (one, two)
            for one in first
            for two in other
            if _told_otherwise(one, two, material.question)
        ]
        if pairs:
            return _as_pairs(pairs[:2])
    return None


def _told_otherwise(one: Figure, other: Figure, question: str) -> bool:
    if not same_kind(one, other) or bool(one.state) != bool(other.state):
        return False
    times = one.quantity.value / other.quantity.value
    if not 1 / _CLOSE < times < _CLOSE or same_value(one, other):
        return False
    if not (one.state or one.noun == other.noun):
        return False
    alike = share_of_meaning(one.statement.text, other.statement.text) > 0.15
    return (
        alike
        and same_setting(one, other, f"{question} {other.statement.article.title}")
        and same_setting(other, one, f"{question} {one.statement.article.title}")
    )


def _as_pairs(pairs: Sequence[tuple[Figure, Figure]]) -> Composition:
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
