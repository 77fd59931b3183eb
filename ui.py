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
from web.conversations.actions import SHOWN, ConversationActions
from web.conversations.layout import lay_out_conversations
from web.library.actions import LibraryActions
from web.library.layout import lay_out_shelf
from web.parts import html
from web.serving.server import Server, application, gradio_confined, in_event_loop

if TYPE_CHECKING:
    from assistant import Assistant
    from web.chat.layout import Asking
    from web.conversations.layout import Kept
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
        kept = lay_out_conversations(assistant.settings.keep)
        counts = html(elem_id="counts")
        with gr.Row(elem_classes="dl-desk", equal_height=False):
            with gr.Column(elem_classes="dl-main"), gr.Tabs():
                with gr.Tab("Ask", elem_id="ask"):
                    asking = lay_out_asking()
                with gr.Tab("Articles", elem_id="articles"):
                    shelf = lay_out_shelf()
            reader = html(script="reader.js", elem_id="reader")
        turns, answers = _connect_chat(ChatActions(assistant), asking, shelf, reader)
        if kept:
            known = kept._asdict() | {"talk": asking.conversation, "turns": turns, "reader": reader}
            _connect_conversations(ConversationActions(assistant), kept, known, asking, answers)
        _connect_library(LibraryActions(assistant), page, asking, shelf, counts)
    page.queue(default_concurrency_limit=_AT_ONCE, api_open=False)
    return page


def _connect_chat(
    act: ChatActions, asking: Asking, shelf: Shelf, reader: gr.HTML
) -> tuple[gr.State, list[Any]]:
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
    return turns, answers


def _connect_conversations(
    act: ConversationActions, kept: Kept, known: dict[str, Any], asking: Asking, answers: list[Any]
) -> None:
    shown = [known[name] for name in SHOWN]
    now = [known["turns"], kept.conversation, kept.saved, kept.search]
    here = [kept.conversation, kept.search]
    # What takes the open conversation away stops the answer that is being written in it.
    leaving: dict[str, Any] = {"cancels": answers, **_BRIEF}
    listed, opened = kept.listed, kept.opened
    opened.arrive(act.arrive, None, shown, **_BRIEF)
    opened.settle(act.settle, now, shown, trigger_mode="multiple", **_BRIEF)
    opened.judge(act.judge, now, shown, trigger_mode="multiple", **_BRIEF)
    asking.clear.click(act.begin, kept.search, shown, **_BRIEF)
    kept.head.find(act.find, None, shown, trigger_mode="always_last", **_BRIEF)
    listed.fetch(act.fetch, kept.search, shown, **leaving)
    listed.retitle(act.retitle, here, shown, **_BRIEF)
    listed.drop(act.drop, here, shown, **_BRIEF)
    listed.dropopen(act.drop, here, shown, **leaving)
    listed.export(act.export, None, shown, **_BRIEF)
    gone = [kept.conversation, kept.gone, kept.search, known["turns"]]
    kept.notice.unmake(act.unmake, gone, shown, **_BRIEF)
    kept.foot.wipe(act.wipe, kept.search, shown, **leaving)
    kept.foot.judged(act.export_judged, None, shown, **_BRIEF)


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
