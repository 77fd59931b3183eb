"""The browser chat: shows, never decides. What it is made of is in `web/`."""

from __future__ import annotations

import signal
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant import DatelineError
from web.chat.actions import ChatActions
from web.chat.layout import lay_out_asking
from web.library.actions import LibraryActions
from web.library.layout import lay_out_shelf
from web.parts import html
from web.serving.account import show_account
from web.serving.exposure import expose
from web.serving.limits import AT_ONCE, MOST_WAITING
from web.serving.server import Server, application, gradio_confined, in_event_loop
from web.skip import lay_out_skip

if TYPE_CHECKING:
    from assistant import Assistant
    from web.chat.layout import Asking
    from web.library.layout import Shelf

_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Answered in the response itself. The queue answers through a stream that the page closes when
# nothing is awaited; what is asked for as it closes waits for ever, so only long work goes there.
_BRIEF: dict[str, Any] = {**_QUIET, "queue": False}
_CHANGE: dict[str, Any] = {
    "concurrency_id": "change",  # one change of the index at a time
    "concurrency_limit": 1,
    "api_visibility": "private",
}


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
        account = html(script="serving/account.js", elem_id="account")
        counts = html(elem_id="counts")
        kind = ["dl-desk", "dl-read-only"] if assistant.settings.read_only else ["dl-desk"]
        with gr.Row(elem_classes=kind, equal_height=False):
            with gr.Column(elem_classes="dl-main"), gr.Tabs():
                with gr.Tab("Ask", elem_id="ask"):
                    asking = lay_out_asking()
                with gr.Tab("Articles", elem_id="articles"):
                    shelf = lay_out_shelf()
            reader = html(script="reader.js", elem_id="reader")
        _connect_chat(ChatActions(assistant), asking, shelf, reader)
        _connect_library(LibraryActions(assistant), page, asking, shelf, counts)
        page.load(show_account, None, account, **_BRIEF)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=MOST_WAITING, api_open=False)
    return page


def _connect_chat(act: ChatActions, asking: Asking, shelf: Shelf, reader: gr.HTML) -> None:
    turns = gr.State(())
    talk, scope = asking.conversation, asking.scope
    within = [turns, scope.since, scope.until, scope.publishers]
    said = [talk, turns, asking.question]
    asked = [asking.question, *within]
    answers = [
        gr.on([asking.question.submit, asking.send.click], act.ask, asked, said, **_QUIET),
        asking.start.example(act.ask_example, within, said, **_QUIET),
    ]
    asking.clear.click(act.clear, None, [*said, reader], cancels=answers, **_BRIEF)
    talk.cite(act.cite, turns, reader, **_BRIEF)
    for part in (talk, shelf.articles):
        part.open(act.open, None, reader, **_BRIEF)


def _connect_library(
    act: LibraryActions, page: gr.Blocks, asking: Asking, shelf: Shelf, counts: gr.HTML
) -> None:
    outlets, report = asking.scope.publishers, shelf.report
    asking.scope.row.expand(act.publishers, outlets, outlets, **_BRIEF)
    pasted = [shelf.text, shelf.title, shelf.publisher, shelf.published]
    fetched, added = [shelf.address.submit, shelf.fetch.click], [report, shelf.upload]
    shown: dict[str, Any] = {"show_progress_on": report, **_CHANGE}
    changes = [
        shelf.upload.upload(act.add_files, shelf.upload, added, **shown),
        gr.on(fetched, act.add_url, shelf.address, report, **_CHANGE),
        shelf.paste.click(act.add_pasted, pasted, report, **_CHANGE),
        shelf.rebuild.click(act.rebuild, None, report, **_CHANGE),
        asking.samples.click(act.add_samples, None, asking.samples_report, **_CHANGE),
    ]
    overview = [counts, asking.start, shelf.articles, asking.samples]
    page.load(act.overview, None, overview, **_BRIEF)
    for change in changes:
        change.then(act.overview, None, overview, **_BRIEF)


def _warm_up(assistant: Assistant) -> None:
    with suppress(DatelineError):  # the first question will say what is wrong
        assistant.warm_up()
