"""One line of JSON on standard error for each request and each answer, where that is wished for.

A line tells when, what kind of path, how it ended and how long it took; never a word of an article,
and of a question only where the settings say so.
"""

from __future__ import annotations

import json
import re
import sys
from datetime import UTC, datetime
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from langchain_core.callbacks import BaseCallbackHandler
from starlette.datastructures import MutableHeaders

from assistant import Answer

if TYPE_CHECKING:
    from uuid import UUID

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAMED = re.compile(
    r"/(?:healthz|metrics|mcp|v1/chat/completions|v1/models|config|assets|static"
    r"|gradio_api/(?:queue/(?:join|data)|run/predict|upload|heartbeat|cancel|reset))(?=/|$)"
)
"""Paths that are told by name; what stands behind them may name a session."""


class RequestLog:
    """ASGI middleware: a line for each request, and its id in the header X-Request-ID."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began, number, status = perf_counter(), uuid4().hex, 500

        async def send_numbered(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-ID"] = number
            await send(message)

        try:
            await self._app(scope, receive, send_numbered)
        finally:
            path = _NAMED.match(scope["path"])
            _write(
                event="request",
                id=number,
                method=scope["method"],
                path=path[0] if path else "/" if scope["path"] == "/" else "other",
                status=status,
                ms=round((perf_counter() - began) * 1000, 1),
            )


class AnswerLog(BaseCallbackHandler):
    """A LangChain callback handler: a line for each answer.

    Args:
        with_text: whether the question stands in it.
    """

    def __init__(self, *, with_text: bool) -> None:
        self._with_text = with_text

    def on_chain_end(
        self, outputs: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any
    ) -> None:
        """An answer is whole."""
        if parent_run_id is not None or not isinstance(outputs, Answer):
            return
        steps = {name: round(took, 1) for name, took in outputs.timings.items()}
        said = {"question": outputs.question} if self._with_text else {}
        _write(
            event="answer",
            id=run_id.hex,
            answered=outputs.answered,
            citations=len(outputs.citations),
            ms=steps.pop("total", None),
            steps=steps,
            **said,
        )

    def on_chain_error(
        self,
        error: BaseException,
        *,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        **_: Any,
    ) -> None:
        """There will be no answer; the error's words may be the question's, and stay out."""
        if parent_run_id is None:
            _write(event="error", id=run_id.hex, kind=type(error).__name__)


def _write(**facts: Any) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    sys.stderr.write(json.dumps({"time": now, **facts}) + "\n")
    sys.stderr.flush()
