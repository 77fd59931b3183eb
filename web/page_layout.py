"""Both tabs laid out, the conversation's and the articles'; what happens leads to which action."""

from __future__ import annotations

from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.sources import FORMS, SUFFIXES
from web.library.library_status import show_status_panel
from web.library.library_views import show_controls
from web.parts import BRIEF, LATEST, html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.chat.chat_actions import ChatActions
    from web.library.library_actions import LibraryActions
    from web.library.library_views import LibraryViews

_KEYS = (
    ("/", "go to the question box"),
    ("Enter", "ask; while an answer is on its way, ask next"),
    ("↑ ↓ in the empty box", "earlier questions"),
    ("Esc", "hide the passage, stop the answer, stop editing, close the article"),
    ("← → on a number such as [1]", "the other citations"),
    ("Enter on a number", "open the article at these words"),
    ("↑ ↓ on a suggestion", "the other suggestions"),
    ("?", "this list"),
)
_MASTHEAD = Markup(
    '<header class="dl-masthead"><a class="dl-skip" href="#question-box">Skip to the question</a>'
    '{}<h1>Dateline</h1><div class="dl-tabs" role="tablist" aria-label="What to look at">'
    '<button type="button" role="tab" id="tab-ask" aria-controls="ask" aria-selected="true">Ask'
    '</button><button type="button" role="tab" id="tab-articles" aria-controls="articles" '
    'aria-selected="false" tabindex="-1">Articles</button></div>'
    '<span class="dl-under-way" role="status"></span><p id="counts"></p></header>'
)
_TOGGLE = Markup(
    '<button type="button" class="dl-toggle" aria-expanded="false" aria-controls="conversations" '
    'aria-label="Conversations"><span aria-hidden="true">☰</span></button>'
)


class Asking(NamedTuple):
    """The tab with the conversation; the question box itself is the page's, and its script's.

    Attributes:
        talk: the conversation, which the page's script shows; its value replaces all of it.
        suggestions: questions that may follow.
        box: where the question box goes, with the filters.
        within: how many articles the filters leave, as JSON.
        outlets: those that can be chosen, as JSON.
    """

    start: gr.HTML
    talk: gr.HTML
    suggestions: gr.HTML
    box: gr.HTML
    within: gr.HTML
    outlets: gr.HTML


def lay_out_masthead(*, keeps: bool) -> gr.HTML:
    """The name, the two tabs and what can be searched, in one row."""
    toggle = _TOGGLE if keeps else Markup("")
    return html(part="masthead", template=_MASTHEAD.format(toggle), elem_id="masthead")


def lay_out_asking() -> Asking:
    """The conversation with what comes before it, and the question box below."""
    start = html(part="start", events=("open",), elem_id="start")
    talk = html(
        part="conversation",
        events=("cite", "open", "story"),
        template='<div class="dl-log" role="log" aria-live="polite" aria-label="Conversation">'
        "</div>",
        elem_id="conversation",
    )
    suggestions = html(part="suggestions", template="<div></div>", elem_id="suggestions")
    box = html(
        part="asking",
        events=("stop", "clear"),
        template=Markup('<div class="dl-ask">{}</div>').format(_show_keys()),
        elem_id="asking",
    )
    hold = '<span class="dl-held"></span>'
    within = html(part="within", events=("narrowed",), template=hold, elem_id="within")
    outlets = html(part="outlets", events=("listed",), template=hold, elem_id="outlets")
    return Asking(start, talk, suggestions, box, within, outlets)


def connect_asking(
    act: ChatActions,
    turns: gr.State,
    asking: Asking,
    openers: Sequence[gr.HTML],
    tellers: Sequence[gr.HTML],
    reader: gr.HTML,
) -> None:
    """Bind it; asking itself is long work, and its script asks for it.

    Args:
        openers: other parts from which articles are opened.
        tellers: other parts from which stories are.
    """
    asking.box.stop(act.stop, None, None, **BRIEF)
    asking.box.clear(act.clear, None, [turns, reader], **BRIEF)
    asking.talk.cite(act.cite, turns, reader, **BRIEF)
    for part in (asking.talk, asking.start, reader, *openers):
        part.open(act.open, None, reader, **BRIEF)
    for part in (asking.talk, reader, *tellers):
        part.story(act.story, None, reader, **BRIEF)
    asking.within.narrowed(act.narrowed, None, asking.within, **BRIEF)
    asking.outlets.listed(act.outlets, None, asking.outlets, **BRIEF)


def _show_keys() -> Markup:
    """The dialog that lists the keys which work everywhere."""
    rows = Markup("").join(
        Markup("<dt><kbd>{}</kbd></dt><dd>{}</dd>").format(key, does) for key, does in _KEYS
    )
    return Markup(
        '<dialog class="dl-keys" aria-labelledby="keys-title">'
        '<h2 id="keys-title">Keys</h2><dl>{}</dl>'
        '<button type="button" class="dl-boxed" data-shut>Close</button></dialog>'
    ).format(rows)


_TABS = (("files", "Files"), ("folder", "Folder"), ("url", "Address"), ("text", "Paste"))
_ADDING = Markup(files("web").joinpath("style", "adding.html").read_text("utf-8"))  # noqa: S704


class Shelf(NamedTuple):
    """The tab with the articles; `look` is what a reader looks for, as JSON, and is not seen."""

    look: gr.HTML
    controls: gr.HTML
    timeline: gr.HTML
    notice: gr.HTML
    articles: gr.HTML
    adding: gr.HTML
    status: gr.HTML


def lay_out_shelf() -> Shelf:
    """The list and its search, the articles over time, three ways to add, and the status."""
    look = html(
        "{}", part="look", events=("returned", "changed"), template="<span></span>", elem_id="look"
    )
    controls = html(show_controls({}), part="controls", elem_id="controls")
    articles = html(part="list", events=("open", "remove", "story"), elem_id="list")
    notice = html(part="notice", events=("undo",), elem_id="notice")
    timeline = html(part="timeline", elem_id="timeline")
    adding = html(_show_adding(), part="adding", events=("open",), elem_id="adding")
    status = html(show_status_panel(), part="status", events=("unfold", "use"), elem_id="status")
    return Shelf(look, controls, timeline, notice, articles, adding, status)


def connect_shelf(
    act: LibraryActions,
    views: LibraryViews,
    page: gr.Blocks,
    shelf: Shelf,
    masthead: gr.HTML,
    start: gr.HTML,
    reader: gr.HTML,
) -> None:
    """Bind what is looked at and what is changed; adding is long work, and its script asks for it.

    Args:
        masthead, start: parts that stand elsewhere and tell of the index.
    """
    seen, aside, look = gr.State(None), gr.State(None), shelf.look
    listed = [shelf.timeline, shelf.articles]
    everything: list[Any] = [seen, masthead, start, shelf.controls, *listed]
    overview: dict[str, Any] = {"fn": views.overview, "inputs": look, "outputs": everything}
    page.load(**overview, **BRIEF)
    look.changed(**overview, **BRIEF)
    look.change(views.look, look, listed, **LATEST)
    look.returned(views.returned, [look, seen], [*everything, reader], **BRIEF)
    shelf.status.unfold(views.status, None, shelf.status, **BRIEF)
    shelf.status.use(views.use, None, shelf.status, **BRIEF)
    removed = shelf.articles.remove(act.remove, None, [shelf.notice, aside, reader], **BRIEF)
    back = shelf.notice.undo(act.undo, aside, [shelf.notice, aside], **BRIEF)
    for change in (removed, back):
        change.then(**overview, **BRIEF)


def _show_adding() -> Markup:
    tabs = Markup("").join(
        Markup(
            '<button type="button" role="tab" id="add-tab-{0}" data-add="{0}" '
            'aria-controls="add-{0}" aria-selected="{1}" tabindex="{2}">{3}</button>'
        ).format(name, str(not number).lower(), -bool(number), label)
        for number, (name, label) in enumerate(_TABS)
    )
    return _ADDING.format(tabs=tabs, forms=f"Files of {FORMS}", suffixes=",".join(sorted(SUFFIXES)))
