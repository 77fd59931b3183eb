"""A follow-up takes along what the conversation was about."""

from __future__ import annotations

import pytest

from assistant.followup import stand_alone
from assistant.question import ask

EARLIER = [
    {"role": "user", "content": "Why does Turkey want the S-400?"},
    {"role": "assistant", "content": "It lacks air defences, Akar said."},
]


@pytest.mark.parametrize(
    "question",
    ["And when will it arrive?", "Why?", "What about the price?", "Who said so?", "How much?"],
)
def test_a_question_that_leans_carries_the_topic(question: str) -> None:
    standalone = stand_alone(ask(question, EARLIER))
    assert standalone.startswith(question)
    assert "Turkey" in standalone
    assert "S-400" in standalone
    assert "Akar" not in standalone  # what we said is no evidence of what is asked


@pytest.mark.parametrize(
    "question", ["When did the cathedral of Notre-Dame burn?", "How many people died in Beirut?"]
)
def test_a_question_that_stands_alone_is_left_alone(question: str) -> None:
    assert stand_alone(ask(question, EARLIER)) == question


def test_without_history_nothing_is_added() -> None:
    assert stand_alone(ask("And when will it arrive?")) == "And when will it arrive?"


def test_a_long_conversation_does_not_drown_the_question() -> None:
    history = [{"role": "user", "content": f"and topic{n} city{n} river{n}?"} for n in range(50)]
    standalone = stand_alone(ask("And why?", history))
    assert "topic49" in standalone
    assert len(standalone.split()) <= 10


def test_the_latest_topic_comes_first() -> None:
    history = [{"role": "user", "content": each} for each in ("Rain in Oslo?", "And Bern?")]
    standalone = stand_alone(ask("and tomorrow?", history))
    assert standalone.index("Bern") < standalone.index("Oslo")


def test_what_was_said_before_another_topic_is_left_behind() -> None:
    history = [{"role": "user", "content": each} for each in ("Rain in Oslo?", "Snow in Bern?")]
    standalone = stand_alone(ask("and tomorrow?", history))
    assert "Bern" in standalone
    assert "Oslo" not in standalone
