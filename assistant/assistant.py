"""The assistant: one engine behind the browser chat, the command and Python."""

from __future__ import annotations

import os
from contextlib import ExitStack, closing
from datetime import date
from functools import cache, cached_property
from typing import TYPE_CHECKING, Unpack, cast

from langchain_core.language_models import BaseChatModel

from assistant.answer import Answer, Near, Searched
from assistant.chain import answering_chain
from assistant.composing.suggesting import suggest_after, suggest_from
from assistant.followup import stand_alone
from assistant.question import ask
from assistant.reading.context_model import shipped_context_model
from assistant.reading.model_reader import default_reader
from assistant.settings import Settings
from assistant.waiting_line import WaitingLine
from assistant.work import WhenFound, nearest_in
from assistant.writing.chat_model import ChatModelError
from assistant.writing.writer import ChatWriter
from assistant.writing.written_answer import compose
from index import Article, Filters, Hit, NewsIndex, Passage
from index.models.embedding import SentenceTransformerEmbeddings, encode
from index.records import Listing
from index.searching.retriever import to_hits

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Generator, Iterator, Sequence
    from typing import Literal

    import numpy as np
    from langchain_core.callbacks import BaseCallbackHandler
    from langchain_core.retrievers import BaseRetriever
    from numpy.typing import NDArray

    from assistant.question import History, Question, Scope
    from assistant.reading.reader import Reader
    from assistant.waiting_line import Waits
    from assistant.work import Work
    from assistant.writing.writer import Writer

    ModelState = Literal["loading", "loaded", "failed"]

_HEADLINES, _TOGETHER = 320, 8  # whose words are read at the start, and in one search
_WRITTEN_AT_ONCE = 8  # by a chat model, for which most of the time is waiting


class Assistant:
    """Answers questions over one index: in the articles' own words, or as a chat model writes.

    Args:
        settings: None reads them from the environment.
        index: the articles; None for the index that the settings name.
        retriever: any LangChain retriever in place of the index's own.
        reader: any `Reader` in place of the default.
        writer: any `Writer`, or LangChain chat model, in place of the one that the settings name.

    Attributes:
        index: to add, remove, rebuild and look at articles.
        models: what came of `warm_up`; until then, and without it, they load as they are needed.
        writes: whether a chat model writes the answers.
        chain: the LangChain Runnable from a `Question` to an `Answer`.
        line: where those wait who ask by `answer` or `stream` while others are being answered.
    """

    def __init__(
        self,
        settings: Settings | None = None,
        *,
        index: NewsIndex | None = None,
        retriever: BaseRetriever | None = None,
        reader: Reader | None = None,
        writer: Writer | BaseChatModel | None = None,
    ) -> None:
        self.settings = settings or Settings()
        self.index = index or NewsIndex(
            self.settings.home,
            SentenceTransformerEmbeddings(self.settings.embedding_model),
            store=self.settings.open_store(),
            read_only=self.settings.read_only,
        )
        self._reader = reader or default_reader(self.settings.reader_model)
        self._given_writer = writer
        self.writes = writer is not None or self.settings.chat_model is not None
        self.line = WaitingLine(_WRITTEN_AT_ONCE if self.writes else max(2, os.cpu_count() or 0))
        self._source = source = retriever or self.index.as_retriever()
        entails = shipped_context_model()
        self._quoting = answering_chain(
            source, self._reader, self._survey, collection=self.index, entails=entails
        )
        self.models: ModelState = "loading"
        self._observers: list[BaseCallbackHandler] = []
        self.chain = answering_chain(
            source,
            self._reader,
            self._survey,
            collection=self.index,
            compose=self._compose if self.writes else None,
            rewrite=self._rewrite if self.writes else None,
            entails=entails,
        )
        if self.settings.otlp_endpoint:
            from assistant.tracing import exporting

            self.observe(exporting(self.settings))

    def answer(
        self,
        question: str,
        history: History | None = None,
        **scope: Unpack[Scope],
    ) -> Answer:
        """The whole answer, or an abstention; see `assistant.answer` for the arguments."""
        with self.line.place():
            return self.chain.invoke(ask(question, history, **scope))

    async def aanswer(
        self,
        question: str,
        history: History | None = None,
        **scope: Unpack[Scope],
    ) -> Answer:
        """`answer`, awaited; it waits for nobody."""
        return await self.chain.ainvoke(ask(question, history, **scope))

    def stream(
        self,
        question: str,
        history: History | None = None,
        *,
        waits: Waits = lambda _: True,
        found: Callable[[tuple[Near, ...]], None] = lambda _: None,
        **scope: Unpack[Scope],
    ) -> Iterator[Answer]:
        """The answer as it grows: each one holds all of the one before, the last one is whole.

        Args:
            waits: told, again and again, how many are answered before this; False ends it.
            found: told what the search puts first, as `nearest` gives it, before it is read.
        """
        asked = ask(question, history, **scope)
        stages = self.chain.stream(asked, {"callbacks": [WhenFound(found)]})
        with closing(cast("Generator[Answer]", stages)), ExitStack() as place:
            if not place.enter_context(self.line.place(waits)):
                return
            first = next(stages, None)
            if not self.writes:  # all that is read is read for the first; a chat model writes on
                place.close()
            if first:
                yield first
                yield from stages

    def nearest(
        self, question: str, history: History | None = None, **scope: Unpack[Scope]
    ) -> tuple[Near, ...]:
        """What the search alone puts first: a sentence each of up to three articles.

        It takes as long as a search, and nothing is read or judged: something to look at meanwhile.
        """
        asked = ask(question, history, **scope)
        standalone = stand_alone(asked)
        hits = to_hits(self._source.invoke(standalone, within=asked.within))
        return nearest_in([hit for hit in hits if asked.within.admits(hit.article)], standalone)

    async def astream(
        self,
        question: str,
        history: History | None = None,
        **scope: Unpack[Scope],
    ) -> AsyncIterator[Answer]:
        """`stream`, awaited."""
        async for answer in self.chain.astream(ask(question, history, **scope)):
            yield answer

    def suggestions(
        self,
        answer: Answer,
        history: History | None = None,
        *,
        stop: Callable[[], bool] = lambda: False,
    ) -> tuple[str, ...]:
        """Up to three questions that may follow, each of them answered by the articles; often none.

        It takes up to three seconds, and no chat model; nor a place in the line, where only
        questions wait and are counted.

        Args:
            answer: the last one.
            history: the conversation with it, as it would be given with the next question.
            stop: asked now and then whether nobody waits for them any more. Nor are more looked
                for once anybody waits in line; that all places are taken stops nothing.
        """
        return suggest_after(
            answer,
            self.index,
            lambda text: self._quote(text, history),
            lambda: stop() or self.line.waited_for,
        )

    def examples(self) -> tuple[str, ...]:
        """Up to four questions to begin with, from the newest articles; often fewer or none.

        It takes up to half a minute, and no chat model.
        """
        return suggest_from(self.index, self._quote)

    def warm_up(self) -> None:
        """Load the models now, and have the index read what the newest headlines speak of.

        So the first questions need not wait for it: they may be asked meanwhile.
        """
        article = Article(text="Nothing was asked yet.")
        passage = Passage(article.id, 0, len(article.text), article.text)
        try:
            self.index.embeddings.embed_query(article.text)
            self._reader.read("What was asked?", [Hit(passage, article, score=0.0)])
        except Exception:
            self.models = "failed"
            raise
        self.models = "loaded"
        titles = [each.title for each in self.index.listing(Listing(most=_HEADLINES)).articles]
        for begin in range(0, len(titles), _TOGETHER):
            self.index.search(" ".join(titles[begin : begin + _TOGETHER]))

    def writing_with(self, chat_model: str, base_url: str | None = None) -> Assistant:
        """The same articles, models and line, with a chat model that writes the answers.

        Args:
            chat_model: as `provider:model`.
            base_url: where its server is, if not the provider's own.
        """
        changes = {"chat_model": chat_model, "chat_base_url": base_url}
        other = Assistant(
            self.settings.model_copy(update=changes), index=self.index, reader=self._reader
        )
        other.line = self.line  # they share the processors, and suggestions give way to all
        for observer in self._observers:
            other.observe(observer)
        return other

    def observe(self, observer: BaseCallbackHandler) -> None:
        """Have a LangChain callback handler told of every question, step and answer to come."""
        self.chain = self.chain.with_config(callbacks=[*self._observers, observer])
        self._observers.append(observer)

    @cached_property
    def writer(self) -> Writer | None:
        """What writes the answers, if anything does.

        Raises:
            ChatModelError: the chat model that the settings name cannot be had.
        """
        given = self._given_writer
        if isinstance(given, BaseChatModel):
            return ChatWriter(self.settings, given)
        if given is not None or self.settings.chat_model is None:
            return given
        return ChatWriter(self.settings)

    def _quote(self, text: str, history: History | None = None) -> Answer:
        return self._quoting.invoke(ask(text, history))

    def _compose(self, work: Work) -> Iterator[Answer]:
        writer = self.writer
        if writer is None:
            raise ChatModelError("No chat model is set: set DATELINE_CHAT_MODEL.")
        return compose(work, writer, self._reader.name, self._encode, self._survey)

    def _rewrite(self, question: Question) -> str:
        return self.writer.rewrite(question) if isinstance(self.writer, ChatWriter) else ""

    def _encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return encode(self.index.embeddings, texts)

    def _survey(self, query: str, within: Filters) -> Searched:
        counts = self.index.counts(within)
        return Searched(
            query=query,
            articles=counts.articles,
            since=within.since,
            until=within.until,
            publishers=within.publishers,
            article_ids=within.articles,
            first_day=counts.first_day and date.fromisoformat(counts.first_day),
            last_day=counts.last_day and date.fromisoformat(counts.last_day),
        )


def answer(
    question: str,
    history: History | None = None,
    **scope: Unpack[Scope],
) -> Answer:
    """Answer a question over the default index, with quotes that can be checked.

    Args:
        question: in plain words, at most 2,000 characters.
        history: what was said before, oldest first: earlier answers, {"role", "content"} dicts or
            LangChain messages.
        scope: `since` and `until`, only articles published within these days, both inclusive, as
            dates, ISO text or plain words ("last week", "3 May 2019"); `publishers`, only these
            outlets; `articles`, only those with these ids; `as_of`, the day the question is asked,
            today by default: articles near it, or near the days that the question names ("last
            month"), are favoured; others are not kept out.

    Returns:
        An answer with its citations, or an abstention that says what was searched.

    Raises:
        QuestionError: the question is empty or too long, or the dates make no sense.
        IndexMissingError: there is no index yet.
        ModelMismatchError: the index was built with another embedding model.
        StorageError: the index cannot be read.
        ModelError: a model is missing or not the one published.
    """
    return _default_assistant(Settings()).chain.invoke(ask(question, history, **scope))


@cache
def _default_assistant(settings: Settings) -> Assistant:
    return Assistant(settings)
