"""A story of several outlets: its figures lined up, its days, and the way into each article."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from assistant import Assistant, Settings
from index import Article, NewsIndex, PublicationDate
from tests.browser.conftest import ask, served
from tests.fakes import FirstSentences, HashedWords
from web.chat.story_page import _count

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

SAID = "The mine at Orrel fell in after the rain and the rescuers dug for the miners all night"
REPORTS = (
    ("The Mail", "2021-03-01", "9 dead as the mine at Orrel falls in", "killed at least 9 miners"),
    ("The Sun", "2021-03-02", "The mine at Orrel: rescuers dig", "left 14 people dead, 6 injured"),
    ("The Post", "2021-03-04", "Mine at Orrel: death toll rises to 21", "and 6 hurt"),
)


@pytest.mark.parametrize(
    ("sentence", "counted"),
    [
        ("A blast killed at least 78 people and injured nearly 4,000.", "dead hurt"),
        ("The number of people known to have died has climbed to 135.", "dead"),
        ("The death toll rose to 47 on Monday.", "dead"),
        ("Floods left 300,000 people homeless in 2021 rains.", "displaced"),
        ("It burned 2,750 tonnes of grain.", "tonnes"),
    ],
)
def test_what_a_sentence_counts(sentence: str, counted: str) -> None:
    assert [each for each, _ in _count(sentence)] == counted.split()


def test_figures_of_many_reports_are_lined_up_and_lead_into_the_articles(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    index = NewsIndex(tmp_path, HashedWords())
    index.add(
        Article(
            text=f"{SAID}, and {told}, the mayor said. {outlet} was there.",
            title=title,
            publisher=outlet,
            published=PublicationDate(day),
        )
        for outlet, day, title, told in REPORTS
    )
    assistant = Assistant(Settings(home=tmp_path), index=index, reader=FirstSentences(quotes=1))
    with served(assistant) as address:
        page = visit(address)
        ask(page, "What happened at the mine at Orrel?")
        page.locator("#turn-1").get_by_role("button", name="Story").first.click()
        story = page.get_by_role("article", name="Story")
        expect(story).to_contain_text("3 reports in 3 outlets")
        rows = story.locator(".dl-lined-up tr")
        differ = rows.filter(has=page.get_by_role("rowheader", name="dead"))
        expect(differ.locator(".dl-version b")).to_have_text(["9", "14", "21"])
        expect(story).to_contain_text("What the reports differ on")
        expect(story).to_contain_text("What they agree on")
        expect(story.locator(".dl-events .dl-when")).to_have_text(
            ["1 Mar 2021", "2 Mar 2021", "4 Mar 2021"]
        )
        differ.get_by_role("button").last.click()
        expect(page.locator("#reader .dl-headline")).to_have_text(REPORTS[2][2])
        page.locator("#reader [data-back]").click()
        expect(story).to_contain_text("3 reports in 3 outlets")
