"""Days as readers need them: "Tuesday" with its date, and how old a source is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.dating import MONTH, MONTHS, WEEKDAY, WEEKDAYS
from index import Article, PublicationDate

_MONTH = f"{MONTH}|Sept|{'|'.join(month[:3] for month in MONTHS)}"
_DAY = re.compile(
    rf"\b(?P<which>last |next |this )?(?P<weekday>{WEEKDAY})\b"
    r"(?P<part>(?:['’]s)?(?: (?:morning|afternoon|evening|night))?)"
    r"|\b(?P<word>yesterday|today|tomorrow|tonight|this morning|last night)\b"
    rf"|\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<month>{_MONTH})\b(?P<year>,? \d{{4}})?"
    rf"|\b(?P<month2>{_MONTH})\.? (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?\b(?P<year2>,? \d{{4}})?"
)
_AHEAD = re.compile(
    r"(?i)\b(?:will|may|might|due|next|expected|scheduled|set for|planned for|(?:is|are|was"
    r"|were) to)\b[^.;]{0,60}$"
)
_PERHAPS_AHEAD = re.compile(r"(?i)\b(?:until|by|starting|from)\s(?:early |late )?$")
_PAST = re.compile(r"(?i)\b(?:was|were|had|did|has|have|[a-z]+ed)\b")
_BEHIND = re.compile(
    r"(?i)\b(?:said|told|announced|confirmed|reported|since)\s(?:\w+\s)?(?:on|late on|early "
    r"on)?\s?$"
)
_NOW = re.compile(
    r"(?i)\b(?:now|still|current(?:ly)?|latest|today|at the moment|at present|these days|right "
    r"now)\b"
)
_OLD_AFTER = 2  # days between a source and the question before a "now" says the source's age


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day that a text names without its full date: `text[start:end]`."""

    start: int
    end: int
    day: date


def named_days(text: str, published: str | None) -> list[NamedDay]:
    """The days named in an article's words that a reader cannot date without the article's day.

    A weekday is the last one up to the article's day, unless the words look ahead ("will run from
    Saturday"). A day of a month gets the year that brings it nearest to the article.

    Args:
        published: the article's day in ISO 8601; less than a day dates nothing.
    """
    if not published or len(published) < len("2019-04-15"):
        return []
    try:
        written = PublicationDate(published).first
    except ValueError:
        return []
    found = []
    for match in _DAY.finditer(text):
        day = _date_of(match, text[: match.start()], written)
        if day is not None:
            found.append(NamedDay(match.start(), match.end(), day))
    return found


def _date_of(match: re.Match[str], before: str, written: date) -> date | None:
    if name := match["weekday"]:
        back = (written.weekday() - WEEKDAYS.index(name)) % 7
        which = (match["which"] or "").strip().lower()
        perhaps = _PERHAPS_AHEAD.search(before) and not _PAST.search(before)
        ahead = (_AHEAD.search(before) or perhaps) and not _BEHIND.search(before)
        if which == "next" or (ahead and which != "last"):
            return written + timedelta(days=(7 - back) % 7 or 7)
        return written - timedelta(days=back or (7 if which == "last" else 0))
    if word := match["word"]:
        shift = {"yesterday": -1, "last night": -1, "tomorrow": 1}.get(word.lower(), 0)
        return written + timedelta(days=shift)
    if match["year"] or match["year2"]:
        return None  # it says all
    month = (match["month"] or match["month2"])[:3]
    number = next(n for n, each in enumerate(MONTHS, start=1) if each.startswith(month))
    days = []
    for year in (written.year - 1, written.year, written.year + 1):
        try:
            days.append(date(year, number, int(match["day"] or match["day2"])))
        except ValueError:
            continue
    return min(days, key=lambda day: abs((day - written).days), default=None)


def with_dates(text: str, within: str, start: int, published: str | None) -> str:
    """Words of a quote with the dates of the days they name: "Tuesday (6 Aug 2020)".

    Args:
        within: the whole quote: what stands before tells past from future.
        start: where the words begin in it.
    """
    end = start + len(text)
    out, at = [], start
    for each in named_days(within, published):
        if start <= each.start and each.end <= end:
            out += [within[at : each.end], f" ({PublicationDate(each.day.isoformat()).label})"]
            at = each.end
    return "".join([*out, within[at:end]])


def tell_days(quote: str, published: str | None) -> str:
    """ "Tuesday: 4 Apr 2023; Friday: 7 Apr 2023", each day once; empty when none needs it."""
    told: dict[str, str] = {}
    for each in named_days(quote, published):
        if re.match(r"\d|[A-Z][a-z]{2,8}\.? \d", quote[each.start : each.end]):
            continue  # a day of a month lacks only its year, which the article's day tells
        name = re.sub(r"['’]s\b.*$", "", quote[each.start : each.end])
        told.setdefault(name, PublicationDate(each.day.isoformat()).label)
    return "; ".join(f"{name}: {label}" for name, label in told.items())


def label_of(article: Article) -> str:
    """The article's day for people; empty when unknown."""
    return article.published.label if article.published else ""


def age_of(article: Article, question: str, as_of: date) -> str:
    """ " (as of 18 Sep 2025)" for a question about now under an older source; empty otherwise."""
    published = article.published
    if not published or not _NOW.search(question):
        return ""
    return f" (as of {published.label})" if (as_of - published.last).days > _OLD_AFTER else ""
