"""Which articles bear an answer, and a search as if they were not there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.retrievers import BaseRetriever

from index.searching.retriever import NewsRetriever
from training.scoring import normalise_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document

    from benchmarks.realtimeqa import NewsQuestion
    from index import Article

_ALL_FOUND = 1_000  # passages: more than the index takes as candidates of one search


def answer_bearing(
    articles: Iterable[Article], questions: Sequence[NewsQuestion]
) -> dict[str, frozenset[str]]:
    """By question id, the ids of the articles to remove so that nothing answers it.

    Those whose title or text contains a right answer's words (both normalised as SQuAD does), and
    those that the data names.
    """
    wanted = {
        question.id: [
            f" {words} " for each in question.answers if (words := normalise_answer(each))
        ]
        for question in questions
    }
    found = {question.id: set(question.answer_bearing) for question in questions}
    for article in articles:
        said = f" {normalise_answer(article.title)} {normalise_answer(article.text)} "
        for number, answers in wanted.items():
            if any(words in said for words in answers):
                found[number].add(article.id)
    return {number: frozenset(ids) for number, ids in found.items()}


class RemovingRetriever(BaseRetriever):
    """A retriever over a news index that some articles have been taken out of.

    What the index finds for a question is asked for whole, the passages of those articles are
    dropped, and as many of the others are kept as the index's own retriever would have given.

    Attributes:
        retriever: the index's own.
        removed: ids of the articles that may not be found.
    """

    retriever: NewsRetriever
    removed: frozenset[str]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun, **named: Any
    ) -> list[Document]:
        whole = self.retriever.model_copy(update={"limit": _ALL_FOUND})
        found = whole.invoke(query, {"callbacks": run_manager.get_child()}, **named)
        kept = [each for each in found if each.metadata["article_id"] not in self.removed]
        return kept[: self.retriever.limit]
