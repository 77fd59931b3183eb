"""Any LangChain document into a hit, so that any retriever can bring the passages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index import Article, Hit, Passage, PublicationDate
from index.retriever import PassageDocument

if TYPE_CHECKING:
    from langchain_core.documents import Document


def to_hit(document: Document) -> Hit:
    """The hit behind a document; a stranger's document is taken for an article of its own."""
    if isinstance(document, PassageDocument):
        return document.hit
    known = document.metadata
    article = Article(
        text=document.page_content,
        title=str(known.get("title") or ""),
        publisher=known.get("publisher") or known.get("source"),
        published=_published(known.get("published") or known.get("date")),
        url=known.get("url"),
        id=str(document.id or ""),
    )
    passage = Passage(article.id, 0, len(article.text), article.text)
    return Hit(passage, article, score=float(known.get("score") or 0.0))


def _published(value: object) -> PublicationDate | None:
    try:
        return PublicationDate.of(str(value)) if value else None
    except ValueError:
        return None  # a date that cannot be read is a date that is not known
