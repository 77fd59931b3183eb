"""Where a question is asked: days, outlets and articles, as the page's script holds them.

The script keeps them and shows them; here what it says is read, of which nothing is taken on trust,
and written into a link.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from assistant import DatelineError
from assistant.question import ask
from web.parts import NOTHING, render, with_most

if TYPE_CHECKING:
    from markupsafe import Markup

    from assistant import Assistant

MOST_ARTICLES = 20
"""Articles that can be chosen at a time; of more, a day or an outlet tells better."""

_MOST_OUTLETS_CHOSEN = 20
_MOST_OUTLETS_OFFERED = 2_000  # those with most articles; words find the others' articles
_LONGEST_NAME = 300  # characters
_LONGEST_ID = 2_000


@dataclass(frozen=True, slots=True)
class Within:
    """The filters in force.

    Attributes:
        since, until: ISO days, both inclusive; empty for none.
        publishers: outlets; empty for all.
        articles: ids; empty for all.
    """

    since: str = ""
    until: str = ""
    publishers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    @property
    def narrowed(self) -> bool:
        """Whether some articles are left out."""
        return any(self.scope().values())

    def scope(self) -> dict[str, Any]:
        """As `Assistant.stream` takes it."""
        return {name: held or None for name, held in asdict(self).items()}


def read_filters(given: object) -> Within:
    """From what the page's script or a kept turn says."""
    held = given if isinstance(given, Mapping) else {}
    return Within(
        since=_day(held.get("since")),
        until=_day(held.get("until")),
        publishers=_texts(held.get("publishers"), _LONGEST_NAME)[:_MOST_OUTLETS_CHOSEN],
        articles=_texts(held.get("articles"), _LONGEST_ID)[:MOST_ARTICLES],
    )


def write_link(question: str, held: Within) -> str:
    """The query of a link that asks, from the question mark on; `filters.js` reads it."""
    parts = [("q", question)]
    parts += [("since", held.since)] if held.since else []
    parts += [("until", held.until)] if held.until else []
    parts += [("publisher", each) for each in held.publishers]
    parts += [("article", each) for each in held.articles]
    return f"?{urlencode(parts, errors='replace')}"


def count_within(assistant: Assistant, held: Within, number: int) -> str:
    """How many articles the filters leave, as JSON; the titles of those chosen one by one.

    Args:
        number: what the page's script told this count from others by.
    """
    try:
        left: int | None = assistant.index.counts(ask("?", **held.scope()).within).articles
        every = assistant.index.counts().articles
    except DatelineError:  # the next question says what is wrong
        left, every = None, 0
    titles = {each: _title(assistant, each) for each in held.articles}
    return _write({"number": number, "articles": left, "of": every, "titles": titles})


def list_outlets(assistant: Assistant) -> str:
    """The outlets that can be chosen and how many articles each has, as JSON."""
    offered = with_most(assistant.index.outlets(), _MOST_OUTLETS_OFFERED)
    return _write(list(offered.items()))


def show_elsewhere(assistant: Assistant, question: str) -> Markup:
    """Which outlets and days have something, for a question that the filters kept from it."""
    try:
        hits = assistant.index.search(question, 6)
    except DatelineError:
        return NOTHING
    found = [hit.article for hit in hits]
    said = dict.fromkeys((e.publisher, e.published.label if e.published else "") for e in found)
    return render("elsewhere", named=[each for each in said if any(each)][:4])


def _write(held: object) -> str:
    """As JSON without anything that could be taken for markup on its way to the script."""
    return json.dumps(held).replace("<", "\\u003c")


def _title(assistant: Assistant, article_id: str) -> str:
    article = assistant.index.article(article_id)
    return " ".join((article.title if article else "an article no longer there").split())


def _day(said: object) -> str:
    return said.strip()[:40] if isinstance(said, str) else ""


def _texts(given: object, longest: int) -> tuple[str, ...]:
    if not isinstance(given, list | tuple):
        return ()
    return tuple(each for each in given if isinstance(each, str) and 0 < len(each) <= longest)
