"""How much one client may ask for, so that nobody's haste is another's wait.

Long work waits its turn here, the page's apart from that of other programs; both are counted by
client: by the user, or where nobody logs in, by the address.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from weakref import WeakValueDictionary

from starlette.responses import JSONResponse, PlainTextResponse, Response

from web.clients import client_of
from web.gradio_internals import PREDICT_PATH, UPLOAD_PATH

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from starlette.datastructures import Headers
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

AT_ONCE = 8
"""Pieces of long work side by side, for pages and again for programs; others wait their turn."""

MOST_WAITING = 64
"""Requests that wait their turn; the next one is refused, and told so."""

LARGEST_PAGE = 25_000_000
"""Bytes of what a page sends, files aside: the longest article, pasted."""

SLOW = "The request came too slowly: send it again."

_EACH = 4  # of one client, running or waiting: fewer than run at once, so nobody can take all
_BRIEFLY = 4  # brief requests of one client's pages answered side by side; the others wait in line
_MOST_BRIEF = 100  # of one client, answered or waiting: more than any page asks for at once
_LARGEST_PROGRAM = 1_000_000  # bytes of a program's request
_LARGEST = {"/long/add": LARGEST_PAGE, "/login": 8_000}
_LARGEST_UPLOAD = 2_000_000_000  # several files at once
_LARGEST_ELSE = 1_000_000
_PROGRAMS = {"/v1/chat/completions", "/mcp"}
_MEASURES_ITSELF = "/v1/chat/completions"  # and says it as OpenAI's clients expect
_BODY_SECONDS = 30.0  # for the shortest body
_BODY_PACE = 50_000  # bytes a second, for what is longer
_TOO_MANY = "You have {} requests under way: wait until one of them is done."
_FULL = "Dateline is busy: too many are waiting. Try again in a moment."


class SlowBodyError(Exception):
    """The body did not arrive in time."""


class RequestLimits:
    """ASGI middleware: refuses what is too much for one, and has long work wait in line.

    Args:
        app: what stands behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._asked = _Line(AT_ONCE + MOST_WAITING)  # they wait further on, and see it
        self._pages, self._programs = _Line(AT_ONCE), _Line(AT_ONCE)
        self._brief = Counter[str]()
        self._brief_turns = WeakValueDictionary[str, asyncio.Semaphore]()  # while they are used

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http" or scope["method"] in {"GET", "HEAD"}:
            await self._app(scope, receive, send)
        elif PREDICT_PATH.fullmatch(scope["path"]):
            await self._answer_briefly(scope, receive, send)
        elif scope["path"].startswith("/long/"):
            line = self._asked if scope["path"] == "/long/ask" else self._pages
            refusal = await line.work(self._app, scope, receive, send, LARGEST_PAGE)
            if refusal:
                await JSONResponse({"detail": refusal[0]}, refusal[1])(scope, receive, send)
        elif scope["path"] in _PROGRAMS:
            refusal = await self._programs.work(self._app, scope, receive, send, _LARGEST_PROGRAM)
            if refusal:
                again = {"Retry-After": "2"}
                await refuse_program(*refusal, again)(scope, receive, send)
        else:
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


class _Line:
    """Where long work waits its turn."""

    def __init__(self, at_once: int) -> None:
        self._arriving = Counter[str]()
        self._working = Counter[str]()
        self._turns = asyncio.Semaphore(at_once)

    async def work(
        self, app: ASGIApp, scope: Scope, receive: Receive, send: Send, largest: int
    ) -> tuple[str, int] | None:
        """Have it done in its turn; else why not, and the status that says so."""
        client = client_of(scope)
        if self._arriving[client] >= _EACH:
            return _TOO_MANY.format(_EACH), 429
        try:  # before the turn is taken, so that nobody holds one with half a request
            with _counted(self._arriving, client):
                taken = await take_in(receive, largest)
        except SlowBodyError:
            return SLOW, 408
        if self._working[client] >= _EACH:
            return _TOO_MANY.format(_EACH), 429
        if self._working.total() >= AT_ONCE + MOST_WAITING:
            return _FULL, 503
        with _counted(self._working, client):
            async with self._turns:
                await app(scope, hand_on(taken, receive), send)
        return None


def measure(method: str, path: str, headers: Headers) -> Response | None:
    """What is said to a request that is too large, or does not say how large it is."""
    path = path.rstrip("/")
    if method in {"GET", "HEAD"} or path == _MEASURES_ITSELF:
        return None
    said = headers.get("content-length")
    if said is None:
        return PlainTextResponse("Send the length of the request: Content-Length.", 411)
    largest = _LARGEST.get(path, _LARGEST_ELSE)
    if UPLOAD_PATH.fullmatch(path):
        largest = _LARGEST_UPLOAD
    if not said.isdecimal() or len(said) > 15 or int(said) > largest:
        return JSONResponse({"detail": "The request is too large."}, 413)  # which the page shows
    return None


async def take_in(receive: Receive, most: int) -> list[Message]:
    """The messages that hold the body: until its end, the client's, or more than `most` bytes.

    So whoever sends theirs a byte at a time keeps nobody waiting but themselves, and not for long.

    Raises:
        SlowBodyError: it took longer than 30 seconds and one for each 50 kB that it may have.
    """
    taken: list[Message] = []
    size = 0
    try:
        async with asyncio.timeout(_BODY_SECONDS + most / _BODY_PACE):
            while True:
                message = await receive()
                taken.append(message)
                size += len(message.get("body", b""))
                if not message.get("more_body") or size > most:
                    return taken
    except TimeoutError:
        raise SlowBodyError from None


def hand_on(taken: list[Message], receive: Receive) -> Receive:
    """What gives the messages taken in once more, and then those that follow."""
    waiting = iter(taken)

    async def receive_again() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return receive_again


@contextmanager
def _counted(counter: Counter[str], key: str) -> Iterator[None]:
    """One more, as long as it lasts; who has none takes no memory."""
    counter[key] += 1
    try:
        yield
    finally:
        counter[key] -= 1
        if not counter[key]:
            del counter[key]


def refuse_program(line: str, status: int, headers: Mapping[str, str] | None = None) -> Response:
    """What a program is told, as OpenAI's clients expect it."""
    return JSONResponse(describe_failure(line), status, headers)


def describe_failure(line: str) -> dict[str, Any]:
    """An error in OpenAI's protocol."""
    return {"error": {"message": line, "type": "dateline_error", "param": None, "code": None}}
