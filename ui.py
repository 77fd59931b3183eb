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
from web.library.layout import lay_out_look, lay_out_shelf
from web.library.views import LibraryViews
from web.parts import html
from web.serving.account import show_account
from web.serving.exposure import expose
from web.serving.limits import AT_ONCE, MOST_WAITING
from web.serving.server import Server, application, gradio_confined, in_event_loop
from web.skip import lay_out_skip

if TYPE_CHECKING:
    from assistant import Assistant
    from web.chat.layout import Asking
    from web.conversations.layout import Kept
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
        kept = lay_out_conversations(assistant.settings.keep)
        account = html(script="serving/account.js", elem_id="account")
        counts, look = html(elem_id="counts"), lay_out_look()
        kind = ["dl-desk", "dl-read-only"] if assistant.settings.read_only else ["dl-desk"]
        with gr.Row(elem_classes=kind, equal_height=False):
            with gr.Column(elem_classes="dl-main"), gr.Tabs() as tabs:
                with gr.Tab("Ask", id="ask", elem_id="ask"):
                    asking = lay_out_asking()
                with gr.Tab("Articles", elem_id="articles"):
                    shelf = lay_out_shelf()
            reader = html(script="reader.js", elem_id="reader")
        turns, answers = _connect_chat(ChatActions(assistant), page, asking, shelf, reader, tabs)
        if kept:
            known = kept._asdict() | {"talk": asking.conversation, "turns": turns, "reader": reader}
            _connect_conversations(ConversationActions(assistant), kept, known, asking, answers)
        overview = _connect_views(
            LibraryViews(assistant), page, asking, shelf, counts, look, reader
        )
        _connect_library(LibraryActions(assistant), asking, shelf, reader, overview)
        page.load(show_account, None, account, **_BRIEF)
    page.queue(default_concurrency_limit=AT_ONCE, max_size=MOST_WAITING, api_open=False)
    return page


def _connect_chat(
    act: ChatActions, page: gr.Blocks, asking: Asking, shelf: Shelf, reader: gr.HTML, tabs: gr.Tabs
) -> tuple[gr.State, list[Any]]:
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
    for part in (talk, shelf.articles, shelf.report):
        part.open(act.open, None, reader, **_BRIEF)
    reader.narrow(act.narrow, None, [scope.articles, tabs], **_BRIEF)
    scope.chips.drop(act.drop, filters, [editing, question, *filters], **_BRIEF)
    parts: list[Any] = [editing, *filters]
    changed = [*(each.change for each in parts), scope.chips.settle]
    for change in changed:
        change(act.show_within, [editing, *filters], scope.chips, trigger_mode="multiple", **_BRIEF)
    asking.start.change(act.examples, None, asking.examples, trigger_mode="always_last", **_BRIEF)
    page.load(None, None, asking.link, js="() => location.search", api_visibility="private")
    return turns, answers


def _connect_views(
    views: LibraryViews,
    page: gr.Blocks,
    asking: Asking,
    shelf: Shelf,
    counts: gr.HTML,
    look: gr.HTML,
    reader: gr.HTML,
) -> dict[str, Any]:
    """What the page shows of the index; returned as what shows all of it anew."""
    scope, seen = asking.scope, gr.State(None)
    listed = [shelf.timeline, shelf.articles]
    everything = [seen, counts, asking.start, asking.samples, shelf.controls, *listed]
    overview = {"fn": views.overview, "inputs": look, "outputs": everything, **_BRIEF}
    latest = {**_BRIEF, "trigger_mode": "always_last"}  # with what is looked for by then
    page.load(**overview)
    look.change(views.look, look, listed, **latest)
    look.brush(views.days, look, [scope.since, scope.until], **latest)
    look.returned(views.returned, [look, seen], [*everything, reader], **_BRIEF)
    shelf.status.unfold(views.status, None, shelf.status, **_BRIEF)
    scope.row.expand(views.publishers, scope.publishers, scope.publishers, **_BRIEF)
    return overview


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
    act: LibraryActions,
    asking: Asking,
    shelf: Shelf,
    reader: gr.HTML,
    overview: dict[str, Any],
) -> None:
    report, aside = shelf.report, gr.State(None)
    pasted = [shelf.text, shelf.title, shelf.publisher, shelf.published]
    fetched, added = [shelf.address.submit, shelf.fetch.click], [report, shelf.upload]
    shown: dict[str, Any] = {"show_progress_on": report, **_CHANGE}
    removed: dict[str, Any] = {"show_progress": "hidden", **_CHANGE, "trigger_mode": "multiple"}
    changes = [
        shelf.upload.upload(act.add_files, shelf.upload, added, **shown),
        gr.on(fetched, act.add_url, shelf.address, [report, shelf.address], **shown),
        shelf.paste.click(act.add_pasted, pasted, [report, *pasted], **shown),
        shelf.rebuild.rebuild(act.rebuild, None, report, **_CHANGE),
        asking.samples.click(act.add_samples, None, asking.samples_report, **_CHANGE),
        shelf.articles.remove(act.remove, None, [shelf.notice, aside, reader], **removed),
        shelf.notice.undo(act.undo, aside, [shelf.notice, aside], **removed),
    ]
    for change in changes:
        change.then(**overview)


def _warm_up(assistant: Assistant) -> None:
    with suppress(DatelineError):  # the first question will say what is wrong
        assistant.warm_up()
