"""Filters as buttons, one article only, and a link that sets them and asks."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from assistant import Assistant, Settings
from index import NewsIndex
from tests.browser.conftest import ask, narrow_days, narrow_outlet, served

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = pytest.mark.browser

WHY = "Why does Turkey want the S-400?"
DEAD = "How many people died in the Beirut explosion?"


def test_each_filter_in_force_is_a_button_that_takes_it_off(page: Page) -> None:
    chips = page.locator(".dl-in-force")
    expect(page.locator(".dl-filter:visible")).to_have_text(["Any time", "All outlets"])
    expect(chips).to_have_count(0)
    narrow_days(page, "2022-01-01", "2023-12-31")
    expect(page.locator(".dl-counted")).to_contain_text(re.compile(r"^\d of \d+ articles$"))
    narrow_outlet(page, "Brackwater Financial")
    expect(page.locator(".dl-counted")).to_contain_text(re.compile(r"^1 of \d+ articles$"))
    expect(chips).to_have_count(2)
    for said in ("1 Jan 2022 to 31 Dec 2023", "Brackwater Financial"):
        expect(chips.filter(has_text=said)).to_be_visible()
    page.get_by_role("button", name="Remove the dates: 1 Jan 2022 to 31 Dec 2023").click()
    expect(chips).to_have_count(1)
    page.get_by_role("button", name="Remove the outlets: Brackwater Financial").click()
    expect(chips).to_have_count(0)
    expect(page.locator(".dl-counted")).to_have_text("")
    expect(page.get_by_label("Your question")).to_be_focused()
    ask(page, WHY)
    expect(page.locator("#turn-1 .dl-chip").first).to_be_visible()


@pytest.fixture
def alone(samples: Assistant, tmp_path: Path) -> Iterator[str]:
    """The chat over the sample articles and no others, whatever other tests add."""
    home = tmp_path / "home"
    shutil.copytree(samples.settings.home, home)
    index = NewsIndex(home, samples.index.embeddings)
    with served(Assistant(Settings(home=home), index=index)) as address:
        yield address


def test_the_days_of_the_questions_are_those_of_the_timeline(
    alone: str, visit: Callable[..., Page]
) -> None:
    page = visit(alone, query="?since=2020-01-01")
    chips, found = page.locator(".dl-in-force"), page.locator("#list .dl-found")
    expect(chips).to_have_text(re.compile("From 1 Jan 2020"))
    page.get_by_role("tab", name="Articles").click()
    since, until = (page.locator(f"#timeline [name={each}]") for each in ("since", "until"))
    expect(since).to_have_value("2020-01-01")
    expect(found).to_contain_text(" of 11 articles")
    until.fill("2021-06-01")
    page.get_by_role("button", name="Ask about these days").click()
    expect(chips).to_have_text(re.compile("1 Jan 2020 to 1 Jun 2021"))
    page.locator("[data-open=days]").click()
    page.locator("#since").fill("")
    page.locator("#until").fill("2020-12-31")
    expect(chips).to_have_text(re.compile("To 31 Dec 2020"))
    page.get_by_role("tab", name="Articles").click()
    expect(since).to_have_value("")
    expect(until).to_have_value("2020-12-31")
    expect(found).to_contain_text(" of 7 articles")
    page.get_by_role("button", name="Clear").click()
    expect(found).to_contain_text(" of 15 articles")
    page.get_by_role("tab", name="Ask").click()
    expect(chips).to_have_count(0)


def test_one_article_can_be_asked_alone(page: Page, desk: Assistant) -> None:
    ask(page, DEAD)
    cited = {citation.article_id for citation in desk.answer(DEAD).citations}
    assert len(cited) == 2
    page.locator("#turn-1 .dl-answer .dl-chip").last.click()
    title = page.locator("#reader .dl-headline").inner_text()
    page.get_by_role("button", name="Ask only this article").click()
    chip = page.locator(".dl-in-force")
    expect(chip).to_contain_text(f"Only “{title[:30]}")
    expect(page.get_by_label("Your question")).to_be_focused()
    ask(page, DEAD)
    sources = page.locator("#turn-2 .dl-from").all_inner_texts()
    assert set(sources) == {page.locator("#reader .dl-outlet").inner_text()}
    ask(page, WHY)
    expect(page.locator("#turn-3")).to_contain_text("Searched 1 article")
    expect(page.locator("#turn-3")).to_contain_text("chosen one by one")


def test_an_article_from_the_list_brings_the_chat_to_the_front(page: Page) -> None:
    page.get_by_role("tab", name="Articles").click()
    page.locator("#list .dl-open").first.click()
    page.get_by_role("button", name="Ask only this article").click()
    expect(page.locator(".dl-in-force")).to_be_visible()
    expect(page.get_by_label("Your question")).to_be_focused()


def test_a_link_sets_the_filters_and_asks(
    visit: Callable[..., Page], site: str, page: Page, desk: Assistant
) -> None:
    ask(page, DEAD)
    button = page.get_by_role("button", name="Copy link")
    button.click()
    field = page.get_by_label("Link to this question")
    expect(field.or_(page.get_by_text("Link copied.")).first).to_be_visible()
    query = button.get_attribute("data-link") or ""
    early, late = sorted(desk.answer(DEAD).citations, key=lambda each: each.published or "")
    more = f"&since=2020-08-06&publisher={quote(late.publisher or '')}"
    linked = visit(site, query=query + more)
    expect(linked.locator("#turn-1 .dl-question")).to_have_text(DEAD)
    expect(linked.locator("#turn-1[data-finished=yes]")).to_be_visible()
    expect(linked.locator("#turn-1 .dl-from")).to_have_count(1)
    expect(linked.locator("#turn-1 .dl-from")).to_contain_text(late.publisher or "")
    expect(linked.locator(".dl-in-force")).to_have_count(2)
    assert (early.publisher or "") not in linked.locator("#turn-1").inner_text()


def test_a_link_can_do_nothing_else(visit: Callable[..., Page], site: str) -> None:
    evil = "<img src=x onerror=alert(1)>"
    query = f"?q={quote(evil)}&since=%3Cb%3E&until=2020-13-45&publisher={quote(evil)}&article=%22x"
    page = visit(site, query=query)
    expect(page.locator("#turn-1 .dl-question")).to_have_text(evil)
    expect(page.locator("#turn-1[data-finished=yes]")).to_be_visible()
    expect(page.locator(".dl-in-force")).to_have_count(2)
    assert page.locator(".dl-ask img, .dl-log img").count() == 0
    page = visit(site, query=f"?q={quote('why ' * 600)}")
    expect(page.get_by_label("Your question")).to_have_value(("why " * 600).strip())
    expect(page.locator(".dl-turn")).to_have_count(0)


@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_is_wider_than_the_page(visit: Callable[..., Page], site: str, width: int) -> None:
    word = "Verylongwordwithoutanyend" * 8
    address = f"{site}/?q={word}&publisher={word}&article={word}&since=2020-01-01&until=2021-01-01"
    page = visit(
        site, ViewportSize(width=width, height=800), query=address.removeprefix(f"{site}/")
    )
    expect(page.locator("#turn-1[data-finished=yes]")).to_be_visible()
    expect(page.locator(".dl-in-force")).to_have_count(3)
    page.get_by_role("button", name="Copy link").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_click_beside_open_filters_lands_where_it_was_aimed(page: Page) -> None:
    ask(page, "Who won the 2018 World Cup?")
    page.locator("[data-open=days]").focus()
    page.keyboard.press("Enter")
    page.locator("[data-open=days]").focus()
    page.evaluate("window.scrollTo(0, 0)")
    page.get_by_role("tab", name="Articles").click()
    expect(page.get_by_role("tab", name="Articles")).to_have_attribute("aria-selected", "true")


def test_a_half_typed_date_stays_and_is_no_empty_one(page: Page) -> None:
    narrow_days(page, "2022-01-01")
    chip, since, until = (page.locator(each) for each in (".dl-in-force", "#since", "#until"))
    page.locator("[data-open=days]").click()
    expect(page.locator("[data-preset=any]")).to_be_focused()
    since.focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    page.keyboard.press("Backspace")  # the year
    expect(chip).to_contain_text("From 1 Jan 2022")
    page.keyboard.type("2021")
    expect(since).to_have_value("2021-01-01")
    expect(chip).to_contain_text("From 1 Jan 2021")
    until.focus()
    page.keyboard.type("06")
    since.focus()
    page.keyboard.type("02")
    expect(chip).to_contain_text("From 1 Feb 2021")
    expect(page.locator(".dl-counted")).to_contain_text(re.compile(r"^\d+ of \d+ articles$"))
    assert until.evaluate("each => each.validity.badInput"), "half typed, and still there"
    until.focus()
    since.focus()
    for _ in range(3):
        page.keyboard.press("Backspace")
        page.keyboard.press("Tab")
    until.focus()
    expect(chip).to_have_count(0)
    page.keyboard.press("Escape")
    page.locator("[data-open=days]").click()
    expect(page.locator("[data-preset=any]")).to_be_focused()
    assert not until.evaluate("each => each.validity.badInput"), "what is in force is shown"


def test_what_opens_is_on_screen_also_without_anchors(page: Page) -> None:
    def without(route: Route) -> None:
        style = route.fetch()
        route.fulfill(response=style, body=style.text().replace("position-area", "position-none"))

    page.route("**/dateline.css*", without)
    page.reload()
    ask(page, DEAD)
    for opener, name in (
        ("[data-open=days]", "#filter-days"),
        ("[data-open=outlets]", "#filter-outlets"),
        (".dl-toggle", ""),
        ("[aria-label^='More for']", ".dl-kept-menu:popover-open"),
        ("#delete-all", "#wipe"),
        ("#turn-1 .dl-answer .dl-chip", "[role=tooltip]:popover-open"),
    ):
        at = page.locator(opener).first
        at.hover() if "chip" in opener else at.click()
        if name:
            opened = page.locator(name)
            expect(opened).to_be_visible()
            expect(opened).to_be_in_viewport(ratio=1)
            bottom = opened.evaluate("each => each.getBoundingClientRect().bottom")
            assert bottom == pytest.approx(792, abs=1), "at the foot of the window"
            page.keyboard.press("Escape")
    page.locator("#conversations [data-do=shut]").click()  # which the browser remembers
