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
    """A script of the page or one of its styles."""
    folder = "script" if name.endswith(".js") else "style"
    return Markup(files("web").joinpath(folder, name).read_text("utf-8"))  # noqa: S704


def tell_day(day: date) -> str:
    """ "3 Jan 2019"."""
    return PublicationDate(day.isoformat()).label


def leads_to_the_web(url: str | None) -> bool:
    """Whether an address may be made a link; any other stays text."""
    try:
        parts = urlsplit(url or "")
        return parts.scheme.lower() in {"http", "https"} and bool(parts.hostname)
    except ValueError:
        return False


class _LineBreaks(Extension):
    """A line break of a template that stands next to a tag is layout, and none of the page's."""

    def filter_stream(self, stream: TokenStream) -> Iterator[Token]:
        """The template's tokens without such breaks."""
        for line, kind, text in stream:
            if kind == "data":
                text = re.sub(r"(?<![^>])\s*\n\s*|(?<!\s)\s*\n\s*(?![^<])", "", text)
            yield Token(line, kind, text)


_TEMPLATES = Environment(
    loader=PackageLoader("web", "html"),
    autoescape=True,
    undefined=StrictUndefined,
    auto_reload=False,
    extensions=[_LineBreaks],
)
_TEMPLATES.globals["UNTITLED"] = UNTITLED
_TEMPLATES.filters |= {
    "casefold": str.casefold,
    "count": count,
    "day": tell_day,
    "fold": lambda text: " ".join(text.split()),
    "label": lambda iso: PublicationDate(iso).label if iso else "",
}
_TEMPLATES.tests["web_address"] = leads_to_the_web


def render(name: str, /, **told: Any) -> Markup:
    """A template of `html/`, filled in; what is no `Markup` is escaped."""
    return Markup(_TEMPLATES.get_template(f"{name}.html").render(told))  # noqa: S704


def show_error(line: str) -> Markup:
    """What went wrong, in one line."""
    pieces: Any = _TEMPLATES.get_template("pieces.html").module
    return Markup(pieces.error(line))  # noqa: S704


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


def tell_range(first: str | None, last: str | None) -> str:
    """Two ISO days as "3 Jan 2019 to 4 Mar 2020"; empty where none is known."""
    told = [PublicationDate(each).label for each in (first, last) if each]
    return " to ".join(dict.fromkeys(told))


def show_article(
    article: Article | None, citation: Citation | None = None, opened: int = 0
) -> Markup:
    """The panel of one article.

    Args:
        article: None when the index has it no more.
        citation: whose words to mark, by its offsets.
        opened: a number that differs each time, so that opening the same words again scrolls again.
    """
    stands = (article is not None and citation is not None) and (
        getattr(article, citation.field)[citation.start : citation.end] == citation.quote
    )
    return render(
        "article",
        article=article,
        source=Source.of(article) if article else None,
        citation=citation,
        stands=stands,
        opened=opened,
        shown=article.id if article else "",
        label="Article",
    )
