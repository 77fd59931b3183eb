"""What a caller gives, into a question that can be asked, or one clear error."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage

from assistant import QuestionError
from assistant.question import LONGEST_QUESTION, Turn, ask


@pytest.mark.parametrize("text", ["", " ", "\n\t ", "\u2003"])
def test_an_empty_question(text: str) -> None:
    with pytest.raises(QuestionError, match="empty"):
        ask(text)


def test_a_question_of_ten_thousand_characters() -> None:
    with pytest.raises(QuestionError, match="10,000 characters"):
        ask("x" * 10_000)
    assert ask("x" * LONGEST_QUESTION).text == "x" * LONGEST_QUESTION


def test_white_space_is_folded() -> None:
    assert ask("  why\n\n did\tit  sink? ").text == "why did it sink?"


def test_bytes_that_are_no_text_become_question_marks() -> None:
    assert ask("caf\udce9 closed").text == "caf? closed"


@pytest.mark.parametrize(
    "value", ["", "soon", "2019-13-01", "2019-02-30", "04/05/2019", "2019-W10"]
)
def test_a_date_that_cannot_be_read(value: str) -> None:
    with pytest.raises(QuestionError, match=r"since: .* is not a date; write it as 2019-04-15"):
        ask("why?", since=value)


def test_a_year_or_a_month_is_meant_whole() -> None:
    within = ask("why?", since="2019-02", until="2020").within
    assert (within.since, within.until) == (date(2019, 2, 1), date(2020, 12, 31))


@pytest.mark.parametrize("odd", [None, 5, b"why?"])
def test_what_is_no_text_is_refused(odd: Any) -> None:
    with pytest.raises(QuestionError):
        ask(odd)
    with pytest.raises(QuestionError):
        ask("why?", publishers=[odd])
    for scope in ({"publishers": odd}, {"articles": odd}) if odd is not None else ():
        with pytest.raises(QuestionError, match=rf"s: {re.escape(repr(odd))} is n"):
            ask("why?", **scope)


def test_swapped_dates() -> None:
    with pytest.raises(QuestionError, match=r"no day lies between .* swap the dates\.$"):
        ask("why?", since="2021-02-01", until="2021-01-01")


def test_dates_of_every_form() -> None:
    within = ask("why?", since=datetime(2021, 1, 1, 23, tzinfo=UTC), until=" 2021-02-01 ").within
    assert (within.since, within.until) == (date(2021, 1, 1), date(2021, 2, 1))
    assert type(within.since) is date
    assert not ask("why?").within


def test_outlets() -> None:
    assert ask("why?", publishers="One Outlet").within.publishers == ("One Outlet",)
    assert ask("why?", publishers=iter(["A", "B"])).within.publishers == ("A", "B")
    assert ask("why?", publishers=[]).within.publishers == ()


@pytest.mark.parametrize(
    "history",
    [
        [{"role": "user", "content": "Who?"}, {"role": "assistant", "content": "She."}],
        [HumanMessage("Who?"), AIMessage("She.")],
        [("user", "Who?"), ("assistant", "She.")],
        [{"role": "user", "content": [{"type": "text", "text": "Who?"}]}, AIMessage("She.")],
        [SystemMessage("Be brief."), HumanMessage(" Who? \n"), AIMessage("She.")],
    ],
)
def test_history_of_every_form(history: list[Any]) -> None:
    assert ask("why?", history).history == (Turn("user", "Who?"), Turn("assistant", "She."))


@pytest.mark.parametrize(
    "history",
    [
        [None],
        [42],
        5,
        "who?",
        {"role": "user", "content": "Who?"},
        [{"role": "user"}],
        [{"content": "Who?"}],
        [{"role": "alien", "content": "Who?"}],
        [{"role": "tool", "content": "Who?"}],
        [("user",)],
        [object()],
    ],
)
def test_a_history_that_is_none(history: Any) -> None:
    with pytest.raises(QuestionError, match="history is not understood"):
        ask("why?", history)


@given(st.text(max_size=200))
def test_any_text_is_a_question_or_a_question_error(text: str) -> None:
    try:
        question = ask(text)
    except QuestionError:
        return
    assert question.text == question.text.strip() != ""
    question.text.encode()


def test_a_misspelt_filter_is_refused_and_not_left_out() -> None:
    with pytest.raises(TypeError, match="publisher"):
        ask("What happened?", publisher="The Herald")  # type: ignore[call-arg]
