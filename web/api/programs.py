"""How other programs ask: in OpenAI's protocol, /v1/chat/completions and /v1/models, and at /mcp.

The last message is the question and those before it are the conversation. Sentences are sent once
they are checked; what they cite is in the message's `annotations`. /mcp is by the protocol's SDK:
Gradio's server would offer every event of the page, and wants an older pydantic than ours.
"""

from __future__ import annotations

import json
import re
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, Literal
from uuid import uuid4

from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.server.transport_security import TransportSecuritySettings
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request  # at run time: FastAPI resolves hints
from starlette.responses import JSONResponse, Response, StreamingResponse

from assistant import DatelineError, QuestionError
from assistant.writing.written_wording import transcribe
from web.auth.request_limits import describe_failure, refuse_program
from web.parts import leads_to_the_web, tell

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from fastapi import FastAPI

    from assistant import Answer, Assistant

MODEL = "dateline"
_MCP = "/mcp"
_LARGEST = 1_000_000  # bytes of a request
_MARK = re.compile(r"\[(\d{1,3})\]")


class _Part(BaseModel):
    """One part of a message; those that are not text say nothing to us."""

    type: str = "text"
    text: str = ""


class _Message(BaseModel):
    """One message; other fields of OpenAI's are let pass."""

    role: str
    content: str | list[_Part] | None = None

    @property
    def text(self) -> str:
        """Its words."""
        if isinstance(self.content, list):
            return " ".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class _Asked(BaseModel):
    """A request; what stands from `since` to `as_of` is ours, the others OpenAI's."""

    model_config = ConfigDict(extra="ignore")

    messages: list[_Message] = Field(min_length=1, max_length=1_000)
    model: str = MODEL
    stream: bool = False
    since: str | None = None
    until: str | None = None
    publishers: list[str] | None = Field(None, max_length=1_000)
    articles: list[str] | None = Field(None, max_length=1_000)
    as_of: str | None = None

    def ask(self, assistant: Assistant) -> Iterator[Answer]:
        """The stages of the answer."""
        *before, last = [each for each in self.messages if each.role in {"user", "assistant"}] or [
            _Message(role="user")
        ]
        history = [{"role": each.role, "content": each.text} for each in before]
        ours = {"since", "until", "publishers", "articles", "as_of"}
        yield from assistant.stream(last.text, history, **self.model_dump(include=ours))


def serve_openai(app: FastAPI, assistant: Assistant) -> None:
    """Add both paths to an application."""

    async def models() -> dict[str, Any]:
        entry = {"id": MODEL, "object": "model", "created": 0, "owned_by": "dateline"}
        return {"object": "list", "data": [entry]}

    async def complete(request: Request) -> Response:
        if "json" not in request.headers.get("content-type", ""):
            return refuse_program("Send JSON: Content-Type: application/json.", 415)
        body = bytearray()
        async for piece in request.stream():
            body += piece
            if len(body) > _LARGEST:
                return refuse_program("The request is larger than 1 MB.", 413)
        try:
            asked = _Asked.model_validate_json(bytes(body))
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            place = ".".join(map(str, first["loc"])) or "body"
            return refuse_program(f"{place}: {first['msg']}.", 400)
        stages = asked.ask(assistant)
        try:
            # What cannot be asked is told before anything is sent.
            first_stage = await run_in_threadpool(next, stages, None)
            if asked.stream:
                events = _stream(first_stage, stages)
                return StreamingResponse(events, media_type="text/event-stream")
            answer = await run_in_threadpool(_last, first_stage, stages)
        except QuestionError as error:
            return refuse_program(str(error), 400)
        except DatelineError as error:
            return refuse_program(str(error), 503)
        except Exception as error:  # whatever it is, the program is told in its protocol
            return refuse_program(tell(error), 500)
        return JSONResponse(_completion(answer))

    app.add_api_route("/v1/models", models, methods=["GET"])
    app.add_api_route("/v1/chat/completions", complete, methods=["POST"], response_model=None)


def annotate(answer: Answer, text: str) -> list[dict[str, Any]]:
    """OpenAI's annotations: where in the text something is cited, and the whole citation of ours.

    An article without an address of the web is named by its id.
    """
    known = {citation.number: citation for citation in answer.citations}
    return [
        {
            "type": "url_citation",
            "url_citation": {
                "start_index": mark.start(),
                "end_index": mark.end(),
                "title": citation.title,
                "url": citation.url
                if leads_to_the_web(citation.url)
                else f"urn:dateline:{citation.article_id}",
            },
            "citation": citation.model_dump(mode="json"),
        }
        for mark in _MARK.finditer(text)
        for citation in [known.get(int(mark[1]))]
        if citation
    ]


def _last(first: Answer | None, rest: Iterator[Answer]) -> Answer:
    answer = first
    for answer in rest:  # noqa: B007  the last one is wanted
        pass
    if answer is None:
        raise DatelineError("There was no answer at all.")
    return answer


def _completion(answer: Answer) -> dict[str, Any]:
    text = transcribe(answer, whole=True)
    message = {"role": "assistant", "content": text, "annotations": annotate(answer, text)}
    choice = {"index": 0, "message": message, "finish_reason": "stop", "logprobs": None}
    return _envelope("chat.completion", _new_id(), [choice]) | {
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0}
    }


def _stream(first: Answer | None, rest: Iterator[Answer]) -> Iterator[str]:
    """Server-sent events: the text as it is checked, and the annotations with the last of it."""
    number, sent, answer = _new_id(), "", first
    try:
        yield _event(number, {"role": "assistant", "content": ""})
        while answer is not None:
            following = next(rest, None)
            text = transcribe(answer, whole=following is None)
            if text.startswith(sent) and len(text) > len(sent):
                yield _event(number, {"content": text[len(sent) :]})
                sent = text
            if following is None:
                yield _event(number, {"annotations": annotate(answer, sent)})
                yield _event(number, {}, "stop")
            answer = following
    except Exception as error:  # the stream has begun: it is told there
        yield f"data: {json.dumps(describe_failure(tell(error)))}\n\n"
    yield "data: [DONE]\n\n"


def _event(number: str, delta: dict[str, Any], reason: Literal["stop"] | None = None) -> str:
    choice = {"index": 0, "delta": delta, "finish_reason": reason}
    return f"data: {json.dumps(_envelope('chat.completion.chunk', number, [choice]))}\n\n"


def _envelope(kind: str, number: str, choices: list[dict[str, Any]]) -> dict[str, Any]:
    created = int(time.time())
    return {"id": number, "object": kind, "created": created, "model": MODEL, "choices": choices}


def _new_id() -> str:
    return f"chatcmpl-{uuid4().hex}"


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
        streamable_http_path=_MCP,
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
