"""The page of the browser chat, over one assistant: what it is made of and what happens on it.

The question box stands in the page from its first byte on, so a question can be typed and entered
while Gradio's own files are still on their way. `script/asking.js` moves it to its place then.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from markupsafe import Markup
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request  # at run time: FastAPI resolves hints
from starlette.responses import Response

from web.auth.credentials import USER
from web.chat.chat_actions import ChatActions
from web.chat.start import Start
from web.conversations.conversation_actions import ConversationActions
from web.conversations.drawer import SHOWN, Kept, lay_out_conversations
from web.gradio_internals import PageStates, in_event_loop, rewrite_page
from web.library.library_actions import LibraryActions
from web.library.library_views import LibraryViews
from web.page_layout import (
    connect_asking,
    connect_shelf,
    lay_out_asking,
    lay_out_masthead,
    lay_out_shelf,
)
from web.parts import BRIEF, LATEST, html

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant import Assistant
    from web.long_work import Job
    from web.page_layout import Asking


_SCRIPTS = (
    *("core", "asking", "conversation", "passages", "answers", "filters", "reader"),
    *("start", "keys", "library", "timeline", "adding", "conversations"),
)
_STYLES = ("paper", "base", "layout", "chat", "article", "library", "conversations", "print")
_KEPT = "public, max-age=31536000, immutable"  # the address holds a hash of what is there
_HEAD = (
    '<meta name="color-scheme" content="light dark">'
    '<link rel="stylesheet" href="dateline.css?v={style}">'
    '<script src="dateline.js?v={script}"></script>'
)
_QUESTION_BOX = """<div id="early"><header class="dl-masthead"><h1>Dateline</h1></header>
<div class="dl-early"></div><form id="question" class="dl-question-form" autocomplete="off">
<label class="dl-unseen" for="question-box">Your question</label>
<textarea id="question-box" rows="1" maxlength="4000" enterkeyhint="send" autofocus
 placeholder="Who, what, when, why?"></textarea>
<button id="send" class="dl-button">Ask</button>
<button id="stop" class="dl-button" type="button">Stop</button></form></div>
"""


def serve_assets(app: FastAPI) -> None:
    """Add the script and the style to an application."""
    for path, text, kind in (
        ("/dateline.js", script(), "text/javascript"),
        ("/dateline.css", style(), "text/css"),
    ):
        _serve(app, path, text, kind)


def script() -> str:
    """All scripts, each with names of its own."""
    core, *others = (_read("script", f"{name}.js") for name in _SCRIPTS)
    blocks = "\n".join(f"{{\n{each}\n}}" for each in others)
    return f'(() => {{\n"use strict";\n{core}\n{blocks}\n}})();\n'


def style() -> str:
    """All styles; nested, so that they outweigh those of Gradio's, which come later."""
    paper, *others = (_read("style", f"{name}.css") for name in _STYLES)
    nested = "\n".join(others)
    return f"{paper}\nhtml:root body {{\n{nested}\n}}\n"


class FrontPage:
    """ASGI middleware: Gradio's page with our style, our script and the question box in it.

    Args:
        app: what stands behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._head = _HEAD.format(style=_digest(style()), script=_digest(script()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["path"] != "/" or scope["method"] != "GET":
            await self._app(scope, receive, send)
            return
        start: Message = {}
        body = bytearray()

        async def take(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
            if message["type"] != "http.response.body":
                return
            body.extend(message.get("body", b""))
            if message.get("more_body"):
                return
            html = bytes(body)
            if "html" in Headers(raw=start["headers"]).get("content-type", ""):
                html = rewrite_page(
                    html.decode("utf-8"), head=self._head, before=_QUESTION_BOX
                ).encode("utf-8")
            headers = MutableHeaders(raw=start["headers"])
            headers["Content-Length"] = str(len(html))
            await send(start)
            await send({"type": "http.response.body", "body": html})

        # As it is: what is compressed cannot be added to.
        plain = [each for each in scope["headers"] if each[0] != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, take)


def _serve(app: FastAPI, path: str, text: str, kind: str) -> None:
    async def give(request: Request) -> Response:
        known = request.query_params.get("v") == _digest(text)
        kept = _KEPT if known else "no-cache"
        return Response(text, media_type=kind, headers={"Cache-Control": kept})

    app.add_api_route(path, give, methods=["GET", "HEAD"], response_model=None)


def _read(folder: str, name: str) -> str:
    return files("web").joinpath(folder, name).read_text("utf-8").strip()


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:12]


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
