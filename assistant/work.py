"""What the steps of the chain hand on, and how it ends when nothing answers."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import BaseCallbackHandler

from assistant.answer import Abstention, Answer, Near, Searched
from assistant.composing.composition import Composition
from assistant.composing.differences import asks_if_sources_differ
from assistant.composing.wording import NOTHING_CLEAR, write_abstention
from assistant.followup import asked_before
from assistant.judging import check_nearest
from assistant.reading.overlap import share, stems
from assistant.reading.reader import Quote, Reading
from index import Filters
from index.splitting import Span, sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

    from assistant.question import Question
    from index import Hit

_NEAREST_ARTICLES = 3

Survey = Callable[[str, Filters], Searched]
"""Describes what was searched, for an abstention."""


@dataclass(frozen=True, slots=True)
class Work:
    """What is known of an answer so far.

    Attributes:
        parts: the questions that were asked at once; one or none where it is one.
        reads_as: what was read: the question with its names as the articles write them.
        timings: milliseconds by step.
    """

    question: Question
    standalone: str = ""
    hits: tuple[Hit, ...] = ()
    reading: Reading = field(default_factory=Reading)
    composition: Composition = field(default_factory=Composition)
    parts: tuple[str, ...] = ()
    reads_as: str = ""
    timings: dict[str, float] = field(default_factory=dict)

    @property
    def settled(self) -> bool:
        """Whether there is nothing to retrieve and read for it as it stands."""
        return bool(self.composition.about) or len(self.parts) > 1

    @property
    def reads(self) -> str:
        """What is searched for and read: of "do sources agree on how many ...", "how many ..."."""
        asked = asks_if_sources_differ(self.standalone) or asked_before(self.standalone)
        return asked or self.standalone


class WhenFound(BaseCallbackHandler):
    """Tells once what a question's search has put first, before any of it is read."""

    def __init__(self, tell: Callable[[tuple[Near, ...]], None]) -> None:
        self._tell = tell
        self._told = False

    def on_chain_end(self, outputs: Any, **_: Any) -> None:
        """A step of the chain has ended; what fails here is not the answer, which is to come."""
        found = outputs.hits if isinstance(outputs, Work) else ()
        if found and not self._told:
            self._told = True
            if outputs.reading == Reading() and outputs.composition == Composition():
                with suppress(Exception):
                    self._tell(nearest_in(found, outputs.reads))


def nearest_in(hits: Iterable[Hit], question: str) -> tuple[Near, ...]:
    """Of the first articles found, the sentence each that shares most words with a question."""
    words, found = stems(question), dict[str, Quote]()
    for hit in hits:
        article, passage = hit.article, hit.passage
        if article.id in found:
            continue
        spans = sentences(article.text, Span(passage.start, passage.end), article.language)
        if not spans:
            continue
        best = max(spans, key=lambda span: share(words, article.text[span.start : span.end]))
        said = article.text[best.start : best.end]
        found[article.id] = Quote(article, best.start, best.end, said, hit.score)
        if len(found) == _NEAREST_ARTICLES:
            break
    return check_nearest(tuple(found.values()))


def abstain(empty: Answer, work: Work, survey: Survey, reason: str = "") -> Answer:
    """The answer that says there is none, and why; `reason` if it is not the search's."""
    searched = survey(work.standalone, work.question.within)
    articles = {hit.article.id: hit.article for hit in work.hits}
    passages = check_nearest(work.composition.nearest or work.reading.nearest)
    abstention = Abstention(
        reason=reason or _reason(searched, unsure=bool(passages)),
        searched=searched,
        nearest=passages or tuple(map(Near.of, list(articles.values())[:_NEAREST_ARTICLES])),
    )
    return empty.model_copy(
        update={
            "answered": False,
            "sentences": (),
            "abstention": abstention,
            "text": write_abstention(abstention),
        }
    )


def _reason(searched: Searched, *, unsure: bool) -> str:
    if unsure:
        return NOTHING_CLEAR
    if searched.articles:
        return "No article searched answers the question."
    if searched.since or searched.until or searched.publishers or searched.article_ids:
        return "No article lies within the chosen dates, outlets and articles."
    return "There are no articles yet."
