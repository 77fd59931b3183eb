"""The drawer with the kept conversations: laid out, shown, and what happens in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.composing.wording import count
from web.conversations.conversation_store import MOST_LISTED
from web.parts import html

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.conversations.kept_turns import Download, Heading, KeptTurn

_HEAD = Markup(
    '<div class="dl-drawer-head"><h2 class="dl-heading">Conversations</h2>'
    '<button type="button" class="dl-boxed" data-do="shut" aria-label="Close the conversations">'
    'Close</button></div><button type="button" class="dl-boxed" data-do="anew">New conversation'
    '</button><input type="search" class="dl-search" maxlength="200" autocomplete="off" '
    'aria-label="Search the conversations" placeholder="Search">'
)
_FOOT = Markup(
    '<button type="button" class="dl-boxed" data-do="judged">Export judged answers</button> '
    '<button type="button" class="dl-boxed" data-do="ask-wipe">Delete all conversations</button>'
    '<div class="dl-confirm" role="group" aria-label="Delete all conversations?" hidden>'
    "<p>Delete all conversations? They cannot be brought back.</p>"
    '<button type="button" class="dl-boxed dl-danger" data-do="wipe">Delete them all</button> '
    '<button type="button" class="dl-boxed" data-do="spare">Keep them</button></div>'
)
_ITEM = Markup(
    '<li class="dl-kept" data-conversation="{id}" data-name="{name}">'
    '<button type="button" class="dl-kept-open" data-do="fetch" {current}>'
    '<span class="dl-kept-name" dir="auto">{name}</span>'
    '<span class="dl-about" dir="auto">{about}</span></button>'
    '<details class="dl-kept-more"><summary aria-label="More for {name}">'
    '<span aria-hidden="true">⋯</span></summary><div class="dl-kept-menu">'
    '<button type="button" data-do="retitle">Rename</button>'
    '<button type="button" data-do="markdown">Export as Markdown</button>'
    '<button type="button" data-do="json">Export as JSON</button>'
    '<button type="button" data-do="drop">Delete</button></div></details></li>'
)
_NONE = Markup('<p class="dl-small">{}</p>')

KEEPS_NOTHING = Markup('<div class="dl-opened dl-keeps-nothing"></div>')

SHOWN = (
    *("talk", "turns", "reader", "conversation", "saved"),
    *("opened", "listed", "notice", "gone", "search", "file"),
)
"""What an action gives back, in this order; what it leaves alone is skipped."""


@dataclass(frozen=True, slots=True)
class Saved:
    """What this page knows to be kept.

    Attributes:
        conversation: of which one it knows it.
        turns: ids, oldest first.
        told: the trouble that the reader was told of last.
    """

    conversation: str = ""
    turns: tuple[str, ...] = ()
    told: str = ""


class Kept(NamedTuple):
    """The drawer, what it says above the page, and what this page remembers.

    Attributes:
        conversation: the id of the open one, also before it is kept.
        gone: the conversation deleted last, and whether it was open.
    """

    foot: gr.HTML
    head: gr.HTML
    listed: gr.HTML
    notice: gr.HTML
    opened: gr.HTML
    file: gr.HTML
    conversation: gr.State
    saved: gr.State
    search: gr.State
    gone: gr.State


def lay_out_conversations(*, keeps: bool) -> Kept | None:
    """The drawer; only what copies an answer where nothing is kept."""
    marks = ("arrive", "settle", "judge")
    if not keeps:
        html(KEEPS_NOTHING, part="tools", events=marks, elem_id="opened")
        return None
    notice = html(part="told", events=("undo",), elem_id="conversations-notice")
    with gr.Column(elem_id="conversations"):
        head = html(_HEAD, part="drawerHead", events=("find",), elem_id="conversations-head")
        items = ("fetch", "retitle", "drop", "export", "refresh")
        listed = html(part="kept", events=items, elem_id="conversations-list")
        foot = html(
            _FOOT, part="drawerFoot", events=("wipe", "judged"), elem_id="conversations-foot"
        )
    return Kept(
        *(foot, head, listed, notice),
        opened=html(part="tools", events=marks, elem_id="opened"),
        file=html(part="download", elem_id="download"),
        conversation=gr.State(""),
        saved=gr.State(Saved()),
        search=gr.State(""),
        gone=gr.State(None),
    )


def show_list(headings: Sequence[Heading], current: str, search: str = "") -> Markup:
    """The list by day, the open conversation marked.

    Args:
        current: the id of the open one.
        search: what was searched for; empty for nothing.
    """
    if not headings:
        nothing = "No conversation has these words." if search.strip() else "Nothing is kept yet."
        return _NONE.format(nothing)
    days = Markup("").join(
        Markup('<h3 class="dl-day-head">{}</h3><ul class="dl-kept-list">{}</ul>').format(
            day, Markup("").join(_show_item(each, current) for each in together)
        )
        for day, together in groupby(headings, key=lambda each: _day(each.changed))
    )
    more = f"These are the newest {MOST_LISTED}; search for older ones."
    return Markup("{}{}").format(days, _NONE.format(more) if len(headings) == MOST_LISTED else "")


def show_open(conversation: str, turns: Sequence[KeptTurn]) -> Markup:
    """What the page's script has to know: which is open, and what was thought of its answers.

    Args:
        conversation: its id; empty where the open one is not kept (yet).
    """
    thought = {turn.id: [turn.verdict, turn.note] for turn in turns if turn.verdict}
    return Markup('<div class="dl-opened" data-conversation="{}" data-thought="{}"></div>').format(
        conversation, json.dumps(thought)
    )


def show_download(file: Download, number: int) -> Markup:
    """A file for the script to hand to the reader; `number` differs each time."""
    return Markup(
        '<div class="dl-download" data-number="{}" data-name="{}" data-type="{}" data-text="{}">'
        "</div>"
    ).format(number, *file)


def show_notice(line: str, *, undo: bool = False) -> Markup:
    """A line that goes away, with a way back where there is one."""
    button = Markup('<button type="button" class="dl-boxed" data-do="undo">Undo</button>')
    return Markup(
        '<div class="dl-notice"><p role="status" dir="auto">{}</p>{}'
        '<button type="button" class="dl-boxed" data-do="hush">Close</button></div>'
    ).format(line, button if undo else "")


def _show_item(heading: Heading, current: str) -> Markup:
    when = datetime.fromisoformat(heading.changed).astimezone()
    about = f"{count(heading.turns, 'question')}, {when:%H:%M}"
    return _ITEM.format(
        id=heading.id,
        name=heading.name,
        about=Markup("{}{}").format(about, _show_words(heading.found)),
        current=Markup('aria-current="true"') if heading.id == current else "",
    )


def _show_words(found: str) -> Markup:
    """The words around what was searched for, that itself between the store's two marks."""
    if not found:
        return Markup("")
    before, _, rest = found.partition("\x02")
    said, _, after = rest.partition("\x03")
    after = after.replace("\x02", "").replace("\x03", "")
    return Markup('<span class="dl-found-words">{}<b>{}</b>{}</span>').format(before, said, after)


def _day(changed: str) -> str:
    day = datetime.fromisoformat(changed).astimezone().date()
    today = datetime.now().astimezone().date()
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day.day} {day:%B %Y}"
