"""The drawer with the kept conversations: laid out, shown, and what happens in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from web.conversations.conversation_store import MOST_LISTED
from web.parts import render

if TYPE_CHECKING:
    from collections.abc import Sequence

    from web.conversations.kept_turns import Download, Heading, KeptTurn

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
    days = groupby(map(_dated, headings), key=lambda each: _day(each["day"].date()))
    return render(
        "kept",
        days=[(day, list(together)) for day, together in days],
        current=current,
        search=search,
        more=MOST_LISTED if len(headings) == MOST_LISTED else 0,
    )


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


def _dated(heading: Heading) -> dict[str, Any]:
    """With the moment, by this machine's clock, at which it was changed last."""
    return heading.model_dump() | {"day": datetime.fromisoformat(heading.changed).astimezone()}


def _day(day: date) -> str:
    today = datetime.now().astimezone().date()
    if day == today:
        return "Today"
    if day == today - timedelta(days=1):
        return "Yesterday"
    return f"{day.day} {day:%B %Y}"
