"""The index as a LangChain retriever."""

from __future__ import annotations

from datetime import date

from index import Filters, NewsIndex
from index.searching.retriever import PassageDocument


def test_documents_carry_what_a_citation_needs(news: NewsIndex) -> None:
    document = news.as_retriever(limit=3).invoke("comet found by astronomers")[0]
    assert isinstance(document, PassageDocument)
    article = news.article(document.metadata["article_id"])
    assert article is not None
    start, end = document.metadata["start"], document.metadata["end"]
    assert article.text[start:end] == document.page_content
    assert document.metadata["title"] == "News of the observatory"
    assert document.metadata["published"] == "2019-06-05"
    assert "hit" not in document.model_dump()


def test_limit_and_filter(news: NewsIndex) -> None:
    within = Filters(since=date(2018, 1, 1))
    retriever = news.as_retriever(limit=2, within=within)
    assert len(retriever.invoke("opens to visitors in spring")) == 2
    everything = news.as_retriever().invoke("opens to visitors in spring")
    assert len(everything) == 5
    narrowed = news.as_retriever().invoke("opens to visitors in spring", within=within)
    assert {each.metadata["published"] for each in narrowed} == {"2018-06-04", "2019-06-05"}


async def test_awaited(news: NewsIndex) -> None:
    found = await news.as_retriever().ainvoke("cherry orchards")
    assert found[0].metadata["title"] == "News of the orchard"
