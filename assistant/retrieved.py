"""Any LangChain document into a hit, so that any retriever can bring the passages."""

from __future__ import annotations

import math
from datetime import date
from typing import TYPE_CHECKING

from index import Article, Hit, PublicationDate
from index.retriever import PassageDocument
from index.splitting import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from langchain_core.documents import Document


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
