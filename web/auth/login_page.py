"""The login page: a form, its style, and no script."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files

from markupsafe import Markup
from starlette.responses import HTMLResponse

_STYLE = files("web").joinpath("style", "login.css").read_text("utf-8")
_DIGEST = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_POLICY = (
    f"default-src 'none'; style-src 'sha256-{_DIGEST}'; img-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_PAGE = Markup(
    """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Log in – Dateline</title>
<link rel="icon" href="/favicon.ico">
<style>{style}</style>
</head>
<body>
<header><p class="name">Dateline</p></header>
<main>
<h1>Log in</h1>
{error}
<form method="post" action="/login">
<input type="hidden" name="next" value="{onward}">
<label for="name">Name</label>
<input id="name" name="name" value="{name}" autocomplete="username" autocapitalize="none"
 spellcheck="false" maxlength="64" required{focus_name}>
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password"
 maxlength="1000" required{focus_password}>
<button type="submit">Log in</button>
</form>
</main>
</body>
</html>
"""
)
_FOCUS = Markup(" autofocus")


def show_login(
    name: str = "", onward: str = "/", error: str = "", status: int = 200
) -> HTMLResponse:
    """The page.

    Args:
        name: what was typed before.
        onward: where to go once logged in, a path of ours.
        error: what was wrong, in one line.
    """
    told = Markup('<p class="error" role="alert">{}</p>').format(error) if error else Markup("")
    page = _PAGE.format(
        style=Markup(_STYLE),  # noqa: S704 - a file of ours
        error=told,
        onward=onward,
        name=name.replace("\0", "\N{REPLACEMENT CHARACTER}")[:64],
        focus_name="" if name else _FOCUS,
        focus_password=_FOCUS if name else "",
    )
    headers = {
        "Content-Security-Policy": _POLICY,
        "Cache-Control": "no-store",
        "Referrer-Policy": "same-origin",  # without a referrer a form's origin is "null"
    }
    # A lone surrogate cannot be sent; nothing typed in a browser holds one.
    return HTMLResponse(page.encode("utf-8", "replace"), status, headers=headers)
