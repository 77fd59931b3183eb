"""What is counted while the server runs, for Prometheus: how many, how long, how much; never what.

Questions and their steps are counted by a LangChain callback handler, so every way to ask is in it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from assistant import Answer, DatelineError

if TYPE_CHECKING:
    from uuid import UUID

    from assistant import Assistant

_SECONDS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120)


class Metrics(BaseCallbackHandler):
    """The counts of one server.

    Args:
        assistant: whose index is measured each time somebody asks for the figures.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._registry = registry = CollectorRegistry()
        self._questions = Counter(
            "dateline_questions", "Questions that were asked.", registry=registry
        )
        self._abstentions = Counter(
            "dateline_abstentions", "Questions that nothing answered.", registry=registry
        )
        self._errors = Counter(
            "dateline_errors",
            "Questions that failed, by the kind of error.",
            ["kind"],
            registry=registry,
        )
        self._steps = Histogram(
            "dateline_step_seconds",
            "How long each step of an answer took.",
            ["step"],
            buckets=_SECONDS,
            registry=registry,
        )
        self._articles = Gauge("dateline_articles", "Articles in the index.", registry=registry)
        self._passages = Gauge("dateline_passages", "Passages in the index.", registry=registry)
        self._bytes = Gauge("dateline_index_bytes", "Size of the index on disk.", registry=registry)

    def on_chain_start(self, *_: Any, parent_run_id: UUID | None = None, **__: Any) -> None:
        """A question, or a step of one."""
        if parent_run_id is None:
            self._questions.inc()

    def on_chain_end(self, outputs: Any, *, parent_run_id: UUID | None = None, **_: Any) -> None:
        """An answer is whole."""
        if parent_run_id is not None or not isinstance(outputs, Answer):
            return
        if not outputs.answered:
            self._abstentions.inc()
        for step, milliseconds in outputs.timings.items():
            self._steps.labels(step).observe(milliseconds / 1000)

    def on_chain_error(
        self, error: BaseException, *, parent_run_id: UUID | None = None, **_: Any
    ) -> None:
        """There will be no answer."""
        if parent_run_id is None:
            self._errors.labels(type(error).__name__).inc()

    def text(self) -> bytes:
        """The figures in Prometheus's own format."""
        try:
            now = self._assistant.index.status()
            self._articles.set(now.counts.articles)
            self._passages.set(now.counts.passages)
            self._bytes.set(now.bytes_on_disk)
        except DatelineError as error:
            self._errors.labels(type(error).__name__).inc()
        return generate_latest(self._registry)
