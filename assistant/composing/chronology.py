"""How long something took, and timelines: dated events of one story in their order."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from assistant.answer import Event
from assistant.composing.composition import (
    Composition,
    Material,
    context_of,
    quote_of,
    speaker_label,
)
from assistant.composing.day_words import NamedDay, named_days
from assistant.judging.synonyms import share_of_meaning
from index import PublicationDate

if TYPE_CHECKING:
    from assistant.composing.composition import Statement

_ASKS_TIMELINE = re.compile(
    r"(?i)\b(?:time ?line|chronology|sequence of events|order of events|chain of events)\b(?: "
    r"(?:of|for|on|about) (?P<of>.+?))?\s*[?.]*$"
    r"|^(?:tell me |show me )?what happened (?:when|step by step|hour by hour|day by day) (?:in"
    r"|at|during|with) (?P<of2>.+?)\s*[?.]*$"
)
_HOW_LONG = re.compile(
    r"(?i)^(?:and |but |so )?(?:for )?how (?:long|many (?:days|hours|weeks|months|years|minutes))\b"
)
_NUMBER = (
    r"(?:\d[\d,.]{0,30}|a|an|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen"
    r"|fifteen|sixteen|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|several|half "
    r"an?)"
)
_UNIT = r"(?:second|minute|hour|day|night|week|month|year|decade)s?"
_DURATION = re.compile(
    rf"(?i)\b(?:about |nearly |almost |more than |over |at least |up to |around |just over "
    rf"|less than )?{_NUMBER}(?:-|\s){_UNIT}\b"
    rf"(?:,? and (?:a half|{_NUMBER} {_UNIT}))?(?! (?:ago|old|earlier|notice))"
)
_LENGTH = re.compile(r"(?i)\b(?:kilomet|met(?:er|re)|mile|foot|feet|km|centimet|page|word)")
_HOW_LONG_IS = re.compile(r"(?i)(?:and |but |so )?how long (?:is|are)\b")
_IS_LONG = re.compile(
    r"(?i)(?<![\d.,])(?P<length>\d[\d.,]{0,12}[ -](?:kilomet(?:re|er)|met(?:re|er)|mile|km|feet"
    r"|foot)s?)[ -]long\b"
)
_RARE_IN = re.compile(
    r"(?i)\b(?:first|biggest|worst|largest|highest|lowest|most|longest"
    r"|deadliest)\b[^.;]*\b(?:in|for|of) $|\bevery $|\b(?:next|last|past) $"
)
_LASTS = re.compile(
    r"(?i)\b(?:for|after|lasts?|lasted|took|takes|take|within|of|last|during|over|spent)\s*$"
)
_STARTS = re.compile(
    r"(?i)\b(?:began|started|starts|start|ran aground|walked out|broke out|went (?:down|out"
    r"|on strike)|closed|shut|declared|struck|launched|opened|took office|occupied|seized|grounded"
    r"|stopped working|invaded|imposed|from)\b"
)
_ENDS = re.compile(
    r"(?i)\b(?:ended|ends|freed|came free|pulled (?:it )?(?:free|off)|reopened|opened again"
    r"|is over|was over|restored|resumed|resolved|returned|went back|lifted|released|put out"
    r"|declared out|finished|surrendered|withdrew|floated)\b"
)
_NOT_SO = re.compile(
    r"(?i)\b(?:not|never|no|will|would|(?-i:may)|might|could|should|if|unless|until|before|plan\w*|expect\w*"
    r"|due|hop\w+|want\w*|call\w* for)\b|n['’]t\b"
)
_LASTING = re.compile(r"(?i)\b(?:last(?:ed|s)?|go(?:es)? on|went on|continue\w*|take|took|takes)\b")
_CLOCK = re.compile(
    r"\b(?P<hour>\d{1,2})(?:[:.](?P<minute>\d\d))?\s?(?P<half>[ap])\.?m\.?|\b(?P<hour24>[01]?\d|2[0-3]):(?P<minute24>[0-5]\d)\b|\b(?P<word>midnight|noon|midday)\b",
    re.I,
)
_PART = re.compile(r"(?i)\b(early )?(morning|afternoon|evening|night)\b")
_PARTS = {"morning": 8, "afternoon": 14, "evening": 19, "night": 22}
_MOST_EVENTS = 8
_ABOUT, _ASKED_ABOUT, _ALL = 0.5, 0.6, 0.99


def answer_how_long(material: Material) -> Composition | None:
    """The time that an article states, or that lies between two days it names.

    None where the reading model found a time or a length already, or nothing is found.
    """
    if not re.match(r"(?i)^(?:and |but |so )?(?:for )?how long\b", material.question):
        return None
    if _HOW_LONG_IS.match(material.question) and (told := _length(material)):
        return told
    short = material.reading.short or ""
    if _LENGTH.search(short) or (_DURATION.search(short) and not _is_since(material, short)):
        return None
    return _stated(material) or _computed(material)


def answer_with_timeline(material: Material) -> Composition | None:
    """The dated events of the story asked about, each quoted; None for another question."""
    fits = _ASKS_TIMELINE.search(material.question)
    if not fits:
        return None
    topic = fits["of"] or fits["of2"] or material.question
    events = sorted(_events(material, topic), key=lambda event: event.when)
    if not events:
        return material.unsure
    if len(events) > _MOST_EVENTS:
        kept = sorted(events, key=lambda event: -event.relevance)[:_MOST_EVENTS]
        events = [each for each in events if each in kept]
    quotes = tuple(quote_of(each.statement, min(1.0, each.relevance)) for each in events)
    told = tuple(
        Event(day=each.day, label=each.label, citations=(number,))
        for number, each in enumerate(events, start=1)
    )
    return Composition(quotes, lead="In order of time, as the articles tell it:", timeline=told)


def _is_since(material: Material, short: str) -> bool:
    """Whether the words found tell how long ago something was: "the first in twelve years"."""
    quote = material.reading.quotes[0].text if material.reading.quotes else ""
    found = re.search(re.escape(short), quote)
    return bool(found and _RARE_IN.search(quote[: found.start()]))


def _length(material: Material) -> Composition | None:
    """How long a thing is, which is no time: "6 kilometres long"."""
    for statement in material.statements:
        found = _IS_LONG.search(statement.text)
        if found and (score := _relevance(material, statement)) >= _ASKED_ABOUT:
            words = found["length"]
            return Composition((quote_of(statement, min(1.0, score)),), short=words, lead=words)
    return None


def _stated(material: Material) -> Composition | None:
    best: tuple[float, Statement, str] | None = None
    for statement in material.statements:
        relevance = _relevance(material, statement)
        for found in _DURATION.finditer(statement.text):
            before = statement.text[: found.start()]
            if _RARE_IN.search(before):
                continue
            score = (
                relevance + 0.15 * bool(_LASTS.search(before)) - 0.1 * (statement.field == "title")
            )
            if best is not None and score <= best[0]:
                continue
            if score >= _ASKED_ABOUT and material.accepts(statement, found.group()):
                best = (score, statement, found.group())
    if best is None:
        return None
    _, statement, words = best
    quote = quote_of(statement, min(1.0, best[0]))
    speaker = statement.speaker
    lead = f"{words}, says {speaker_label(speaker)}" if speaker else words
    return Composition((quote,), short=words, lead=lead, speaker=speaker)


def _computed(material: Material) -> Composition | None:
    """The days between the one on which it began and the one on which it ended."""
    first = _dated(material, _STARTS)
    last = _dated(material, _ENDS)
    if not first or not last:
        return None
    days = (last[1] - first[1]).days
    if days <= 0:
        return None
    told = f"{days} day{'s' if days > 1 else ''}"
    labels = [PublicationDate(each[1].isoformat()).label for each in (first, last)]
    statements = [first[0]] if first[0] is last[0] else [first[0], last[0]]
    quotes = tuple(quote_of(each, 0.7) for each in statements)
    return Composition(quotes, lead=f"{told}: {labels[0]} to {labels[1]}, by these two dates.")


def _dated(material: Material, event: re.Pattern[str]) -> tuple[Statement, date] | None:
    asked = _LASTING.sub(" ", _HOW_LONG.sub("", material.question))
    best: tuple[float, Statement, date] | None = None
    for statement in material.statements:
        found = event.search(statement.text)
        if not found:
            continue
        relevance = share_of_meaning(asked, statement.text)
        published = statement.article.published
        days = named_days(statement.text, published.iso if published else None)
        if relevance < _ALL or not days or _NOT_SO.search(statement.text):
            continue
        nearest = min(days, key=lambda day: abs(day.start - found.start()))
        if best is None or relevance > best[0]:
            best = (relevance, statement, nearest.day)
    return (best[1], best[2]) if best else None


def _relevance(material: Material, statement: Statement) -> float:
    asked = _HOW_LONG.sub("", material.question)
    if not material.known_in(statement.article):
        return 0.0
    here = share_of_meaning(asked, statement.text, context_of(statement, material.statements, 1))
    return (
        here
        if share_of_meaning(asked, statement.text) > 0 or statement.field == "title"
        else here * 0.7
    )


@dataclass(frozen=True, slots=True)
class _Dated:
    statement: Statement
    day: str | None
    when: tuple[str, int]
    label: str
    relevance: float


def _events(material: Material, topic: str) -> list[_Dated]:
    found: list[_Dated] = []
    last: dict[str, NamedDay] = {}
    for statement in material.statements:
        article = statement.article
        if statement.field == "title" or not article.published:
            continue
        about = share_of_meaning(topic, f"{article.title} . {article.text[:600]}")
        if about < _ABOUT:
            continue
        days = named_days(statement.text, article.published.iso)
        clock = _CLOCK.search(statement.text)
        day = _day_of_event(statement, days)
        if day is None and clock is None:
            continue
        if day is not None:
            last[article.id] = day
        known = day or last.get(article.id)
        minutes = _minutes(statement.text, clock)
        iso = known.day.isoformat() if known else None
        label = PublicationDate(iso).label if iso else ""
        if clock:
            label = f"{label}, {clock.group()}" if label else clock.group()
        relevance = share_of_meaning(topic, statement.text, article.title)
        found.append(
            _Dated(
                statement,
                iso,
                (iso or article.published.first.isoformat(), minutes),
                label,
                relevance,
            )
        )
    return [
        each
        for n, each in enumerate(found)
        if all(each.statement.text != other.statement.text for other in found[:n])
    ]


def _day_of_event(statement: Statement, days: list[NamedDay]) -> NamedDay | None:
    """The day on which it happened, rather than the one on which somebody spoke of it."""
    own = [
        each
        for each in days
        if not re.search(
            r"(?i)\b(?:said|told|announced)\s+(?:\w+\s+)?on\s*$", statement.text[: each.start]
        )
    ]
    return next(iter(own or days), None)


def _minutes(text: str, clock: re.Match[str] | None) -> int:
    """The minute of the day that a text tells, roughly where it says but the part of it."""
    if clock:
        if clock["word"]:
            return 0 if clock["word"].lower() == "midnight" else 720
        if clock["hour24"]:
            return int(clock["hour24"]) * 60 + int(clock["minute24"])
        hour = int(clock["hour"]) % 12 + (12 if clock["half"].lower() == "p" else 0)
        return hour * 60 + int(clock["minute"] or 0)
    part = _PART.search(text)
    return _PARTS[part[2].lower()] * 60 if part else 12 * 60
