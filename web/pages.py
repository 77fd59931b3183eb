"""Each user's pages are their own. Gradio keeps what belongs to a page by a name that it chose.

Whoever knew that name, from a proxy's log for instance, could read another's conversation, follow
its answers and stop them. So the server adds to it who is logged in, and nobody can name a page of
anybody else's; not even the next user of the same browser, with a page that the last one left open.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode

from starlette.responses import JSONResponse

from web.auth.login import USER
from web.bodies import SLOW, SlowBodyError, hand_on, take_in
from web.sizes import LARGEST_PAGE

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_IN_PATH = re.compile(r"(/gradio_api/heartbeat/)(\w+)/?")
_IN_QUERY = re.compile(r"/gradio_api/queue/data/?")
_IN_BODY = re.compile(r"/gradio_api/(?:queue/join|run/predict|cancel)/?")
_NAME = "session_hash"


class OwnPages:
    """ASGI middleware: the names of pages, each with its user.

    Args:
        app: what stands behind.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        user, path = scope.get(USER), scope.get("path", "")
        if not user:
            await self._app(scope, receive, send)
        elif found := _IN_PATH.fullmatch(path):
            owned = f"{found[1]}{_own(found[2], user)}"
            await self._app({**scope, "path": owned, "raw_path": owned.encode()}, receive, send)
        elif _IN_QUERY.fullmatch(path):
            said = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
            query = [(name, _own(held, user) if name == _NAME else held) for name, held in said]
            await self._app({**scope, "query_string": urlencode(query).encode()}, receive, send)
        elif _IN_BODY.fullmatch(path):
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
            body[_NAME] = _own(str(body[_NAME]), user)
            # Written anew, so that nobody can name two pages, one for us and one for Gradio.
            written = json.dumps(body).encode()
        except (ValueError, KeyError, TypeError, RecursionError):
            await JSONResponse({"detail": "The request cannot be read."}, 400)(scope, receive, send)
            return
        headers = [each for each in scope["headers"] if each[0] != b"content-length"]
        headers.append((b"content-length", str(len(written)).encode()))
        whole: list[Message] = [{"type": "http.request", "body": written, "more_body": False}]
        await self._app({**scope, "headers": headers}, hand_on(whole, receive), send)


def _own(page: str, user: str) -> str:
    """What Gradio knows the page by."""
    return f"{page}_{hashlib.sha256(user.encode()).hexdigest()[:16]}"
