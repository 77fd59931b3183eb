"""What OpenTelemetry is told of a question: the steps and how much, and no word of it."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING, Any

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from assistant import Assistant, DatelineError, Settings
from assistant.tracing import Tracing
from tests.fakes import FirstSentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from opentelemetry.sdk.trace import ReadableSpan

    from index import Hit, NewsIndex

QUESTION = "Which comet did astronomers find?"
STEPS = {"answer", "stand alone", "retrieve", "search", "read", "judge", "compose", "check"}


class Failing(FirstSentences):
    def read(self, question: str, hits: Sequence[Hit]) -> Any:
        raise DatelineError(f"Cannot read of {question}")


def traced(
    news: NewsIndex, *, with_text: bool = False, **parts: Any
) -> tuple[Assistant, InMemorySpanExporter]:
    kept = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(kept))
    assistant = Assistant(Settings(), index=news, **({"reader": FirstSentences()} | parts))
    assistant.observe(Tracing(provider, with_text=with_text))
    return assistant, kept


def told(spans: Sequence[ReadableSpan]) -> str:
    return " ".join(span.to_json() for span in spans)


@pytest.mark.parametrize("with_text", [False, True])
def test_a_span_for_each_step(news: NewsIndex, with_text: bool) -> None:
    assistant, kept = traced(news, with_text=with_text)
    answer = assistant.answer(QUESTION)
    spans = kept.get_finished_spans()
    by_name = {span.name: span for span in spans}
    assert by_name.keys() == STEPS
    assert len({span.context.trace_id for span in spans}) == 1
    root = by_name["answer"]
    assert root.parent is None
    for step in STEPS - {"answer", "search"}:
        assert by_name[step].parent == root.context
    assert by_name["search"].parent == by_name["retrieve"].context
    facts = dict(root.attributes or {})
    assert facts["dateline.answered"] is True
    assert facts["dateline.citations"] == len(answer.citations)
    assert facts["dateline.model"] == answer.model
    assert (by_name["retrieve"].attributes or {})["dateline.passages"] == 5
    assert facts.get("dateline.question") == (QUESTION if with_text else None)
    said = told(spans)
    assert ("comet" in said) == with_text
    for word in ("Brannoch", "lighthouse", "Ada Quill", "observatory"):
        assert word not in said


async def test_every_way_to_ask_is_traced(news: NewsIndex) -> None:
    assistant, kept = traced(news)
    stages = list(assistant.stream(QUESTION))
    [_ async for _ in assistant.astream(QUESTION)]
    await assistant.aanswer(QUESTION, since="2031-01-01")
    roots = [span for span in kept.get_finished_spans() if span.parent is None]
    assert [(span.attributes or {})["dateline.answered"] for span in roots] == [True, True, False]
    assert (roots[0].attributes or {})["dateline.citations"] == len(stages[-1].citations)


def test_a_reader_who_leaves_leaves_no_span_open(news: NewsIndex) -> None:
    assistant, kept = traced(news, reader=FirstSentences(quotes=3))
    for _ in assistant.stream(QUESTION):
        break  # which lets go of the rest
    spans = kept.get_finished_spans()
    assert {span.name for span in spans} >= {"answer", "check"}
    (tracing,) = assistant._observers
    assert isinstance(tracing, Tracing)
    assert tracing._open == {}


def test_an_error_is_told_by_its_kind(news: NewsIndex) -> None:
    assistant, kept = traced(news, reader=Failing())
    with pytest.raises(DatelineError):
        assistant.answer(QUESTION)
    spans = {span.name: span for span in kept.get_finished_spans()}
    for name in ("answer", "read"):
        assert not spans[name].status.is_ok
        assert (spans[name].attributes or {})["error.type"] == "DatelineError"
    assert spans["retrieve"].status.is_ok
    assert "comet" not in told([*spans.values()])


def test_a_chat_model_s_call_is_a_span(news: NewsIndex) -> None:
    used = {"input_tokens": 120, "output_tokens": 12, "total_tokens": 132}
    said = AIMessage("Astronomers found a comet [1].", usage_metadata=used)
    assistant, kept = traced(news, writer=GenericFakeChatModel(messages=iter([said])))
    assistant.answer(QUESTION)
    (span,) = (each for each in kept.get_finished_spans() if each.name == "write")
    names = {each.context.span_id: each.name for each in kept.get_finished_spans()}
    assert span.parent is not None
    assert names[span.parent.span_id] == "check"
    assert "comet" not in told(kept.get_finished_spans())


@contextmanager
def collector() -> Iterator[tuple[str, list[tuple[str, ExportTraceServiceRequest]]]]:
    """A small OTLP receiver: its address, and (path, request) of what it was sent."""
    received: list[tuple[str, ExportTraceServiceRequest]] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, ExportTraceServiceRequest.FromString(body)))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", received
        finally:
            server.shutdown()
            thread.join()


_ASK = """
from assistant import Assistant, Settings
from index import NewsIndex
from tests.fakes import FirstSentences, HashedWords, topics
index = NewsIndex(Settings().home, HashedWords())
index.add(topics())
for _ in range(2):
    Assistant(index=index, reader=FirstSentences()).answer("Which comet did astronomers find?")
"""


def test_they_are_sent_where_the_environment_says(
    python: str, child_environment: Mapping[str, str]
) -> None:
    with collector() as (address, received):
        named = {"OTEL_EXPORTER_OTLP_ENDPOINT": address, "OTEL_SERVICE_NAME": "desk"}
        done = subprocess.run(
            [python, "-c", _ASK],
            env={**child_environment, **named},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert (done.returncode, done.stderr) == (0, "")
    assert {path for path, _ in received} == {"/v1/traces"}
    resources = [each for _, request in received for each in request.resource_spans]
    names = [span.name for each in resources for scope in each.scope_spans for span in scope.spans]
    assert sorted(names) == sorted([*STEPS, *STEPS])
    services = {
        attribute.value.string_value
        for each in resources
        for attribute in each.resource.attributes
        if attribute.key == "service.name"
    }
    assert services == {"desk"}
    assert not any(b"comet" in request.SerializeToString() for _, request in received)


def test_without_the_extra_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http", None)
    monkeypatch.delitem(
        sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", raising=False
    )
    with pytest.raises(DatelineError, match=r"pip install 'dateline\[otel\]'"):
        Assistant(Settings(home=tmp_path, otlp_endpoint="http://127.0.0.1:1"))
