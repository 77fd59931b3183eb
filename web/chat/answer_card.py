"""What an answer's card says beside the articles' own words; `html/turn.html` lays it out.

Three levels that differ at a glance and without colour: answered, its words in bold and again in
the quote; unsure, the nearest passages in grey; nothing found.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from assistant.composing.wording import MOST_NAMED, count, describe_source
from assistant.writing.written_wording import describe_dropped
from index import PublicationDate
from web.parts import tell_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Answer, Searched, Source, Version

MOST_COPIES = 4 * MOST_NAMED  # told by name; where there are several they are folded
MOST_VERSIONS = 12
PLOT_WIDTH, PLOT_HEIGHT = 320, 64  # in the plot's own units
_PLOTTED = 4  # figures from which on a plot tells more than a line of words
_NUMBER = re.compile(r"\d[\d,.\u202f\u00a0]*\d|\d")
_FACTORS = {"thousand": 1e3, "million": 1e6, "billion": 1e9, "trillion": 1e12}
_ABOUT_NOW = re.compile(
    r"\b(?:still|now|today|current(?:ly)?|latest|at the moment|this (?:week|month|year))\b"
    r"|^(?:is|are|does|do|has|have|who is|what is|where is)\b",
    re.IGNORECASE,
)
_OLD_DAYS = 30  # after which a question about now is told how old its answer is


def part(text: str, words: str | None) -> tuple[str, str, str]:
    """The text on one line, parted: before the words, the words themselves, after them."""
    said, words = " ".join(text.split()), " ".join((words or "").split())
    return said.partition(words) if words else (said, "", "")


def lead(answer: Answer) -> tuple[str, str, str]:
    """What the answer says before its quotes, parted at the words that answer."""
    said = answer.lead or answer.short or ""
    if answer.verdict is None and len(answer.versions) > 1:
        said = _name_newest(answer) or said  # the strip tells the others
    elif answer.verdict is None and len(answer.differs) > 1:
        said = ""  # the strip tells all of it
    return part(said, answer.short)


def _name_newest(answer: Answer) -> str:
    """ "135 (Hamad Hassan, 6 Aug 2020)": the figure of the newest article, and whose it is."""
    newest, short = answer.versions[0], answer.short or ""
    day = PublicationDate(newest.published).label if newest.published else ""
    whose = ", ".join(filter(None, [newest.speaker or newest.publisher, day]))
    return f"{short} ({whose})" if short and whose else short


def tell_age(answer: Answer, when: str) -> str:
    """How old the newest source of a question about now is; empty where it is of these days."""
    days = [PublicationDate(each.published).last for each in answer.citations if each.published]
    if not answer.answered or not days or not _ABOUT_NOW.search(answer.question.strip()):
        return ""
    asked = datetime.fromisoformat(when).date() if when else date.today()
    age = (asked - max(days)).days
    if age < _OLD_DAYS:
        return ""
    if age >= 365:
        return count(age // 365, "year")
    return count(age // 30, "month") if age >= 60 else count(age, "day")


def small_print(answer: Answer) -> list[str]:
    """What was searched for, who wrote it, how long it took."""
    notes = []
    if answer.standalone_question != " ".join(answer.question.split()):
        notes.append(f"Searched for: {answer.standalone_question}")
    if any(each.written for each in answer.sentences):
        notes.append(f"Written by {answer.model}, each sentence checked against the articles")
    if dropped := describe_dropped(answer.dropped_citations):
        notes.append(dropped)
    if "total" in answer.timings:
        done = "Answered" if answer.answered else "Searched"
        notes.append(f"{done} in {answer.timings['total'] / 1000:.2f} s")
    return notes


def describe_search(searched: Searched) -> str:
    """Which articles were searched."""
    words = [count(searched.articles, "article")]
    if searched.articles and searched.first_day and searched.last_day:
        days = dict.fromkeys(map(tell_day, (searched.first_day, searched.last_day)))
        words.append(f"published {' to '.join(days)}")
    if searched.article_ids:
        words.append("chosen one by one")
    if searched.publishers:
        words.append(f"in {' or '.join(searched.publishers)}")
    if searched.since:
        words.append(f"from {tell_day(searched.since)} on")
    if searched.until:
        words.append(f"up to {tell_day(searched.until)}")
    return ", ".join(words)


def name(source: Source) -> str:
    """The article's title, outlet and day, as far as they are known."""
    about = describe_source(source)
    return about if about == source.title else f"“{source.title}”, {about}"


def ends(versions: Sequence[Version]) -> list[Version]:
    """Of a long row the first and the last ones, which tell most."""
    return [*versions[:2], *versions[2:][-(MOST_VERSIONS - 2) :]]


def plot(newest_first: Sequence[Version]) -> list[tuple[str, str]]:
    """Points for four figures or more, the oldest first, where all are numbers of known days."""
    points = []
    for each in reversed(newest_first):
        size = _size(each.value)
        if size is None or not each.published:
            return []
        points.append((PublicationDate(each.published).first.toordinal(), size))
    days = [day for day, _ in points]
    if len(points) < _PLOTTED or min(days) == max(days):
        return []
    most = max(size for _, size in points) or 1.0
    return [
        (
            f"{4 + (PLOT_WIDTH - 8) * (day - min(days)) / (max(days) - min(days)):.1f}",
            f"{PLOT_HEIGHT - 6 - (PLOT_HEIGHT - 14) * size / most:.1f}",
        )
        for day, size in points
    ]


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
