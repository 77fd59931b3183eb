"""Outlets, dates and articles that are written from right to left stand right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, expect

from assistant import Assistant, Settings
from index import Article, NewsIndex, PublicationDate
from tests.browser.conftest import ask, served
from tests.fakes import FirstSentences, HashedWords

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser

TITLE, OUTLET = "إعادة إضاءة منارة سكيري", "صحيفة الميناء"
TEXT = "أضيئت منارة سكيري من جديد يوم الجمعة بعد تسع سنوات مظلمة."
QUESTION = "متى أضيئت منارة سكيري؟"
FROM_THE_RIGHT = """shown => {
  const range = document.createRange();
  range.selectNodeContents(shown);
  if (!range.getClientRects().length) return null;
  const words = range.getBoundingClientRect();
  return [getComputedStyle(shown).direction, shown.getBoundingClientRect().right - words.right];
}"""
PLACES = """shown => [...shown.childNodes].map((each) => {
  const range = document.createRange();
  range.selectNodeContents(each);
  return range.getBoundingClientRect().left;
})"""


def check(shown: Locator) -> None:
    """It is read from the right, and stands there."""
    expect(shown).to_be_visible()
    # Gradio may put a new element in its place between finding it and measuring it.
    for _ in range(100):
        measured = shown.evaluate(FROM_THE_RIGHT)
        if measured:
            break
    direction, gap = measured
    assert direction == "rtl"
    assert gap < 30, f"{gap} pixels away from the right"


def check_source(shown: Locator) -> None:
    """The outlet to the right of its day, which is whole: "6 Aug 2020", not "Aug 2020 6"."""
    check(shown)
    expect(shown).to_have_text(f"{OUTLET}, 6 Aug 2020")
    outlet, day = shown.evaluate(PLACES)
    assert day < outlet
    assert shown.locator("bdi").evaluate("day => getComputedStyle(day).direction") == "ltr"


def test_an_article_from_right_to_left_stands_right_wherever_it_is_shown(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    index = NewsIndex(tmp_path, HashedWords())
    day = PublicationDate("2020-08-06")
    index.add([Article(text=TEXT, title=TITLE, publisher=OUTLET, published=day)])
    assistant = Assistant(Settings(home=tmp_path), index=index, reader=FirstSentences(quotes=1))
    with served(assistant) as address:
        page = visit(address)
        check_source(page.locator("#begin .dl-about"))
        ask(page, QUESTION)
        check(page.locator("#turn-1 .dl-question"))
        quote = page.locator("#turn-1 blockquote p")
        check(quote)
        assert quote.evaluate("quote => getComputedStyle(quote).borderRightWidth") == "3px"
        check_source(page.locator("#turn-1 .dl-from"))
        page.locator("#turn-1 .dl-chip").first.click()
        expect(page.locator("#reader mark")).to_be_visible()
        check(page.locator("#reader .dl-headline"))
        check(page.locator("#reader .dl-text"))
        check_source(page.locator("#reader .dl-outlet"))
        page.get_by_role("tab", name="Articles").click()
        check(page.locator("#list .dl-title"))
        check_source(page.locator("#list .dl-about"))
