"""The page of the browser chat, over one assistant: what it is made of and what happens on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from markupsafe import Markup

from web.auth.credentials import USER
from web.chat.chat_actions import ChatActions
from web.chat.chat_layout import connect_asking, lay_out_asking, lay_out_masthead
from web.chat.start import Start
from web.conversations.conversation_actions import ConversationActions
from web.conversations.drawer import SHOWN, Kept, lay_out_conversations
from web.gradio_internals import PageStates, in_event_loop
from web.library.library_actions import LibraryActions
from web.library.library_layout import connect_shelf, lay_out_shelf
from web.library.library_views import LibraryViews
from web.parts import BRIEF, LATEST, html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from assistant import Assistant
    from web.chat.chat_layout import Asking
    from web.long_work import Job


class ChatPage(NamedTuple):
    """The page as Gradio has it, the long work that it asks for, and what is kept of open pages."""

    blocks: gr.Blocks
    jobs: Mapping[str, Job]
    states: PageStates


def build_page(assistant: Assistant) -> ChatPage:
    """The page; each reader has a conversation of their own."""
    return in_event_loop(lambda: _build(assistant))


def _build(assistant: Assistant) -> ChatPage:
    keeps, start = assistant.settings.keep, Start(assistant)
    blocks = gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True)
    with blocks:
        masthead = lay_out_masthead(keeps=keeps)
        account = html(part="account", elem_id="account")
        kept = lay_out_conversations(keeps=keeps)
        kind = ["dl-desk", "dl-read-only"] if assistant.settings.read_only else ["dl-desk"]
        with gr.Column(elem_classes=kind):
            with gr.Column(elem_classes="dl-main"):
                with gr.Column(elem_id="ask"):
                    asking = lay_out_asking()
                with gr.Column(elem_id="articles"):
                    shelf = lay_out_shelf()
            reader = html(part="reader", events=("open", "story"), elem_id="reader")
        turns = gr.State(())
        states = PageStates(blocks)
        chat, library = ChatActions(assistant, turns, states), LibraryActions(assistant)
        openers, tellers = [shelf.articles, shelf.adding], [shelf.articles]
        connect_asking(chat, turns, asking, openers, tellers, reader)
        if kept:
            act = ConversationActions(assistant)
            _connect_conversations(act, kept, asking, turns, reader, chat.leave)
        views = LibraryViews(assistant, start, chat)
        connect_shelf(library, views, blocks, shelf, masthead, asking.start, reader)
        blocks.load(show_account, None, account, **BRIEF)
    jobs: Mapping[str, Job] = {
        "ask": chat.ask,
        "add": library.add,
        "start": lambda *_: (start.make(), lambda: None),
    }
    return ChatPage(blocks, jobs, states)


def _connect_conversations(
    act: ConversationActions,
    kept: Kept,
    asking: Asking,
    turns: gr.State,
    reader: gr.HTML,
    leave: Callable[..., None],
) -> None:
    """Bind it.

    Args:
        leave: stops the answer that is being written.
    """
    known: dict[str, Any] = kept._asdict() | {"talk": asking.talk, "turns": turns, "reader": reader}
    shown = [known[name] for name in SHOWN]
    now = [turns, kept.conversation, kept.saved, kept.search]
    here = [kept.conversation, kept.search]
    listed, opened = kept.listed, kept.opened
    for left in (listed.fetch, kept.foot.wipe):
        left(leave, None, None, **BRIEF)  # what takes the conversation away stops its answer
    opened.arrive(act.arrive, None, shown, **BRIEF)
    opened.settle(act.settle, now, shown, **BRIEF)
    opened.judge(act.judge, now, shown, **BRIEF)
    asking.box.clear(act.begin, kept.search, shown, **BRIEF)
    kept.head.find(act.find, None, shown, **LATEST)
    listed.fetch(act.fetch, kept.search, shown, **BRIEF)
    listed.retitle(act.retitle, here, shown, **BRIEF)
    listed.drop(act.drop, here, shown, **BRIEF)
    listed.export(act.export, None, shown, **BRIEF)
    listed.refresh(act.refresh, here, shown, **BRIEF)
    gone = [kept.conversation, kept.gone, kept.search, turns]
    kept.notice.undo(act.undo_delete, gone, shown, **BRIEF)
    kept.foot.wipe(act.delete_all, kept.search, shown, **BRIEF)
    kept.foot.judged(act.export_judged, None, shown, **BRIEF)


def show_account(request: gr.Request) -> str:
    """What Gradio calls this page, for the script; who is logged in, and the way out."""
    user = request.request.scope.get(USER) if request.request else None
    named = Markup('<span data-page="{}"></span>').format(request.session_hash or "")
    if not user:
        return named
    return named + Markup(
        '<p class="dl-account">Logged in as <b dir="auto">{}</b> '
        '<button type="button" id="log-out">Log out</button></p>'
    ).format(user)
