"""What both tabs are made of: a part with a script of its own, an article's line, an error's."""

from __future__ import annotations

import logging
from importlib.resources import files
from traceback import format_tb
from typing import TYPE_CHECKING

import gradio as gr
from markupsafe import Markup

from assistant import DatelineError
from assistant.composing.wording import describe_source

if TYPE_CHECKING:
    from assistant.answer import Source

_UNFORESEEN = (
    "Something went wrong that was not foreseen; the terminal of `dateline chat` says what."
)
_log = logging.getLogger(__name__)


def html(
    value: str = "",
    *,
    script: str | tuple[str, ...] = "",
    template: str = "${value}",
    elem_id: str,
    elem_classes: str = "",
) -> gr.HTML:
    """A part that shows HTML of ours.

    Args:
        script: a file in this folder, by its path, or several, each with names of its own.
        template: what is shown in place of the value; nothing of an article may stand in it.
    """
    names = (script,) if isinstance(script, str) else script
    scripts = [files("web").joinpath(name).read_text("utf-8") for name in names if name]
    return gr.HTML(
        value,
        html_template=template,
        js_on_load="\n".join(f"{{\n{each}\n}}" for each in scripts) or None,
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=elem_classes,
    )


def show_source(source: Source) -> Markup:
    """One line of a list: an article that can be opened, its outlet and its date."""
    about = describe_source(source)
    return Markup(
        '<li><button type="button" class="dl-open" data-article="{}">'
        '<span class="dl-title" dir="auto">{}</span> '
        '<span class="dl-about" dir="auto">{}</span></button></li>'
    ).format(
        source.article_id,
        source.title or "An article without a title",
        "" if about == source.title else about,
    )


def show_error(line: str) -> Markup:
    """What went wrong, in one line."""
    return Markup('<p class="dl-error" role="alert">{}</p>').format(line)


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
