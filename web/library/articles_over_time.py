"""How many articles there are in each stretch of days: bars that a range can be brushed over."""

from __future__ import annotations

import json
from bisect import bisect_right
from calendar import month_abbr
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

from web.parts import render, tell_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from index.records import Dated

MOST_BARS = 124
"""Ten years by the month and a little; more would be too thin to be hit."""

Unit = Literal["day", "week", "month", "quarter", "year", "decade"]
UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year", "decade")
_MONTHS_IN: dict[Unit, int] = {"month": 1, "quarter": 3, "year": 12, "decade": 120}
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of days, what it is called, and how many articles appeared in it."""

    first: date
    last: date
    label: str
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
    told = [
        Bar(first, last, _name(unit, first, last), articles)
        for (first, last), articles in zip(bars, counts, strict=True)
    ]
    return Timeline(unit, tuple(told), vague, undated)


def show_timeline(timeline: Timeline, *, whole: bool = True) -> Markup:
    """The bars with two thumbs beneath them, two date boxes, and what to do with the days chosen.

    Args:
        whole: whether all dates are shown, and not only some that were looked at closer.
    """
    told = [
        [each.first.isoformat(), each.last.isoformat(), each.articles, each.label]
        for each in timeline.bars
    ]
    return render("timeline", timeline=timeline, data=json.dumps(told), whole=whole)


def _bars(unit: Unit, first: date, last: date) -> list[tuple[date, date]]:
    bars: list[tuple[date, date]] = []
    while not bars or (bars[-1][1] < last and (len(bars) <= MOST_BARS or unit == UNITS[-1])):
        bars.append(stretch(unit, bars[-1][1] + _ONE_DAY if bars else first))
    return bars


def stretch(unit: Unit, day: date) -> tuple[date, date]:
    """The first and the last day of the stretch that a day is in; weeks begin on Monday."""
    if unit == "day":
        return day, day
    if unit == "week":
        monday = day.toordinal() - day.weekday()
        return date.fromordinal(monday), date.fromordinal(min(monday + 6, date.max.toordinal()))
    month = 12 * day.year + day.month - 1
    first = month - month % _MONTHS_IN[unit]
    year, place = divmod(first + _MONTHS_IN[unit], 12)
    last = date.max if year > date.max.year else date(year, place + 1, 1) - _ONE_DAY
    return date(max(1, first // 12), first % 12 + 1, 1), last


def _name(unit: Unit, first: date, last: date) -> str:
    """ "3 Jan 2019", "Week of 3 Jan 2019", "Jan 2019", "Jan to Mar 2019", "2019", "2010–2019"."""
    month = month_abbr[first.month]
    return {
        "day": tell_day(first),
        "week": f"Week of {tell_day(first)}",
        "month": f"{month} {first.year}",
        "quarter": f"{month} to {month_abbr[last.month]} {first.year}",
        "year": f"{first.year}",
        "decade": f"{first.year}–{last.year}",
    }[unit]


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
