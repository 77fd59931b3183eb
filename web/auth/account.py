"""Who is logged in, and the way out."""

from __future__ import annotations

import gradio as gr
from markupsafe import Markup

from web.auth.login import USER


def show_account(request: gr.Request) -> str:
    """A line with the user's name and a button; nothing where nobody has to log in."""
    user = request.request.scope.get(USER) if request.request else None
    if not user:
        return ""
    return Markup(
        '<p class="dl-account">Logged in as <b dir="auto">{}</b> '
        '<button type="button" id="log-out">Log out</button></p>'
    ).format(user)
