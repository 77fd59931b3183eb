"""When a question is about: the days it names, else the day it is asked.

And the days that a reader means by a date of their own: "2019-04", "last week", "3 May 2019".
"""

from __future__ import annotations

import calendar
import re
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from index import PublicationDate
from index.searching.fusion import Days

if TYPE_CHECKING:
    from collections.abc import Callable

    from dateparser.date import DateData

    _Reads = Callable[[re.Match[str], date], Days]

MONTHS = (
    "January February March April May June July August September October November December"
).split()
MONTH = "|".join(MONTHS)
"""A pattern for a month's whole name."""
WEEKDAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
WEEKDAY = "(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day"
"""A pattern for a weekday."""

_MONTHS = {name.casefold(): number for number, name in enumerate(MONTHS, start=1)}
_MONTHS |= {name[:3]: number for name, number in _MONTHS.items()} | {"sept": 9}
_WEEKDAYS = {name.casefold(): number for number, name in enumerate(WEEKDAYS)}
_ONE_DAY, _ANOTHER_DAY = date(2021, 3, 3), date(2022, 9, 9)
_LENGTHS = {"day": 1, "week": 7, "month": 30, "year": 365}
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "few": 5}

# "May" alone is a verb more often than a month, so it needs a day or a year beside it.
_NAMED = "|".join(sorted(_MONTHS, key=len, reverse=True))
_PATTERNS: list[tuple[re.Pattern[str], _Reads]] = []


def days_of(question: str, as_of: date) -> Days:
    """The days that a question is about, as understood on the day `as_of`.

    "this week", "yesterday", "on Monday", "in April", "in April 2019", "on 15 April 2019", "2019",
    "in the past three weeks", "recently". A question that says nothing of the kind is about its
    own day: what is asked is what holds now.
    """
    return _stated(question, as_of) or Days(as_of, as_of)


def names_days(question: str, as_of: date) -> bool:
    """Whether it says which days it is about ("in March 2024"), other than those around its own."""
    days = _stated(question, as_of)
    return days is not None and not re.search(
        r"(?i)\b(?:latest|current\w*|right now|newest)\b", question
    )


def counts_from_today(question: str) -> bool:
    """Whether its days are counted from the one it is asked on: "this week", "on Monday"."""
    return _stated(question, _ONE_DAY) != _stated(question, _ANOTHER_DAY)


def _stated(question: str, as_of: date) -> Days | None:
    for pattern, days in _PATTERNS:
        for found in pattern.finditer(question):
            try:
                return days(found, as_of)
            except (ValueError, OverflowError):
                continue  # 31 February, the year 0: not a date after all
    return None


def days_named(words: str, as_of: date) -> Days | None:
    """The days that these words name, all of them: "last week", "April", "past three weeks".

    None when they say something else, or more than that.
    """
    for said in (words, f"in {words}", f"on {words}", f"in the {words}"):
        for pattern, days in _PATTERNS:
            if (found := pattern.fullmatch(said)) and days is not _ago:  # a filter takes no slack
                try:
                    return days(found, as_of)
                except (ValueError, OverflowError):
                    continue
    return None


def _means(pattern: str) -> Callable[[_Reads], _Reads]:
    def register(days: _Reads) -> _Reads:
        _PATTERNS.append((re.compile(pattern, re.IGNORECASE), days))
        return days

    return register


@_means(r"\b(?P<year>(?:19|20)\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b")
def _iso_day(said: re.Match[str], _: date) -> Days:
    day = date(int(said["year"]), int(said["month"]), int(said["day"]))
    return Days(day, day)


@_means(
    rf"\b(?:(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_NAMED})"
    rf"|(?P<month2>{_NAMED})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?)\b(?:,? (?P<year>\d{{4}}))?"
)
def _day(said: re.Match[str], as_of: date) -> Days:
    month = _MONTHS[(said["month"] or said["month2"]).casefold()]
    number = int(said["day"] or said["day2"])
    if said["year"]:
        day = date(int(said["year"]), month, number)
    else:
        day = _last_before(as_of, lambda year: date(year, month, number))
    return Days(day, day)


@_means(rf"\b(?P<month>{_NAMED})\.?,? (?P<year>(?:19|20)\d\d)\b")
def _month_of_year(said: re.Match[str], _: date) -> Days:
    return _whole_month(int(said["year"]), _MONTHS[said["month"].casefold()])


@_means(r"\b(?:today|tonight|this (?:morning|afternoon|evening))\b")
def _today(_: re.Match[str], as_of: date) -> Days:
    return Days(as_of, as_of)


@_means(r"\b(?:yesterday|last night)\b")
def _yesterday(_: re.Match[str], as_of: date) -> Days:
    day = as_of - timedelta(days=1)
    return Days(day, day)


@_means(
    r"\b(?:in|over|during|within) the (?:past|last) (?:(?P<count>\d{1,3}|a|one|two|three|four|five"
    r"|six|few) )?(?P<unit>day|week|month|year)s?\b"
)
def _past(said: re.Match[str], as_of: date) -> Days:
    return Days(as_of - _length(said["count"] or "one", said["unit"]), as_of)


@_means(r"\b(?P<which>this|last|past) (?P<what>week|weekend|month|year)\b")
def _this_or_last(said: re.Match[str], as_of: date) -> Days:
    last = said["which"].casefold() != "this"
    match said["what"].casefold():
        case "month":
            first = as_of.replace(day=1)
            return _month_of(first - timedelta(days=1)) if last else _month_of(as_of)
        case "year":
            return _whole_year(as_of.year - last)
        case _:
            monday = as_of - timedelta(days=as_of.weekday() + 7 * last)
            return Days(monday, monday + timedelta(days=6))


@_means(r"\b(?P<count>\d{1,3}|a|one|two|three|four|five|six) (?P<unit>day|week|month|year)s? ago\b")
def _ago(said: re.Match[str], as_of: date) -> Days:
    day = as_of - _length(said["count"], said["unit"])
    slack = timedelta(days=_LENGTHS[said["unit"].casefold()] // 4)
    return Days(day - slack, day + slack)


@_means(rf"\b(?:on|last|this|since) (?P<day>{'|'.join(_WEEKDAYS)})\b")
def _weekday(said: re.Match[str], as_of: date) -> Days:
    back = (as_of.weekday() - _WEEKDAYS[said["day"].casefold()]) % 7
    day = as_of - timedelta(days=back or 7 * (said.group().casefold().startswith("last")))
    return Days(day, day)


@_means(r"\b(?:recently|lately|latest|these days|nowadays|right now|currently|newest)\b")
def _recently(_: re.Match[str], as_of: date) -> Days:
    return Days(as_of - timedelta(days=14), as_of)


@_means(rf"\b(?:in|of|during|since|by|until|last|this) (?P<month>{_NAMED})\b")
def _month(said: re.Match[str], as_of: date) -> Days:
    month = _MONTHS[said["month"].casefold()]
    return _month_of(_last_before(as_of, lambda year: date(year, month, 1)))


@_means(r"(?<![\w$£€.,-])(?P<year>(?:19|20)\d\d)\b(?![\w%-]|[.,]\d)")
def _year(said: re.Match[str], _: date) -> Days:
    return _whole_year(int(said["year"]))


def _length(count: str, unit: str) -> timedelta:
    number = int(count) if count.isdigit() else _NUMBERS[count.casefold()]
    return timedelta(days=number * _LENGTHS[unit.casefold()])


def _last_before(as_of: date, of_year: Callable[[int], date]) -> date:
    day = of_year(as_of.year)
    return day if day <= as_of else of_year(as_of.year - 1)


def _month_of(day: date) -> Days:
    return _whole_month(day.year, day.month)


def _whole_month(year: int, month: int) -> Days:
    return Days(date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))


def _whole_year(year: int) -> Days:
    return Days(date(year, 1, 1), date(year, 12, 31))


_LANGUAGES = ["en", "de", "fr", "es", "it", "pt", "nl"]
_DATE_CHARACTERS = 60  # characters; a longer text is no date
_WORD = re.compile(r"[^\W\d_]{3}")
_SLASHED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")


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
        if numbers := _SLASHED.fullmatch(text):
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
