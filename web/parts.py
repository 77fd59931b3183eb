"""What the page is made of: parts with a script of their own, lines of articles, days, errors.

And an article beside the chat: its text as it came, the quoted words marked.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date, timedelta
from traceback import format_tb
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urlsplit

import gradio as gr
from markupsafe import Markup

from assistant import DatelineError
from assistant.answer import Source
from index import PublicationDate

if TYPE_CHECKING:
    from assistant.answer import Citation
    from assistant.assistant import Assistant


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
    elem_classes: str = "",
) -> gr.HTML:
    """A part that shows HTML of ours.

    Args:
        part: what `script/` calls it by, where it has a script.
        events: what that script may trigger.
        template: what is shown in place of the value; nothing of an article may stand in it.
    """
    named = ", ".join(f'"{each}"' for each in events)  # where Gradio looks for them
    start = f'dateline.start("{part}", {{element, trigger, props, watch, upload}}); // {named}'
    return gr.HTML(
        value,
        html_template=template,
        js_on_load=start if part else None,
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=elem_classes,
    )


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
    return Markup(
        '<li><button type="button" class="dl-open" data-article="{}">'
        '<span class="dl-title" dir="auto">{}</span> '
        '<span class="dl-about" dir="auto">{}</span>{}</button></li>'
    ).format(
        source.article_id,
        source.title or "An article without a title",
        "" if about == Markup("{}").format(source.title) else about,
        Markup('<span class="dl-near" dir="auto">“{}”</span>').format(" ".join(quote.split()))
        if quote
        else NOTHING,
    )


def passage_id(turn: int, number: int) -> str:
    """What the passage of a citation is called in the page."""
    return f"turn-{turn}-passage-{number}"


def show_error(line: str) -> Markup:
    """What went wrong, in one line."""
    return Markup('<p class="dl-error" role="alert">{}</p>').format(line)


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


Unit = Literal["day", "week", "month", "quarter", "year", "decade"]
UNITS: tuple[Unit, ...] = ("day", "week", "month", "quarter", "year", "decade")

_ONE_DAY = timedelta(days=1)
_MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def tell_day(day: date) -> str:
    """ "3 Jan 2019"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def tell_day_of(published: PublicationDate | None) -> str:
    """As precisely as it is known; empty where it is not."""
    return published.label if published else ""


def tell_range(first: str | None, last: str | None) -> str:
    """Two ISO days as "3 Jan 2019 to 4 Mar 2020"; empty where none is known."""
    told = [tell_day(date.fromisoformat(each)) for each in (first, last) if each]
    return " to ".join(dict.fromkeys(told))


def tell_stretch(unit: Unit, first: date, last: date) -> str:
    """ "3 Jan 2019", "Week of 3 Jan 2019", "Jan 2019", "Jan to Mar 2019", "2019", "2010–2019"."""
    month = _MONTHS[first.month - 1]
    return {
        "day": tell_day(first),
        "week": f"Week of {tell_day(first)}",
        "month": f"{month} {first.year}",
        "quarter": f"{month} to {_MONTHS[last.month - 1]} {first.year}",
        "year": f"{first.year}",
        "decade": f"{first.year}–{last.year}",
    }[unit]


def begin(unit: Unit, day: date) -> date:
    """The first day of the stretch that a day is in; weeks begin on Monday."""
    if unit == "day":
        return day
    if unit == "week":
        return date.fromordinal(max(1, day.toordinal() - day.weekday()))
    if unit == "month":
        return day.replace(day=1)
    if unit == "quarter":
        return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
    if unit == "year":
        return date(day.year, 1, 1)
    return date(max(1, day.year // 10 * 10), 1, 1)


def end(unit: Unit, day: date) -> date:
    """The last day of the stretch that a day is in."""
    first = begin(unit, day)
    if unit == "day":
        return first
    if unit == "week":
        return date.fromordinal(min(first.toordinal() + 6 - first.weekday(), date.max.toordinal()))
    if unit == "decade":
        return date(min(first.year // 10 * 10 + 9, date.max.year), 12, 31)
    if unit == "year":
        return date(first.year, 12, 31)
    month = first.month + (2 if unit == "quarter" else 0)
    return date(first.year, 12, 31) if month == 12 else date(first.year, month + 1, 1) - _ONE_DAY


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
    about = show_about_source(source)
    return show_panel(
        opened,
        NOTHING if about == Markup("{}").format(source.title) else about,
        _TOOLS.format(source.article_id, source.title),
        _show_head(article, marked if marked and marked.field == "title" else None),
        note if citation and not stands else NOTHING,
        _show_text(article.text, marked if marked and marked.field == "text" else None),
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
