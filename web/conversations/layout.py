"""The drawer with the conversations, and the parts that nobody sees."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from web.conversations.show import KEEPS_NOTHING
from web.parts import html

_TOGGLE = Markup(
    '<button type="button" class="dl-toggle" aria-expanded="false" aria-controls="conversations">'
    '<span aria-hidden="true">☰</span> Conversations</button>'
)
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


def lay_out_conversations(keeps: bool) -> Kept | None:
    """The drawer; only what copies an answer where nothing is kept."""
    if not keeps:
        html(KEEPS_NOTHING, script="conversations/tools.js", elem_id="opened")
        return None
    html(_TOGGLE, script="conversations/toggle.js", elem_id="conversations-toggle")
    notice = html(script="conversations/notice.js", elem_id="conversations-notice")
    with gr.Column(elem_id="conversations"):
        head = html(_HEAD, script="conversations/head.js", elem_id="conversations-head")
        listed = html(script="conversations/listed.js", elem_id="conversations-list")
        foot = html(_FOOT, script="conversations/foot.js", elem_id="conversations-foot")
    return Kept(
        *(foot, head, listed, notice),
        opened=html(script="conversations/tools.js", elem_id="opened"),
        file=html(script="conversations/download.js", elem_id="download"),
        conversation=gr.State(""),
        saved=gr.State(Saved()),
        search=gr.State(""),
        gone=gr.State(None),
    )
