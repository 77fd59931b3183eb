"""The scores of the benchmarks, on cases that can be counted by hand."""

from __future__ import annotations

import pytest

from benchmarks.scores import holds, mean, mean_exact_match, mean_f1


@pytest.mark.parametrize(
    ("text", "answer", "right"),
    [
        ("The ferry carried 412 crates.", "412", True),
        ("The ferry carried 1412 crates.", "412", False),
        ("It was the U.K. that asked.", "UK", True),
        ("A GANNET was seen.", "the gannet", True),
        ("Mira Tolvane won.", "Mira Tolvane", True),
        ("Mira and Tolvane won.", "Mira Tolvane", False),
        ("The", "A", False),  # nothing is left of it
        ("", "412", False),
    ],
)
def test_a_text_holds_an_answer_word_for_word(text: str, answer: str, right: bool) -> None:
    assert holds([text], [answer]) is right


def test_any_text_and_any_answer_will_do() -> None:
    assert holds(["nothing here", "twelve trams"], ["thirty", "twelve"])
    assert not holds(["twelve", "trams"], ["twelve trams"])  # no quote reaches into the next one
    assert not holds([], ["twelve"])


def test_means() -> None:
    assert mean([True, False, False, True]) == 0.5
    assert mean([]) is None
    gold = [["412"], ["Mira Tolvane", "Tolvane"], []]
    assert mean_exact_match(["412", "Mira", ""], gold) == pytest.approx(2 / 3)
    assert mean_f1(["412", "Mira", "something"], gold) == pytest.approx((1 + 2 / 3 + 0) / 3)
