"""The server of the browser chat: Gradio behind the gate, on one address."""

from __future__ import annotations

import asyncio
import os
import socket
import sys
from contextlib import contextmanager
from importlib.resources import files
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

import gradio as gr
import uvicorn
from fastapi import FastAPI

from assistant import DatelineError
from web.api.health import serve_health
from web.api.mcp import serve_mcp
from web.api.openai import serve_openai
from web.auth.exposure import Exposure
from web.auth.gate import Gate
from web.auth.login import LoginWall
from web.limits import Limits, client_of
from web.log import AnswerLog, RequestLog
from web.open_pages import OpenPages
from web.pages import OwnPages
from web.theme import theme

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant import Assistant

_Made = TypeVar("_Made")

LARGEST_UPLOAD = "500mb"
"""A file: above what the index takes for one article, so that it can say why it does not, and room
for an archive. What is larger can be added by the command, which makes no copy of it first."""

_HERE = Exposure()
_SECONDS_TO_FINISH = 2  # given to open connections when the server is stopped
_SECONDS_TO_STOP = 60
_MOST_PAGES = 1_000
"""Pages whose state is kept, 0.1 MB for each answer; the one unused for longest is forgotten."""

_LOOKS_EVERY = 0.02
"""Seconds between two looks of Gradio's queue for work. Its own thousand looks a second take 7 % of
a core when nobody asks; these take 1.5 %."""

_STYLES = ("base", "article", "chat", "library", "conversations", "layout")
_HEAD = '<meta name="color-scheme" content="light dark">'


@contextmanager
def gradio_confined() -> Iterator[None]:
    """What Gradio takes from the environment; the blocks must be built inside of it.

    Uploads go to a folder of our own, removed at the end. Its statistics, a table of every event
    made anew after each one, are never made.
    """
    with TemporaryDirectory(prefix="dateline-uploads-") as folder:
        wanted = {"GRADIO_TEMP_DIR": folder, "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(sys.maxsize)}
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def in_event_loop(make: Callable[[], _Made]) -> _Made:
    """What `make` makes, within an event loop.

    Outside of one, Gradio makes a loop for each of its locks and closes none.
    """

    async def run() -> _Made:
        return make()

    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(run())
    return make()


def application(
    blocks: gr.Blocks,
    exposure: Exposure = _HERE,
    assistant: Assistant | None = None,
) -> FastAPI:
    """The chat as an ASGI application.

    Args:
        exposure: where it will be served, and to whom.
        assistant: what answers other programs, in OpenAI's protocol and over MCP; None for nothing.
    """
    app = FastAPI(title="Dateline", docs_url=None, redoc_url=None, openapi_url=None)
    # The last one added stands outermost.
    app.add_middleware(OpenPages, held=lambda: blocks.state_holder)
    app.add_middleware(Limits, queued=lambda: _queued(blocks))
    if exposure.users:
        app.add_middleware(OwnPages)
        app.add_middleware(LoginWall, users=exposure.users)
    app.add_middleware(Gate, exposure=exposure)
    if assistant is not None and assistant.settings.log:
        app.add_middleware(RequestLog)  # around the gate: what it refuses is told, too
        assistant.observe(AnswerLog(with_text=assistant.settings.log_text))
    if assistant is not None:  # before Gradio, which takes every path that is left
        serve_health(app, assistant)
        serve_openai(app, assistant)
        serve_mcp(app, assistant)
    in_event_loop(lambda: _mount(app, blocks))
    # Else Gradio, mounted rather than launched, takes any path on this machine for an upload.
    blocks.has_launched = True
    return app


def _queued(blocks: gr.Blocks) -> list[str]:
    """The client of each event that runs or waits in Gradio's queue, which does not tell."""
    events = list(blocks._queue.event_ids_to_events.values())
    return [client_of(event.request.scope) for event in events]


def _mount(app: FastAPI, blocks: gr.Blocks) -> None:
    here = files("web")
    blocks.state_session_capacity = _MOST_PAGES
    blocks._queue.sleep_when_free = blocks._queue.progress_update_sleep_when_free = _LOOKS_EVERY
    gr.mount_gradio_app(
        app,
        blocks,
        path="/",
        theme=theme(),
        css="\n".join(here.joinpath("style", f"{name}.css").read_text("utf-8") for name in _STYLES),
        head=_HEAD,
        favicon_path=str(here.joinpath("favicon.png")),
        footer_links=[],
        run_history=False,
        show_error=False,
        enable_monitoring=False,
        max_file_size=LARGEST_UPLOAD,
        ssr_mode=False,
        pwa=False,
        mcp_server=False,
    )
    app.state.gradio = app.routes[-1].app  # type: ignore[attr-defined]  # what was just mounted


class Server(uvicorn.Server):
    """A server that says where it is once it can be reached.

    Args:
        app: what to serve.
        host, port: where; port 0 takes a free one.

    Attributes:
        address: its URL.
        ready: set once requests are answered.

    Raises:
        DatelineError: the address cannot be listened on.
    """

    def __init__(self, app: FastAPI, host: str, port: int) -> None:
        super().__init__(
            uvicorn.Config(
                app,
                log_level="error",
                timeout_graceful_shutdown=_SECONDS_TO_FINISH,
                ws="none",
                server_header=False,
            )
        )
        self._app = app
        self._socket = _listen(host, port)
        self.address = _url(host, self._socket.getsockname()[1])
        self.ready = Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, and say so."""
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; open pages hold a connection each, which is let go first."""
        self._app.state.gradio.stop_event.set()
        await super().shutdown(sockets)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until stopped."""
        try:
            super().run(sockets or [self._socket])
        finally:
            self._socket.close()

    @contextmanager
    def in_background(self) -> Iterator[str]:
        """Serve in a thread; gives the address and stops at the end."""
        thread = Thread(target=self.run, name="dateline-server", daemon=True)
        thread.start()
        self.ready.wait()
        try:
            yield self.address
        finally:
            self.should_exit = True
            thread.join(_SECONDS_TO_STOP)
            if thread.is_alive():
                raise RuntimeError("The server does not stop.")


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        made = socket.create_server((host, port), family=family)
    except OSError as error:
        raise DatelineError(
            f"Cannot listen on {host} port {port} ({error.strerror or error}): choose another "
            "with --port or DATELINE_PORT; port 0 takes any that is free."
        ) from error
    # One that knows that it speaks TCP: else asyncio leaves Nagle's algorithm on, and each answer
    # on a connection that is kept waits 40 ms for the other side's delayed acknowledgement.
    return socket.socket(fileno=made.detach())


def _url(host: str, port: int) -> str:
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - it names the address, it does not listen on it
        host = "localhost"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
