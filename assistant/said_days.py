"""The days that a reader means by a date of their own: "2019-04", "last week", "3 May 2019"."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING

from assistant.dating import days_named
from index import PublicationDate
from index.searching.fusion import Days

if TYPE_CHECKING:
    from dateparser.date import DateData

_LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl"]
_DATE_CHARACTERS = 60  # characters; a longer text is no date
_WORD = re.compile(r"[^\W\d_]{3}")
_NUMBERS = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


def read_days(said: date | str, as_of: date) -> Days:
    """The first and the last day that are meant, as understood on the day `as_of`.

    ISO 8601 is read as it is, a calendar's words ("last week", "April 2019") as in a question; the
    rest by dateparser, in seven languages. "05/08/2022" means a day in May or in August, and is
    refused.

    Raises:
        ValueError: it says no day, or more than one way to read it remains.
    """
    try:
        exact = PublicationDate.of(said)
    except (ValueError, TypeError, AttributeError):
        if not isinstance(said, str):
            raise ValueError(f"{said!r} is not a date") from None
    else:
        return Days(exact.first, exact.last)
    text = " ".join(said.split())
    if len(text) <= _DATE_CHARACTERS:
        if numbers := _NUMBERS.fullmatch(text):
            return _day_of(*map(int, numbers.groups()))
        if _WORD.search(text) and (found := days_named(text, as_of) or _parse(text, as_of)):
            return found
    raise ValueError(f"{said!r} is not a date")


def _day_of(first: int, second: int, year: int) -> Days:
    """31/08/2022 or 08/31/2022, of which there is only one reading."""
    if first <= 12 and second <= 12 and first != second:
        raise ValueError("which is the month?")
    day = date(year, min(first, second), max(first, second))
    return Days(day, day)


def _parse(text: str, as_of: date) -> Days | None:
    from dateparser.date import DateDataParser  # late: only a date in words needs it

    parser = DateDataParser(
        languages=_LANGUAGES,
        settings={
            "RELATIVE_BASE": datetime.combine(as_of, time(12)),
            "PREFER_DATES_FROM": "past",
            "PREFER_DAY_OF_MONTH": "first",
            "PREFER_MONTH_OF_YEAR": "first",
        },
    )
    found: DateData = parser.get_date_data(text)
    if found.date_obj is None:
        return None
    day = found.date_obj.date()
    named = {"month": f"{day:%Y-%m}", "year": f"{day:%Y}"}.get(found.period, day.isoformat())
    meant = PublicationDate(named)
    return Days(meant.first, meant.last)
