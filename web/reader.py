"""An article beside the chat: its text as it came, the quoted words marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markupsafe import Markup

from assistant.answer import Source
from assistant.composing.wording import describe_source

if TYPE_CHECKING:
    from assistant.answer import Citation
    from assistant.assistant import Assistant

_NOTHING = Markup("")
_CHANGED = "The article has changed since it was quoted: these words no longer stand there."
_GONE = "This article is no longer in the index."


@dataclass(frozen=True, slots=True)
class Page:
    """An article, as much of it as the panel shows."""

    source: Source
    text: str
    authors: tuple[str, ...] = ()


def find_page(assistant: Assistant, article_id: str) -> Page | None:
    """The article with this id; None when the index has none (any more)."""
    article = assistant.index.article(article_id)
    if article is None:
        return None
    return Page(Source.of(article), article.text, article.authors)


def show_page(page: Page | None, citation: Citation | None = None, opened: int = 0) -> Markup:
    """The panel of one article.

    Args:
        page: None when the article has been removed since.
        citation: whose words to mark, by its offsets.
        opened: a number that differs each time, so that opening the same words again scrolls again.
    """
    if page is None:
        return _panel(
            opened, "", _NOTHING, Markup('<p class="dl-note" role="status">{}</p>').format(_GONE)
        )
    stands = citation is not None and (page.text[citation.start : citation.end] == citation.quote)
    note = Markup('<p class="dl-note" role="status">{}</p>').format(_CHANGED)
    about = describe_source(page.source)
    return _panel(
        opened,
        "" if about == page.source.title else about,
        _show_only(page.source),
        _show_head(page),
        note if citation and not stands else _NOTHING,
        _show_text(page.text, citation if stands else None),
        shown=page.source.article_id,
    )


def _panel(opened: int, about: str, tools: Markup, *parts: Markup, shown: str = "") -> Markup:
    return Markup(
        '<article class="dl-article" data-opened="{}" data-shown="{}" aria-label="Article">'
        '<div class="dl-bar"><p class="dl-outlet" dir="auto">{}</p><span class="dl-bar-end">{}'
        '<button type="button" class="dl-boxed" data-shut aria-label="Close the article">Close'
        "</button></span></div>{}</article>"
    ).format(opened, shown, about, tools, _NOTHING.join(parts))


def _show_only(source: Source) -> Markup:
    return Markup(
        '<button type="button" class="dl-boxed" data-only="{}">Ask only this article</button> '
    ).format(source.article_id)


def _show_head(page: Page) -> Markup:
    authors, url = page.authors, page.source.url
    return Markup(
        '<header><h2 class="dl-headline" tabindex="-1" dir="auto">{}</h2>{}{}</header>'
    ).format(
        page.source.title or "An article without a title",
        Markup('<p class="dl-byline" dir="auto">By {}</p>').format(", ".join(authors))
        if authors
        else _NOTHING,
        Markup('<p class="dl-address">{}</p>').format(_show_url(url)) if url else _NOTHING,
    )


def _show_url(url: str) -> Markup | str:
    """A link if it leads to the web; any other address is text."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return url
    if parts.scheme.lower() not in {"http", "https"} or not parts.netloc:
        return url
    return Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>').format(url)


def _show_text(text: str, citation: Citation | None) -> Markup:
    if citation is None:
        return Markup('<div class="dl-text" dir="auto">{}</div>').format(text)
    return Markup('<div class="dl-text" dir="auto">{}<mark tabindex="-1">{}</mark>{}</div>').format(
        text[: citation.start], text[citation.start : citation.end], text[citation.end :]
    )
