"""The default reader: a trained model reads each passage and points at the words that answer.

What is quoted are the sentences that hold the words. How likely they answer is worked out in
`finding.py`, what several articles say together in `agreement.py`.
"""

from __future__ import annotations

from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

from assistant.reading.agreement import to_reading
from assistant.reading.context_model import shipped_context_model
from assistant.reading.finding import asks_why, weigh
from assistant.reading.overlap import stems
from assistant.reading.reader import Reading
from assistant.reading.rereading import MORE_WINDOWS, found_elsewhere, reread, weigh_again
from assistant.reading.span_model import SHIPPED, SpanModel

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from assistant.reading.context_model import ContextModel
    from assistant.reading.finding import Finding
    from assistant.reading.span_model import AnswerSpan
    from index import Hit

THRESHOLD = 0.13
"""The least probability at which something is quoted as an answer.

Of questions on invented news that neither model nor weights had seen, it kept 88 % of those whose
words came first and were right, and declined 72 % of those whose article was taken away or does
not say it, though it seems to.
"""
FIRST_LOOK_THRESHOLD = 0.15
"""The same for a reader without a context model."""

# Passages; more only while those before leave it open. Stopping sooner (at 0.7) loses the articles
# that agree; reading twelve found no more than eight do, in half as much time again.
READ_TOGETHER, READ_AT_MOST, READ_WHEN_OPEN = 4, 8, 20
_CLEAR = 0.9
_SPANS = 3  # a passage: what is second best here may be what the others agree on
_REASONS = 6  # the same for "why": the words of a reason are long, and often not the model's first


class ModelReader:
    """Quotes the sentences that hold what a reading model found; implements `Reader`.

    Args:
        model: reads one passage at a time.
        context: reads the best places again, in context; None for the first look alone.
        threshold: the least probability at which something is quoted; 0 always answers, None is
            what was fitted.
    """

    def __init__(
        self,
        model: SpanModel,
        context: ContextModel | None = None,
        *,
        threshold: float | None = None,
    ) -> None:
        self._model = model
        self._context = context
        usual = THRESHOLD if context else FIRST_LOOK_THRESHOLD
        self._threshold = usual if threshold is None else threshold

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """The sentences that answer, best first; none when the best is below the threshold."""
        if not any(len(stem) > 1 for stem in stems(question)):
            return Reading()  # it names nothing that an article could be about
        findings = list(self._find_until_clear(question, hits))
        if self._context:
            findings = self._look_again(question, hits, findings, self._context)
        return to_reading(question, findings, hits, self._threshold)

    def _look_again(
        self, question: str, hits: Sequence[Hit], findings: list[Finding], context: ContextModel
    ) -> list[Finding]:
        """The best places in context; where they leave it open, those of further passages too."""
        first = None if asks_why(question) else self._model  # it has hardly met a reason
        found = reread(question, findings, context, first=first)
        weighed = weigh_again(found)
        further = hits[READ_AT_MOST:READ_WHEN_OPEN]
        if further and not any(each.probability >= self._threshold for each in weighed):
            more = weigh(question, further, list(self._spans(question, further)), hits)
            found += reread(question, more, context, MORE_WINDOWS, first=first, before=found)
            weighed, findings = weigh_again(found), findings + more
        return weighed + found_elsewhere(findings, found)

    def find(self, question: str, hits: Sequence[Hit]) -> list[Finding]:
        """What the model finds in each passage, likely or not, in the order of the hits."""
        return weigh(question, hits, list(self._spans(question, hits)), hits)

    def _find_until_clear(self, question: str, hits: Sequence[Hit]) -> Iterator[Finding]:
        read = hits[:READ_AT_MOST]
        with closing(self._spans(question, read)) as spans:
            for begin in range(0, len(read), READ_TOGETHER):
                some = read[begin : begin + READ_TOGETHER]
                findings = weigh(question, some, list(islice(spans, len(some))), hits)
                yield from findings
                if max((each.probability for each in findings), default=0.0) >= _CLEAR:
                    break

    def _spans(self, question: str, hits: Sequence[Hit]) -> Generator[list[AnswerSpan], None, None]:
        count = _REASONS if asks_why(question) else _SPANS
        return self._model.read(question, [hit.passage.text for hit in hits], count)


def default_reader(name: str) -> ModelReader:
    """The reader that the settings name; only the shipped one has a context model beside it."""
    return ModelReader(SpanModel(name), shipped_context_model() if name == SHIPPED else None)
