"""Seen from outside: /healthz, whether it works; /metrics, how much it has done; a log in JSON.

None of them says anything of what was asked or who asked it, nor where files are: of a question
only the log tells the words, and only where the settings say so.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from datetime import UTC, datetime
from functools import partial
from time import perf_counter
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from langchain_core.callbacks import BaseCallbackHandler
from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.requests import Request  # at run time: FastAPI resolves hints
from starlette.responses import JSONResponse, PlainTextResponse, Response

from assistant import Answer, DatelineError
from web.clients import host_name, is_loopback

if TYPE_CHECKING:
    from uuid import UUID

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from assistant import Assistant

log = logging.getLogger(__name__)

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""What a proxy on this machine adds for somebody who is not on it."""

_BUCKETS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)  # seconds

_NAMED = re.compile(
    r"/(?:healthz|metrics|mcp|v1/chat/completions|v1/models|long/\w+|config|assets|static"
    r"|gradio_api/(?:run/predict|upload|heartbeat))(?=/|$)"
)
"""Paths that are told by name; what stands behind them may name a session."""


def serve_health(app: FastAPI, assistant: Assistant) -> None:
    """Add both paths to an application, and have the assistant's answers watched."""
    watch = AnswerWatch(assistant)
    assistant.observe(watch)

    async def healthz() -> JSONResponse:
        return await run_in_threadpool(_health, assistant)

    async def figures(request: Request) -> Response:
        if assistant.settings.metrics == "local" and not _is_here(request):
            return PlainTextResponse("Only for this machine: see DATELINE_METRICS.", 403)
        return Response(await run_in_threadpool(watch.figures), media_type=CONTENT_TYPE_LATEST)

    app.add_api_route("/healthz", healthz, methods=["GET", "HEAD"], response_model=None)
    app.add_api_route("/metrics", figures, methods=["GET"], response_model=None)


def _health(assistant: Assistant) -> JSONResponse:
    facts = {"status": "ok", "index": "empty", "models": assistant.models}
    try:
        if assistant.index.generation():
            facts["index"] = "ready"
    except DatelineError as error:
        log.warning("the index cannot be read: %s", error)  # its folder is nobody else's business
        facts |= {"status": "failed", "index": "unreadable"}
        facts["reason"] = "The index cannot be read: run `dateline check` on the server."
    if assistant.models == "failed":
        facts |= {"status": "failed"}
        facts.setdefault("reason", "A model cannot be loaded: run `dateline check` on the server.")
    return JSONResponse(facts, 200 if facts["status"] == "ok" else 503)


def _is_here(request: Request) -> bool:
    """Whether a request comes from this machine, and not through it."""
    if request.client is None or any(name in request.headers for name in _FORWARDED):
        return False
    # A proxy that adds nothing may still pass on the name that it is reached by.
    named = host_name(request.headers.get("host", ""))
    return is_loopback(request.client.host) and is_loopback(named)


class AnswerWatch(BaseCallbackHandler):
    """A LangChain callback handler: counts answers, and writes a line for each to the log, if any.

    Args:
        assistant: whose index is measured each time somebody asks for the figures.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._registry = registry = CollectorRegistry()
        counter, gauge = partial(Counter, registry=registry), partial(Gauge, registry=registry)
        self._questions = counter("dateline_questions", "Questions that were asked.")
        self._abstentions = counter("dateline_abstentions", "Questions that nothing answered.")
        kinds = "Questions that failed, by the kind of error."
        self._errors = counter("dateline_errors", kinds, ["kind"])
        took = "How long each step of an answer took."
        self._steps = Histogram(
            "dateline_step_seconds", took, ["step"], buckets=_BUCKETS, registry=registry
        )
        self._articles = gauge("dateline_articles", "Articles in the index.")
        self._passages = gauge("dateline_passages", "Passages in the index.")
        self._bytes = gauge("dateline_index_bytes", "Size of the index on disk.")

    def on_chain_start(self, *_: Any, parent_run_id: UUID | None = None, **__: Any) -> None:
        """A question, or a step of one."""
        if parent_run_id is None:
            self._questions.inc()

    def on_chain_end(
        self, outputs: Any, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any
    ) -> None:
        """An answer is whole."""
        if parent_run_id is not None or not isinstance(outputs, Answer):
            return
        if not outputs.answered:
            self._abstentions.inc()
        for step, milliseconds in outputs.timings.items():
            self._steps.labels(step).observe(milliseconds / 1000)
        steps = {name: round(took, 1) for name, took in outputs.timings.items()}
        said = {"question": outputs.question} if self._assistant.settings.log_text else {}
        self._write(
            event="answer",
            id=run_id.hex,
            answered=outputs.answered,
            citations=len(outputs.citations),
            ms=steps.pop("total", None),
            steps=steps,
            **said,
        )

    def on_chain_error(
        self, error: BaseException, *, run_id: UUID, parent_run_id: UUID | None = None, **_: Any
    ) -> None:
        """There will be no answer; the error's words may be the question's, and stay out."""
        if parent_run_id is None:
            kind = type(error).__name__
            self._errors.labels(kind).inc()
            self._write(event="error", id=run_id.hex, kind=kind)

    def figures(self) -> bytes:
        """The counts in Prometheus's own format."""
        try:
            now = self._assistant.index.status()
            self._articles.set(now.counts.articles)
            self._passages.set(now.counts.passages)
            self._bytes.set(now.bytes_on_disk)
        except DatelineError as error:
            self._errors.labels(type(error).__name__).inc()
        return generate_latest(self._registry)

    def _write(self, **facts: Any) -> None:
        if self._assistant.settings.log:
            _write(**facts)


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


def _write(**facts: Any) -> None:
    now = datetime.now(UTC).isoformat(timespec="milliseconds")
    sys.stderr.write(json.dumps({"time": now, **facts}) + "\n")
    sys.stderr.flush()
