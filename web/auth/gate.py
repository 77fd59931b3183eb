"""What stands before Gradio: who may ask for what, and what a page may load.

Gradio serves far more than this chat uses: files by path, files by URL fetched from the server, an
API, a page of past runs. All of it is shut here but the few calls that the page itself makes.

The chat is served to this machine alone, or to others, who then log in.
"""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse

from assistant import DatelineError
from assistant.users import Users
from web.auth.request_limits import measure
from web.clients import USER, host_name, is_loopback, read_address
from web.gradio_internals import ASSETS, PAGE_PATHS, UPLOAD_PATH

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant import Settings


_OPEN = (
    "{} would let everyone who reaches it ask and add. Set DATELINE_USERS to have them log "
    "in (`dateline hash-password` makes the hashes), or say --without-login."
)


class Exposure(NamedTuple):
    """Where the chat is served, and to whom.

    Attributes:
        host: the address listened on.
        names: the host names that readers use; empty for this machine's own, or on a wider
            address for any, or without a login for addresses and this machine's own name.
        users: who may log in; None for no login.
        read_only: whether nothing can be added, removed or rebuilt.
    """

    host: str = "127.0.0.1"
    names: frozenset[str] = frozenset()
    users: Users | None = None
    read_only: bool = False

    def serves(self, name: str) -> bool:
        """Whether a request that names this host is for us."""
        if is_loopback(name) or name.lower() in self.names:
            return True
        if self.names or is_loopback(self.host):
            return False
        # Where nobody logs in, a page elsewhere could have its own name lead here (DNS rebinding):
        # what is no name, and what this machine calls itself, it cannot.
        own = socket.gethostname().lower()
        ours = read_address(name) is not None or name.lower() in {own, f"{own}.local"}
        return ours or self.users is not None


def expose(host: str, settings: Settings, *, without_login: bool = False) -> Exposure:
    """Where and to whom, as the settings say.

    Raises:
        DatelineError: others could reach it, and nobody would have to log in; or the users cannot
            be read.
    """
    names = frozenset(each.strip().lower() for each in settings.names.split(",") if each.strip())
    users = Users.parse(settings.users.get_secret_value()) if settings.users else None
    if users is None and not without_login:
        if not is_loopback(host):
            raise DatelineError(_OPEN.format(f"Listening on {host}"))
        if wide := sorted(name for name in names if not is_loopback(name)):
            raise DatelineError(_OPEN.format(f"Serving {wide[0]}"))
    return Exposure(host, names, users, settings.read_only)


_PROGRAMS = re.compile(r"/v1/(?:chat/completions|models)|/mcp")
"""The paths for other programs; a browser that follows another site's wish is turned away."""

_OURS = re.compile(r"/long/(?:ask|add|start)|/dateline\.(?:js|css)")
"""The paths of the page's own long work, and of its script and style."""

_SEEN = re.compile("/healthz|/metrics")
"""The paths for those who run the server; `health` says who may read them."""
_LOGIN = re.compile(r"/login|/logout")
"""The paths of the login; without one Gradio would answer there."""

_POLICY = "; ".join(
    [
        "default-src 'none'",
        # Gradio builds its templates with Function() and starts from scripts within the page;
        # attributes such as onerror run nothing.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "script-src-attr 'none'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "manifest-src 'self'",
        "worker-src 'self' blob:",
        "base-uri 'self'",
        "form-action 'none'",
        "frame-ancestors 'self'",
    ]
)
_HEADERS = {
    "Content-Security-Policy": _POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
_UNKNOWN_NAME = (
    "This name is not served here. Whoever runs Dateline can set DATELINE_NAMES to the names that "
    "readers use."
)
_NEVER_CHANGES = "public, max-age=31536000, immutable"


class Gate:
    """ASGI middleware: refuses what the chat does not need, and adds the headers that confine it.

    Args:
        app: what stands behind.
        exposure: where it is served. On a loopback address only requests that name this machine,
            or a name that was set, are let in, so that no web page can reach the chat under a name
            of its own (DNS rebinding).
    """

    def __init__(self, app: ASGIApp, *, exposure: Exposure) -> None:
        self._app = app
        self._exposure = exposure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        if scope["type"] != "http":
            return  # Gradio's page opens no web socket
        scope[USER] = ""

        async def send_confined(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)  # the login page allows itself less
                if scope["path"].startswith(ASSETS) and message["status"] == 200:
                    headers["Cache-Control"] = _NEVER_CHANGES  # the name holds a hash
            await send(message)

        headers = Headers(scope=scope)
        refusal = self._refuse(scope["method"], scope["path"], headers) or measure(
            scope["method"], scope["path"], headers
        )
        await (refusal or self._app)(scope, receive, send_confined)

    def _refuse(self, method: str, path: str, headers: Headers) -> PlainTextResponse | None:
        if not self._exposure.serves(host_name(headers.get("host", ""))):
            return PlainTextResponse(_UNKNOWN_NAME, 421)
        origin = headers.get("origin")
        if origin is not None and urlsplit(origin).netloc != headers.get("host"):
            return PlainTextResponse("Requests from other sites are not served.", 403)
        if _PROGRAMS.fullmatch(path):
            if headers.get("sec-fetch-site", "none") not in {"none", "same-origin"}:
                return PlainTextResponse("Requests from other sites are not served.", 403)
            if path == "/mcp" and method != "POST":  # a GET would wait for ever for nothing
                return PlainTextResponse("Send a POST.", 405, {"Allow": "POST"})
            return None
        if self._exposure.users and _LOGIN.fullmatch(path):
            return None
        if self._exposure.read_only and UPLOAD_PATH.match(path):
            return PlainTextResponse("This Dateline is read-only.", 403)
        if not any(each.fullmatch(path) for each in (PAGE_PATHS, _OURS, _SEEN)):
            return PlainTextResponse("There is nothing here.", 404)
        return None
