"""The page of the browser chat, over one assistant: what it is made of and what happens on it.

The question box stands in the page from its first byte on, so a question can be typed and entered
while Gradio's own files are still on their way. `script/asking.js` moves it to its place then.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from markupsafe import Markup
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request  # at run time: FastAPI resolves hints
from starlette.responses import Response

from assistant.sources import FORMS, SUFFIXES
from web.chat.chat_actions import ChatActions
from web.chat.start import Start
from web.clients import USER
from web.conversations.conversation_actions import ConversationActions
from web.conversations.drawer import Saved
from web.gradio_internals import PageStates, in_event_loop, rewrite_page
from web.library.library_actions import LibraryActions
from web.library.library_status import show_status_panel
from web.library.library_views import LibraryViews, show_controls
from web.parts import BRIEF, LATEST, html, page_file, place, render

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant import Assistant
    from web.long_work import Job


_SCRIPTS = (
    *("core", "asking", "conversation", "passages", "answers", "filters", "reader"),
    *("start", "keys", "library", "timeline", "adding", "conversations"),
)
_STYLES = ("paper", "base", "layout", "chat", "article", "library", "conversations", "print")
_KEPT = "public, max-age=31536000, immutable"  # the address holds a hash of what is there
_LOG = '<div class="dl-log" role="log" aria-live="polite" aria-label="Conversation"></div>'
_MARKS = ("arrive", "settle", "judge")
_HEAD = (
    '<meta name="color-scheme" content="light dark">'
    '<link rel="stylesheet" href="dateline.css?v={style}">'
    '<script src="dateline.js?v={script}"></script>'
)


def serve_assets(app: FastAPI) -> None:
    """Add the script and the style to an application."""
    given = {"dateline.js": (script(), "text/javascript"), "dateline.css": (style(), "text/css")}

    async def give(request: Request) -> Response:
        text, kind = given[request.url.path.rpartition("/")[2]]
        kept = _KEPT if request.query_params.get("v") == _digest(text) else "no-cache"
        return Response(text, media_type=kind, headers={"Cache-Control": kept})

    for name in given:
        app.add_api_route(f"/{name}", give, methods=["GET", "HEAD"], response_model=None)


def script() -> str:
    """All scripts, each with names of its own."""
    core, *others = (page_file(f"{name}.js").strip() for name in _SCRIPTS)
    blocks = "\n".join(f"{{\n{each}\n}}" for each in others)
    return f'(() => {{\n"use strict";\n{core}\n{blocks}\n}})();\n'


def style() -> str:
    """All styles; nested, so that they outweigh those of Gradio's, which come later."""
    paper, *others = (page_file(f"{name}.css").strip() for name in _STYLES)
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
                    html.decode("utf-8"), head=self._head, before=render("question")
                ).encode("utf-8")
            headers = MutableHeaders(raw=start["headers"])
            headers["Content-Length"] = str(len(html))
            await send(start)
            await send({"type": "http.response.body", "body": html})

        # As it is: what is compressed cannot be added to.
        plain = [each for each in scope["headers"] if each[0] != b"accept-encoding"]
        await self._app({**scope, "headers": plain}, receive, take)


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
    settings, start = assistant.settings, Start(assistant)
    blocks = gr.Blocks(title="Dateline", analytics_enabled=False, fill_width=True)
    kind = ["dl-desk", "dl-read-only"] if settings.read_only else ["dl-desk"]
    with blocks:
        turns, states = gr.State(()), PageStates(blocks)
        chat, library = ChatActions(assistant, turns, states), LibraryActions(assistant)
        views = LibraryViews(assistant, start, chat)
        head = render("masthead", keeps=settings.keep)
        masthead = html(part="masthead", template=head, elem_id="masthead")
        account = html(part="account", elem_id="account")
        # What others lead to stands in its place further down.
        begin = html(part="start", elem_id="start", render=False)
        talk = html(part="conversation", template=_LOG, elem_id="conversation", render=False)
        box = html(
            part="asking",
            events=("stop", "clear"),
            template=render("asking"),
            elem_id="asking",
            render=False,
        )
        opening = ("open", "story", "cite")
        reader = html(part="reader", events=opening, elem_id="reader", render=False)
        if settings.keep:
            act = ConversationActions(assistant)
            _lay_out_conversations(act, chat, turns, talk, box, reader)
        else:  # only what copies an answer
            nothing = '<div class="dl-opened dl-keeps-nothing"></div>'
            html(nothing, part="tools", events=_MARKS, elem_id="opened")
        with gr.Column(elem_classes=kind):
            with gr.Column(elem_classes="dl-main"):
                with gr.Column(elem_id="ask"):
                    place(begin, talk)
                    html(part="suggestions", template="<div></div>", elem_id="suggestions")
                    place(box)
                    _lay_out_filters(chat)
                with gr.Column(elem_id="articles"):
                    _lay_out_articles(library, views, blocks, masthead, begin, reader)
            place(reader)
        box.stop(chat.stop, None, None, **BRIEF)
        box.clear(chat.clear, None, [turns, reader], **BRIEF)
        reader.cite(chat.cite, turns, reader, **BRIEF)
        reader.open(chat.open, None, reader, **BRIEF)
        reader.story(chat.story, None, reader, **BRIEF)
        blocks.load(show_account, None, account, **BRIEF)
    jobs: Mapping[str, Job] = {
        "ask": chat.ask,
        "add": library.add,
        "start": lambda *_: (start.make(), lambda: None),
    }
    return ChatPage(blocks, jobs, states)


def _lay_out_filters(act: ChatActions) -> None:
    """How many articles the filters leave, and the outlets that can be chosen: JSON, not seen."""
    hold = '<span class="dl-held"></span>'
    within = html(part="within", events=("narrowed",), template=hold, elem_id="within")
    within.narrowed(act.narrowed, None, within, **BRIEF)
    outlets = html(part="outlets", events=("listed",), template=hold, elem_id="outlets")
    outlets.listed(act.outlets, None, outlets, **BRIEF)


def _lay_out_articles(
    act: LibraryActions,
    views: LibraryViews,
    page: gr.Blocks,
    masthead: gr.HTML,
    start: gr.HTML,
    reader: gr.HTML,
) -> None:
    """The list and its search, the articles over time, the ways to add, and the status.

    Adding is long work, and its script asks for it.

    Args:
        masthead, start: parts that stand elsewhere and tell of the index.
    """
    seen, aside = gr.State(None), gr.State(None)
    # What a reader looks for, as JSON, not seen.
    told = ("returned", "changed")
    look = html("{}", part="look", events=told, template="<span></span>", elem_id="look")
    controls = html(show_controls({}), part="controls", elem_id="controls")
    timeline = html(part="timeline", elem_id="timeline")
    notice = html(part="notice", events=("undo",), elem_id="notice")
    articles = html(part="list", events=("remove",), elem_id="list")
    forms = {"forms": f"Files of {FORMS}", "suffixes": ",".join(sorted(SUFFIXES))}
    html(render("adding", **forms), part="adding", elem_id="adding")
    status = html(show_status_panel(), part="status", events=("unfold", "use"), elem_id="status")
    everything: list[Any] = [seen, masthead, start, controls, timeline, articles]
    overview: dict[str, Any] = {"fn": views.overview, "inputs": look, "outputs": everything}
    page.load(**overview, **BRIEF)
    look.changed(**overview, **BRIEF)
    look.change(views.look, look, [timeline, articles], **LATEST)
    look.returned(views.returned, [look, seen], [*everything, reader], **BRIEF)
    status.unfold(views.status, None, status, **BRIEF)
    status.use(views.use, None, status, **BRIEF)
    removed = articles.remove(act.remove, None, [notice, aside, reader], **BRIEF)
    back = notice.undo(act.undo, aside, [notice, aside], **BRIEF)
    for change in (removed, back):
        change.then(**overview, **BRIEF)


def _lay_out_conversations(
    act: ConversationActions,
    chat: ChatActions,
    turns: gr.State,
    talk: gr.HTML,
    box: gr.HTML,
    reader: gr.HTML,
) -> None:
    """The drawer, and what it says above the page."""
    conversation, search = gr.State(""), gr.State("")  # the id of the open one, also before kept
    saved, gone = gr.State(Saved()), gr.State(None)  # gone: the one deleted last, if it was open
    notice = html(part="told", events=("undo",), elem_id="conversations-notice")
    with gr.Column(elem_id="conversations"):
        find = render("drawer-head")
        head = html(find, part="drawerHead", events=("find",), elem_id="conversations-head")
        items = ("fetch", "retitle", "drop", "export", "refresh")
        listed = html(part="kept", events=items, elem_id="conversations-list")
        all_of_them = render("drawer-foot")
        foot = html(
            all_of_them, part="drawerFoot", events=("wipe", "judged"), elem_id="conversations-foot"
        )
    opened = html(part="tools", events=_MARKS, elem_id="opened")
    file = html(part="download", elem_id="download")
    # In the order of `SHOWN`.
    shown = [talk, turns, reader, conversation, saved, opened, listed, notice, gone, search, file]
    now = [turns, conversation, saved, search]
    here = [conversation, search]
    for left in (listed.fetch, foot.wipe):
        left(chat.leave, None, None, **BRIEF)  # what takes the conversation away stops its answer
    opened.arrive(act.arrive, None, shown, **BRIEF)
    opened.settle(act.settle, now, shown, **BRIEF)
    opened.judge(act.judge, now, shown, **BRIEF)
    box.clear(act.begin, search, shown, **BRIEF)
    head.find(act.find, None, shown, **LATEST)
    listed.fetch(act.fetch, search, shown, **BRIEF)
    listed.retitle(act.retitle, here, shown, **BRIEF)
    listed.drop(act.drop, here, shown, **BRIEF)
    listed.export(act.export, None, shown, **BRIEF)
    listed.refresh(act.refresh, here, shown, **BRIEF)
    notice.undo(act.undo_delete, [conversation, gone, search, turns], shown, **BRIEF)
    foot.wipe(act.delete_all, search, shown, **BRIEF)
    foot.judged(act.export_judged, None, shown, **BRIEF)


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
