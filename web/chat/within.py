"""Where a question is asked: days, outlets and articles, as the page holds them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from assistant.composing.wording import count

if TYPE_CHECKING:
    from assistant import Assistant

MOST_ARTICLES = 20
"""Articles that can be chosen at a time; of more, a day or an outlet tells better."""

_MOST_TITLES = 2
_LONGEST_TITLE = 40
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


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

    def scope(self) -> dict[str, Any]:
        """As `Assistant.stream` takes it."""
        return {
            "since": self.since or None,
            "until": self.until or None,
            "publishers": self.publishers or None,
            "articles": self.articles or None,
        }


def within(since: str | None, until: str | None, publishers: object, articles: object) -> Within:
    """From what the parts of the page hold, of which nothing is taken on trust."""
    return Within(
        since=(since or "").strip(),
        until=(until or "").strip(),
        publishers=_texts(publishers),
        articles=_texts(articles)[:MOST_ARTICLES],
    )


def show_within(assistant: Assistant, held: Within, *, editing: bool = False) -> Markup:
    """Each filter in force as a button that takes it off; nothing where none is.

    Args:
        editing: whether the next question replaces the last one.
    """
    chips = []
    if editing:
        chips.append(
            _chip("editing", "", "Editing the last question", "Stop editing", "dl-editing")
        )
    if held.since:
        chips.append(_chip("since", "", f"From {_day(held.since)}", "Remove the first day"))
    if held.until:
        chips.append(_chip("until", "", f"To {_day(held.until)}", "Remove the last day"))
    chips += [_chip("publishers", each, each, "Remove the outlet") for each in held.publishers]
    if len(held.articles) > _MOST_TITLES:
        said = count(len(held.articles), "article")
        chips.append(_chip("articles", "", said, "Remove the articles"))
    else:
        chips += [
            _chip("articles", each, f"Only “{_title(assistant, each)}”", "Remove the article")
            for each in held.articles
        ]
    if not chips:
        return Markup("")
    return Markup(
        '<div class="dl-filters" role="group" aria-label="Filters in force">{}</div>'
    ).format(Markup("").join(chips))


def drop(held: Within, what: str, which: str) -> Within:
    """The filters without one of them.

    Args:
        what: "since", "until", "publishers" or "articles".
        which: the outlet or the article; empty for all of them.
    """
    return Within(
        since="" if what == "since" else held.since,
        until="" if what == "until" else held.until,
        publishers=_without(held.publishers, which) if what == "publishers" else held.publishers,
        articles=_without(held.articles, which) if what == "articles" else held.articles,
    )


def _chip(what: str, which: str, said: str, label: str, more: str = "") -> Markup:
    return Markup(
        '<button type="button" class="dl-filter {}" data-drop="{}" data-which="{}" '
        'aria-label="{}: {}"><span dir="auto">{}</span> <span aria-hidden="true">×</span></button>'
    ).format(more, what, which, label, said, said)


def _title(assistant: Assistant, article_id: str) -> str:
    article = assistant.index.article(article_id)
    title = " ".join((article.title if article else "an article no longer there").split())
    return title if len(title) <= _LONGEST_TITLE else f"{title[:_LONGEST_TITLE].rstrip()}…"


def _day(iso: str) -> str:
    """ "1 Jan 2022"; what is no day as it was given."""
    year, _, rest = iso.partition("-")
    month, _, day = rest.partition("-")
    if not (month.isdecimal() and day.isdecimal() and 1 <= int(month) <= len(_MONTHS)):
        return iso
    return f"{int(day)} {_MONTHS[int(month) - 1]} {year}"


def _without(values: tuple[str, ...], which: str) -> tuple[str, ...]:
    return tuple(each for each in values if which and each != which)


def _texts(given: object) -> tuple[str, ...]:
    if not isinstance(given, list | tuple):
        return ()
    return tuple(each for each in given if isinstance(each, str) and each)
