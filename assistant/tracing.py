"""OpenTelemetry: a trace for each question, a span for each step of its answer.

A LangChain callback handler tells of them, so every way to ask is in it, and whatever LangChain
runs within: searches, and calls of a chat model. The instrumentations that there are for LangChain
patch it for the whole process and send what was asked and found; a span here has counts and names,
and the question only where the settings say so. Of an error the kind is told, as its words may be
the question's.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler

from assistant.answer import Answer
from assistant.work import Work
from index import DatelineError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from langchain_core.outputs import LLMResult
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span
    from opentelemetry.trace import TracerProvider as AnyProvider

    from assistant.settings import Settings

_NAME = "dateline"
_ROOT = "answer"


def exporting(settings: Settings) -> BaseCallbackHandler:
    """A handler that sends its spans to the endpoint that the settings name, by OTLP over HTTP.

    What else there is to set, the SDK reads itself: OTEL_SERVICE_NAME, OTEL_EXPORTER_OTLP_HEADERS,
    OTEL_TRACES_SAMPLER and so on.

    Raises:
        DatelineError: the extra is not installed.
    """
    try:
        provider = _provider(f"{(settings.otlp_endpoint or '').rstrip('/')}/v1/traces")
    except ImportError as error:
        raise DatelineError(
            "DATELINE_OTLP_ENDPOINT needs an extra: pip install 'dateline[otel]'."
        ) from error
    return Tracing(provider, with_text=settings.log_text)


@cache  # one for all assistants: each has a thread and a connection of its own
def _provider(endpoint: str) -> TracerProvider:
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import SERVICE_NAME, OTELResourceDetector, Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    named = Resource.create().merge(Resource({SERVICE_NAME: _NAME}))
    provider = TracerProvider(resource=named.merge(OTELResourceDetector().detect()))
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint)))
    return provider


class Tracing(BaseCallbackHandler):
    """A span for each run that LangChain tells of.

    Args:
        provider: where spans go.
        with_text: whether the question stands in them.
    """

    def __init__(self, provider: AnyProvider, *, with_text: bool = False) -> None:
        self._tracer = provider.get_tracer(_NAME)
        self._with_text = with_text
        self._open: dict[UUID, Span] = {}

    def on_chain_start(
        self,
        *_: Any,
        run_id: UUID,
        parent_run_id: UUID | None = None,
        name: str | None = None,
        **__: Any,
    ) -> None:
        """A question, or a step of its answer."""
        self._begin(run_id, parent_run_id, (name or "step") if parent_run_id else _ROOT)

    def on_chain_end(self, outputs: Any, *, run_id: UUID, **_: Any) -> None:
        """It is done."""
        facts: dict[str, Any] = {}
        if isinstance(outputs, Answer):
            facts |= {
                "answered": outputs.answered,
                "sentences": len(outputs.sentences),
                "citations": len(outputs.citations),
                "model": outputs.model,
            }
            if self._with_text:
                facts["question"] = outputs.question
        elif isinstance(outputs, Work):
            facts |= {"passages": len(outputs.hits), "quotes": len(outputs.reading.quotes)}
        self._end(run_id, facts)

    def on_chain_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """It failed."""
        self._end(run_id, {}, error)

    def on_retriever_start(
        self, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **__: Any
    ) -> None:
        """A search."""
        self._begin(run_id, parent_run_id, "search")

    def on_retriever_end(self, documents: Sequence[Any], *, run_id: UUID, **_: Any) -> None:
        """What it found."""
        self._end(run_id, {"passages": len(documents)})

    def on_retriever_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """It failed."""
        self._end(run_id, {}, error)

    def on_chat_model_start(
        self, *_: Any, run_id: UUID, parent_run_id: UUID | None = None, **__: Any
    ) -> None:
        """A call of the chat model."""
        self._begin(run_id, parent_run_id, "write")

    def on_llm_end(self, response: LLMResult, *, run_id: UUID, **_: Any) -> None:
        """What it used, where it says so."""
        message = getattr(response.generations[0][0], "message", None)
        used = getattr(message, "usage_metadata", None) or {}
        facts = {name: used[name] for name in ("input_tokens", "output_tokens") if name in used}
        self._end(run_id, facts)

    def on_llm_error(self, error: BaseException, *, run_id: UUID, **_: Any) -> None:
        """It failed."""
        self._end(run_id, {}, error)

    def _begin(self, run: UUID, parent: UUID | None, name: str) -> None:
        from opentelemetry.trace import set_span_in_context

        above = self._open.get(parent) if parent else None
        within = None if above is None else set_span_in_context(above)
        self._open[run] = self._tracer.start_span(name, within)

    def _end(self, run: UUID, facts: Mapping[str, Any], error: BaseException | None = None) -> None:
        from opentelemetry.trace import StatusCode

        span = self._open.pop(run, None)
        if span is None:
            return
        span.set_attributes({f"{_NAME}.{name}": value for name, value in facts.items()})
        if error is not None:
            span.set_attribute("error.type", type(error).__name__)
            span.set_status(StatusCode.ERROR)
        span.end()
