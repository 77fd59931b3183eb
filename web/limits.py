"""How much one client may ask for, so that nobody's haste is another's wait.

The page's long work waits in Gradio's queue, that of other programs here; both are counted by
client: by the user, or where nobody logs in, by the address.
"""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from starlette.responses import JSONResponse, Response

from web.auth.credentials import client_network
from web.auth.login import USER
from web.bodies import SLOW, SlowBodyError, hand_on, take_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

AT_ONCE = 8
"""Answers side by side, for pages and again for programs; the others wait their turn."""

MOST_WAITING = 64
"""Requests that wait their turn; the next one is refused, and told so."""

_EACH = 4  # of one client, running or waiting: fewer than run at once, so nobody can take all

_BRIEFLY = 4
"""Brief requests of one client's pages that are answered side by side; the others wait in line."""

_MOST_BRIEF = 100  # of one client, answered or waiting: more than any page asks for at once

_BRIEF = re.compile(r"/gradio_api/run/predict/?")
_JOIN = re.compile(r"/gradio_api/queue/join/?")
_LARGEST = 1_000_000  # bytes of a program's request that are taken in before its turn
_WORK = {"/v1/chat/completions", "/mcp"}
_TOO_MANY = "You have {} requests under way: wait until one of them is done."
_FULL = "Dateline is busy: too many are waiting. Try again in a moment."


class Limits:
    """ASGI middleware: refuses what is too much for one, and lets programs wait in line.

    Args:
        app: what stands behind.
        queued: the client of each of the page's requests that runs or waits in the queue.
    """

    def __init__(self, app: ASGIApp, *, queued: Callable[[], list[str]]) -> None:
        self._app = app
        self._queued = queued
        self._joining = Counter[str]()
        self._arriving = Counter[str]()
        self._working = Counter[str]()
        self._turns = asyncio.Semaphore(AT_ONCE)
        self._brief = Counter[str]()
        self._brief_turns = WeakValueDictionary[str, asyncio.Semaphore]()  # while they are used

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
        elif _JOIN.fullmatch(scope["path"]):
            await self._join(scope, receive, send)
        elif _BRIEF.fullmatch(scope["path"]):
            await self._answer_briefly(scope, receive, send)
        elif scope["path"] in _WORK:
            await self._work(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _join(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = client_of(scope)
        if self._queued().count(client) + self._joining[client] >= _EACH:
            # Gradio's page shows `detail`, but for 503 words of its own.
            refusal = JSONResponse({"detail": _TOO_MANY.format(_EACH)}, 429)
            await refusal(scope, receive, send)
            return
        with _counted(self._joining, client):
            await self._app(scope, receive, send)

    async def _answer_briefly(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = client_of(scope)
        if self._brief[client] >= _MOST_BRIEF:
            refusal = JSONResponse({"detail": _TOO_MANY.format(_MOST_BRIEF)}, 429)
            await refusal(scope, receive, send)
            return
        turns = self._brief_turns.setdefault(client, asyncio.Semaphore(_BRIEFLY))
        with _counted(self._brief, client):
            async with turns:
                await self._app(scope, receive, send)

    async def _work(self, scope: Scope, receive: Receive, send: Send) -> None:
        client = client_of(scope)
        if self._arriving[client] >= _EACH:
            await _refuse_work(_TOO_MANY.format(_EACH), 429)(scope, receive, send)
            return
        try:  # before the turn is taken, so that nobody holds one with half a request
            with _counted(self._arriving, client):
                taken = await take_in(receive, _LARGEST)
        except SlowBodyError:
            await _refuse_work(SLOW, 408)(scope, receive, send)
            return
        if self._working[client] >= _EACH:
            await _refuse_work(_TOO_MANY.format(_EACH), 429)(scope, receive, send)
        elif self._working.total() >= AT_ONCE + MOST_WAITING:
            await _refuse_work(_FULL, 503)(scope, receive, send)
        else:
            with _counted(self._working, client):
                async with self._turns:
                    await self._app(scope, hand_on(taken, receive), send)


class _counted:  # noqa: N801 - it reads as a verb
    """One more, as long as it lasts; who has none takes no memory."""

    def __init__(self, counter: Counter[str], key: str) -> None:
        self._counter, self._key = counter, key

    def __enter__(self) -> None:
        self._counter[self._key] += 1

    def __exit__(self, *_: object) -> None:
        self._counter[self._key] -= 1
        if not self._counter[self._key]:
            del self._counter[self._key]


def client_of(scope: Scope) -> str:
    """Whose request it is: a user's, else an address's."""
    if user := scope.get(USER):
        return f"user {user}"
    client = scope.get("client")
    return client_network(client[0]) if client else ""


def _refuse_work(line: str, status: int) -> Response:
    error = {"message": line, "type": "dateline_error", "param": None, "code": None}
    return JSONResponse({"error": error}, status, headers={"Retry-After": "2"})
