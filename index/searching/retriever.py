"""The index as a LangChain retriever; and any retriever's documents as hits, in one order."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever
from pydantic import Field

from index.dates import PublicationDate
from index.records import Article, Filters, Hit
from index.searching.fusion import RANK_CONSTANT
from index.splitting import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from langchain_core.callbacks import CallbackManagerForRetrieverRun

    from index.searching.fusion import Days


class PassageDocument(Document):
    """A LangChain document that remembers the hit it was made from."""

    hit: Hit = Field(exclude=True, repr=False)


@runtime_checkable
class Searches(Protocol):
    """What a retriever asks: a `NewsIndex`."""

    def search(
        self, query: str, limit: int = 20, within: Filters = ..., *, near: Days | None = None
    ) -> list[Hit]:
        """The passages that match best, best first."""


class NewsRetriever(BaseRetriever):
    """Hybrid search over a news index.

    `retriever.invoke(question, within=Filters(...), near=Days(...))`; see `NewsIndex.search`.
    """

    index: Searches
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


def to_hits(documents: Iterable[Document]) -> Iterator[Hit]:
    """The hits behind documents.

    A stranger's document is taken for an article of its own and read passage by passage; one that
    holds no text is left out, and what is not understood of its metadata is not known.
    """
    for document in documents:
        if isinstance(document, PassageDocument):
            yield document.hit
            continue
        try:
            article = _to_article(document)
        except ValueError:
            continue  # blank, or not text: nothing in it can be quoted
        for passage in split(article):
            yield Hit(passage, article, score=_number(document.metadata.get("score")))


def merge(rankings: Sequence[Sequence[Hit]]) -> list[Hit]:
    """The hits of several searches, best first, as many as the longest of them brought.

    By reciprocal rank fusion, as in `index/searching/fusion.py`; a hit's score is then the fused
    one. A passage that several searches found is as similar as the one that found it nearest.
    """
    if len(rankings) == 1:
        return list(rankings[0])
    found: dict[tuple[str, int, int], Hit] = {}
    scores: dict[tuple[str, int, int], float] = {}
    for ranking in rankings:
        for rank, hit in enumerate(ranking, start=1):
            key = (hit.article.id, hit.passage.start, hit.passage.end)
            scores[key] = scores.get(key, 0.0) + 1 / (RANK_CONSTANT + rank)
            known = found.setdefault(key, hit)
            if (hit.similarity or 0.0) > (known.similarity or 0.0):
                found[key] = replace(known, similarity=hit.similarity)
    best = sorted(found, key=lambda key: -scores[key])[: max(map(len, rankings), default=0)]
    return [replace(found[key], score=scores[key]) for key in best]


def _to_article(document: Document) -> Article:
    known = document.metadata
    return Article(
        text=document.page_content,
        title=_text(known.get("title")) or "",
        publisher=_text(known.get("publisher") or known.get("source")),
        published=_published(known.get("published") or known.get("date")),
        url=_text(known.get("url")),
        id=document.id or "",
    )


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else 0.0


def _published(value: object) -> PublicationDate | None:
    try:
        return PublicationDate.of(value) if isinstance(value, str | date) else None
    except ValueError:
        return None  # a date that cannot be read is a date that is not known
