"""The retrieval chain: stand alone -> retrieve -> read -> judge -> check, or -> write and check.

Every step takes the work done so far and hands it on with its own part filled in; the last one
turns it into an answer that grows sentence by sentence. With a chat model it writes them from the
passages, and what was read stands in when that fails. `invoke` gives the whole answer, `stream`
each stage of it, and all of LangChain's `Runnable` interface works in between.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
from time import perf_counter
from typing import TYPE_CHECKING, TypeVar

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.answer import Answer, Citation, Sentence
from assistant.composing.wording import write_answer
from assistant.dating import days_of
from assistant.followup import search_forms, stand_alone
from assistant.judging import check_quotes, check_short
from assistant.judging.judge import judge_reading
from assistant.question import Question
from assistant.work import Work, abstain
from index.searching.retriever import merge, to_hits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from langchain_core.retrievers import BaseRetriever

    from assistant.reading.reader import Reader
    from assistant.work import Survey

_Given = TypeVar("_Given")

Compose = Callable[[Work], Iterator[Answer]]
Rewrite = Callable[[Question], str]


def answering_chain(
    retriever: BaseRetriever,
    reader: Reader,
    survey: Survey,
    *,
    compose: Compose | None = None,
    rewrite: Rewrite | None = None,
) -> Runnable[Question, Answer]:
    """The chain from a question to a checked answer.

    Args:
        retriever: any LangChain retriever; one that is not over a `NewsIndex` is asked without
            filters, and what the filters do not admit is dropped from what it returns.
        reader: finds the answer in the passages.
        survey: describes what was searched, for an abstention.
        compose: turns the work into stages of a written answer; None for the quotes themselves.
        rewrite: makes a follow-up stand alone, in place of the rules; what it gives may be empty.
    """

    def begin(question: Question) -> Work:
        rewritten = rewrite(question) if rewrite and question.history else ""
        return Work(question, standalone=rewritten or stand_alone(question))

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

    def judge(work: Work) -> Work:
        return replace(work, reading=judge_reading(work.standalone, work.reading, work.hits))

    def check(work: Work) -> Iterator[Answer]:
        return compose(work) if compose else check_reading(work, reader.name, survey)

    return (
        _step("stand alone", begin)
        | _step("retrieve", retrieve)
        | _step("read", read)
        | _step("judge", judge)
        | _last_step("check", check)
    )


def check_reading(work: Work, model: str, survey: Survey) -> Iterator[Answer]:
    """The quotes as an answer that grows: after each checked sentence, and whole at the end."""
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
        yield abstain(answer(), work, survey)
    elif not sentences[-1].citations:
        yield answer()  # the last sentence failed its check and has not been shown yet


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
        # A stage may wait for a chat model, and the event loop may not.
        growing = function(work)
        while answer := await asyncio.to_thread(next, growing, None):
            yield answer

    return RunnableLambda(stages, afunc=stages_async, name=name)
