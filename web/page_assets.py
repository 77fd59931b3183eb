"""What the browser loads of ours: one script, one style, and the page before Gradio fills it.

The question box stands in the page from its first byte on, so a question can be typed and entered
while Gradio's own files are still on their way. `script/asking.js` moves it to its place then.
"""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request  # at run time: FastAPI resolves hints
from starlette.responses import Response

from web.gradio_internals import rewrite_page

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
