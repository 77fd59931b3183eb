"""What the page is made of: a part with a script of its own, an article's line, an error's."""

from __future__ import annotations

import logging
from traceback import format_tb
from typing import TYPE_CHECKING, Any

import gradio as gr
from markupsafe import Markup

from assistant import DatelineError
from assistant.composing.wording import describe_source

if TYPE_CHECKING:
    from assistant.answer import Source

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
