"""The index as a LangChain retriever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from index.news_index import NewsIndex
from index.records import Filters, Hit

if TYPE_CHECKING:
    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from index.searching.recency import Days


class PassageDocument(Document):
    """A LangChain document that remembers the hit it was made from."""

    hit: Hit = Field(exclude=True, repr=False)


class NewsRetriever(BaseRetriever):
    """Hybrid search over a news index.

    `retriever.invoke(question, within=Filters(...), near=Days(...))`; see `NewsIndex.search`.

    Attributes:
        index: what is searched.
        limit: how many passages at most.
        within: which articles, unless `invoke` is told otherwise.
    """

    index: NewsIndex
    limit: int = 20
    within: Filters = Filters()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002  LangChain's signature
        within: Filters | None = None,
        near: Days | None = None,
        **_: Any,
    ) -> list[Document]:
        scope = self.within if within is None else within
        hits = self.index.search(query, self.limit, scope, near=near)
        return [to_document(hit) for hit in hits]


def to_document(hit: Hit) -> PassageDocument:
    """A hit as a LangChain document, with what a citation needs in its metadata."""
    article, passage = hit.article, hit.passage
    return PassageDocument(
        page_content=passage.text,
        metadata={
            "article_id": article.id,
            "title": article.title,
            "publisher": article.publisher,
            "authors": list(article.authors),
            "published": article.published.iso if article.published else None,
            "url": article.url,
            "start": passage.start,
            "end": passage.end,
            "score": hit.score,
        },
        hit=hit,
    )
