"""Answers of one kind side by side: what changed, where sources differ, and whether they agree."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from assistant.answer import Version
from assistant.composing.composition import (
    Composition,
    Material,
    context_of,
    day_of,
    quote_of,
    same_event,
    speaker_label,
)
from assistant.composing.day_words import label_of
from assistant.composing.figures import (
    CORRECTS,
    OUT_OF_DATE,
    Figure,
    figures_of,
    figures_told,
    is_corrected,
    same_kind,
)
from assistant.dating import days_of, names_days
from assistant.judging.quantities import Quantity, quantities
from assistant.judging.synonyms import means_the_same, share_of_meaning
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from assistant.composing.composition import Statement

_NO_COUNT = re.compile(
    r"(?i)^(?:and |but |so )?(?:who|whom|whose|where|when|why|on (?:what|which) (?:day|date))\b"
)
_ASKS_CHANGE = re.compile(r"(?i)\b(?:what|how)\b(?: has| have| had| did)?\b.{0,60}\bchanged?\b")
_MOVES = re.compile(
    r"(?i)\b(?:r(?:ises?|ose|isen|ising)|climb\w*|grow(?:s|n)?|grew|f(?:alls?|ell|allen)|dropp\w+"
    r"|reach\w*|now|so far|updat\w+|latest|further|another|still|since)\b"
)
_NOT_THAT = re.compile(r"(?i)\b(?:not|rather than|instead of)\b(?P<what>[^,;.]{2,60})")
_NONE = re.compile(r"(?i)nobody|no one|none")
_COVERED = 0.75  # of the question, in what corrects an answer
_ONE_NEWS_DAYS = 3
MOST = 4
"""Figures, or stories, shown side by side."""


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
    lead = next(each for each in by_value if same_value(each, lead))
    others = [each for each in by_value if each is not lead]
    rivals = [each for each in others if _gainsays(lead, each)]
    if rivals:
        return _differing([lead, *rivals][:MOST])
    earlier = [each for each in others if _is_later(lead, each)]
    sure = material.reading.short or changed or is_corrected(material, lead)
    if not earlier or not sure:
        return None
    earlier.sort(key=lambda each: each.statement.day, reverse=True)
    return newest_first(material, lead, earlier[: MOST - 1])


def answer_superseded(material: Material) -> Composition | None:
    """The figure of a later article that says which one it follows: "84, up from 26"; else None."""
    figures = figures_told(material)
    if not figures:
        return None
    old = figures[0]
    for each in material.statements:
        first = old.statement
        if each.day <= first.day or each.field != "text" or not same_event(material, each, first):
            continue
        if none := _none_left(material, each, old):
            return newest_first(material, none, [old])
        at = [
            told.start
            for told in quantities(each.text)
            if told.value == old.quantity.value and OUT_OF_DATE.search(each.text[: told.start])
        ]
        new = [told for told in figures_of(each, old.relevance) if same_kind(told, old)]
        if not at or not new:
            continue
        figure = min(new, key=lambda told: abs(told.quantity.start - at[0]))
        if not material.accepts(each, figure.quantity.text):
            continue
        quotes = (quote_of(each, figure.relevance), *material.reading.quotes)
        reading = replace(material.reading, quotes=quotes, short=figure.quantity.text)
        return line_up(replace(material, reading=reading)) or newest_first(material, figure, [old])
    return None


def _none_left(material: Material, later: Statement, old: Figure) -> Figure | None:
    """ "Nobody", where a later article says so of those whom an earlier figure counts."""
    for each in material.findings_in(later):
        at = later.text.find(each.words)
        of_them = bool(old.state) and any(means_the_same(old.state, e) for e in later.stems)
        if each.judgement.ok and of_them and at >= 0 and _NONE.fullmatch(each.words):
            none = Quantity(0.0, "", True, 1, each.words, at)
            return Figure(later, none, each.words, old.relevance)
    return None


def answer_corrected(material: Material) -> Composition | None:
    """What a later article says it was instead: "a cable, not a candle"; else both quotes."""
    first = next(iter(material.reading.quotes), None)
    if first is None:
        return None
    short = material.reading.short or ""
    told = stems(short or first.text) - material.asked
    since = day_of(first.article)
    for each in material.statements:
        if each.article.id == first.article.id or each.field != "text" or each.day < since:
            continue
        denied = [stems(found["what"]) - material.asked for found in _NOT_THAT.finditer(each.text)]
        if not any(words and words <= told for words in denied):
            continue
        around = context_of(each, material.statements)
        if share_of_meaning(material.question, each.text, around) < _COVERED:
            continue
        found = [e.words for e in material.findings_in(each) if e.judgement.ok]
        words = found[0] if found and short and since < each.day else ""
        lead = f"{words} ({label_of(each.article)}). Earlier: {short} ({label_of(first.article)})."
        quotes = (quote_of(each, first.score), first)
        return Composition(quotes, short=words or None, lead=lead if words else "")
    return None


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
        if not any(same_value(each, other) for other in kept):
            kept.append(each)
    order = {id(each): n for n, each in enumerate(figures)}
    return sorted(kept, key=lambda each: order.get(id(each), 0))


def same_value(one: Figure, other: Figure) -> bool:
    """Whether two figures are one number."""
    a, b = one.quantity.value, other.quantity.value
    return abs(a - b) < 1e-9 * max(1.0, a)


def _is_later(one: Figure, other: Figure) -> bool:
    return bool(other.statement.day) and one.statement.day > other.statement.day


def _gainsays(lead: Figure, other: Figure) -> bool:
    """Whether another voice gives the other figure of the same time: nothing has changed then.

    An earlier day is another time only where the newer article, or the same voice, says what it
    is now.
    """
    mine, theirs = lead.statement.speaker, other.statement.speaker
    apart = mine != theirs
    if not _is_later(lead, other):
        if lead.statement.article.id != other.statement.article.id:
            apart = lead.statement.hit.story != other.statement.hit.story
        return apart
    days = date.fromisoformat(lead.statement.day) - date.fromisoformat(other.statement.day)
    told = f"{lead.statement.article.title} . {lead.statement.text}"
    moves = bool(_MOVES.search(told) or CORRECTS.search(told))
    return bool(mine and theirs) and apart and not moves and days.days <= _ONE_NEWS_DAYS


def version_of(figure: Figure, citation: int, *, corrected: bool = False) -> Version:
    """A figure as one of several versions, and the quote that holds it."""
    article = figure.statement.article
    return Version(
        value=figure.text,
        published=article.published.iso if article.published else None,
        publisher=article.publisher,
        speaker=figure.statement.speaker,
        corrected=corrected,
        citations=(citation,),
    )


def _differing(figures: list[Figure]) -> Composition:
    quotes, versions = [], []
    for number, each in enumerate(figures, start=1):
        quotes.append(quote_of(each.statement, min(1.0, each.relevance)))
        versions.append(version_of(each, number))
    told = ", ".join(f"{each.text} ({source_of(each)})" for each in figures)
    return Composition(tuple(quotes), lead=f"Sources differ: {told}.", differs=tuple(versions))


def source_of(figure: Figure) -> str:
    """Who gives a figure, and on which day: "the union, 6 May 2031"."""
    speaker, article = figure.statement.speaker, figure.statement.article
    who = speaker_label(speaker) if speaker else article.publisher
    return ", ".join(filter(None, [who, label_of(article)])) or article.title or "no source named"


def newest_first(material: Material, newest: Figure, earlier: list[Figure]) -> Composition:
    """A figure in bold, and those that it follows."""
    corrects = is_corrected(material, newest)
    figures = [newest, *earlier]
    quotes = tuple(quote_of(each.statement, min(1.0, each.relevance)) for each in figures)
    versions = tuple(
        version_of(each, number, corrected=corrects and number > 1)
        for number, each in enumerate(figures, start=1)
    )
    speaker, told = newest.statement.speaker, []
    for each in figures:
        theirs = each.statement.speaker
        who = (
            f"{speaker_label(theirs)}, " if theirs and (each is newest or theirs != speaker) else ""
        )
        told.append(f"{each.text} ({who}{label_of(each.statement.article)})")
    lead = f"{told[0]}. {'Corrected from' if corrects else 'Earlier'}: {'; '.join(told[1:])}."
    if material.age_of(newest.statement.article):
        lead += " Nothing newer is in the collection."
    return Composition(quotes, short=newest.text, lead=lead, versions=versions, speaker=speaker)
