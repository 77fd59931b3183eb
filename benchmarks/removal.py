"""Search as if some articles were not there, through LangChain's own seam."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.retrievers import BaseRetriever

from index.retriever import NewsRetriever

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from langchain_core.documents import Document

_ALL_FOUND = 1_000  # passages: more than the index takes as candidates of one search


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
