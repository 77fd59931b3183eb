"""How many articles there are in each stretch of days: bars that a range can be brushed over."""

from __future__ import annotations

import json
from bisect import bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.composing.wording import count
from web.parts import NOTHING, UNITS, Unit, begin, end, tell_day, tell_stretch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.records import Dated

MOST_BARS = 124
"""Ten years by the month and a little; more would be too thin to be hit."""

_HEIGHT = 100  # of the tallest bar, in the picture's own units


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of days and how many articles appeared in it."""

    first: date
    last: date
    articles: int


@dataclass(frozen=True, slots=True)
class Timeline:
    """Bars without a gap between them.

    Attributes:
        unit: what each bar stands for.
        vague: articles of which only a month or a year is known, too long for a bar.
        undated: articles of no known date.
    """

    unit: Unit
    bars: tuple[Bar, ...]
    vague: int
    undated: int


def draw_up(
    dated: Sequence[Dated], since: date | None = None, until: date | None = None
) -> Timeline:
    """The finest timeline that has few enough bars and that most articles can be placed on.

    Args:
        since, until: the days to show; None for as far as there are articles.
    """
    undated = sum(each.articles for each in dated if each.first is None)
    spans = [
        (each.first, each.last, each.articles)
        for each in dated
        if each.first and each.last
        if (since is None or each.last >= since) and (until is None or each.first <= until)
    ]
    if not spans:
        return Timeline("day", (), 0, undated)
    first = since or min(span[0] for span in spans)
    last = until or max(span[1] for span in spans)
    for unit in UNITS:
        bars = _bars(unit, first, last)
        if len(bars) > MOST_BARS and unit != UNITS[-1]:
            continue
        counts, vague = _place(spans, bars)
        if vague * 2 <= sum(counts) + vague or unit == UNITS[-1]:
            break
    told = tuple(Bar(*days, number) for days, number in zip(bars, counts, strict=True))
    return Timeline(unit, told, vague, undated)


def show_timeline(timeline: Timeline, *, whole: bool = True) -> Markup:
    """The bars with two thumbs beneath them, two date boxes, and what to do with the days chosen.

    Args:
        whole: whether all dates are shown, and not only some that were looked at closer.
    """
    bars = timeline.bars
    if not bars:
        return Markup('<div class="dl-timeline">{}</div>').format(_show_rest(timeline))
    told = [
        [
            each.first.isoformat(),
            each.last.isoformat(),
            each.articles,
            tell_stretch(timeline.unit, each.first, each.last),
        ]
        for each in bars
    ]
    return Markup(
        '<section class="dl-timeline" aria-label="Articles over time" data-bars="{}" '
        'data-whole="{}"><p class="dl-small">{}</p>'
        '<div class="dl-bars">{}<div class="dl-brush" hidden></div></div>'
        '<div class="dl-thumbs">{}{}</div>'
        '<p class="dl-axis" aria-hidden="true"><span>{}</span><span>{}</span></p>{}{}{}</section>'
    ).format(
        json.dumps(told),
        "yes" if whole else "no",
        f"Articles per {timeline.unit}. Drag over the bars, or move the ends, to choose days.",
        _show_bars(timeline),
        _thumb("first", "From", 0, len(bars)),
        _thumb("last", "To", len(bars) - 1, len(bars)),
        tell_day(bars[0].first),
        tell_day(bars[-1].last),
        _CHOICE.format(bars[0].first.isoformat(), bars[-1].last.isoformat()),
        _show_rest(timeline),
        _show_table(told, timeline.unit),
    )


_CHOICE = Markup(
    '<div class="dl-choice"><label>From<input type="date" name="since" data-first="{}"></label>'
    '<label>To<input type="date" name="until" data-last="{}"></label>'
    '<button type="button" class="dl-plain" data-ask>Ask about these days</button>'
    '<button type="button" class="dl-plain" data-closer>Look closer</button>'
    '<button type="button" class="dl-plain" data-clear>Clear</button></div>'
    '<p class="dl-small dl-chosen" role="status"></p>'
)


def _bars(unit: Unit, first: date, last: date) -> list[tuple[date, date]]:
    bars: list[tuple[date, date]] = []
    day = first
    while day <= last and (len(bars) <= MOST_BARS or unit == UNITS[-1]):
        final = end(unit, day)
        bars.append((begin(unit, day), final))
        if final == date.max:
            break
        day = final + timedelta(days=1)
    return bars


def _place(
    spans: Sequence[tuple[date, date, int]], bars: Sequence[tuple[date, date]]
) -> tuple[list[int], int]:
    """How many articles each bar holds, and how many fit into none."""
    counts, vague = [0] * len(bars), 0
    begins = [first for first, _ in bars]
    for first, last, articles in spans:
        place = bisect_right(begins, first) - 1
        if place >= 0 and last <= bars[place][1]:
            counts[place] += articles
        else:
            vague += articles
    return counts, vague


def _show_bars(timeline: Timeline) -> Markup:
    most = max(each.articles for each in timeline.bars) or 1
    drawn = [
        Markup(
            '<rect x="{}" y="{:.1f}" width="0.84" height="{:.1f}"><title>{}</title></rect>'
        ).format(
            round(place + 0.08, 2),
            _HEIGHT - height,
            height,
            f"{tell_stretch(timeline.unit, each.first, each.last)}: "
            f"{count(each.articles, 'article')}",
        )
        for place, each in enumerate(timeline.bars)
        if each.articles
        for height in [max(3.0, _HEIGHT * each.articles / most)]
    ]
    busiest = max(timeline.bars, key=lambda each: each.articles)
    said = (
        f"Bars of articles per {timeline.unit}, {tell_day(timeline.bars[0].first)} to "
        f"{tell_day(timeline.bars[-1].last)}; the most, {busiest.articles:,}: "
        f"{tell_stretch(timeline.unit, busiest.first, busiest.last)}"
    )
    return Markup(
        '<svg viewBox="0 0 {} {}" preserveAspectRatio="none" role="img" aria-label="{}">{}</svg>'
    ).format(len(timeline.bars), _HEIGHT, said, NOTHING.join(drawn))


def _thumb(name: str, label: str, value: int, bars: int) -> Markup:
    return Markup(
        '<input type="range" class="dl-range" name="{}" aria-label="{}" min="0" max="{}" '
        'value="{}" step="1">'
    ).format(name, label, bars - 1, value)


def _show_rest(timeline: Timeline) -> Markup:
    rest = []
    if timeline.vague:
        rest.append(f"{timeline.vague:,} known by month or year only")
    if timeline.undated:
        rest.append(f"{timeline.undated:,} without a date")
    if not rest:
        return NOTHING
    return Markup('<p class="dl-small dl-rest">Not in the picture: {}.</p>').format("; ".join(rest))


def _show_table(told: Sequence[Sequence[object]], unit: Unit) -> Markup:
    rows = [
        Markup('<tr><th scope="row">{}</th><td>{}</td></tr>').format(label, articles)
        for _, _, articles, label in told
        if articles
    ]
    return Markup(
        '<details class="dl-numbers"><summary>The same as a table</summary><table>'
        '<thead><tr><th scope="col">{}</th><th scope="col">Articles</th></tr></thead>'
        "<tbody>{}</tbody></table></details>"
    ).format(unit.capitalize(), NOTHING.join(rows))
