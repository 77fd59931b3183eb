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
from web.serving.server import Server, application, gradio_confined, in_event_loop

if TYPE_CHECKING:
    from assistant import Assistant
    from web.chat.layout import Asking
    from web.library.layout import Shelf

_AT_ONCE = 8  # readers answered side by side: a slow answer holds up nobody else's
_QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
# Answered in the response itself. The queue answers through a stream that the page closes when
# nothing is awaited; what is asked for as it closes waits for ever, so only long work goes there.
_BRIEF: dict[str, Any] = {**_QUIET, "queue": False}
_CHANGE: dict[str, Any] = {
    "concurrency_id": "change",  # one change of the index at a time
    "concurrency_limit": 1,
    "api_visibility": "private",
}


def serve(assistant: Assistant, *, host: str = "127.0.0.1", port: int = 7860) -> None:
    """Serve the browser chat until Ctrl-C; the models load meanwhile.

    Raises:
        DatelineError: the address cannot be listened on.
    """
    with gradio_confined(), suppress(KeyboardInterrupt):
        server = Server(application(build(assistant), host, assistant), host, port)
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
        counts = html(elem_id="counts")
        with gr.Row(elem_classes="dl-desk", equal_height=False):
            with gr.Column(elem_classes="dl-main"), gr.Tabs() as tabs:
                with gr.Tab("Ask", id="ask", elem_id="ask"):
                    asking = lay_out_asking()
                with gr.Tab("Articles", elem_id="articles"):
                    shelf = lay_out_shelf()
            reader = html(script="reader.js", elem_id="reader")
        _connect_chat(ChatActions(assistant), page, asking, shelf, reader, tabs)
        _connect_library(LibraryActions(assistant), page, asking, shelf, counts)
    page.queue(default_concurrency_limit=_AT_ONCE, api_open=False)
    return page


def _connect_chat(
    act: ChatActions, page: gr.Blocks, asking: Asking, shelf: Shelf, reader: gr.HTML, tabs: gr.Tabs
) -> None:
    turns, editing = gr.State(()), asking.editing
    talk, scope, question = asking.conversation, asking.scope, asking.question
    filters: list[Any] = [scope.since, scope.until, scope.publishers, scope.articles]
    within = [turns, *filters]
    said = [talk, turns, question, editing]
    answers = [
        gr.on(
            [question.submit, asking.send.click],
            act.ask,
            [question, turns, editing, *filters],
            said,
            **_QUIET,
        ),
        asking.start.example(act.ask_example, within, said, **_QUIET),
        asking.examples.example(act.ask_example, within, said, **_QUIET),
        asking.suggestions.example(act.ask_example, within, said, **_QUIET),
        talk.retry(act.retry, turns, said, **_QUIET),
        asking.link.follow(act.follow_link, turns, [*filters, *said], **_QUIET),
    ]
    for answer in answers:
        answer.then(act.suggest, turns, asking.suggestions, trigger_mode="multiple", **_BRIEF)
    # Not by `cancels`: that would forget what has arrived.
    asking.stop.click(act.stop, None, None, **_BRIEF)
    asking.clear.click(
        act.clear, None, [*said, asking.suggestions, reader], cancels=answers, **_BRIEF
    )
    talk.edit(act.edit, turns, [question, editing], **_BRIEF)
    talk.cite(act.cite, turns, reader, **_BRIEF)
    for part in (talk, shelf.articles):
        part.open(act.open, None, reader, **_BRIEF)
    reader.narrow(act.narrow, None, [scope.articles, tabs], **_BRIEF)
    scope.chips.drop(act.drop, filters, [editing, question, *filters], **_BRIEF)
    changed = [*(each.change for each in (editing, *filters)), scope.chips.settle]
    for change in changed:
        change(act.show_within, [editing, *filters], scope.chips, trigger_mode="multiple", **_BRIEF)
    asking.start.change(act.examples, None, asking.examples, trigger_mode="always_last", **_BRIEF)
    page.load(None, None, asking.link, js="() => location.search", api_visibility="private")


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
