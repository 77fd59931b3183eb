"""The browser chat: shows, never decides. What it is made of is in `web/`."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import gradio as gr

from assistant import DatelineError
from web.auth.account import show_account
from web.auth.exposure import expose
from web.chat.actions import ChatActions
from web.chat.connect import connect_chat
from web.chat.layout import lay_out_asking
from web.conversations.actions import ConversationActions
from web.conversations.connect import connect_conversations
from web.conversations.layout import lay_out_conversations
from web.events import BRIEF
from web.library.actions import LibraryActions
from web.library.connect import connect_library, connect_views
from web.library.layout import lay_out_look, lay_out_shelf
from web.library.views import LibraryViews
from web.limits import AT_ONCE, MOST_WAITING
from web.memory import keep_memory_small
from web.parts import html
from web.server import Server, application, gradio_confined, in_event_loop
from web.skip import lay_out_skip

if TYPE_CHECKING:
    from assistant import Assistant


def serve(
    assistant: Assistant,
    *,
    host: str = "127.0.0.1",
    port: int = 7860,
    without_login: bool = False,
) -> None:
    """Serve the browser chat until Ctrl-C; the models load meanwhile.

    Raises:
        DatelineError: the address cannot be listened on, or would be open to others without login.
    """
    exposure = expose(host, assistant.settings, without_login=without_login)
    keep_memory_small()
    with gradio_confined(), suppress(KeyboardInterrupt):
        app = application(build(assistant), exposure, assistant)
        server = Server(app, host, port)
        threading.Thread(target=_warm_up, args=[assistant], name="warm-up", daemon=True).start()
        signal.signal(signal.SIGTERM, signal.default_int_handler)  # tidy up then, too
        sys.stdout.write(f"Dateline is at {server.address} (Ctrl-C stops it)\n")
        sys.stdout.flush()
        server.run()


def build(assistant: Assistant) -> gr.Blocks:
    """The page, over one assistant; each reader has a conversation of their own."""
    return in_event_loop(lambda: _build(assistant))


def _build(assistant: Assistant) -> gr.Blocks:
    page = gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True)
    with page:
        lay_out_skip()
        kept = lay_out_conversations(assistant.settings.keep)
        account = html(script="auth/account.js", elem_id="account")
        counts, look = html(elem_id="counts"), lay_out_look()
        kind = ["dl-desk", "dl-read-only"] if assistant.settings.read_only else ["dl-desk"]
        with gr.Row(elem_classes=kind, equal_height=False):
            with gr.Column(elem_classes="dl-main"), gr.Tabs() as tabs:
                with gr.Tab("Ask", id="ask", elem_id="ask"):
                    asking = lay_out_asking()
                with gr.Tab("Articles", elem_id="articles"):
                    shelf = lay_out_shelf()
            reader = html(script="reader.js", elem_id="reader")
        chat = ChatActions(assistant)
        turns, answers = connect_chat(chat, page, asking, shelf, reader, tabs)
        if kept:
            known = kept._asdict() | {"talk": asking.conversation, "turns": turns, "reader": reader}
            act = ConversationActions(assistant)
            connect_conversations(act, kept, known, asking, answers, chat.leave)
        overview = connect_views(LibraryViews(assistant), page, asking, shelf, counts, look, reader)
        connect_library(LibraryActions(assistant), asking, shelf, reader, overview)
        page.load(show_account, None, account, **BRIEF)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=MOST_WAITING, api_open=False)
    return page


def _main() -> None:
    """`python ui.py` is `dateline chat --samples`."""
    from dateline.__main__ import main

    sys.argv[1:] = ["chat", "--samples", *sys.argv[1:]]
    main()


def _warm_up(assistant: Assistant) -> None:
    with suppress(DatelineError):  # the first question will say what is wrong
        assistant.warm_up()


if __name__ == "__main__":
    _main()
