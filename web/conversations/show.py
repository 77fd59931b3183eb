"""The kept conversations as HTML."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.composing.wording import count
from web.conversations.store import MOST_LISTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.conversations.export import Download
    from web.conversations.records import Heading, KeptTurn

_ITEM = Markup(
    '<li class="dl-kept" data-conversation="{id}" data-name="{name}">'
    '<button type="button" class="dl-kept-open" data-do="fetch" {current}>'
    '<span class="dl-kept-name" dir="auto">{name}</span>'
    '<span class="dl-about">{about}</span></button>'
    '<details class="dl-kept-more"><summary aria-label="More for {name}">'
    '<span aria-hidden="true">⋯</span></summary><div class="dl-kept-menu">'
    '<button type="button" data-do="retitle">Rename</button>'
    '<button type="button" data-do="markdown">Export as Markdown</button>'
    '<button type="button" data-do="json">Export as JSON</button>'
    '<button type="button" data-do="drop">Delete</button></div></details></li>'
)
_NONE = Markup('<p class="dl-small">{}</p>')


def show_list(headings: Sequence[Heading], current: str, search: str = "") -> Markup:
    """The list, the open conversation marked.

    Args:
        current: the id of the open one.
        search: what was searched for; empty for nothing.
    """
    if not headings:
        nothing = "No conversation has these words." if search.strip() else "Nothing is kept yet."
        return _NONE.format(nothing)
    items = Markup("").join(
        _ITEM.format(
            id=each.id,
            name=each.name,
            about=f"{count(each.turns, 'question')}, {_day(each.changed)}",
            current=Markup('aria-current="true"') if each.id == current else "",
        )
        for each in headings
    )
    more = f"These are the newest {MOST_LISTED}; search for older ones."
    return Markup('<ul class="dl-kept-list">{}</ul>{}').format(
        items, _NONE.format(more) if len(headings) == MOST_LISTED else ""
    )


KEEPS_NOTHING = Markup('<div class="dl-opened dl-keeps-nothing"></div>')


def show_open(conversation: str, turns: Sequence[KeptTurn]) -> Markup:
    """What `tools.js` has to know: which conversation is open, and what was thought of it.

    Args:
        conversation: its id; empty where the open one is not kept (yet).
    """
    thought = {turn.id: [turn.verdict, turn.note] for turn in turns if turn.verdict}
    return Markup('<div class="dl-opened" data-conversation="{}" data-thought="{}"></div>').format(
        conversation, json.dumps(thought)
    )


def show_download(file: Download, number: int) -> Markup:
    """A file for `download.js` to hand to the reader; `number` differs each time."""
    return Markup(
        '<div class="dl-download" data-number="{}" data-name="{}" data-type="{}" data-text="{}">'
        "</div>"
    ).format(number, *file)


def show_notice(line: str, *, undo: bool = False) -> Markup:
    """A line above the conversation, with a way back where there is one."""
    button = Markup('<button type="button" class="dl-boxed" data-do="unmake">Undo</button>')
    return Markup(
        '<div class="dl-notice"><p role="status" dir="auto">{}</p>{}'
        '<button type="button" class="dl-boxed" data-do="hush">Close</button></div>'
    ).format(line, button if undo else "")


def _day(changed: str) -> str:
    day = datetime.fromisoformat(changed).astimezone()
    return f"{day.day} {day:%b %Y}, {day:%H:%M}"
