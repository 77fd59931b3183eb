"""What can be done with one answer: copy it, and say what one thinks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup

from web.conversations.markdown import write_footnoted

if TYPE_CHECKING:
    from web.chat.conversation import Turn

_TOOLS = Markup(
    '<div class="dl-tools" role="group" aria-label="About this answer" data-turn-id="{0}">'
    '<button type="button" class="dl-quiet" data-copy="{1}">Copy answer</button>'
    '<button type="button" class="dl-quiet dl-thumb" data-verdict="up" aria-pressed="false">'
    '<span aria-hidden="true"></span> Good</button>'
    '<button type="button" class="dl-quiet dl-thumb" data-verdict="down" aria-pressed="false">'
    '<span aria-hidden="true"></span> Bad</button>'
    '<button type="button" class="dl-quiet dl-note-button" hidden>Add a note</button></div>'
)
_NO_ANSWER = Markup('<div class="dl-tools" data-turn-id="{}" hidden></div>')


def show_tools(turn: Turn) -> Markup:
    """The row under a finished turn; `tools.js` shows in it what was thought of the answer."""
    if turn.answer is None:
        return _NO_ANSWER.format(turn.id)
    return _TOOLS.format(turn.id, write_footnoted(turn.answer))
