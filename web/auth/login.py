"""The login: a page for people, a header for programs, and nobody else comes past.

ASGI middleware behind the gate, which has already refused requests from other sites: what arrives
here as a POST was sent by a page of ours.
"""

from __future__ import annotations

import base64
import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode

from anyio import CapacityLimiter, to_thread
from starlette.requests import Request
from starlette.responses import (
    HTMLResponse,
    JSONResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)

from assistant.composing.wording import count
from web.auth.credentials import (
    SESSION_SECONDS,
    Credentials,
    Login,
    Sessions,
    TooManyAttemptsError,
    read_authorization,
)
from web.auth.request_limits import SLOW, SlowBodyError, take_in
from web.clients import USER
from web.parts import page_file, render

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

    from assistant.users import Users

_COOKIE = "dateline_session"
_OPEN = re.compile(r"/favicon\.ico|/healthz|/metrics")  # the latter two say who may read them
_PROGRAMS = re.compile(r"/v1/.*|/mcp")
_WITHIN = re.compile(r"/(?:[^/\\\x00-\x20][^\\\x00-\x20]*)?")
"""A path of ours, to go to after the login; "//host" and "/\\host" are none."""

_LARGEST_FORM = 8_000  # bytes
_AT_ONCE = 2  # checks of a password: each takes 64 MiB, and a core
_MOST_WAITING = 50

_STYLE = page_file("paper.css") + page_file("login.css")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)

_WRONG = "The name or the password is not right."
_UNREADABLE = "The form could not be read: try again."
_OVER = "Log in first: the session is over. Load the page anew."
_ASK_HOW = "Log in: send HTTP Basic, or Authorization: Bearer NAME:PASSWORD."


class LoginWall:
    """Lets in whoever has logged in, and notes in the scope who it is.

    Args:
        app: what stands behind.
        users: who may log in.
    """

    def __init__(self, app: ASGIApp, *, users: Users) -> None:
        self._app = app
        self._credentials = Credentials(users)
        self._sessions = Sessions()
        self._turns = CapacityLimiter(_AT_ONCE)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        answer = await self._answer(Request(scope, receive))
        await (answer or self._app)(scope, receive, send)

    async def _answer(self, request: Request) -> Response | None:
        """What is said instead of letting a request past."""
        path = request.scope["path"]  # as the gate and the routes read it
        if path == "/login":
            return await self._log_in(request)
        if path == "/logout":
            return self._log_out(request)
        if _PROGRAMS.fullmatch(path):
            return await self._let_program_in(request)
        if user := self._sessions.user(_token(request)):
            request.scope[USER] = user
            return None
        if _OPEN.fullmatch(path):
            return None
        if path == "/" and request.method == "GET":
            query = request.url.query
            here = urlencode({"next": f"/?{query}"}) if query else ""
            return _redirect(f"/login?{here}" if here else "/login")
        return JSONResponse({"detail": _OVER}, 401)  # which Gradio's page shows

    async def _log_in(self, request: Request) -> Response:
        if request.method != "POST":
            return show_login(onward=_onward(request.query_params.get("next", "")))
        try:
            taken = await take_in(request.receive, _LARGEST_FORM)
            body = b"".join(each.get("body", b"") for each in taken)
            said = parse_qs(body.decode("utf-8", "replace"), max_num_fields=10)
        except SlowBodyError:
            return show_login(error=SLOW, status=408)
        except ValueError:  # more fields than the form has
            return show_login(error=_UNREADABLE, status=400)
        name, password, onward = (said.get(key, [""])[0] for key in ("name", "password", "next"))
        onward = _onward(onward)
        try:
            right = await self._in_turn(
                self._credentials.check, Login(name, password), _address(request)
            )
        except TooManyAttemptsError as error:
            return _wait(show_login(name, onward, _describe_wait(error.seconds), 429), error)
        if not right:
            return show_login(name, onward, _WRONG, 401)
        answer = _redirect(onward)
        self._sessions.end(_token(request))
        answer.set_cookie(
            _COOKIE,
            self._sessions.begin(name),
            max_age=SESSION_SECONDS,
            httponly=True,
            samesite="lax",
            secure=request.url.scheme == "https",
        )
        return answer

    async def _in_turn(
        self, check: Callable[[Login, str], bool], login: Login, address: str
    ) -> bool:
        if self._turns.statistics().tasks_waiting > _MOST_WAITING:
            raise TooManyAttemptsError(1)
        return await to_thread.run_sync(check, login, address, limiter=self._turns)

    def _log_out(self, request: Request) -> Response:
        if request.method != "POST":
            return PlainTextResponse("There is nothing here.", 404)
        self._sessions.end(_token(request))
        answer = _redirect("/login")
        answer.delete_cookie(_COOKIE, httponly=True, samesite="lax")
        return answer

    async def _let_program_in(self, request: Request) -> Response | None:
        login = read_authorization(request.headers.get("authorization", ""))
        if login is None:
            return _refuse_program(_ASK_HOW)
        try:
            right = self._credentials.remembers(login) or await self._in_turn(
                self._credentials.check_again, login, _address(request)
            )
        except TooManyAttemptsError as error:
            return _wait(PlainTextResponse(_describe_wait(error.seconds), 429), error)
        if not right:
            return _refuse_program(_WRONG)
        request.scope[USER] = login.name
        return None


def show_login(
    name: str = "", onward: str = "/", error: str = "", status: int = 200
) -> HTMLResponse:
    """The page.

    Args:
        name: what was typed before.
        onward: where to go once logged in, a path of ours.
        error: what was wrong, in one line.
    """
    name = name.replace("\0", "\N{REPLACEMENT CHARACTER}")[:64]
    page = render("login", style=_STYLE, error=error, onward=onward, name=name)
    headers = {
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",  # without a referrer a form's origin is "null"
    }
    # A lone surrogate cannot be sent; nothing typed in a browser holds one.
    return HTMLResponse(page.encode("utf-8", "replace"), status, headers=headers)


def _token(request: Request) -> str:
    # Not by `http.cookies`, to which one cookie that is not to its taste, such as another program's
    # on this host, hides all the others.
    return request.cookies.get(_COOKIE, "")


def _address(request: Request) -> str:
    return request.client.host if request.client else ""


def _onward(path: str) -> str:
    return path if len(path) <= 2_000 and _WITHIN.fullmatch(path) else "/"


def _redirect(path: str) -> Response:
    return RedirectResponse(path, 303, headers={"Cache-Control": "no-store"})


def _refuse_program(line: str) -> Response:
    return PlainTextResponse(line, 401, headers={"WWW-Authenticate": 'Basic realm="Dateline"'})


def _describe_wait(seconds: float) -> str:
    whole = max(1, round(seconds + 0.5))
    return f"Too many failed attempts: try again in {count(whole, 'second')}."


def _wait(answer: Response, error: TooManyAttemptsError) -> Response:
    answer.headers["Retry-After"] = str(max(1, round(error.seconds + 0.5)))
    return answer
