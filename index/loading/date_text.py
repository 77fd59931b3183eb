"""Dates as sources write them, read as exactly as they are said and no more.

Numbers and English are read by strict forms, other languages by dateparser, held to say a year and
a month. What none of them fits stays unknown. So does a date that no news has: the year 0209, or a
day after tomorrow.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import Any

from index.dates import PublicationDate
from index.word_lists import LISTS

# Read where nobody has said the language. Croatian is not: its "listopad" is October, not November.
_LANGUAGES = tuple(
    """
    en de fr es it pt nl sv da nb fi pl cs sk hu ro sl tr et lv lt ca id vi ru uk bg sr el he hy ka
    ar fa ur ps th lo my km am hi bn ta te ml ja ko zh
    """.split()
)
_LABELS = frozenset(LISTS["date_labels"].split())
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "民國": 1911, "民国": 1911}
_YEAR_OF_ERA = re.compile(rf"({'|'.join(_ERAS)})\s?(\d{{1,3}}|元)(?=\s?年)")
_BUDDHIST_YEAR = re.compile(r"(?:พ\.?ศ\.?\s?)?(2[45]\d\d)(?!\d)")  # 543 years ahead
_THAI = re.compile("[\u0e00-\u0e7f]")
# What dateparser does not know: "5 novembre 2023 à 10 h 30", "2023. gada 5. maijs".
_TIME_OF_DAY = re.compile(r"(?:,| (?:à|às|a las|alle))? \d{1,2} ?h(?: ?\d\d)?\b.*")
_FILLING = re.compile(r"(?<=\d\.) gada\b|(?<=\d) (?:m|d)\.")
_OF_TWO_MONTHS = re.compile(r"(?i)\blistopad")  # October in Croatian, November in Polish
_YEAR_AND_WORD = re.compile(r"(?=.*\d{4})(?=.*[^\W\d_])")


def _read_in_words(text: str, language: str | None) -> PublicationDate | None:
    """The day or month that a text says in any language, whatever stands before its figures."""
    opening = re.match(r"\D*", text)
    without = text[opening.end() :] if opening else text
    return _parse(text, language) or _parse(without, language)


def _parse(text: str, language: str | None) -> PublicationDate | None:
    """The day or month that a text says, and nothing else but a day of the week and a time."""
    text = _YEAR_OF_ERA.sub(lambda said: _year_of_era(*said.groups()), text)
    if _THAI.search(text):
        text = _BUDDHIST_YEAR.sub(lambda said: str(int(said[1]) - 543), text)
    text = _FILLING.sub("", _TIME_OF_DAY.sub("", text))
    if not _YEAR_AND_WORD.match(text):
        return None
    if language is None and _OF_TWO_MONTHS.search(text):
        years = re.findall(r"\b\d{4}\b", text)
        return PublicationDate(years[0]) if len(years) == 1 else None
    found = _parser(language).get_date_data(text)
    if found.date_obj is None:
        return None
    iso = found.date_obj.date().isoformat()
    return PublicationDate(iso if found.period != "month" else iso[: len("2024-03")])


def _year_of_era(era: str, year: str) -> str:
    return str(_ERAS[era] + (1 if year == "元" else int(year)))


@lru_cache(32)
def _parser(language: str | None) -> Any:
    from dateparser.data.languages_info import language_order
    from dateparser.date import DateDataParser

    known = "nb" if language == "no" else language
    return DateDataParser(
        languages=list(dict.fromkeys([known, "en"])) if known in language_order else _LANGUAGES,
        try_previous_locales=False,  # what was read before is no reason to read this otherwise
        settings={
            "PARSERS": ["absolute-time"],  # no "yesterday"
            "REQUIRE_PARTS": ["year", "month"],
            "PREFER_DAY_OF_MONTH": "first",
            "DATE_ORDER": "DMY",
        },
    )


_FIRST_YEAR = 1600  # the first newspapers
_WRITTEN = date(2026, 11, 23)  # it is not earlier than this, whatever a clock says that was reset
_LONGEST = 100  # characters; a longer text is not a date
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
"""A regular expression for an English month; upper and lower case should be alike."""

_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?"
)
_EPOCH = re.compile(r"(\d{10})(?:\d{3}){0,3}(?:\.\d+)?")
_YEAR_FIRST = re.compile(r"(\d{4})([/.-]) ?(\d{1,2})\2 ?(\d{1,2})\.?(?:[T ,(].*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([/.-]) ?(\d{1,2})\2 ?(\d{4})(?:[T ,].*)?")
_MONTH_BETWEEN_DASHES = re.compile(r"(?<=\d)-(?=[^\W\d_])|(?<=[^\W\d_])-(?=\d\d(?:\d\d)?\b)")
_MAIL = re.compile(r"(?:[A-Za-z]{3},? )?\d{1,2} [A-Za-z]{3} \d{2,4} \d\d:\d\d.*")
_ZONE_APART = re.compile(r"(?<=\d) (?=[+-]\d\d:?\d\d$)| ?(?:UTC|GMT)$")
_ONLY_NUMBERS = re.compile(
    r"(?:[^\W\d_]+:? )?\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?:[T ,(].{0,20})?", re.IGNORECASE
)
_AFTER_LABEL = re.compile(r"^[^\d]+")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?")
_WORDS = re.compile(
    rf"\b(?:\d{{1,2}}(?:st|nd|rd|th)? {MONTH}|{MONTH}(?: \d{{1,2}}(?:st|nd|rd|th)?)?),? \d{{4}}\b",
    re.IGNORECASE,
)


def read_date(said: str, language: str | None = None) -> PublicationDate | None:
    """The date that a text says, as exactly as it says it; None when it says none that can be.

    "2022/05/08" is a day, "Sun, 08 May 2022 10:00:00 GMT" an instant, "May 2022" a month, in any
    language. Of "05/08/2022", which is a day in May or in August, only the year is sure, unless it
    is written in another language than English, which all put the day first, as do points.

    Args:
        language: ISO 639-1 of what it was written for, where that is known.
    """
    text = " ".join(unicodedata.normalize("NFKC", said).split())
    if not text or len(text) > _LONGEST or not any(map(str.isnumeric, text)):
        return None
    text = "".join(str(int(each)) if each.isdecimal() else each for each in text)
    text = _MONTH_BETWEEN_DASHES.sub(" ", text)
    for form in (_read_iso, _read_numbers, _read_mail, _read_words, _read_in_words):
        try:
            found = form(text, language)
        except (ValueError, OverflowError):
            continue
        if found:
            return found if is_possible(found) else None
    return None


def read_date_line(line: str, language: str | None = None) -> PublicationDate | None:
    """The date that a line says and nothing else, but for a time and "published on".

    Even one that cannot be: see `is_possible`.
    """
    if len(line) > _LONGEST:
        return None
    words = line.split()
    while words and words[0].casefold().strip(":") in _LABELS:
        del words[0]
    said = " ".join(words)
    try:
        if found := _parse(said, language):
            return found
    except (ValueError, OverflowError):
        return None
    if not _ONLY_NUMBERS.fullmatch(line.strip()):
        return None
    return read_date(_AFTER_LABEL.sub("", line), language)


def is_possible(day: PublicationDate) -> bool:
    """Whether news can bear this date: not before there was any, not after tomorrow."""
    latest = max(today(), _WRITTEN) + timedelta(days=2)  # east of here it may be a day later
    return day.first.year >= _FIRST_YEAR and day.first <= latest


def today() -> date:
    """The present day, in UTC."""
    return datetime.now(UTC).date()


def _read_iso(text: str, _: str | None) -> PublicationDate | None:
    written = _ZONE_APART.sub(lambda gap: "Z" if gap[0].strip() else "", text)
    if parts := _COMPACT.fullmatch(text):  # "20220508", "20220508T233000Z"
        year, month, day, hour, minute, second, zone = parts.groups()
        written = f"{year}-{month}-{day}"
        if hour:
            written += f"T{hour}:{minute}:{second or '00'}{zone or ''}"
    if not re.match(r"\d{4}(?:-\d{2}|$)", written):
        return None
    if _MIDNIGHT.fullmatch(written[10:]):  # a day, as a table that knows no days writes it
        written = written[:10]
    try:
        return PublicationDate(written)
    except ValueError:
        return PublicationDate(written[:10])  # "2022-05-08 10:00 Uhr"


def _read_numbers(text: str, language: str | None) -> PublicationDate | None:
    if epoch := _EPOCH.fullmatch(text):  # seconds or milliseconds since 1970
        return PublicationDate.of(datetime.fromtimestamp(int(epoch[1]), UTC))
    if parts := _YEAR_FIRST.fullmatch(text):
        year, _, month, day = parts.groups()
        return PublicationDate(f"{year}-{int(month):02}-{int(day):02}")
    if parts := _YEAR_LAST.fullmatch(text):
        first, second, year = int(parts[1]), int(parts[3]), parts[4]
        day_first = parts[2] == "." or language not in {None, "en"}
        if second > 12 and first <= 12:
            return PublicationDate(f"{year}-{first:02}-{second:02}")
        if day_first or first == second or first > 12:
            return PublicationDate(f"{year}-{second:02}-{first:02}")
        return PublicationDate(year)
    return None


def _read_mail(text: str, _: str | None) -> PublicationDate | None:
    """The form of e-mail and RSS (RFC 5322): "Sun, 08 May 2022 10:00:00 GMT"."""
    if not _MAIL.fullmatch(text):
        return None
    return PublicationDate.of(parsedate_to_datetime(text))


def _read_words(text: str, _: str | None) -> PublicationDate | None:
    """The one day or month that a text says in English, whatever stands around it."""
    found = _WORDS.findall(text)
    return _parse(found[0], "en") if len(found) == 1 else None
