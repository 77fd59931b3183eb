"""Whose conversations a request is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import gradio as gr


def owner_of(request: gr.Request) -> str:
    """The name of the user who is logged in; empty without a login."""
    return str(request.request.scope.get("dateline.user", "")) if request.request else ""
