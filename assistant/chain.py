"""The retrieval chain: stand alone -> retrieve -> read -> check.

Every step takes the work done so far and hands it on with its own part filled in; the last one
turns it into an answer that grows sentence by sentence. `invoke` gives the whole answer, `stream`
each stage of it, and all of LangChain's `Runnable` interface works in between.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.answer import Abstention, Answer, Citation, Searched, Sentence, Source
from assistant.check import check_quotes, check_short
from assistant.dating import days_of
from assistant.followup import search_forms, stand_alone
from assistant.reader import Reader, Reading
from assistant.retrieved import merge, to_hits
from assistant.wording import write_abstention, write_answer

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator

    from langchain_core.retrievers import BaseRetriever

    from assistant.question import Question
    from index import Filter, Hit

_MOST_NEAREST = 3
_Given = TypeVar("_Given")


@dataclass(frozen=True, slots=True)
class Work:
    """What is known of an answer so far; `timings` in milliseconds by step."""

    question: Question
    standalone: str = ""
    hits: tuple[Hit, ...] = ()
    reading: Reading = field(default_factory=Reading)
    timings: dict[str, float] = field(default_factory=dict)


def answering_chain(
    retriever: BaseRetriever,
    reader: Reader,
    survey: Callable[[str, Filter], Searched],
    stand_alone: Callable[[Question], str] = stand_alone,
) -> Runnable[Question, Answer]:
    """The chain from a question to a checked answer.

    Args:
        retriever: any LangChain retriever; one that is not over a `NewsIndex` is asked without
            filters, and what the filters do not admit is dropped from what it returns.
        reader: finds the answer in the passages.
        survey: describes what was searched, for an abstention.
        stand_alone: makes a follow-up understood without what was said before it.
    """

    def begin(question: Question) -> Work:
        return Work(question, standalone=stand_alone(question))

    def retrieve(work: Work) -> Work:
        within = work.question.within
        near = days_of(work.standalone, work.question.as_of)
        rankings = [
            list(to_hits(retriever.invoke(form, within=within, near=near)))
            for form in search_forms(work.question, work.standalone)
        ]
        hits = tuple(hit for hit in merge(rankings) if within.admits(hit.article))
        return replace(work, hits=hits)

    def read(work: Work) -> Work:
        return replace(work, reading=reader.read(work.standalone, work.hits))

    def check(work: Work) -> Iterator[Answer]:
        return _check(work, reader.name, survey)

    return (
        _step("stand alone", begin)
        | _step("retrieve", retrieve)
        | _step("read", read)
        | _last_step("check", check)
    )


def _check(work: Work, model: str, survey: Callable[[str, Filter], Searched]) -> Iterator[Answer]:
    """The answer as it grows: after each checked sentence, and whole at the end."""
    began = perf_counter()
    sentences: list[Sentence] = []
    citations: list[Citation] = []

    def answer() -> Answer:
        short = check_short(work.reading.short, citations)
        took = work.timings | {"check": (perf_counter() - began) * 1000}
        return Answer(
            question=work.question.text,
            standalone_question=work.standalone,
            answered=True,
            text=write_answer(sentences, citations, short),
            short=short,
            sentences=tuple(sentences),
            citations=tuple(citations),
            timings=took | {"total": sum(took.values())},
            model=model,
        )

    for sentence, citation in check_quotes(work.reading.quotes):
        sentences.append(sentence)
        if citation:
            citations.append(citation)
            yield answer()
    if not citations:
        yield _abstain(answer(), work, survey)
    elif not sentences[-1].citations:
        yield answer()  # the last sentence failed its check and has not been shown yet


def _abstain(empty: Answer, work: Work, survey: Callable[[str, Filter], Searched]) -> Answer:
    searched = survey(work.standalone, work.question.within)
    articles = {hit.article.id: hit.article for hit in work.hits}
    abstention = Abstention(
        reason=_reason(searched),
        searched=searched,
        nearest=tuple(map(Source.of, list(articles.values())[:_MOST_NEAREST])),
    )
    return empty.model_copy(
        update={
            "answered": False,
            "sentences": (),
            "abstention": abstention,
            "text": write_abstention(abstention),
        }
    )


def _reason(searched: Searched) -> str:
    if searched.articles:
        return "No article searched answers the question."
    if searched.since or searched.until or searched.publishers:
        return "No article lies within the chosen dates and outlets."
    return "There are no articles yet."


def _step(name: str, function: Callable[[_Given], Work]) -> Runnable[_Given, Work]:
    """A named step that records how long it took."""

    def timed(given: _Given) -> Work:
        began = perf_counter()
        work = function(given)
        return replace(work, timings=work.timings | {name: (perf_counter() - began) * 1000})

    return RunnableLambda(timed, name=name)


def _last_step(name: str, function: Callable[[Work], Iterator[Answer]]) -> Runnable[Work, Answer]:
    """A step that yields stages of an answer, to those who wait and those who await."""

    def stages(work: Work) -> Iterator[Answer]:
        yield from function(work)

    async def stages_async(work: Work) -> AsyncIterator[Answer]:
        for answer in function(work):
            yield answer

    return RunnableLambda(stages, afunc=stages_async, name=name)
