"""Near in time is a preference: it moves what is as good, and keeps nothing out."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from assistant import Assistant, Settings
from index import Article, NewsIndex, PublicationDate
from index.searching.fusion import Days, favour, nearness
from tests.fakes import FirstSentences, HashedWords

if TYPE_CHECKING:
    from pathlib import Path

DAY = Days(date(2022, 6, 15), date(2022, 6, 15))
TEXT = "The mayor of Aldine opened the new bridge, and the crowd cheered. Report {}."


@pytest.mark.parametrize(
    ("published", "expected"),
    [("2022-06-15", 1), ("2022", 1), ("2022-06", 1), ("2022-06-01", 0.5), ("2022-06-29", 0.5)],
)
def test_nearness_halves_in_a_fortnight(published: str, expected: float) -> None:
    assert nearness(PublicationDate(published), DAY) == expected


def test_an_unknown_date_is_neither_near_nor_far() -> None:
    assert nearness(PublicationDate("2019-01-01"), DAY) < nearness(None, DAY) < 0.5


def test_the_farthest_article_keeps_half_its_score() -> None:
    assert 0.5 <= favour(1.0, nearness(PublicationDate("1950-01-01"), DAY)) < 0.51
    assert favour(1.0, 1.0) == 1.0


@pytest.fixture
def index(tmp_path: Path) -> NewsIndex:
    made = NewsIndex(tmp_path, HashedWords())
    made.add(
        Article(text=TEXT.format(year), url=f"https://a.example/{year}", published=dated(year))
        for year in (2018, 2020, 2022)
    )
    return made


def dated(year: int) -> PublicationDate:
    return PublicationDate(f"{year}-06-15")


@pytest.mark.parametrize("year", [2018, 2020, 2022])
def test_the_article_of_the_day_comes_first(index: NewsIndex, year: int) -> None:
    day = date(year, 6, 20)
    hits = index.search("Who opened the bridge of Aldine?", near=Days(day, day))
    assert hits[0].article.published == dated(year)
    assert len(hits) == 3  # a preference, not a wall


def test_asked_as_of_a_day_or_naming_it(index: NewsIndex, tmp_path: Path) -> None:
    assistant = Assistant(Settings(home=tmp_path), index=index, reader=FirstSentences(quotes=1))
    asked = assistant.answer("Who opened the bridge of Aldine?", as_of="2020-07-01")
    assert asked.citations[0].published == "2020-06-15"
    named = assistant.answer("Who opened the bridge of Aldine in June 2018?")
    assert named.citations[0].published == "2018-06-15"
    relative = assistant.answer(
        "Who opened the bridge of Aldine last month?", as_of=date(2018, 7, 9)
    )
    assert relative.citations[0].published == "2018-06-15"
