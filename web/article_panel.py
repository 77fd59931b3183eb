"""An article beside the chat: its text as it came, the quoted words marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from markupsafe import Markup

from assistant.answer import Source
from assistant.composing.wording import describe_source
from web.parts import NOTHING

if TYPE_CHECKING:
    from assistant.answer import Citation
    from assistant.assistant import Assistant

_CHANGED = "The article has changed since it was quoted: these words no longer stand there."
_TOOLS = Markup(
    '<button type="button" class="dl-boxed" data-only="{0}" data-title="{1}">Ask only this article'
    '</button> <button type="button" class="dl-boxed" data-story="{0}">Story</button> '
)
_GONE = "This article is no longer in the index."


@dataclass(frozen=True, slots=True)
class Opened:
    """An article, as much of it as the panel shows."""

    source: Source
    text: str
    authors: tuple[str, ...] = ()


def find_article(assistant: Assistant, article_id: str) -> Opened | None:
    """The article with this id; None when the index has none (any more)."""
    article = assistant.index.article(article_id)
    if article is None:
        return None
    return Opened(Source.of(article), article.text, article.authors)


def show_article(
    article: Opened | None, citation: Citation | None = None, opened: int = 0
) -> Markup:
    """The panel of one article.

    Args:
        article: None when it has been removed since.
        citation: whose words to mark, by its offsets.
        opened: a number that differs each time, so that opening the same words again scrolls again.
    """
    if article is None:
        gone = Markup('<p class="dl-note" role="status">{}</p>').format(_GONE)
        return show_panel(opened, "", NOTHING, gone)
    source = article.source
    stands = citation is not None and _field(article, citation.field, citation) == citation.quote
    marked = citation if stands else None
    note = Markup('<p class="dl-note" role="status">{}</p>').format(_CHANGED)
    about = describe_source(source)
    return show_panel(
        opened,
        "" if about == source.title else about,
        _TOOLS.format(source.article_id, source.title),
        _show_head(article, marked if marked and marked.field == "title" else None),
        note if citation and not stands else NOTHING,
        _show_text(article.text, marked if marked and marked.field == "text" else None),
        shown=source.article_id,
    )


def show_panel(
    opened: int, about: str, tools: Markup, *parts: Markup, shown: str = "", label: str = "Article"
) -> Markup:
    """What stands beside the chat, and on a phone over it.

    Args:
        opened: as for `show_article`.
        about: a line at its top.
        tools: buttons beside that.
        shown: the id of the article that it shows; empty for none.
    """
    return Markup(
        '<article class="dl-article" data-opened="{}" data-shown="{}" aria-label="{}">'
        '<div class="dl-bar"><button type="button" class="dl-boxed dl-back" data-back>'
        '<span aria-hidden="true">‹</span> Back</button><p class="dl-outlet" dir="auto">{}</p>'
        '<span class="dl-bar-end">{}<button type="button" class="dl-boxed dl-shut" data-shut '
        'aria-label="Close the {}">Close</button></span></div>{}</article>'
    ).format(opened, shown, label, about, tools, label.lower(), NOTHING.join(parts))


def _field(article: Opened, field: str, citation: Citation) -> str:
    held = article.source.title if field == "title" else article.text
    return held[citation.start : citation.end]


def _show_head(article: Opened, marked: Citation | None) -> Markup:
    authors, url, title = article.authors, article.source.url, article.source.title
    return Markup(
        '<header><h2 class="dl-headline" tabindex="-1" dir="auto">{}</h2>{}{}</header>'
    ).format(
        _mark(title, marked) if marked else title or "An article without a title",
        Markup('<p class="dl-byline" dir="auto">By {}</p>').format(", ".join(authors))
        if authors
        else NOTHING,
        Markup('<p class="dl-address">{}</p>').format(_show_url(url)) if url else NOTHING,
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


def _show_text(text: str, marked: Citation | None) -> Markup:
    return Markup('<div class="dl-text" dir="auto">{}</div>').format(
        _mark(text, marked) if marked else text
    )


def _mark(text: str, citation: Citation) -> Markup:
    """The text as it came, the quoted words marked by their offsets."""
    return Markup('{}<mark tabindex="-1">{}</mark>{}').format(
        text[: citation.start], text[citation.start : citation.end], text[citation.end :]
    )
