"""The invented news that the context model learns from: every word that it names is there."""

from __future__ import annotations

from random import Random

import pytest

from training.entailment_examples import NO, OPEN, YES
from training.invented import INVENTED, LABELS, Invented


@pytest.fixture(scope="module")
def invented() -> Invented:
    return Invented(INVENTED)


def test_all_words_are_verbatim(invented: Invented) -> None:
    assert len(invented.articles) > 700
    for article in invented.articles:
        whole = f"{article.title}\n{article.text}"
        for asked in article.asked:
            assert asked.kind in "SN" or asked.kind in LABELS
            assert all(words in whole for words in asked.words), asked


def test_an_example_s_spans_are_the_answer(invented: Invented) -> None:
    rng = Random(1)
    for _ in range(300):
        one = invented.span(rng)
        if one.stream != "invented S":
            assert not one.spans
        for begin, end in one.spans:
            assert one.context[begin:end].strip()


def test_the_held_out_are_others(invented: Invented) -> None:
    held = Invented(INVENTED, held_out=True)
    assert 30 < len(held.articles) < 100
    assert not {each.title for each in held.articles} & {each.title for each in invented.articles}
    assert {held.polar(Random(n)).label for n in range(60)} == {YES, NO, OPEN}
