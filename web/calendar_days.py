"""Days as a reader is told them, and the stretches of days that a timeline counts by."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from index import PublicationDate

Unit = Literal["day", "week", "month", "quarter", "year", "decade"]
UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year", "decade")

_ONE_DAY = timedelta(days=1)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def tell_day(day: date) -> str:
    """ "3 Jan 2019"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def tell_day_of(published: PublicationDate | None) -> str:
    """As precisely as it is known; empty where it is not."""
    return published.label if published else ""


def tell_range(first: str | None, last: str | None) -> str:
    """Two ISO days as "3 Jan 2019 to 4 Mar 2020"; empty where none is known."""
    told = [tell_day(date.fromisoformat(each)) for each in (first, last) if each]
    return " to ".join(dict.fromkeys(told))


def tell_stretch(unit: Unit, first: date, last: date) -> str:
    """ "3 Jan 2019", "Week of 3 Jan 2019", "Jan 2019", "Jan to Mar 2019", "2019", "2010–2019"."""
    month = _MONTHS[first.month - 1]
    return {
        "day": tell_day(first),
        "week": f"Week of {tell_day(first)}",
        "month": f"{month} {first.year}",
        "quarter": f"{month} to {_MONTHS[last.month - 1]} {first.year}",
        "year": f"{first.year}",
        "decade": f"{first.year}–{last.year}",
    }[unit]


def begin(unit: Unit, day: date) -> date:
    """The first day of the stretch that a day is in; weeks begin on Monday."""
    if unit == "day":
        return day
    if unit == "week":
        return date.fromordinal(max(1, day.toordinal() - day.weekday()))
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if unit == "year":
        return date(day.year, 1, 1)
    return date(max(1, day.year // 10 * 10), 1, 1)


def end(unit: Unit, day: date) -> date:
    """The last day of the stretch that a day is in."""
    first = begin(unit, day)
    if unit == "day":
        return first
    if unit == "week":
        return date.fromordinal(min(first.toordinal() + 6 - first.weekday(), date.max.toordinal()))
    if unit == "decade":
        return date(min(first.year // 10 * 10 + 9, date.max.year), 12, 31)
    if unit == "year":
        return date(first.year, 12, 31)
    month = first.month + (2 if unit == "quarter" else 0)
    return date(first.year, 12, 31) if month == 12 else date(first.year, month + 1, 1) - _ONE_DAY
