"""Usable by everyone: axe finds nothing serious, and the page makes sense when it is read out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from assistant import Assistant, Settings
from assistant.users import Users
from index import NewsIndex
from tests.browser.conftest import DESKTOP, ask, served
from tests.fakes import HashedWords
from tests.serving.test_users import ADA
from web.auth.gate import Exposure

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PHONE = ViewportSize(width=390, height=844)
LOOKS = [(DESKTOP, False), (DESKTOP, True), (PHONE, False), (PHONE, True)]
NAMES = ["light", "dark", "phone", "phone, dark"]
FROM_THE_TOP = """() => {
  document.body.tabIndex = -1;
  document.body.focus();
  document.body.removeAttribute("tabindex");
}"""
GRAVE = {"serious", "critical"}
RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


def check(page: Page, where: str) -> None:
    """Fail with what axe finds serious or critical, by rule and element."""
    found = [
        f"{where}: {rule['id']} ({rule['impact']}): {node['html'][:160]} {node['failureSummary']}"
        for rule in Axe().run(page, options=RULES).response["violations"]
        if rule["impact"] in GRAVE
        for node in rule["nodes"]
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(("viewport", "dark"), LOOKS, ids=NAMES)
def test_axe_finds_nothing_grave(
    visit: Callable[..., Page], site: str, viewport: ViewportSize, dark: bool
) -> None:
    page = visit(site, viewport, dark=dark)
    expect(page.locator("body.dark")).to_have_count(int(dark))
    # What the question box, which stays in view, lies over can be scrolled free.
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    check(page, "start")
    ask(page, "Why does Turkey want the S-400?")
    check(page, "answer")
    page.locator(".dl-chip").first.click()
    expect(page.locator("#reader mark")).to_be_in_viewport()
    check(page, "article open")
    page.keyboard.press("Escape")
    expect(page.locator("#reader .dl-article")).to_have_count(0)
    page.keyboard.press("Escape")  # the passage of the number that has the focus again
    page.get_by_role("button", name="Story").first.click()
    expect(page.get_by_role("article", name="Story")).to_be_visible()
    check(page, "story")
    page.keyboard.press("Escape")
    expect(page.locator("#reader .dl-article")).to_have_count(0)
    ask(page, "Who won the 2018 World Cup?")
    check(page, "abstention")
    page.locator("[data-open=outlets]").click()
    expect(page.locator("#filter-outlets label").first).to_be_visible()
    page.evaluate("window.scrollTo(0, document.documentElement.scrollHeight)")
    check(page, "filters")
    page.get_by_role("tab", name="Articles").click()
    page.get_by_text("What the index holds").click()
    expect(page.get_by_role("button", name="Rebuild the index")).to_be_visible()
    page.get_by_role("tab", name="Paste").click()
    check(page, "articles")
    assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_axe_finds_nothing_grave_in_an_empty_index(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    empty = Assistant(Settings(home=tmp_path), index=NewsIndex(tmp_path, HashedWords()))
    with served(empty) as address:
        for viewport, dark in LOOKS:
            page = visit(address, viewport, dark=dark)
            expect(page.get_by_text("There are no articles yet").first).to_be_visible()
            check(page, "empty start")


def test_axe_finds_nothing_grave_in_the_login(visit: Callable[..., Page], desk: Assistant) -> None:
    with served(desk, Exposure(users=Users({"ada": ADA}))) as address:
        for viewport, dark in LOOKS:
            page = visit(address, viewport, dark=dark, until="h1", refused="401", apart=True)
            check(page, "login")
            page.get_by_label("Name").fill("somebody with a rather long name of sixty-four letters")
            page.get_by_label("Password").fill("a guess")
            page.keyboard.press("Enter")
            expect(page.get_by_role("alert")).to_be_visible()
            check(page, "login refused")
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_the_page_makes_sense_when_it_is_read_out(page: Page) -> None:
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page).to_have_title("Dateline")
    expect(page.get_by_role("main")).to_have_count(1)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dateline")
    expect(page.get_by_role("tab", name="Ask")).to_have_attribute("aria-selected", "true")


def test_the_first_tab_leads_past_everything_to_the_question(page: Page) -> None:
    expect(page.get_by_label("Your question")).to_be_focused()
    page.evaluate(FROM_THE_TOP)
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the question")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_label("Your question")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator("#send")).to_be_focused()


def test_the_tab_key_goes_through_the_page_from_top_to_bottom(page: Page) -> None:
    expect(page.locator("#begin .dl-names").first).to_be_visible()  # nothing moves after that
    page.evaluate(FROM_THE_TOP)
    seen: list[float] = []
    for _ in range(12):
        page.keyboard.press("Tab")
        place = page.evaluate(
            """() => {
              const { activeElement: at } = document;
              if (at === document.body || at.closest(".dl-ask, .dl-skip")) return null;
              return at.getBoundingClientRect().top + window.scrollY;
            }"""
        )
        if place is not None:
            seen.append(place)
    assert len(seen) >= 4
    assert seen == sorted(seen)


SMALL = """() => [...document.querySelectorAll("button, a, input, select, textarea, summary")]
  .filter((each) => each.checkVisibility() && each.offsetHeight)
  .filter((each) => !each.matches(".dl-skip, .dl-unseen, .dl-range, [type=checkbox]"))
  .filter((each) => !each.matches(".dl-sentence .dl-chip"))
  .filter((each) => each.getBoundingClientRect().height < 43.5)
  .map((each) => `${each.className} ${each.id} ${each.textContent.slice(0, 20)}`)"""
"""A citation's number is small to look at and large to touch."""


def test_a_thumb_hits_everything_on_a_phone(visit: Callable[..., Page], site: str) -> None:
    page = visit(site, PHONE)
    assert page.evaluate(SMALL) == []
    ask(page, "How many people died in the Beirut explosion?")
    expect(page.locator(".dl-version").first).to_be_visible()
    assert page.evaluate(SMALL) == []
    page.get_by_role("button", name="Story").first.click()
    expect(page.get_by_role("article", name="Story").locator(".dl-version").first).to_be_visible()
    assert page.evaluate(SMALL) == []
    page.locator("#reader [data-back]").click()
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#list .dl-open").first).to_be_visible()
    for tab in ("Paste", "Address", "Files"):
        page.get_by_role("tab", name=tab).click()
        assert page.evaluate(SMALL) == []
