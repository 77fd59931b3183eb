"""A link that asks: the question and the filters in the address, and nothing else.

Whoever makes a link may write what they like, so each part is bounded and what is not understood
is left out. A question of more than `LONGEST_QUESTION` characters is shown and not asked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from assistant.question import LONGEST_QUESTION
from web.chat.within import MOST_ARTICLES, Within

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_LONGEST_LINK = 20_000  # characters
_LONGEST_SHOWN = 4_000
_LONGEST_NAME = 300
_LONGEST_ID = 2_000
_MOST_NAMES = 20
_MOST_PARTS = 100


@dataclass(frozen=True, slots=True)
class Link:
    """What a link says.

    Attributes:
        question: as it was written; empty where only filters are given.
        asks: whether it may be asked at once.
    """

    question: str
    within: Within
    asks: bool


def write_link(question: str, held: Within) -> str:
    """The query of a link, from the question mark on."""
    parts = [("q", question)]
    parts += [("since", held.since)] if held.since else []
    parts += [("until", held.until)] if held.until else []
    parts += [("publisher", each) for each in held.publishers]
    parts += [("article", each) for each in held.articles]
    return f"?{urlencode(parts, errors='replace')}"


def read_link(query: str) -> Link:
    """What the query of an address says; what is not understood is left out."""
    given: Mapping[str, Sequence[str]] = {}
    if len(query) <= _LONGEST_LINK:
        try:
            given = parse_qs(query.removeprefix("?"), max_num_fields=_MOST_PARTS)
        except ValueError:
            given = {}
    question = " ".join(_first(given, "q").split())
    return Link(
        question=question[:_LONGEST_SHOWN],
        within=Within(
            since=_day(_first(given, "since")),
            until=_day(_first(given, "until")),
            publishers=_names(given, "publisher", _LONGEST_NAME, _MOST_NAMES),
            articles=_names(given, "article", _LONGEST_ID, MOST_ARTICLES),
        ),
        asks=0 < len(question) <= LONGEST_QUESTION,
    )


def _first(given: Mapping[str, Sequence[str]], name: str) -> str:
    return next(iter(given.get(name, ())), "")


def _day(said: str) -> str:
    try:
        return date.fromisoformat(said).isoformat()
    except ValueError:
        return ""


def _names(
    given: Mapping[str, Sequence[str]], name: str, longest: int, most: int
) -> tuple[str, ...]:
    return tuple(each for each in given.get(name, ()) if len(each) <= longest)[:most]
