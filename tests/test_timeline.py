"""The bars of the timeline: how many, of which days, and what fits into none."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.records import Dated
from web.library.articles_over_time import MOST_BARS, UNITS, draw_up, show_timeline, stretch
from web.library.library_views import Look

if TYPE_CHECKING:
    from web.library.articles_over_time import Unit


def on(day: str, articles: int = 1) -> Dated:
    return Dated(date.fromisoformat(day), date.fromisoformat(day), articles)


@pytest.mark.parametrize(
    ("last", "unit"),
    [
        ("2020-01-01", "day"),
        ("2020-05-03", "day"),
        ("2020-05-10", "week"),
        ("2022-05-10", "week"),
        ("2022-09-10", "month"),
        ("2030-04-01", "month"),
        ("2031-04-01", "quarter"),
        ("2060-04-01", "year"),
        ("2500-04-01", "decade"),
    ],
)
def test_the_finest_unit_that_is_coarse_enough(last: str, unit: str) -> None:
    assert draw_up([on("2020-01-01"), on(last)]).unit == unit


dates = st.dates(date(1900, 1, 1), date(2100, 1, 1))
dated = st.one_of(
    st.builds(lambda day, n: Dated(day, day, n), dates, st.integers(1, 9)),
    st.builds(lambda day, n: Dated(*stretch("month", day), n), dates, st.integers(1, 9)),
    st.builds(lambda day, n: Dated(*stretch("year", day), n), dates, st.integers(1, 9)),
    st.builds(lambda n: Dated(None, None, n), st.integers(1, 9)),
)


@given(st.lists(dated, max_size=12))
def test_every_article_is_counted_once_and_the_bars_leave_no_gap(given_dates: list[Dated]) -> None:
    drawn = draw_up(given_dates)
    placed = sum(bar.articles for bar in drawn.bars)
    assert placed + drawn.vague + drawn.undated == sum(each.articles for each in given_dates)
    assert len(drawn.bars) <= MOST_BARS + 1
    for one, other in zip(drawn.bars, drawn.bars[1:], strict=False):
        assert other.first == one.last + timedelta(days=1)
    if any(each.first for each in given_dates):
        assert drawn.vague <= placed or drawn.unit == "decade"
    assert "dl-timeline" in show_timeline(drawn)


@given(st.sampled_from(UNITS), st.dates())
def test_a_day_is_within_its_stretch(unit: Unit, day: date) -> None:
    first, last = stretch(unit, day)
    assert first <= day <= last
    assert stretch(unit, first) == stretch(unit, last) == (first, last)


def test_a_date_that_is_not_known_exactly_is_not_drawn_as_if_it_were() -> None:
    drawn = draw_up([on("2019-03-04", 3), Dated(date(2019, 3, 1), date(2019, 3, 31), 1)])
    assert (drawn.unit, drawn.vague) == ("day", 1)
    assert sum(bar.articles for bar in drawn.bars) == 3
    years = [Dated(date(year, 1, 1), date(year, 12, 31), 5) for year in (2017, 2018)]
    assert draw_up(years).unit == "year"


def test_looking_closer_shows_these_days_only() -> None:
    drawn = draw_up(
        [on("2019-03-04"), on("2021-06-01", 2), on("2022-01-01")],
        date(2021, 5, 30),
        date(2021, 6, 4),
    )
    assert [bar.articles for bar in drawn.bars] == [0, 0, 2, 0, 0, 0]


@pytest.mark.parametrize(
    "told",
    [
        "",
        "{",
        "[]",
        '{"page": -1}',
        '{"order": "id; DROP TABLE articles"}',
        '{"since": "yesterday"}',
        '{"words": 3}',
        '{"words": "' + "x" * 501 + '"}',
    ],
)
def test_what_makes_no_sense_looks_for_everything(told: str) -> None:
    assert Look.read(told) == Look()


def test_days_in_the_wrong_order_are_swapped() -> None:
    look = Look.read('{"since": "2021-02-01", "until": "2021-01-01", "page": 2}')
    assert look.listing.within.since == date(2021, 1, 1)
    assert look.listing.skip == 100
