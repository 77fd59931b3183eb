"""Who and what is named in most of the newest articles, as they are written in running text."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from index import Article

_FEWEST = 2  # articles that must name it
_LONGEST = 40  # characters of a name
_LONGEST_TEXT = 6_000  # characters of each article that are read
_WORD = r"[A-ZÀ-ÖØ-ÞŁŚŻ][\w’'\-]*\w"
_NAME = re.compile(
    rf"(?<=[a-zà-öø-ÿ,;] )({_WORD}(?:[ \u00a0](?:(?:of|the|de|van|von|al|bin)[ \u00a0])*{_WORD})*)"
)
"""Words in capitals within a sentence, where no capital is due to its place."""

_NO_NAMES = {
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    *("Saturday", "Sunday", "Mr", "Mrs", "Ms", "Dr", "But", "The", "And", "In", "It", "He", "She"),
    *(
        "Image",
        "Images",
        "Getty",
        "Photo",
        "File",
        "Read",
        "Video",
        "We",
        "They",
        "If",
        "That",
        "This",
        "There",
        "What",
        "When",
        "Is",
        "God",
        "Internet",
    ),
}
_OF_A_COUNTRY = re.compile(r"[A-Z][a-z]{2,}(?:ican|ian|ese|ish)s?")
"""American, Russians, British: they tell no more than their country does."""


def named_most(articles: Iterable[Article], most: int) -> list[tuple[str, int]]:
    """Names and how many of the articles hold each, those of most articles first."""
    counts: Counter[str] = Counter()
    for article in articles:
        found = {_tidy(name) for name in _NAME.findall(article.text[:_LONGEST_TEXT])}
        outlet = re.sub(r"\W", "", (article.publisher or "").casefold())
        counts.update(
            name
            for name in found
            if 0 < len(name) <= _LONGEST
            and not _OF_A_COUNTRY.fullmatch(name)
            and re.sub(r"\W", "", name.casefold()) not in outlet
        )
    several = [(name, number) for name, number in counts.most_common() if number >= _FEWEST]
    chosen: list[tuple[str, int]] = []
    for name, number in several:
        # "Erdogan" beside "Recep Tayyip Erdogan": the longer one says more, where it is as common.
        longer = any(
            name != other and re.search(rf"\b{re.escape(name)}\b", other) and 2 * held >= number
            for other, held in several[: 4 * most]
        )
        if not longer:
            chosen.append((name, number))
        if len(chosen) == most:
            break
    return chosen


def _tidy(name: str) -> str:
    """Without a day before it ("Monday Recep Erdogan") or an ending; empty where none is left."""
    words = name.replace("\u00a0", " ").removesuffix("’s").removesuffix("'s").split()
    while words and words[0] in _NO_NAMES:
        del words[0]
    while words and words[-1] in _NO_NAMES:
        del words[-1]
    return " ".join(words)
