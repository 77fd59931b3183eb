"""Answers of one kind side by side: what changed, where sources differ, and whether they agree."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Literal

from assistant.answer import Verdict, Version
from assistant.composing.composition import (
    Composition,
    Material,
    quote_of,
    same_event,
    speaker_label,
)
from assistant.composing.day_words import age_of, label_of
from assistant.composing.figures import (
    Figure,
    figures_of,
    figures_told,
    same_kind,
    same_setting,
)
from assistant.composing.yes_or_no import answer_yes_or_no, is_unanimous
from assistant.dating import days_of, names_days
from assistant.judging.polar_question import asks_yes_no
from assistant.judging.quantities import quantities
from assistant.judging.synonyms import share_of_meaning
from assistant.reading.reader import Quote

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.reading.finding import Finding

_NO_COUNT = re.compile(
    r"(?i)^(?:and |but |so )?(?:who|whom|whose|where|when|why|on (?:what|which) (?:day|date))\b"
)
_ASKS_CHANGE = re.compile(r"(?i)\b(?:what|how)\b(?: has| have| had| did)?\b.{0,60}\bchanged?\b")
_CORRECTS = re.compile(
    r"(?i)\b(?:correct(?:s|ed|ion)|an earlier version|revised|lowered|retract\w*|wrongly"
    r"|mistakenly)\b"
)
_MOVES = re.compile(
    r"(?i)\b(?:r(?:ises?|ose|isen|ising)|climb\w*|grow(?:s|n)?|grew|f(?:alls?|ell|allen)|dropp\w+"
    r"|reach\w*|now|so far|updat\w+|latest|further|another|still|since)\b"
)
_DIFFER = re.compile(
    r"(?i)^(?:do|does|did) (?:the |all )?(?:sources|articles|outlets|papers|newspapers|reports"
    r"|accounts) (?P<how>agree|differ|disagree|say the same|contradict (?:each other"
    r"|one another))(?: (?:on|about|over))? ?(?P<what>.*?)\??$"
)
_REPORTS_DIFFER = re.compile(
    r"(?i)\b(?:differences?|differs?|disagree|contradict\w*|conflict\w*)\b.*\b(?:reports|articles|sources|accounts"
    r"|outlets|papers|versions|stories)\b|\b(?:reports|articles|sources|accounts|outlets|papers)\b.*\b(?:differ|disagree|contradict)\b"
)
_ONE_NEWS_DAYS = 3
_CLOSE = 4.0
_MOST = 4


def line_up(material: Material) -> Composition | None:
    """The newest figure with the earlier ones, or those that differ; None when there is but one."""
    if _NO_COUNT.match(material.question):
        return None
    changed = bool(_ASKS_CHANGE.search(material.question))
    figures = figures_told(material, all_found=changed)
    by_value = _by_value(_within_days(material, figures))
    if len(by_value) < 2:
        return None
    best = figures[0]
    newest = max(by_value, key=lambda each: (each.statement.day, each is best, each.relevance))
    lead = best if not (_is_later(newest, best) or _is_later(best, newest)) else newest
    lead = next(each for each in by_value if _same_value(each, lead))
    others = [each for each in by_value if each is not lead]
    rivals = [each for each in others if _gainsays(lead, each)]
    if rivals:
        return _differing([lead, *rivals][:_MOST])
    earlier = [each for each in others if _is_later(lead, each)]
    if not earlier or not (material.reading.short or changed):
        return None
    earlier.sort(key=lambda each: each.statement.day, reverse=True)
    return newest_first(material, lead, earlier[: _MOST - 1])


def _within_days(material: Material, figures: list[Figure]) -> list[Figure]:
    """Only those of the days that the question names, where there are any."""
    if not names_days(material.question, material.as_of):
        return figures
    days = days_of(material.question, material.as_of)
    inside = [
        each
        for each in figures
        if (published := each.statement.article.published)
        and published.last >= days.first
        and (published.first - days.last).days <= 3
    ]
    return inside or figures


def _by_value(figures: list[Figure]) -> list[Figure]:
    """One figure for each value, the newest of them, in the order given."""
    kept: list[Figure] = []
    for each in sorted(figures, key=lambda f: (f.statement.day, f.relevance), reverse=True):
        if not any(_same_value(each, other) for other in kept):
            kept.append(each)
    order = {id(each): n for n, each in enumerate(figures)}
    return sorted(kept, key=lambda each: order.get(id(each), 0))


def _same_value(one: Figure, other: Figure) -> bool:
    a, b = one.quantity.value, other.quantity.value
    return abs(a - b) < 1e-9 * max(1.0, a)


def _is_later(one: Figure, other: Figure) -> bool:
    return bool(other.statement.day) and one.statement.day > other.statement.day


def _gainsays(lead: Figure, other: Figure) -> bool:
    """Whether another voice gives the other figure of the same time: nothing has changed then.

    An earlier day is another time only where the newer article, or the same voice, says what it
    is now.
    """
    mine, theirs = lead.statement.said, other.statement.said
    apart = (mine.speaker if mine else "") != (theirs.speaker if theirs else "")
    if not _is_later(lead, other):
        if lead.statement.article.id != other.statement.article.id:
            apart = lead.statement.hit.story != other.statement.hit.story
        return apart
    days = date.fromisoformat(lead.statement.day) - date.fromisoformat(other.statement.day)
    told = f"{lead.statement.article.title} . {lead.statement.text}"
    moves = bool(_MOVES.search(told) or _CORRECTS.search(told))
    return bool(mine and theirs) and apart and not moves and days.days <= _ONE_NEWS_DAYS


def version_of(figure: Figure, citation: int, *, corrected: bool = False) -> Version:
    """A figure as one of several versions, and the quote that holds it."""
    article, said = figure.statement.article, figure.statement.said
    return Version(
        value=figure.text,
        published=article.published.iso if article.published else None,
        publisher=article.publisher,
        speaker=said.speaker if said else None,
        corrected=corrected,
        citations=(citation,),
    )


def _differing(figures: list[Figure]) -> Composition:
    quotes, versions = [], []
    for number, each in enumerate(figures, start=1):
        quotes.append(quote_of(each.statement, min(1.0, each.relevance)))
        versions.append(version_of(each, number))
    told = ", ".join(f"{each.text} ({_source_of(each)})" for each in figures)
    return Composition(tuple(quotes), lead=f"Sources differ: {told}.", differs=tuple(versions))


def _source_of(figure: Figure) -> str:
    """Who gives a figure, and on which day: "the union, 6 May 2031"."""
    said, article = figure.statement.said, figure.statement.article
    who = speaker_label(said.speaker) if said else article.publisher
    return ", ".join(filter(None, [who, label_of(article)])) or article.title or "no source named"


def newest_first(material: Material, newest: Figure, earlier: list[Figure]) -> Composition:
    """A figure in bold, and those that it follows."""
    corrects = bool(_CORRECTS.search(newest.clause))
    figures = [newest, *earlier]
    quotes = tuple(quote_of(each.statement, min(1.0, each.relevance)) for each in figures)
    versions = tuple(
        version_of(each, number, corrected=corrects and number > 1)
        for number, each in enumerate(figures, start=1)
    )
    said = newest.statement.said
    speaker = said.speaker if said else None
    told = []
    for each in figures:
        theirs = each.statement.said
        named = theirs and (each is newest or theirs.speaker != speaker)
        who = f"{speaker_label(theirs.speaker)}, " if theirs and named else ""
        told.append(f"{each.text} ({who}{label_of(each.statement.article)})")
    lead = f"{told[0]}. {'Corrected from' if corrects else 'Earlier'}: {'; '.join(told[1:])}."
    if age_of(material, newest.statement.article):
        lead += " Nothing newer is in the collection."
    return Composition(quotes, short=newest.text, lead=lead, versions=versions, speaker=speaker)


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
    shown = [own[0] for own in clear][:_MOST]
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
    if not 1 / _CLOSE < times < _CLOSE or _same_value(one, other):
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
        told.append(" and ".join(f"{each.text} ({_source_of(each)})" for each in ordered))
    return Composition(
        tuple(quotes), lead=f"They differ: {'; '.join(told)}.", differs=tuple(versions)
    )
