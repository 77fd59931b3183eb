"""The model that confirms a yes or a no, and what becomes of one that it does not confirm."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from assistant.composing.compose import compose
from assistant.composing.composition import Material
from assistant.reading.context_model import ContextModel, shipped_context_model
from assistant.reading.reader import Entailment, Reading
from index import Article, Hit, Passage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.composing.composition import Composition
    from assistant.reading.reader import Entails

BOUGHT = "Pelm bought Tarn Foods on Monday."


@pytest.fixture(scope="module")
def model() -> ContextModel:
    return shipped_context_model()


class Scripted:
    """Thinks the same of every text, and notes them."""

    def __init__(self, yes: float, no: float) -> None:
        self.said, self.texts = Entailment(yes, no, 1 - yes - no), list[str]()

    def judge(self, question: str, texts: Sequence[str]) -> list[Entailment]:
        self.texts += texts
        return [self.said for _ in texts]


def asked(
    entails: Entails | None, text: str = BOUGHT, question: str = "Did Pelm buy Tarn Foods?"
) -> Composition:
    article = Article(text=text, title="Market", publisher="Rook")
    hit = Hit(Passage(article.id, 0, len(text), text), article, score=1.0)
    return compose(Material(question, date(2031, 6, 1), (hit,), Reading(), entails=entails))


def test_what_the_model_confirms_is_said() -> None:
    assert asked(Scripted(yes=0.9, no=0.05)).lead == "Yes."
    assert asked(None).verdict is None


def test_what_it_does_not_confirm_is_not_said() -> None:
    doubted = asked(Scripted(yes=0.1, no=0.1))
    assert doubted.verdict is None
    assert not doubted.quotes
    assert [each.text for each in doubted.nearest] == [BOUGHT]


def test_it_reads_the_sentence_under_its_heading_behind_the_one_before() -> None:
    scripted = Scripted(yes=0.9, no=0.05)
    asked(scripted, f"The deal had been awaited. {BOUGHT} Rain fell.")
    assert f"Market | Rook | The deal had been awaited. {BOUGHT}" in scripted.texts


@pytest.mark.parametrize(
    ("question", "text", "said"),
    [
        ("Did Pelm buy Tarn Foods?", BOUGHT, "yes"),
        ("Did Pelm buy Tarn Foods?", "Pelm did not buy Tarn Foods.", "no"),
        ("Did Pelm buy Tarn Foods?", "A court stopped Pelm from buying Tarn Foods.", "no"),
        ("Did Pelm buy Tarn Foods?", "Pelm hopes to buy Tarn Foods next year.", "open"),
        ("Did Pelm buy Tarn Foods?", "Orba bought Tarn Foods.", "open"),
    ],
)
def test_what_it_thinks(model: ContextModel, question: str, text: str, said: str) -> None:
    (thought,) = model.judge(question, [text])
    assert sum(thought) == pytest.approx(1.0, abs=1e-4)
    assert max(thought._fields, key=lambda name: getattr(thought, name)) == said


def test_a_question_of_signs_alone_is_cut(model: ContextModel) -> None:
    (thought,) = model.judge("Did Pelm buy Tarn Foods " + "!" * 270 + "?", [BOUGHT])
    assert sum(thought) == pytest.approx(1.0, abs=1e-4)


def test_a_not_that_denies_the_opposite_is_not_turned_round() -> None:
    told, question = "Pelm said its ban on cars would not be lifted.", "Is Pelm keeping its ban?"
    assert asked(Scripted(yes=0.02, no=0.95), told, question).verdict is None
    assert asked(Scripted(yes=0.95, no=0.02), told, question).lead.startswith("Yes")


def test_it_needs_not_be_told_in_the_words_of_the_question() -> None:
    text = "Tarn Foods now belongs to Pelm, who paid for it on Monday."
    assert asked(Scripted(yes=0.95, no=0.01), text).lead == "Yes."
    assert asked(Scripted(yes=0.7, no=0.01), text).verdict is None


def test_sure_or_not_it_says_nothing_of_another_firm() -> None:
    assert asked(Scripted(yes=0.99, no=0.0), "Orba bought Karst Foods on Monday.").verdict is None
