"""What takes long: an answer, articles being added, a start on the library. Told as it comes.

Each is a POST whose answer is a stream of server-sent events with one JSON object each. Gradio's
queue is not used for it: its page drops an event while one of the same kind runs, and forgets one
that comes as the stream of the one before ends, so that a question asked then was never answered.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Iterator, Mapping
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from anyio import CapacityLimiter, to_thread
from starlette.requests import ClientDisconnect, Request  # at run time: FastAPI resolves hints
from starlette.responses import JSONResponse, Response, StreamingResponse

from web.clients import USER
from web.page_sessions import own_page
from web.parts import tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

_T = TypeVar("_T")

Told = dict[str, Any]
"""One object of the stream, for the page's script."""

_BEAT_SECONDS = 10.0  # without a word until a comment is sent, so that no proxy gives up
_THREADS = 200  # that wait for something to be told; they do nothing else
_STOPPED = "The server was stopped meanwhile."
_UNREADABLE = "The request cannot be read."
_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


class Running(Generic[_T]):
    """Work in a thread of its own, told as it comes; whoever waits can let go of it at once.

    Args:
        work: does it, and calls what it is given with everything there is to tell.

    Attributes:
        stopped: whether a reader stopped it.
        dropped: whether nobody waits for it any more.
        ended: set once it should end where it next can.
    """

    def __init__(self, work: Callable[[Callable[[_T], None]], None]) -> None:
        self.stopped = self.dropped = False
        self.ended = Event()
        self._work = work
        self._said: SimpleQueue[tuple[_T] | Exception | None] = SimpleQueue()

    def told(self) -> Iterator[_T]:
        """What is told until the work is done or stopped; errors are raised as they came."""
        Thread(target=self._do, name="long work", daemon=True).start()
        try:
            while (said := self._said.get()) is not None:
                if isinstance(said, Exception):
                    raise said
                if self.ended.is_set():
                    return
                yield said[0]
        finally:
            self.ended.set()

    def stop(self, *, drop: bool = False) -> None:
        """Wait no longer; `drop` where what has arrived is not wanted either."""
        self.stopped, self.dropped = True, self.dropped or drop
        self.ended.set()
        self._said.put(None)

    def _do(self) -> None:
        try:
            self._work(lambda said: self._said.put((said,)))
        except Exception as error:  # raised again where it is waited for
            # Its frames would hold all that the work was about for as long as it is kept.
            self._said.put(error.with_traceback(None) if self.ended.is_set() else error)
        self._said.put(None)


Job = Callable[[str, Mapping[str, Any]], tuple[Iterator[Told], Callable[[], None]]]
"""For a page, by its name, and what it asks: what is told, and what to do when it is left."""


def serve_long_work(app: FastAPI, jobs: Mapping[str, Job]) -> None:
    """Add `/long/NAME` for each job to an application; `end_long_work` ends what is told."""
    waiting: list[CapacityLimiter] = []
    app.state.stopping = asyncio.Event()

    async def work(request: Request) -> Response:
        try:
            body = json.loads(await request.body())
            page = own_page(str(body["page"])[:200].partition("_")[0], request.scope.get(USER, ""))
            job = jobs[request.path_params["name"]]
        except (ValueError, KeyError, TypeError, RecursionError, ClientDisconnect):
            return JSONResponse({"detail": _UNREADABLE}, 400)
        if not waiting:  # within the event loop
            waiting.append(CapacityLimiter(_THREADS))
        told, leave = job(page, body)
        events = _events(told, leave, waiting[0], app.state.stopping)
        return StreamingResponse(events, media_type="text/event-stream", headers=_HEADERS)

    app.add_api_route("/long/{name}", work, methods=["POST"], response_model=None)


def end_long_work(app: FastAPI) -> None:
    """Tell the pages that wait that there is no more, so that the server can stop."""
    app.state.stopping.set()


async def _events(
    told: Iterator[Told],
    leave: Callable[[], None],
    limiter: CapacityLimiter,
    stopping: asyncio.Event,
) -> AsyncIterator[str]:
    stopped = asyncio.ensure_future(stopping.wait())
    following: asyncio.Task[Told | None] | None = None
    try:
        while True:
            following = asyncio.ensure_future(_next(told, limiter))
            either: tuple[asyncio.Task[Any], ...] = following, stopped
            while not following.done():
                done, _ = await asyncio.wait(
                    either, timeout=_BEAT_SECONDS, return_when=asyncio.FIRST_COMPLETED
                )
                if stopped in done:
                    yield f"data: {json.dumps({'error': _STOPPED, 'done': True})}\n\n"
                    return
                if not done:
                    yield ": still at it\n\n"
            said = following.result()
            if said is None:
                return
            yield f"data: {json.dumps(said)}\n\n"
    finally:
        leave()
        stopped.cancel()
        if following and not following.done():  # the page is gone; its thread ends by itself
            following.add_done_callback(lambda done: done.cancelled() or done.exception())


async def _next(told: Iterator[Told], limiter: CapacityLimiter) -> Told | None:
    def step() -> Told | None:
        try:
            return next(told, None)
        except Exception as error:  # whatever it is, the page says it
            return {"error": tell(error), "done": True}

    return await to_thread.run_sync(step, limiter=limiter, abandon_on_cancel=True)
