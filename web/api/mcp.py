"""The ask function over the Model Context Protocol, at /mcp: one tool and nothing else.

By the protocol's own SDK rather than Gradio's server: Gradio's would offer every event of the page,
and its extra wants an older pydantic than ours.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from starlette.concurrency import run_in_threadpool

from web.parts import tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from fastapi import FastAPI

    from assistant import Assistant

PATH = "/mcp"


def serve_mcp(app: FastAPI, assistant: Assistant) -> None:
    """Add the path to an application, and its life to that of the application."""
    server: MCPServer[Any] = MCPServer("dateline", log_level="ERROR")

    @server.tool(
        description=(
            "Answer a question over the news articles that Dateline holds, with quotes cited to "
            "the character. Says so when no article answers."
        )
    )
    async def ask(
        question: str,
        since: str | None = None,
        until: str | None = None,
        publishers: list[str] | None = None,
        articles: list[str] | None = None,
    ) -> dict[str, Any]:
        """`since` and `until` are days such as 2019-04-15, both inclusive; `articles` are ids."""
        try:
            answer = await run_in_threadpool(
                assistant.answer,
                question,
                since=since,
                until=until,
                publishers=publishers,
                articles=articles,
            )
        except Exception as error:  # whatever it is, the program is told
            raise ToolError(tell(error)) from None
        return answer.model_dump(mode="json")

    # The gate has already looked at names and origins.
    trusting = TransportSecuritySettings(enable_dns_rebinding_protection=False)
    inner = server.streamable_http_app(
        streamable_http_path=PATH,
        stateless_http=True,
        json_response=True,
        transport_security=trusting,
    )
    app.router.routes.extend(inner.routes)
    outer = app.router.lifespan_context

    @asynccontextmanager
    async def lifespan(served: FastAPI) -> AsyncIterator[Any]:
        async with inner.router.lifespan_context(inner), outer(served) as state:
            yield state

    app.router.lifespan_context = lifespan
