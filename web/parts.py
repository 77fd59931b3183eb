"""What the page is made of: parts with a script of their own, lines of articles, days, errors.

And an article beside the chat: its text as it came, the quoted words marked.
"""

from __future__ import annotations

import logging
import re
from datetime import date
from functools import cache
from importlib.resources import files
from traceback import format_tb
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import gradio as gr
from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup

from assistant import DatelineError
from assistant.answer import Source
from assistant.composing.wording import count
from index import PublicationDate

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from assistant.answer import Citation
    from index import Article


BRIEF: dict[str, Any] = {
    "show_progress": "hidden",
    "api_visibility": "private",
    "queue": False,
    "trigger_mode": "multiple",  # else Gradio's page drops what happens while it is answered
}
"""How every event of the page is answered: in the response itself. Long work is `long_work`'s."""

LATEST: dict[str, Any] = {**BRIEF, "trigger_mode": "always_last"}
"""For what is looked for as it is typed: the last one is always answered."""

NOTHING = Markup("")
UNTITLED = "An article without a title"
_UNFORESEEN = (
    "Something went wrong that was not foreseen; the terminal of `dateline chat` says what."
)
_log = logging.getLogger(__name__)


def html(
    value: str = "",
    *,
    part: str = "",
    events: tuple[str, ...] = (),
    template: str = "${value}",
    elem_id: str,
    render: bool = True,
) -> gr.HTML:
    """A part that shows HTML of ours.

    Args:
        part: what `script/` calls it by, where it has a script.
        events: what that script may trigger.
        template: what is shown in place of the value; nothing of an article may stand in it.
        render: whether it stands where it is made, and not where `place` puts it.
    """
    named = ", ".join(f'"{each}"' for each in events)  # where Gradio looks for them
    start = f'dateline.start("{part}", {{element, trigger, props, watch, upload}}); // {named}'
    return gr.HTML(
        value,
        html_template=template,
        js_on_load=start if part else None,
        apply_default_css=False,
        elem_id=elem_id,
        render=render,
    )


def place(*parts: gr.HTML) -> None:
    """Have parts that were made before stand here."""
    for part in parts:
        part.render()  # type: ignore[no-untyped-call]


@cache
def page_file(name: str) -> Markup:
    """A file of the page, from `script/` or `style/`: HTML of ours where it is HTML."""
    folder = "script" if name.endswith(".js") else "style"
    return Markup(files("web").joinpath(folder, name).read_text("utf-8"))  # noqa: S704


class _LineBreaks(Extension):
    """A line break of a template that stands next to a tag is layout, and none of the page's."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The template's tokens without such breaks."""
        for line, kind, text in stream:
            if kind == "data":
                text = re.sub(r"(?<![^>])\s*\n\s*|\s*\n\s*(?![^<])", "", text)
            yield Token(line, kind, text)


_TEMPLATES = Environment(
    loader=PackageLoader("web", "html"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    extensions=[_LineBreaks],
)
_TEMPLATES.globals |= {"UNTITLED": UNTITLED}
_TEMPLATES.filters |= {
    "count": count,
    "fold": lambda text: " ".join(text.split()),
    "label": lambda iso: PublicationDate(iso).label if iso else "",
}


def render(name: str, **told: Any) -> Markup:
    """A template of `html/`, filled in; what is no `Markup` is escaped."""
    return Markup(_TEMPLATES.get_template(f"{name}.html").render(told))  # noqa: S704


def show_about(publisher: str | None, day: str | None, title: str = "") -> Markup:
    """ "Bloomberg, 16 Apr 2019", the title where neither is known.

    The day keeps its order beside an outlet that is written from right to left.
    """
    known = [publisher, Markup("<bdi>{}</bdi>").format(day) if day else None]
    return Markup(", ").join(filter(None, known)) or Markup("{}").format(title)


def show_about_source(source: Source) -> Markup:
    """Its outlet and day; the title where neither is known."""
    day = PublicationDate(source.published).label if source.published else None
    return show_about(source.publisher, day, source.title)


def show_source(source: Source, quote: str = "") -> Markup:
    """One line of a list: an article that can be opened, its outlet and date, and words of it."""
    about = show_about_source(source)
    said = "" if about == Markup("{}").format(source.title) else about
    near = f"“{' '.join(quote.split())}”" if quote else ""
    return Markup("<li>{}</li>").format(show_opener(source.article_id, source.title, said, near))


def show_opener(article_id: str, title: str, about: str, near: str = "", name: str = "") -> Markup:
    """The button that opens an article.

    Args:
        about: its outlet and day.
        near: words of it.
        name: what the button is called in the page, where another part refers to it.
    """
    return Markup(
        '<button type="button" class="dl-open"{} data-article="{}">'
        '<span class="dl-title" dir="auto">{}</span> '
        '<span class="dl-about" dir="auto">{}</span>{}</button>'
    ).format(
        Markup(' id="{}"').format(name) if name else NOTHING,
        article_id,
        title or UNTITLED,
        about,
        Markup('<span class="dl-near" dir="auto">{}</span>').format(near) if near else NOTHING,
    )


def show_error(line: str) -> Markup:
    """What went wrong, in one line."""
    return Markup('<p class="dl-error" role="alert">{}</p>').format(line)


def with_most(outlets: Mapping[str, int], most: int) -> dict[str, int]:
    """Those outlets that have most articles, and how many, in the order in which they are given."""
    chosen = set(sorted(outlets, key=lambda name: -outlets[name])[:most])
    return {name: articles for name, articles in outlets.items() if name in chosen}


def said_of(event: gr.EventData, name: str) -> str:
    """What a script says of an event, as text; empty where it says nothing."""
    said = getattr(event, name, "")
    return str(said) if isinstance(said, str | int) else ""


def tell(error: Exception) -> str:
    """What a reader is told of an error; one that was not foreseen goes to the log."""
    if isinstance(error, DatelineError):
        return str(error)
    _log.error("The browser chat failed:\n%s", _locate(error))
    return _UNFORESEEN


def _locate(error: BaseException) -> str:
    """Its kind and where it came from; not its words, which may be a reader's or an article's."""
    here = "".join([*format_tb(error.__traceback__), type(error).__qualname__])
    return f"{_locate(error.__cause__)}\nwhich led to\n{here}" if error.__cause__ else here


MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def tell_day(day: date) -> str:
    """ "3 Jan 2019"."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def tell_day_of(published: PublicationDate | None) -> str:
    """As precisely as it is known; empty where it is not."""
    return published.label if published else ""


def tell_range(first: str | None, last: str | None) -> str:
    """Two ISO days as "3 Jan 2019 to 4 Mar 2020"; empty where none is known."""
    told = [tell_day(date.fromisoformat(each)) for each in (first, last) if each]
    return " to ".join(dict.fromkeys(told))


_CHANGED = "The article has changed since it was quoted: these words no longer stand there."
_TOOLS = Markup(
    '<button type="button" class="dl-boxed" data-only="{0}" data-title="{1}">Ask only this article'
    '</button> <button type="button" class="dl-boxed" data-story="{0}">Story</button> '
)
_GONE = "This article is no longer in the index."


def show_article(
    article: Article | None, citation: Citation | None = None, opened: int = 0
) -> Markup:
    """The panel of one article.

    Args:
        article: None when the index has it no more.
        citation: whose words to mark, by its offsets.
        opened: a number that differs each time, so that opening the same words again scrolls again.
    """
    if article is None:
        gone = Markup('<p class="dl-note" role="status">{}</p>').format(_GONE)
        return show_panel(opened, "", NOTHING, gone)
    source = Source.of(article)
    stands = citation is not None and (
        getattr(article, citation.field)[citation.start : citation.end] == citation.quote
    )
    title, text = (
        _mark(said, citation) if citation and stands and citation.field == field else said
        for field, said in (("title", article.title), ("text", article.text))
    )
    note = Markup('<p class="dl-note" role="status">{}</p>').format(_CHANGED)
    about = show_about_source(source)
    return show_panel(
        opened,
        NOTHING if about == Markup("{}").format(source.title) else about,
        _TOOLS.format(source.article_id, source.title),
        _show_head(article, title),
        note if citation and not stands else NOTHING,
        Markup('<div class="dl-text" dir="auto">{}</div>').format(text),
        shown=source.article_id,
    )


def show_panel(
    opened: int,
    about: Markup | str,
    tools: Markup,
    *parts: Markup,
    shown: str = "",
    label: str = "Article",
) -> Markup:
    """What stands beside the chat, and on a phone over it.

    Args:
        opened: as for `show_article`.
        about: a line at its top.
        tools: buttons beside that.
        shown: the id of the article that it shows; empty for none.
    """
    told = {"opened": opened, "shown": shown, "label": label, "about": about, "tools": tools}
    close = f"Close the {label.lower()}"
    return page_file("panel.html").format(close=close, parts=NOTHING.join(parts), **told)


def _show_head(article: Article, title: Markup | str) -> Markup:
    by = Markup('<p class="dl-byline" dir="auto">By {}</p>').format(", ".join(article.authors))
    link = Markup('<a href="{0}" target="_blank" rel="noopener noreferrer">{0}</a>')
    url = link.format(article.url) if leads_to_the_web(article.url) else article.url
    at = Markup('<p class="dl-address">{}</p>').format(url)
    return Markup(
        '<header><h2 class="dl-headline" tabindex="-1" dir="auto">{}</h2>{}{}</header>'
    ).format(
        title or UNTITLED,
        by if article.authors else NOTHING,
        at if url else NOTHING,
    )


def leads_to_the_web(url: str | None) -> bool:
    """Whether an address may be made a link; any other stays text."""
    try:
        parts = urlsplit(url or "")
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


def _mark(text: str, citation: Citation) -> Markup:
    """The text as it came, the quoted words marked by their offsets."""
    return Markup('{}<mark tabindex="-1">{}</mark>{}').format(
        text[: citation.start], text[citation.start : citation.end], text[citation.end :]
    )
