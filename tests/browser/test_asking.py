"""Asking in a real browser: quotes, the article beside them, follow-ups and abstentions."""

from __future__ import annotations

import re
from threading import Event
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from assistant import Assistant
from assistant.reading.reader import Reading
from tests.browser.conftest import ask, narrow_days, narrow_outlet, served

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index import Hit

pytestmark = pytest.mark.browser

WHY = "Why does Turkey want the S-400?"


def test_a_question_is_answered_with_quotes_and_their_sources(page: Page, desk: Assistant) -> None:
    ask(page, WHY)
    expected = desk.answer(WHY)
    words = page.locator("#turn-1 .dl-words")
    assert words.all_inner_texts() == [" ".join(each.text.split()) for each in expected.sentences]
    expect(page.locator("#turn-1 .dl-from").first).to_have_text("The Meridian Post, 18 Jul 2019")
    expect(page.locator("#turn-1 .dl-took")).to_contain_text("Answered in")
    expect(page.locator("#turn-1 .dl-doubt")).to_have_count(0)
    expect(page.get_by_label("Your question")).to_have_value("")
    ask(page, "When did Finland join NATO?")
    expect(page.locator("#turn-2 figcaption").first).to_contain_text("(Tuesday: 4 Apr 2023)")


def test_a_citation_opens_its_article_at_the_very_words(page: Page, desk: Assistant) -> None:
    ask(page, WHY)
    for citation in desk.answer(WHY).citations:
        page.locator(f"#turn-1-citation-{citation.number}").click()
        mark = page.locator("#reader mark")
        expect(mark).to_have_text(citation.quote)
        expect(mark).to_be_in_viewport()
        article = desk.index.article(citation.article_id)
        assert article is not None
        assert page.locator(".dl-text").text_content() == article.text
        before = mark.evaluate("mark => mark.previousSibling.textContent.length")
        assert before == citation.start
        expect(page.locator(".dl-headline")).to_have_text(article.title)
    expect(page.locator(".dl-byline")).to_have_text("By Nerys Halloran-Tepe")


def test_the_same_citation_opens_again_after_scrolling_away(page: Page) -> None:
    ask(page, WHY)
    page.locator(".dl-chip").first.click()
    expect(page.locator("#reader mark")).to_be_in_viewport()
    page.locator("#reader").evaluate("reader => reader.scrollTo(0, reader.scrollHeight)")
    expect(page.locator("#reader mark")).not_to_be_in_viewport()
    page.locator(".dl-chip").first.click()
    expect(page.locator("#reader mark")).to_be_in_viewport()


def test_other_outlets_that_print_the_words_are_named_and_open(page: Page, desk: Assistant) -> None:
    question = "How long is Finland's border with Russia?"
    ask(page, question)
    cited = desk.answer(question).citations[0]
    assert {cited.publisher, cited.copies[0].publisher} == {
        "Pellworth Evening News",
        "The Ostwick Mail",
    }
    also = page.locator("#turn-1 .dl-sentence").first.locator(".dl-also")
    expect(also).to_have_text(f"Also in {cited.copies[0].publisher}")
    expect(page.locator("#turn-1 .dl-short strong")).to_have_text(desk.answer(question).short or "")
    also.get_by_role("button").click()
    expect(page.locator("#reader .dl-headline")).to_have_text(cited.copies[0].title)
    expect(page.locator("#reader mark")).to_have_count(0)
    ask(page, WHY)
    expect(page.locator("#turn-2 .dl-also")).to_have_count(0)


def test_all_of_it_works_from_the_keyboard(page: Page) -> None:
    ask(page, WHY)
    chip = page.locator("#turn-1-citation-1")
    chip.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#reader mark")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#reader .dl-article")).to_have_count(0)
    expect(chip).to_be_focused()


def test_an_answer_is_announced(page: Page) -> None:
    log = page.get_by_role("log", name="Conversation")
    expect(log).to_have_attribute("aria-live", "polite")
    ask(page, WHY)
    expect(log.locator(".dl-turn")).to_have_count(1)


def test_a_follow_up_takes_along_what_was_said_before(page: Page) -> None:
    ask(page, WHY)
    ask(page, "And how much did it cost?")
    expect(page.locator("#turn-2 .dl-took")).to_contain_text(re.compile("Searched for: .*S-400"))
    ids = page.evaluate("[...document.querySelectorAll('.dl-log [id]')].map(each => each.id)")
    assert len(ids) == len(set(ids))
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".dl-turn")).to_have_count(0)
    ask(page, "And how much did it cost?")
    expect(page.locator("#turn-1")).not_to_contain_text("Searched for")


def test_an_abstention_says_what_was_searched_and_cites_nothing(page: Page) -> None:
    ask(page, "Who won the 2018 World Cup?")
    turn = page.locator("#turn-1")
    expect(turn.locator(".dl-verdict")).to_contain_text(re.compile("Nothing found|No article says"))
    expect(turn).to_contain_text(re.compile(r"Searched \d+ articles, published 10 Apr 2019 to"))
    expect(turn.locator(".dl-chip")).to_have_count(0)
    nearest = turn.locator(".dl-nearest .dl-open").first
    title = nearest.locator(".dl-title").inner_text()
    nearest.click()
    expect(page.locator(".dl-headline")).to_have_text(title)
    expect(page.locator("#reader mark")).to_have_count(0)


def test_an_answer_can_be_narrowed_by_date_and_outlet(page: Page) -> None:
    narrow_days(page, since="2022-01-01")
    narrow_outlet(page, "Brackwater Financial")
    ask(page, WHY)
    turn = page.locator("#turn-1")
    expect(turn.locator(".dl-verdict")).to_be_visible()
    expect(turn).to_contain_text("in Brackwater Financial, from 1 Jan 2022 on")


def test_a_question_that_cannot_be_read_is_one_clear_line(page: Page) -> None:
    ask(page, "why " * 600)
    expect(page.locator("#turn-1 .dl-error")).to_contain_text("at most 2,000 can be read")
    ask(page, WHY)
    expect(page.locator("#turn-2 .dl-chip").first).to_be_visible()


def test_an_example_is_asked_with_a_click(page: Page) -> None:
    page.get_by_role("button", name="Is the Ever Given still stuck?").click()
    expect(page.locator("#turn-1 .dl-chip").first).to_be_visible()
    expect(page.locator("#start")).to_be_hidden()


def test_on_a_phone_the_article_is_a_sheet_and_back_leads_to_the_answer(
    visit: Callable[..., Page], site: str
) -> None:
    page = visit(site, ViewportSize(width=390, height=800))
    ask(page, WHY)
    page.locator(".dl-chip").first.click()
    expect(page.locator("#reader mark")).to_be_in_viewport()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    sheet = page.locator("#reader").bounding_box()
    assert sheet is not None
    assert (sheet["x"], sheet["y"], sheet["width"], sheet["height"]) == (0, 0, 390, 800)
    page.go_back()  # of the browser's own
    expect(page.locator("#reader .dl-article")).to_have_count(0)
    expect(page.locator("#turn-1")).to_be_in_viewport()
    page.locator(".dl-chip").first.click()
    page.get_by_role("button", name="Back").click()
    expect(page.locator("#reader .dl-article")).to_have_count(0)
    expect(page.locator("#turn-1")).to_be_in_viewport()


def test_two_readers_do_not_share_a_conversation(visit: Callable[..., Page], site: str) -> None:
    one, other = visit(site, apart=True), visit(site, apart=True)
    ask(one, WHY)
    ask(other, "And how much did it cost?")
    expect(other.locator("#turn-1 .dl-took")).not_to_contain_text("Searched for")
    expect(other.locator(".dl-turn")).to_have_count(1)
    expect(one.locator(".dl-turn")).to_have_count(1)
    expect(one.locator(".dl-question")).to_have_text(WHY)


class Waiting:
    """A reader that takes its time over one question."""

    name = "waiting"

    def __init__(self) -> None:
        self.go_on = Event()

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        if "slow" in question:
            assert self.go_on.wait(60)
        return Reading()


def test_a_question_under_way_is_given_back_when_the_server_is_stopped(
    visit: Callable[..., Page], desk: Assistant
) -> None:
    reader = Waiting()
    with served(Assistant(desk.settings, index=desk.index, reader=reader)) as address:
        page = visit(address)
        box = page.get_by_label("Your question")
        box.fill("A slow question?")
        page.locator("#send").click()
        expect(page.locator(".dl-pending")).to_be_visible()
    expect(page.get_by_text("The server was stopped meanwhile.")).to_be_visible()
    expect(box).to_have_value("A slow question?")
    reader.go_on.set()


def test_a_slow_answer_holds_up_nobody_else(visit: Callable[..., Page], desk: Assistant) -> None:
    reader = Waiting()
    with served(Assistant(desk.settings, index=desk.index, reader=reader)) as address:
        slow, quick = visit(address), visit(address)
        slow.get_by_label("Your question").fill("A slow question?")
        slow.locator("#send").click()
        expect(slow.locator(".dl-pending")).to_be_visible()
        ask(quick, "A quick question?")
        expect(slow.locator(".dl-pending")).to_be_visible()
        reader.go_on.set()
        expect(slow.locator("#turn-1[data-finished=yes]")).to_be_visible()
