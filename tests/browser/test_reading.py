"""What stands around quoted words, and all of the page's keys."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser.conftest import ask, ask_to_the_end

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant import Assistant

pytestmark = pytest.mark.browser

WHY = "Why does Turkey want the S-400?"
DEAD = "How many people died in the Beirut explosion?"


def test_a_citation_shows_its_passage_and_escape_hides_it(page: Page, desk: Assistant) -> None:
    ask_to_the_end(page, DEAD)
    first, *_, second = desk.answer(DEAD).citations
    chips, passages = (
        page.locator("#turn-1 .dl-answer .dl-chip"),
        page.locator("#turn-1 [role=tooltip]"),
    )
    expect(passages.first).to_be_hidden()
    chips.first.hover()
    expect(passages.first).to_be_visible()
    expect(passages.first.locator("strong")).to_have_text(" ".join(first.quote.split()))
    expect(passages.first.locator(".dl-passage-from")).to_have_text("Corvane Daily, 6 Aug 2020")
    article = desk.index.article(first.article_id)
    assert article is not None
    after = article.text[first.end : first.end + 60].split()
    expect(passages.first).to_contain_text(" ".join(after))
    described = chips.first.get_attribute("aria-describedby")
    assert described == passages.first.get_attribute("id")
    passages.first.hover()  # it may be moved onto
    expect(passages.first).to_be_visible()
    page.keyboard.press("Escape")
    expect(passages.first).to_be_hidden()
    # by keyboard: the arrows go from one citation to the other
    chips.first.focus()
    page.keyboard.press("ArrowRight")
    expect(chips.last).to_be_focused()
    expect(passages.last).to_be_visible()
    expect(passages.last.locator("strong")).to_have_text(" ".join(second.quote.split()))
    page.keyboard.press("ArrowLeft")
    expect(passages.last).to_be_hidden()
    expect(passages.first).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark")).to_be_focused()
    expect(passages.first).to_be_hidden()
    page.keyboard.press("Escape")
    expect(page.locator("#reader .dl-article")).to_have_count(0)


def test_escape_closes_one_thing_at_a_time(page: Page) -> None:
    ask(page, WHY)
    page.locator("#turn-1 .dl-answer .dl-chip").first.click()
    article, drawer = page.locator("#reader .dl-article"), page.locator("#conversations")
    expect(article).to_be_visible()
    page.locator(".dl-toggle").click()
    expect(drawer.get_by_label("Search the conversations")).to_be_focused()
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(article).to_be_visible()
    page.locator("#turn-1 .dl-answer .dl-chip").first.focus()
    page.keyboard.press("Escape")  # the passage
    expect(article).to_be_visible()
    page.keyboard.press("Escape")
    expect(article).to_have_count(0)
    expect(page.locator(".dl-in-force")).to_have_count(0)  # it did not narrow to the article


def test_what_can_be_done_with_an_answer_is_one_row(page: Page) -> None:
    ask(page, WHY)
    buttons = page.locator("#turn-1 .dl-doing").get_by_role("button")
    said = ["Retry", "Edit question", "Copy link", "Copy answer", "Helpful", "Wrong"]
    expect(buttons).to_have_text([re.compile(rf"^\s*{each}$") for each in said])
    # at one instant: the page is scrolled as suggestions come
    tops = buttons.evaluate_all("all => all.map((each) => each.getBoundingClientRect().top)")
    assert max(tops) - min(tops) <= 1


def test_the_passage_stays_on_a_small_screen(visit: Callable[..., Page], site: str) -> None:
    page = visit(site, ViewportSize(width=390, height=700))
    ask_to_the_end(page, DEAD)
    for chip in page.locator("#turn-1 .dl-answer .dl-chip").all():
        chip.hover()
        passage = page.locator("[role=tooltip]:popover-open")
        expect(passage).to_be_visible()
        box = passage.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= 390
        assert box["y"] >= 0
        assert box["y"] + box["height"] <= 700
        page.keyboard.press("Escape")


def test_keys_go_everywhere(page: Page) -> None:
    box = page.get_by_label("Your question")
    ask(page, DEAD)
    ask(page, WHY)
    page.locator("#turn-1 .dl-question").click()
    box.blur()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("")
    for key, said in (
        ("ArrowDown", ""),
        ("ArrowUp", WHY),
        ("ArrowUp", DEAD),
        ("ArrowUp", DEAD),
        ("ArrowDown", WHY),
        ("ArrowDown", ""),
    ):
        page.keyboard.press(key)
        expect(box).to_have_value(said)
    page.keyboard.type("a/b?")
    expect(box).to_have_value("a/b?")
    page.keyboard.press("ArrowUp")
    expect(box).to_have_value("a/b?")
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")  # what was recalled can be asked
    expect(page.locator("#turn-3 .dl-question")).to_have_text(WHY)
    expect(page.locator("#turn-3[data-finished=yes]")).to_be_visible()
    box.blur()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys")
    expect(keys).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_role("button", name="Keys", exact=True).click()
    keys.get_by_role("button", name="Close").click()
    expect(keys).to_be_hidden()
    page.get_by_role("tab", name="Articles").click()
    page.keyboard.press("/")
    expect(box).to_be_focused()


def test_what_may_follow_is_suggested_and_answered(page: Page) -> None:
    ask(page, WHY)
    suggested = page.locator("#suggestions .dl-example")
    expect(suggested.first).to_be_visible()
    questions = suggested.all_inner_texts()
    assert 1 <= len(questions) <= 3
    assert WHY not in questions
    suggested.first.focus()
    page.keyboard.press("ArrowDown")
    # on a busy machine only one may be found in the time there is
    expect(suggested.last if len(questions) < 3 else suggested.nth(1)).to_be_focused()
    suggested.first.focus()
    page.keyboard.press("Enter")
    turn = page.locator("#turn-2[data-finished=yes]")
    expect(turn.locator(".dl-question")).to_have_text(questions[0])
    expect(turn.locator(".dl-chip").first).to_be_visible()
    expect(turn).not_to_contain_text("Searched for")
    page.get_by_role("button", name="New conversation").click()
    expect(suggested).to_have_count(0)
