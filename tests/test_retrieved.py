"""What several searches found, in one order."""

from __future__ import annotations

from dataclasses import replace

from index import Hit, Passage
from index.searching.retriever import merge
from tests.fakes import article

ARTICLE = article("The ferry sank at dawn. A second ferry waited. Nobody was hurt at all.")


def hit(start: int, end: int, similarity: float | None = None) -> Hit:
    passage = Passage(ARTICLE.id, start, end, ARTICLE.text[start:end])
    return Hit(passage, ARTICLE, score=0.5, similarity=similarity)


FERRY, SECOND, NOBODY = hit(0, 23, 0.4), hit(24, 46), hit(47, 70, 0.2)


def passages(hits: list[Hit]) -> list[str]:
    return [each.passage.text for each in hits]


def test_one_search_is_left_as_it_is() -> None:
    assert merge([[SECOND, FERRY]]) == [SECOND, FERRY]
    assert merge([]) == []


def test_what_both_searches_found_comes_before_what_one_put_first() -> None:
    merged = merge([[FERRY, NOBODY], [SECOND, NOBODY]])
    assert passages(merged) == passages([NOBODY, FERRY])
    assert merged[0].score == 2 / 62
    assert merged[1].score == 1 / 61


def test_no_more_is_read_than_after_one_search() -> None:
    assert len(merge([[FERRY, SECOND], [NOBODY]])) == 2


def test_a_passage_is_as_similar_as_the_search_that_found_it_nearest() -> None:
    nearer = replace(FERRY, similarity=0.9)
    assert merge([[FERRY], [nearer]])[0].similarity == 0.9
    assert merge([[nearer], [FERRY]])[0].similarity == 0.9
    assert merge([[SECOND], [SECOND]])[0].similarity is None
    assert merge([[replace(FERRY, similarity=None)], [FERRY]])[0].similarity == 0.4
