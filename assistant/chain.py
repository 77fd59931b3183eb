"""The retrieval chain: stand alone -> retrieve -> read -> judge -> compose -> check.

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
from typing import TYPE_CHECKING, Any, TypeVar

from langchain_core.runnables import Runnable, RunnableLambda

from assistant.answer import Answer, Citation, Sentence
from assistant.composing.asked_about import small_talk
from assistant.composing.collection import answer_about, by_outlet
from assistant.composing.compose import compose as compose_answer
from assistant.composing.composition import Composition, Material
from assistant.composing.differences import asks_if_agreed, asks_if_sources_differ
from assistant.composing.question_forms import (
    as_articles_write,
    other_forms,
    put_together,
    take_apart,
)
from assistant.composing.wording import write_answer
from assistant.dating import days_of
from assistant.followup import asked_before, search_forms, stand_alone
from assistant.judging import check_quotes, check_short
from assistant.judging.judge import judge_reading
from assistant.question import Question, Turn
from assistant.work import Work, abstain
from index.searching.retriever import merge, to_hits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from langchain_core.retrievers import BaseRetriever

    from assistant.composing.collection import Collection
    from assistant.reading.reader import Entails, Reader
    from assistant.work import Survey
    from index import Hit

_Given = TypeVar("_Given")

_MOST_NAME_FORMS = 2  # more searches, for a name that is written otherwise

Compose = Callable[[Work], Iterator[Answer]]
Rewrite = Callable[[Question], str]


def answering_chain(
    retriever: BaseRetriever,
    reader: Reader,
    survey: Survey,
    *,
    collection: Collection | None = None,
    compose: Compose | None = None,
    rewrite: Rewrite | None = None,
    entails: Entails | None = None,
) -> Runnable[Question, Answer]:
    """The chain from a question to a checked answer.

    Args:
        retriever: any LangChain retriever; one that is not over a `NewsIndex` is asked without
            filters, and what the filters do not admit is dropped from what it returns.
        reader: finds the answer in the passages.
        survey: describes what was searched, for an abstention.
        collection: answers what is asked about the articles as a whole; None leaves that out.
        compose: turns the work into stages of a written answer; None for the quotes themselves.
        rewrite: makes a follow-up stand alone, in place of the rules; what it gives may be empty.
        entails: judges what says yes or no to a question; without it neither is said.
    """

    def begin(question: Question) -> Work:
        told = small_talk(question.text) or (
            answer_about(question.text, collection, question.within, cited_before(question))
            if collection
            else None
        )
        if told:
            return Work(question, standalone=question.text, composition=told)
        rewritten = rewrite(question) if rewrite and question.history else ""
        standalone = rewritten or stand_alone(question)
        if collection:
            question, standalone = by_outlet(question, standalone, collection)
        return Work(question, standalone=standalone, parts=take_apart(standalone))

    def retrieve(work: Work) -> Work:
        if work.settled:
            return work
        within, asked = work.question.within, work.reads
        near = days_of(asked, work.question.as_of)

        def search(form: str) -> list[Hit]:
            found = to_hits(retriever.invoke(form, within=within, near=near))
            return [hit for hit in found if within.admits(hit.article)]

        forms = search_forms(work.question, asked)
        rankings = [*map(search, forms)]
        others = other_forms(asked, rankings[0])[:_MOST_NAME_FORMS]
        rankings += [search(form) for form in others]
        return replace(work, hits=tuple(merge(rankings)))

    def read(work: Work) -> Work:
        if work.settled:
            return work
        asked = as_articles_write(work.reads, work.hits)
        return replace(work, reads_as=asked, reading=reader.read(asked, work.hits))

    def judge(work: Work) -> Work:
        if work.settled:
            return work
        return replace(work, reading=judge_reading(work.reads_as, work.reading, work.hits))

    def compose_quotes(work: Work) -> Work:
        if work.settled:
            return work if work.composition.about else replace(work, **_parts(work))
        material = Material(
            work.reads_as or work.standalone,
            work.question.as_of,
            work.hits,
            work.reading,
            asked_if_differ=bool(asks_if_sources_differ(work.standalone)),
            asked_if_agreed=asks_if_agreed(work.standalone),
            asked_who_said=bool(asked_before(work.standalone)),
            written=compose is not None,
            entails=entails,
        )
        return replace(work, composition=compose_answer(material))

    def _parts(work: Work) -> dict[str, Any]:
        """Each of several questions by itself, the later ones as follow-ups of the first."""
        composed: list[Composition] = []
        hits: list[Hit] = []
        said = list(work.question.history)
        for text in work.parts:
            question = replace(work.question, text=text, history=tuple(said))
            standalone = stand_alone(question)
            part = compose_quotes(judge(read(retrieve(Work(question, standalone=standalone)))))
            composed.append(part.composition)
            hits += part.hits
            told = part.composition.lead or " ".join(q.text for q in part.composition.quotes[:1])
            said += [Turn("user", standalone), Turn("assistant", told)]
        return {"composition": put_together(work.parts, composed), "hits": tuple(hits)}

    def check(work: Work) -> Iterator[Answer]:
        if compose and not work.composition.about:
            return compose(work)
        return check_reading(work, reader.name, survey)

    return (
        _step("stand alone", begin)
        | _step("retrieve", retrieve)
        | _step("read", read)
        | _step("judge", judge)
        | _step("compose", compose_quotes)
        | _last_step("check", check)
    )


def cited_before(question: Question) -> tuple[str, ...]:
    """The articles that the last answer cites, which "this article" may mean."""
    last = question.history[-1] if question.history else None
    return last.articles if last else ()


def check_reading(work: Work, model: str, survey: Survey) -> Iterator[Answer]:
    """The quotes as an answer that grows: after each checked sentence, and whole at the end."""
    began = perf_counter()
    sentences: list[Sentence] = []
    citations: list[Citation] = []

    composed = work.composition
    whole = len(composed.quotes)

    def answer() -> Answer:
        short = check_short(composed.short, citations)
        lead = composed.lead if short or not composed.short else ""
        done = len(citations) == whole
        took = work.timings | {"check": (perf_counter() - began) * 1000}
        return Answer(
            question=work.question.text,
            standalone_question=work.standalone,
            answered=True,
            text=write_answer(sentences, citations, short, lead, composed),
            short=short,
            lead=lead,
            **(composed.told() if done else {}),
            sentences=tuple(sentences),
            citations=tuple(citations),
            timings=took | {"total": sum(took.values())},
            model=model,
        )

    for sentence, citation in check_quotes(composed.quotes):
        sentences.append(sentence)
        if citation:
            citations.append(citation)
            yield answer()
    if composed.about and not composed.quotes:
        yield answer()
    elif not citations:
        yield abstain(answer(), work, survey, composed.reason)
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
