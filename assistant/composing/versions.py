"""Answers of one kind side by side: what changed from day to day, and where sources differ."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from assistant.answer import Version
from assistant.composing.composition import (
    Composition,
    Material,
    context_of,
    quote_of,
    speaker_label,
)
from assistant.composing.day_words import age_of, label_of
from assistant.composing.figures import (
    PUTS_A_NUMBER,
    Figure,
    figures_of,
    same_kind,
)
from assistant.dating import days_of, names_days
from assistant.judging.names import names, spelled
from assistant.judging.quantities import quantities
from assistant.judging.synonyms import share_of_meaning
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from assistant.composing.composition import Statement
    from assistant.reading.reader import Quote

_NO_COUNT = re.compile(
    r"(?i)^(?:and |but |so )?(?:who|whom|whose|where|when|why|on (?:what|which) (?:day|date))\b"
)
_CORRECTS = re.compile(
    r"(?i)\b(?:correct(?:s|ed|ion)|an earlier version|revised|lowered|retract\w*|wrongly"
    r"|mistakenly)\b"
)
_NEAR_BEST = 0.75  # of how much the best sentence speaks of the question
_SAME_EVENT_DAYS = 200
_MOST = 4


def line_up(material: Material) -> Composition | None:
    """The newest figure with the earlier ones, or those that differ; None when there is but one."""
    if _NO_COUNT.match(material.question):
        return None
    best = _best(material)
    if best is None:
        return None
    figures = [best, *_others(material, best)]
    figures = _within_days(material, figures)
    by_value = _by_value(figures)
    if len(by_value) < 2:
        return None
    newest = max(by_value, key=lambda each: (each.statement.day, each is best, each.relevance))
    lead_figure = best if _same_time(newest, best) else newest
    earlier = [
        each for each in by_value if each is not lead_figure and _is_later(lead_figure, each)
    ]
    level = [
        each for each in by_value if each is not lead_figure and not _is_later(lead_figure, each)
    ]
    rivals = [each for each in level if _other_voice(each, lead_figure)]
    if rivals:
        return _differing([lead_figure, *rivals][:_MOST])
    if not earlier or not material.reading.short:
        return None
    earlier.sort(key=lambda each: each.statement.day, reverse=True)
    return _changed(material, lead_figure, earlier[: _MOST - 1])


def _best(material: Material) -> Figure | None:
    """The figure that the reading model found first."""
    if not material.reading.quotes:
        return None
    first = material.reading.quotes[0]
    short = material.reading.short or _likeliest(material, first)
    if not short or not quantities(short):
        return None
    for statement in material.statements:
        same = statement.article.id == first.article.id and statement.field == first.field
        at = statement.text.find(short)
        if not same or at < 0 or not (statement.start < first.end and first.start < statement.end):
            continue
        for each in figures_of(statement, _relevance(material, statement)):
            if at - 12 <= each.quantity.start < at + len(short):
                return each
    return None


def _likeliest(material: Material, quote: Quote) -> str:
    """The words that the reading model found in a quote, though it is not sure enough of them."""
    inside = [
        each
        for each in material.reading.findings
        if each.article.id == quote.article.id
        and each.field == quote.field
        and each.start == quote.start
        and each.judgement.words_ok
    ]
    return max(inside, key=lambda each: each.probability).words if inside else ""


def _others(material: Material, best: Figure) -> list[Figure]:
    """Figures of the same kind in sentences that speak of the question as much as the best one."""
    found: list[Figure] = []
    for statement in material.statements:
        if statement.field == "title" or not same_event(material, statement, best.statement):
            continue
        relevance = _relevance(material, statement)
        beside = (
            statement.article.id == best.statement.article.id
            and 0 <= abs(statement.number - best.statement.number) <= 2
            and bool(
                PUTS_A_NUMBER.search(statement.text) or _speaks_apart(statement, best.statement)
            )
        )
        enough = relevance >= max(0.5, _NEAR_BEST * best.relevance)
        enough = enough or _is_quoted(material, statement)
        if not (enough or beside):
            continue
        for figure in figures_of(statement, relevance):
            if figure.quantity.start == best.quantity.start and statement is best.statement:
                continue
            if same_kind(material, figure, best, beside=beside):
                found.append(figure)
    return found


def _is_quoted(material: Material, statement: Statement) -> bool:
    """Whether the reading model found that the statement answers, too."""
    return any(
        each.article.id == statement.article.id
        and each.field == statement.field
        and each.start <= statement.start < each.end
        for each in material.reading.quotes
    )


def _relevance(material: Material, statement: Statement) -> float:
    return share_of_meaning(
        material.question, statement.text, context_of(statement, material.statements, 1)
    )


def same_event(material: Material, one: Statement, other: Statement) -> bool:
    """Whether two articles tell of one event: the names asked about, shared words, near days."""
    if one.article.id == other.article.id:
        return True
    words = {word for word, _ in spelled(f"{one.article.title} {one.article.text[:3000]}")}
    asked = [name for name in names(f"x {material.question}") if name.sure]
    if any(not set(name.words) & words for name in asked):
        return False
    if one.day and other.day:
        apart = abs((date.fromisoformat(one.day) - date.fromisoformat(other.day)).days)
        if apart > _SAME_EVENT_DAYS:
            return False
    lead = f"{one.article.title} {one.article.text[:400]}"
    shared = stems(lead) & stems(f"{other.article.title} {other.article.text[:400]}")
    return len(shared) >= 2


def _speaks_apart(one: Statement, other: Statement) -> bool:
    return bool(one.said and other.said and one.said.speaker != other.said.speaker)


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
    """One figure for each value: the newest, of the sentence that speaks most of the question."""
    kept: list[Figure] = []
    for each in sorted(figures, key=lambda f: (f.statement.day, f.relevance), reverse=True):
        if not any(
            abs(each.quantity.value - other.quantity.value) < 1e-9 * max(1.0, each.quantity.value)
            for other in kept
        ):
            kept.append(each)
    order = {id(each): n for n, each in enumerate(figures)}
    return sorted(kept, key=lambda each: order.get(id(each), 0))


def _is_later(one: Figure, other: Figure) -> bool:
    return bool(other.statement.day) and one.statement.day > other.statement.day


def _same_time(one: Figure, other: Figure) -> bool:
    return not _is_later(one, other) and not _is_later(other, one)


def _other_voice(one: Figure, other: Figure) -> bool:
    """Whether two figures come from two speakers or outlets."""
    mine = one.statement.said.speaker if one.statement.said else ""
    theirs = other.statement.said.speaker if other.statement.said else ""
    if one.statement.article.id != other.statement.article.id:
        return one.statement.hit.story != other.statement.hit.story
    return mine != theirs


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
    told = ", ".join(f"{v.value} ({source_of(f)})" for v, f in zip(versions, figures, strict=True))
    return Composition(tuple(quotes), lead=f"Sources differ: {told}.", differs=tuple(versions))


def source_of(figure: Figure) -> str:
    """Who gives a figure, and on which day: "the union, 6 May 2031"."""
    said, article = figure.statement.said, figure.statement.article
    who = speaker_label(said.speaker) if said else article.publisher
    return ", ".join(filter(None, [who, label_of(article)]))


def _changed(material: Material, newest: Figure, earlier: list[Figure]) -> Composition:
    corrects = bool(_CORRECTS.search(newest.statement.text))
    figures = [newest, *earlier]
    quotes = tuple(quote_of(each.statement, min(1.0, each.relevance)) for each in figures)
    versions = tuple(
        version_of(each, number, corrected=corrects and number > 1)
        for number, each in enumerate(figures, start=1)
    )
    label = label_of(newest.statement.article)
    said = newest.statement.said
    who = f"{speaker_label(said.speaker)}, " if said else ""
    old = "; ".join(f"{each.text} ({label_of(each.statement.article)})" for each in earlier)
    lead = f"{newest.text} ({who}{label}). {'Corrected from' if corrects else 'Earlier'}: {old}."
    if age_of(material, newest.statement.article):
        lead += " Nothing newer is in the collection."
    return Composition(
        quotes,
        short=newest.text,
        lead=lead,
        versions=versions,
        speaker=said.speaker if said else None,
    )
