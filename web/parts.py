"""What the page is made of: parts with a script of their own, lines of articles, days, errors."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from traceback import format_tb
from typing import TYPE_CHECKING, Any, Literal

import gradio as gr
from markupsafe import Markup

from assistant import DatelineError
from assistant.composing.wording import describe_source

if TYPE_CHECKING:
    from assistant.answer import Source
    from index import PublicationDate


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


def show_source(source: Source, quote: str = "") -> Markup:
    """One line of a list: an article that can be opened, its outlet and date, and words of it."""
    about = describe_source(source)
    return Markup(
        '<li><button type="button" class="dl-open" data-article="{}">'
        '<span class="dl-title" dir="auto">{}</span> '
        '<span class="dl-about" dir="auto">{}</span>{}</button></li>'
    ).format(
        source.article_id,
        source.title or "An article without a title",
        "" if about == source.title else about,
        Markup('<span class="dl-near" dir="auto">“{}”</span>').format(" ".join(quote.split()))
        if quote
        else NOTHING,
    )


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
