"""The server of the browser chat: Gradio behind the gate, on one address.

It runs for weeks: the C library glibc gives each of many threads room of its own, up to eight times
the cores, and keeps in each what the largest answers made in it once needed, unless told otherwise.
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import platform
import resource
import socket
import time
from contextlib import suppress
from importlib.resources import files
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import uvicorn
from fastapi import FastAPI
from starlette.middleware.gzip import GZipMiddleware

from assistant import DatelineError
from web.api.observability import RequestLog, serve_health
from web.api.programs import serve_mcp, serve_openai
from web.auth.gate import Exposure, Gate
from web.auth.login import LoginWall
from web.auth.request_limits import RequestLimits
from web.chat_page import FrontPage, serve_assets
from web.gradio_internals import Connection, end_streams, mount
from web.long_work import end_long_work, serve_long_work
from web.page_sessions import OpenPages, OwnPages

if TYPE_CHECKING:
    from assistant import Assistant
    from web.chat_page import ChatPage


LARGEST_UPLOAD = "500mb"
"""A file: above what the index takes for one article, so that it can say why it does not, and room
for an archive. What is larger can be added by the command, which makes no copy of it first."""

_HERE = Exposure()
_MOST_FILES = 16_384
_SECONDS_TO_FINISH = 2  # given to open connections when the server is stopped
_MOST_PAGES = 1_000
"""Pages whose state is kept, 0.1 MB for each answer; the one unused for longest is forgotten."""

_SMALLEST_COMPRESSED = 1_000  # bytes
_TICKS_A_SECOND = 10
_ACCEPTED_AT_ONCE = 64
"""Connections, before the first of them is looked at: fewer than the files left for them."""

_NO_FILES = {errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM}


def application(
    page: ChatPage, exposure: Exposure = _HERE, assistant: Assistant | None = None
) -> FastAPI:
    """The chat as an ASGI application.

    Args:
        exposure: where it will be served, and to whom.
        assistant: what answers other programs, in OpenAI's protocol and over MCP; None for nothing.
    """
    app = FastAPI(title="Dateline", docs_url=None, redoc_url=None, openapi_url=None)
    # The last one added stands outermost.
    app.add_middleware(FrontPage)
    app.add_middleware(GZipMiddleware, minimum_size=_SMALLEST_COMPRESSED)
    app.add_middleware(OpenPages, states=page.states)
    app.add_middleware(OwnPages)
    app.add_middleware(RequestLimits)
    if exposure.users:
        app.add_middleware(LoginWall, users=exposure.users)
    app.add_middleware(Gate, exposure=exposure)
    if assistant is not None and assistant.settings.log:
        app.add_middleware(RequestLog)  # around the gate: what it refuses is told, too
    serve_assets(app)  # before Gradio, which takes every path that is left
    serve_long_work(app, page.jobs)
    if assistant is not None:
        serve_health(app, assistant)
        serve_openai(app, assistant)
        serve_mcp(app, assistant)
    mount(
        app,
        page.blocks,
        favicon=str(files("web").joinpath("favicon.png")),
        largest_upload=LARGEST_UPLOAD,
        most_pages=_MOST_PAGES,
    )
    return app


def allow_many_files() -> None:
    """Raise the soft limit of open files as far as may be: each connection takes one."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = _MOST_FILES if hard == resource.RLIM_INFINITY else min(hard, _MOST_FILES)
    if soft < wanted:
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


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
                http=Connection,
                backlog=_ACCEPTED_AT_ONCE,
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
        asyncio.get_running_loop().set_exception_handler(_go_on_without_files)
        await super().startup(sockets)
        self.ready.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop; open pages hold a connection each, which is let go first."""
        end_streams(self._app)
        end_long_work(self._app)
        await super().shutdown(sockets)

    async def on_tick(self, counter: int) -> bool:
        """What happens ten times a second: now and then, idle connections are let go of."""
        if counter % _TICKS_A_SECOND == 0:
            for each in list(self.server_state.connections):
                if isinstance(each, Connection):
                    each.end_if_idle()
        return await super().on_tick(counter)

    def run(self, sockets: list[socket.socket] | None = None) -> None:
        """Serve until stopped."""
        try:
            super().run(sockets or [self._socket])
        finally:
            self._socket.close()


def _go_on_without_files(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Out of files, asyncio tries again in a second by itself; to log it could need one more."""
    error = context.get("exception")
    if not (isinstance(error, OSError) and error.errno in _NO_FILES):
        loop.default_exception_handler(context)


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


_ARENA_MAX = -8  # M_ARENA_MAX in malloc.h
_ARENAS = 2
_EVERY = 5.0  # seconds; it takes some milliseconds


def keep_memory_small() -> None:
    """Have all threads share two rooms, and what is free in them given back again and again.

    To be called before there are many threads; does nothing where the C library is another.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    library = ctypes.CDLL(None)
    library.mallopt(_ARENA_MAX, _ARENAS)

    def give_back() -> None:
        while True:
            time.sleep(_EVERY)
            library.malloc_trim(0)

    Thread(target=give_back, name="memory", daemon=True).start()
