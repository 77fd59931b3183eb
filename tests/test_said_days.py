"""Dates in a reader's own words."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.dating import read_days
from assistant.question import QuestionError, ask
from index.searching.fusion import Days

AS_OF = date(2022, 6, 15)  # a Wednesday


@pytest.mark.parametrize(
    ("said", "first", "last"),
    [
        ("2019-04-15", "2019-04-15", "2019-04-15"),
        ("2019-04", "2019-04-01", "2019-04-30"),
        ("2019", "2019-01-01", "2019-12-31"),
        ("last week", "2022-06-06", "2022-06-12"),
        ("This week", "2022-06-13", "2022-06-19"),
        ("last month", "2022-05-01", "2022-05-31"),
        ("past three weeks", "2022-05-25", "2022-06-15"),
        ("yesterday", "2022-06-14", "2022-06-14"),
        ("Monday", "2022-06-13", "2022-06-13"),
        ("last Wednesday", "2022-06-08", "2022-06-08"),
        ("two weeks ago", "2022-06-01", "2022-06-01"),
        ("10 minutes ago", "2022-06-15", "2022-06-15"),
        ("3 May 2019", "2019-05-03", "2019-05-03"),
        ("May 3rd, 2019", "2019-05-03", "2019-05-03"),
        ("  3   May ", "2022-05-03", "2022-05-03"),
        ("May 2019", "2019-05-01", "2019-05-31"),
        ("December", "2021-12-01", "2021-12-31"),
        ("31/08/2021", "2021-08-31", "2021-08-31"),
        ("08/31/2021", "2021-08-31", "2021-08-31"),
        ("3. Mai 2019", "2019-05-03", "2019-05-03"),
        ("il y a 3 jours", "2022-06-12", "2022-06-12"),
    ],
)
def test_what_is_meant(said: str, first: str, last: str) -> None:
    assert read_days(said, AS_OF) == Days(date.fromisoformat(first), date.fromisoformat(last))


def test_a_date_is_itself() -> None:
    for day in (AS_OF, datetime(2022, 6, 15, 9, 30)):
        assert read_days(day, date.min) == Days(AS_OF, AS_OF)


@pytest.mark.parametrize(
    "said",
    [
        *("", " ", "soon", "a", "12", "why?", "2019W10", "2019-13-01", "31 February 2019"),
        *("05/08/2022", "99999999 years ago", "the day the ferry sank", "last week " * 20),
    ],
)
def test_what_says_no_day(said: str) -> None:
    with pytest.raises(ValueError, match=r"is not a date|which is the month"):
        read_days(said, AS_OF)


@given(st.text(max_size=30))
def test_any_text_is_days_or_a_value_error(said: str) -> None:
    try:
        days = read_days(said, AS_OF)
    except ValueError:
        return
    assert days.first <= days.last


def test_a_question_takes_them_as_of_its_day() -> None:
    asked = ask("why?", since="last month", until="last week", as_of="15 June 2022")
    assert (asked.within.since, asked.within.until) == (date(2022, 5, 1), date(2022, 6, 12))
    assert asked.as_of == AS_OF
    with pytest.raises(QuestionError, match="until: 'soonish' is not a date; write it as 2019-04"):
        ask("why?", until="soonish")
