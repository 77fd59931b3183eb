"""A publication date is never more precise than what was said."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import PublicationDate


@pytest.mark.parametrize(
    ("iso", "first", "last", "label"),
    [
        ("2019", date(2019, 1, 1), date(2019, 12, 31), "2019"),
        ("2019-04", date(2019, 4, 1), date(2019, 4, 30), "Apr 2019"),
        ("2020-02", date(2020, 2, 1), date(2020, 2, 29), "Feb 2020"),
        ("2019-04-15", date(2019, 4, 15), date(2019, 4, 15), "15 Apr 2019"),
        ("2019-04-15T08:00:00Z", date(2019, 4, 15), date(2019, 4, 15), "15 Apr 2019"),
        ("2019-04-15T23:59:59-11:00", date(2019, 4, 15), date(2019, 4, 15), "15 Apr 2019"),
    ],
)
def test_precision(iso: str, first: date, last: date, label: str) -> None:
    published = PublicationDate(iso)
    assert (published.first, published.last, published.label) == (first, last, label)
    assert str(published) == iso


@pytest.mark.parametrize(
    "iso",
    [
        "",
        "yesterday",
        "15 April 2019",
        "0000",
        "2019-00",
        "2019-13",
        "2019-02-29",
        "2019-04-31",
        "19",
        "２０１９",
        "2019-W16",
        "2019W16",
        "2019-W16-1",
        "2019-04-15T25:00",
        " 2019",
    ],
)
def test_refuses_what_is_no_date(iso: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  several parts of Python say no
        PublicationDate(iso)


def test_of_takes_dates_times_text_and_itself() -> None:
    zone = datetime(2019, 4, 15, 8, tzinfo=UTC) + timedelta(hours=1)
    assert PublicationDate.of(date(2019, 4, 15)).iso == "2019-04-15"
    assert PublicationDate.of(zone).iso == "2019-04-15T09:00:00+00:00"
    assert PublicationDate.of(" 2019-04 ").iso == "2019-04"
    same = PublicationDate("2019")
    assert PublicationDate.of(same) is same


@given(st.dates())
def test_every_day_is_read_back(day: date) -> None:
    published = PublicationDate.of(day)
    assert published.first == published.last == day
    assert PublicationDate(f"{day.year:04}").first <= day <= PublicationDate(f"{day.year:04}").last


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_value_error(text: str) -> None:
    try:
        published = PublicationDate.of(text)
    except ValueError:
        return
    assert published.first <= published.last
    assert published.label


@pytest.mark.parametrize(
    ("later", "earlier", "surely"),
    [
        ("2019-04-16", "2019-04-15", True),
        ("2019-04-15", "2019-04-15", False),
        ("2019-04-15T10:00:00Z", "2019-04-15", False),
        ("2019-04-15T10:00:00Z", "2019-04-15T09:00:00Z", True),
        ("2019-04-15T10:00:00+02:00", "2019-04-15T09:00:00Z", False),
        ("2019-04-15T10:00:00", "2019-04-15T09:00:00Z", False),
        ("2019", "2019-04-15", False),
        ("2020", "2019-04-15", True),
    ],
)
def test_what_is_surely_later(later: str, earlier: str, surely: bool) -> None:
    assert PublicationDate(later).is_after(PublicationDate(earlier)) is surely
