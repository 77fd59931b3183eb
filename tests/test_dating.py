"""Which days a question is about."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.dating import counts_from_today, days_of
from index.searching.fusion import Days

AS_OF = date(2022, 6, 15)  # a Wednesday


@pytest.mark.parametrize(
    ("question", "first", "last"),
    [
        ("What happened this week?", "2022-06-13", "2022-06-19"),
        ("What did the minister say yesterday?", "2022-06-14", "2022-06-14"),
        ("What was signed today?", "2022-06-15", "2022-06-15"),
        ("What was decided last week?", "2022-06-06", "2022-06-12"),
        ("What was decided last month?", "2022-05-01", "2022-05-31"),
        ("Who resigned last year?", "2021-01-01", "2021-12-31"),
        ("Who resigned in the past two weeks?", "2022-06-01", "2022-06-15"),
        ("Who resigned in the last week?", "2022-06-08", "2022-06-15"),
        ("Who resigned three months ago?", "2022-03-10", "2022-03-24"),
        ("Who resigned on Monday?", "2022-06-13", "2022-06-13"),
        ("Who resigned last Wednesday?", "2022-06-08", "2022-06-08"),
        ("Who resigned recently?", "2022-06-01", "2022-06-15"),
        ("Who won in April?", "2022-04-01", "2022-04-30"),
        ("Who won in December?", "2021-12-01", "2021-12-31"),
        ("Who won in April 2019?", "2019-04-01", "2019-04-30"),
        ("Who won on 3 May?", "2022-05-03", "2022-05-03"),
        ("Who won on September 3rd, 2019?", "2019-09-03", "2019-09-03"),
        ("Who won on 2019-09-03?", "2019-09-03", "2019-09-03"),
        ("Who won the 2018 World Cup?", "2018-01-01", "2018-12-31"),
    ],
)
def test_the_days_that_a_question_names(question: str, first: str, last: str) -> None:
    expected = Days(date.fromisoformat(first), date.fromisoformat(last))
    assert days_of(question, AS_OF) == expected


@pytest.mark.parametrize(
    "question",
    [
        "Who may win?",
        "How much is 2000 dollars?".replace("2000", "$2000"),
        "Who ordered 1,999 trams?",
        "Why does Turkey want the S-400?",
        "Who said the S-2000 marched on?",
        "What came in the year 0209?",
        "What happens on 31 February?",
        "",
    ],
)
def test_a_question_without_a_date_is_about_its_own_day(question: str) -> None:
    assert days_of(question, AS_OF) == Days(AS_OF, AS_OF)


def test_the_first_days_of_the_calendar_do_not_break_it() -> None:
    assert days_of("What happened last week?", date(1, 1, 1)) == Days(date.min, date.min)


def test_days_run_forward() -> None:
    with pytest.raises(ValueError, match="no day lies between"):
        Days(date(2022, 1, 2), date(2022, 1, 1))


@pytest.mark.parametrize(
    ("question", "counts"),
    [
        ("Which rocket failed this week?", True),
        ("Who resigned on Monday?", True),
        ("Who won in April?", True),
        ("Who won on 3 May 2019?", False),
        ("Who won the 2018 World Cup?", False),
        ("Why does Turkey want the S-400?", False),
    ],
)
def test_a_question_may_count_from_its_own_day(question: str, counts: bool) -> None:
    assert counts_from_today(question) is counts
