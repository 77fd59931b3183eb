"""Everything private of Gradio, uvicorn and Starlette that we touch, and every path of theirs.

What stands here may change with any of their versions, so `gradio~=6.31.0` is pinned, and
`tests/serving/test_gradio_internals.py` and `test_connections.py` hold each of it against the real
thing.
"""

from __future__ import annotations

import asyncio
import os
import re
import resource
import sys
from collections import Counter
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, TypeVar

import gradio as gr
from uvicorn.protocols.http.h11_impl import H11Protocol

from web.clients import client_network

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from fastapi import FastAPI

_Made = TypeVar("_Made")

PAGE_PATHS = re.compile(
    r"/gradio_api/(?:run/predict|heartbeat/\w+|upload|startup-events)/?"
    r"|/(?:assets|static)/[^:\\]*|/(?:config|theme\.css|favicon\.ico|manifest\.json|robots\.txt)?/?"
)
"""Every path of Gradio's that the page needs. Its queue is none of them: long work has a path of
our own (`long_work`): Gradio's page forgets an event that comes as the queue's stream ends."""

PREDICT_PATH = re.compile(r"/gradio_api/run/predict/?")
UPLOAD_PATH = re.compile(r"/gradio_api/upload/?")
HEARTBEAT_PATH = re.compile(r"(/gradio_api/heartbeat/)(\w+)/?")
ASSETS = "/assets/"
"""Files whose names hold a hash of what is in them."""

SESSION_FIELD = "session_hash"
"""Under which a request of the page names the page."""

APP_ELEMENT = "<gradio-app"
"""Where in the HTML of the page Gradio's part begins."""

_BLANK_HEAD = '<meta property="og:title" content="Gradio" />'
_SECONDS_BETWEEN_LOOKS = 1.0
"""Of Gradio's queue for work, where nothing of ours goes; its own are a thousand a second."""

_SECONDS_FOR_HEADERS = 15.0
_SECONDS_FOR_BODY = 60.0  # between two pieces of it
_MOST_CONNECTIONS = 4_000
_CROWD = 0.6  # of all connections: clearly more than half


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


@contextmanager
def gradio_confined() -> Iterator[Path]:
    """What Gradio takes from the environment; the blocks must be built inside of it.

    Uploads go to a folder of our own, which is given and removed at the end. Gradio's statistics, a
    table of every event made anew after each one, are never made.
    """
    with TemporaryDirectory(prefix="dateline-uploads-") as folder:
        wanted = {"GRADIO_TEMP_DIR": folder, "GRADIO_ANALYTICS_CACHE_FREQUENCY": str(sys.maxsize)}
        before = {name: os.environ.get(name) for name in wanted}
        os.environ.update(wanted)
        try:
            yield Path(folder)
        finally:
            for name, value in before.items():
                if value is None:
                    del os.environ[name]
                else:
                    os.environ[name] = value


def mount(
    app: FastAPI, blocks: gr.Blocks, *, favicon: str, largest_upload: str, most_pages: int
) -> None:
    """Serve the blocks at "/", with all of Gradio's own features shut that can be shut.

    Args:
        largest_upload: of one file, such as "500mb".
        most_pages: pages whose state is kept; the one unused for longest is forgotten.
    """
    blocks.state_session_capacity = most_pages
    queue = blocks._queue
    queue.sleep_when_free = queue.progress_update_sleep_when_free = _SECONDS_BETWEEN_LOOKS
    in_event_loop(
        lambda: gr.mount_gradio_app(
            app,
            blocks,
            path="/",
            theme=_plain_theme(),
            favicon_path=favicon,
            footer_links=[],
            run_history=False,
            show_error=False,
            enable_monitoring=False,
            max_file_size=largest_upload,
            ssr_mode=False,
            pwa=False,
            mcp_server=False,
        )
    )
    # Else Gradio, mounted rather than launched, takes any path on this machine for an upload.
    blocks.has_launched = True
    app.state.gradio = app.routes[-1].app  # type: ignore[attr-defined]  # what was just mounted


def end_streams(app: FastAPI) -> None:
    """Let go of the connections that open pages hold, so that the server can stop."""
    app.state.gradio.stop_event.set()


def uploads_folder() -> Path:
    """Where Gradio puts what is uploaded."""
    return Path(os.environ["GRADIO_TEMP_DIR"])


class PageStates:
    """What Gradio keeps of each open page: the values of its `gr.State`s.

    Args:
        blocks: mounted.
    """

    def __init__(self, blocks: gr.Blocks) -> None:
        self._blocks = blocks

    def get(self, page: str, state: gr.State) -> Any:
        """The value, for the page of this name."""
        return self._blocks.state_holder[page][state._id]

    def set(self, page: str, state: gr.State, value: Any) -> None:
        """Give it another value."""
        self._blocks.state_holder[page][state._id] = value

    def forget(self, page: str) -> None:
        """All of the page."""
        held = self._blocks.state_holder
        with held.lock:
            held.session_data.pop(page, None)
            held.time_last_used.pop(page, None)

    def __len__(self) -> int:
        """How many pages there are."""
        return len(self._blocks.state_holder.session_data)


def rewrite_page(html: str, *, head: str, before: str) -> str:
    """Gradio's page with more in its head, and something before the part that Gradio fills."""
    html = html.replace(_BLANK_HEAD, f"{_BLANK_HEAD}{head}", 1)
    return html.replace(APP_ELEMENT, f"{before}{APP_ELEMENT}", 1)


def _plain_theme() -> gr.themes.Base:
    """What little Gradio draws itself: the ground, and the fonts on the reader's machine."""
    sans = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif"]
    return gr.themes.Base(font=sans, font_mono=["ui-monospace", "Menlo", "monospace"]).set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#16171a",
        body_text_color="#1d1b18",
        body_text_color_dark="#e8e4da",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
    )


class Connection(H11Protocol):
    """One connection, whose age is known: what has asked nothing for long can be let go of.

    uvicorn closes a connection that rests after an answer; one that never asked, or sent half of a
    request, it keeps for ever.
    """

    heard = 0.0
    """When anything came of it or its last answer ended, by the event loop's clock."""

    network = ""
    """Its client's network; "" where it may be anybody's: a proxy's, or of this machine."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """It begins; of too many, the longest at rest goes, else one of a crowd, or itself."""
        super().connection_made(transport)
        self.heard, self.network = self.loop.time(), self._network()
        if len(self.connections) <= most_connections():
            return
        others = [e for e in self.connections if isinstance(e, Connection) and e is not self]
        others = [e for e in others if not e.transport.is_closing()]  # they go later
        if len(others) >= most_connections():
            unwanted = [e for e in others if e.rests] or crowd(others) or [self]
            min(unwanted, key=lambda each: each.heard).transport.abort()

    def _network(self) -> str:
        host = self.client[0] if self.client else ""  # none where the socket is a file
        network = client_network(host)
        proxies = getattr(self.app, "trusted_hosts", ())  # of uvicorn's ProxyHeadersMiddleware
        here = network.startswith("127.") or network == client_network("::1")
        return "" if here or host in proxies or network in proxies else network

    def data_received(self, data: bytes) -> None:
        """More of a request."""
        self.heard = self.loop.time()
        super().data_received(data)

    def on_response_complete(self) -> None:
        """An answer is there: from now on it rests, however long that took."""
        self.heard = self.loop.time()
        super().on_response_complete()

    @property
    def rests(self) -> bool:
        """Whether no request of it is being answered."""
        return self.cycle is None or self.cycle.response_complete

    def end_if_idle(self) -> None:
        """Let go of it if it has sent nothing, or only half a request, for too long."""
        silent = self.loop.time() - self.heard
        unheard = self.rests and silent > _SECONDS_FOR_HEADERS
        half = not self.rests and self.cycle.more_body and silent > _SECONDS_FOR_BODY
        if unheard or half:
            self.transport.abort()


def crowd(connections: list[Connection]) -> list[Connection]:
    """Those of the one network that holds by far most of them, where there is one.

    Else a single client shuts everybody out by holding streams open. But to drop a stream drops an
    open page and its conversation, and behind one address may be many honest readers: a proxy's, or
    an office's. So there must clearly be one that takes from all others; if in doubt, who comes
    last has to wait.
    """
    held = Counter(each.network for each in connections if each.network)
    for network, number in held.most_common(1):
        if number > _CROWD * len(connections):
            return [each for each in connections if each.network == network]
    return []


def most_connections() -> int:
    """Connections at a time: as many as leave files enough for everything else."""
    return max(64, min(_MOST_CONNECTIONS, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - 256))
