"""Open pages: whose each one is, and how long what Gradio keeps of it is kept.

Gradio keeps what belongs to a page by a name that the page chose. Whoever knew that name, from a
proxy's log for instance, could read another's conversation, follow its answers and stop them. So
the server adds to it who is logged in, and nobody can name a page of anybody else's; not even the
next user of the same browser, with a page that the last one left open.

Of a page that was closed Gradio keeps a tenth of a megabyte for each answer, for an hour. Here it
is forgotten after five minutes: a phone that was locked, or a network that was gone, comes back to
its conversation before that.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ConfigDict, Field
from starlette.responses import JSONResponse

from web.auth.request_limits import LARGEST_PAGE, SLOW, SlowBodyError, hand_on, take_in
from web.clients import USER
from web.gradio_internals import HEARTBEAT_PATH, PREDICT_PATH, SESSION_FIELD

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from web.gradio_internals import PageStates

_KEPT_SECONDS = 300.0


class OwnPages:
    """ASGI middleware: the names of pages, each with its user; calls that make no sense end here.

    Args:
        app: what stands behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        user, path = scope.get(USER, ""), scope.get("path", "")
        if user and (found := HEARTBEAT_PATH.fullmatch(path)):
            owned = f"{found[1]}{own_page(found[2], user)}"
            await self._app({**scope, "path": owned, "raw_path": owned.encode()}, receive, send)
        elif PREDICT_PATH.fullmatch(path) and scope["method"] == "POST":
            await self._own_body(scope, receive, send, user)
        else:
            await self._app(scope, receive, send)

    async def _own_body(self, scope: Scope, receive: Receive, send: Send, user: str) -> None:
        try:
            taken = await take_in(receive, LARGEST_PAGE)
        except SlowBodyError:
            await JSONResponse({"detail": SLOW}, 408)(scope, receive, send)
            return
        if taken[-1]["type"] != "http.request":
            return  # the page was closed meanwhile
        try:
            body = json.loads(b"".join(message.get("body", b"") for message in taken))
            call = _Call.model_validate(body)
        except (ValueError, RecursionError):
            await JSONResponse({"detail": "The request cannot be read."}, 400)(scope, receive, send)
            return
        # Written anew, so that nobody can name two pages, one for us and one for Gradio.
        call = call.model_copy(update={SESSION_FIELD: own_page(call.session_hash, user)})
        written = call.model_dump_json().encode()
        headers = [each for each in scope["headers"] if each[0] != b"content-length"]
        headers.append((b"content-length", str(len(written)).encode()))
        whole: list[Message] = [{"type": "http.request", "body": written, "more_body": False}]

        begun = False

        async def send_told(message: Message) -> None:
            nonlocal begun
            begun = True
            # What Gradio could not do with a call that our page never makes is the caller's fault.
            if message["type"] == "http.response.start" and message["status"] == 500:
                message = {**message, "status": 400}
            await send(message)

        try:
            await self._app({**scope, "headers": headers}, hand_on(whole, receive), send_told)
        except LookupError:  # no event has this number
            if not begun:
                raise


class _Call(BaseModel):
    """A brief request, as Gradio's page makes it."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    data: list[Any] = Field(max_length=100)
    fn_index: int = Field(ge=0, le=10_000)
    session_hash: str = Field(pattern=r"^\w{1,100}$")
    event_data: dict[str, Any] | None = None
    trigger_id: int | None = None


class OpenPages:
    """ASGI middleware: a page is open as long as its heartbeat lasts, a stream without end.

    Args:
        app: what stands behind.
        states: what is kept of the pages.
        clock: seconds that never go back.
    """

    def __init__(
        self, app: ASGIApp, states: PageStates, clock: Callable[[], float] = monotonic
    ) -> None:
        self._app, self._states, self._clock = app, states, clock
        self._open: Counter[str] = Counter()
        self._closed: dict[str, float] = {}  # when each was closed, the earliest first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        found = HEARTBEAT_PATH.fullmatch(scope.get("path", ""))
        if scope["type"] != "http" or not found:
            await self._app(scope, receive, send)
            return
        page = found[2]
        self._closed.pop(page, None)
        self._open[page] += 1
        self._forget()
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[page] -= 1
            if not self._open[page]:
                del self._open[page]
                self._closed[page] = self._clock()
            self._forget()

    def _forget(self) -> None:
        """The pages that were closed long enough ago."""
        before = self._clock() - _KEPT_SECONDS
        for page in [page for page, at in self._closed.items() if at <= before]:
            del self._closed[page]
            self._states.forget(page)


def own_page(page: str, user: str) -> str:
    """What Gradio knows a page by; the page's own name where nobody has to log in."""
    return f"{page}_{hashlib.sha256(user.encode()).hexdigest()[:16]}" if user else page
