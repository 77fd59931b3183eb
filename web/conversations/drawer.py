"""The drawer with the kept conversations: laid out, shown, and what happens in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.composing.wording import count
from web.conversations.conversation_store import MOST_LISTED
from web.parts import page_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.conversations.kept_turns import Download, Heading, KeptTurn

_ITEM = page_file("kept.html")
_NONE = Markup('<p class="dl-small">{}</p>')

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
