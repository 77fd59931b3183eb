"""Seen from outside: /healthz, whether it works, and /metrics, how much it has done.

Neither says anything of what was asked or who asked it, nor where files are.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # at run time: FastAPI resolves hints
from starlette.responses import JSONResponse, PlainTextResponse, Response

from assistant import DatelineError
from web.api.metrics import Metrics
from web.auth.exposure import host_name, is_loopback

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant import Assistant

log = logging.getLogger(__name__)

_FORWARDED = ("forwarded", "x-forwarded-for", "x-real-ip")
"""What a proxy on this machine adds for somebody who is not on it."""


def serve_health(app: FastAPI, assistant: Assistant) -> None:
    """Add both paths to an application, and have the assistant's answers counted."""
    metrics = Metrics(assistant)
    assistant.observe(metrics)

    async def healthz() -> JSONResponse:
        return await run_in_threadpool(_health, assistant)

    async def figures(request: Request) -> Response:
        if assistant.settings.metrics == "local" and not _is_here(request):
            return PlainTextResponse("Only for this machine: see DATELINE_METRICS.", 403)
        return Response(await run_in_threadpool(metrics.text), media_type=CONTENT_TYPE_LATEST)

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
