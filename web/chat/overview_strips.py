"""What an answer is at a glance: a figure that changed, sources that differ, days, members."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.composing.wording import count
from index import PublicationDate
from web.parts import NOTHING, passage_id, show_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from assistant.answer import Answer, Version

_PLOTTED = 4  # figures from which on a plot tells more than a line of words
_MOST_SHOWN = 12
_NUMBER = re.compile(r"\d[\d,.\u202f\u00a0]*\d|\d")
_FACTORS = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_WIDTH, _HEIGHT = 320, 64  # of a plot, in its own units


def show_versions(turn: int, answer: Answer) -> Markup:
    """The strip of a figure that changed, oldest first; then what sources differ on."""
    parts = []
    if len(answer.versions) > 1:
        oldest_first = answer.versions[::-1]
        # Of a long row the first and the last ones tell most.
        shown = [*oldest_first[:2], *oldest_first[2:][-(_MOST_SHOWN - 2) :]]
        outlets = len({each.publisher for each in answer.versions if each.publisher})
        days = [PublicationDate(e.published).label if e.published else "no date" for e in shown]
        first, *later = (_show_version(turn, *each) for each in zip(shown, days, strict=True))
        steps = first + NOTHING.join(
            Markup(
                '<span class="dl-step"><span class="dl-arrow" aria-label="then">→</span>{}</span>'
            ).format(each)
            for each in later
        )
        parts.append(
            Markup(
                '<div class="dl-strip" role="group" aria-label="How it changed">{}{}</div>{}'
            ).format(
                steps,
                Markup('<span class="dl-outlets">{}</span>').format(count(outlets, "outlet"))
                if outlets > 1
                else NOTHING,
                _plot(oldest_first),
            )
        )
    if len(answer.differs) > 1:
        parts.append(
            Markup(
                '<div class="dl-strip dl-differs" role="group" aria-label="Sources differ">'
                '<span class="dl-label">Sources differ</span>{}</div>'
            ).format(
                NOTHING.join(
                    _show_version(turn, each, each.speaker or each.publisher or "unknown")
                    for each in answer.differs[:_MOST_SHOWN]
                )
            )
        )
    return NOTHING.join(parts)


def show_members(turn: int, answer: Answer) -> Markup:
    """Every member of a list that was asked for; that there may be more, where that is so."""
    if answer.list is None or not answer.list.members:
        return NOTHING
    shown = NOTHING.join(
        Markup('<li dir="auto">{}{}</li>').format(each.text, show_marks(turn, each.citations))
        for each in answer.list.members
    )
    more = (
        NOTHING
        if answer.list.complete
        else Markup('<p class="dl-small">There may be more than the articles name.</p>')
    )
    return Markup('<ol class="dl-members">{}</ol>{}').format(shown, more)


def show_timeline(turn: int, answer: Answer) -> Markup:
    """Events in their order: the day, then the words that tell of it."""
    if not answer.timeline:
        return NOTHING
    quotes = {each.number: each for each in answer.citations}
    rows = []
    for event in answer.timeline:
        said = next((quotes[number] for number in event.citations if number in quotes), None)
        rows.append(
            Markup('<li><b class="dl-when">{}</b> <span dir="auto">{}</span>{}</li>').format(
                event.label,
                " ".join(said.quote.split()) if said else "",
                show_marks(turn, event.citations),
            )
        )
    return Markup('<ol class="dl-events">{}</ol>').format(NOTHING.join(rows))


def show_about(answer: Answer) -> Markup:
    """The articles that a question about the collection means, each of them a button."""
    if answer.about is None or not answer.about.articles:
        return NOTHING
    shown = NOTHING.join(show_source(each) for each in answer.about.articles)
    return Markup('<ul class="dl-nearest">{}</ul>').format(shown)


def show_parts(turn: int, answer: Answer) -> Markup:
    """The answer to each of several questions that were asked at once."""
    if not answer.parts:
        return NOTHING
    rows = NOTHING.join(
        Markup('<dt dir="auto">{}</dt><dd dir="auto">{}{}</dd>').format(
            part.question,
            (part.lead or part.short or "") if part.answered else "Nothing found.",
            show_marks(turn, part.citations),
        )
        for part in answer.parts
    )
    return Markup('<dl class="dl-parts">{}</dl>').format(rows)


def show_marks(turn: int, numbers: Iterable[int]) -> Markup:
    """The numbers of citations, each a button that opens the words."""
    return NOTHING.join(show_chip(turn, number) for number in numbers)


def show_chip(turn: int, number: int, does: str = "", *, own: bool = False) -> Markup:
    """The number of a citation, as a button.

    Args:
        does: what it does, for those who do not see it.
        own: whether this is the place of the number's own, which has a name.
    """
    return Markup(
        ' <button type="button" class="dl-chip"{own} data-turn="{turn}" data-citation="{number}" '
        'aria-label="Citation {number}{does}" aria-describedby="{passage}">[{number}]</button>'
    ).format(
        own=Markup(' id="turn-{}-citation-{}"').format(turn, number) if own else NOTHING,
        turn=turn,
        number=number,
        does=does,
        passage=passage_id(turn, number),
    )


def _show_version(turn: int, version: Version, label: str) -> Markup:
    number = next(iter(version.citations), None)
    words = Markup("<span>{}:</span> <b>{}</b>").format(label, version.value)
    if version.corrected:
        words = Markup("<span>{}:</span> <s>{}</s> <i>corrected</i>").format(label, version.value)
    if number is None:
        return Markup('<span class="dl-version" dir="auto">{}</span>').format(words)
    return Markup(
        '<button type="button" class="dl-version dl-chip" dir="auto" data-turn="{}" '
        'data-citation="{}" aria-describedby="{}">{}</button>'
    ).format(turn, number, passage_id(turn, number), words)


def _plot(oldest_first: Sequence[Version]) -> Markup:
    """A small line of four figures or more, where all of them are numbers of known days."""
    points = []
    for each in oldest_first:
        size = _size(each.value)
        if size is None or not each.published:
            return NOTHING
        points.append((PublicationDate(each.published).first.toordinal(), size))
    days = [day for day, _ in points]
    if len(points) < _PLOTTED or min(days) == max(days):
        return NOTHING
    most = max(size for _, size in points) or 1.0
    placed = [
        (
            4 + (_WIDTH - 8) * (day - min(days)) / (max(days) - min(days)),
            _HEIGHT - 6 - (_HEIGHT - 14) * size / most,
        )
        for day, size in points
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in placed)
    dots = NOTHING.join(
        Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3"/>').format(*at) for at in placed
    )
    return Markup(
        '<svg class="dl-plot" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<polyline points="{}"/>{}</svg>'
    ).format(
        _WIDTH, _HEIGHT, f"From {oldest_first[0].value} to {oldest_first[-1].value}", line, dots
    )


def _size(value: str) -> float | None:
    found = _NUMBER.search(value)
    if not found:
        return None
    digits = re.sub(r"[,\u202f\u00a0]", "", found[0])
    try:
        number = float(digits)
    except ValueError:
        return None
    factor = next((by for word, by in _FACTORS.items() if word in value.casefold()), 1.0)
    return number * factor
