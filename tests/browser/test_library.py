"""The list of articles in a real browser: looked through, removed from, and seen over time."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant, Settings
from index import NewsIndex
from tests.browser.conftest import served
from tests.fakes import HashedWords, article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ARTICLES = 120  # over 120 days from 1 January 2021, of three outlets
HEADLINE = "“Łódź” <b>&amp;</b> tram 7"


class Shop:
    """A chat over 120 articles with a fake embedding, and what was embedded for it."""

    def __init__(self, home: Path) -> None:
        self.words = HashedWords()
        self.index = NewsIndex(home, self.words)
        self.assistant = Assistant(Settings(home=home), index=self.index)
        self.index.add(
            [
                article(
                    f"Report number{number} tells of crate{number}.",
                    title=f"Crate {number:03}",
                    publisher=f"Outlet {'ABC'[number % 3]}",
                    published=_day(number),
                    authors=("Nerys Halloran-Tepe",) if number == 5 else (),
                )
                for number in range(ARTICLES - 2)
            ]
        )
        self.index.add(
            [
                article("The tram came back.", title=HEADLINE, published="2021", publisher=None),
                article("Nobody knows when.", title="zebra undated", published=None),
            ]
        )


def _day(number: int) -> str:
    month, day = divmod(number, 28)
    return f"2021-{month + 1:02}-{day + 1:02}"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Shop:
    return Shop(tmp_path_factory.mktemp("shop") / "home")


@pytest.fixture(scope="module")
def address(shop: Shop) -> Iterator[str]:
    with served(shop.assistant) as address:
        yield address


def open_list(visit: Callable[..., Page], address: str) -> Page:
    page = visit(address)
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#list .dl-open").first).to_be_visible()
    return page


@pytest.fixture
def shelf(visit: Callable[..., Page], address: str) -> Page:
    """The list, in front."""
    return open_list(visit, address)


def titles(page: Page) -> list[str]:
    return page.locator("#list .dl-title").all_inner_texts()


def found(page: Page) -> str:
    return page.locator("#list .dl-found").inner_text()


def test_the_list_is_searched_ordered_and_turned_by_pages(shelf: Page) -> None:
    count, first = shelf.locator("#list .dl-found"), shelf.locator("#list .dl-title").first
    expect(count).to_have_text("1–50 of 120 articles")
    shelf.get_by_role("button", name="Next").click()
    expect(count).to_have_text("51–100 of 120 articles")
    expect(count).to_be_focused()
    shelf.get_by_role("button", name="Next").click()
    expect(count).to_have_text("101–120 of 120 articles")
    expect(shelf.get_by_role("button", name="Next")).to_be_disabled()
    assert titles(shelf)[-1] == "zebra undated"
    expect(shelf.locator("#list .dl-item").last).to_contain_text("The Fenland Courier, no date")
    shelf.get_by_label("Order").select_option("Oldest first")
    expect(count).to_have_text("1–50 of 120 articles")
    expect(first).to_have_text(HEADLINE)
    shelf.get_by_label("Order").select_option("By title")
    expect(first).to_have_text("Crate 000")
    search = shelf.get_by_label("Search", exact=True)
    search.press_sequentially("lodz TRAM", delay=15)
    expect(count).to_have_text("1–1 of 1 article")
    expect(first).to_have_text(HEADLINE)
    expect(search).to_be_focused()
    search.fill("halloran")
    expect(first).to_have_text("Crate 005")
    search.fill("nobody is called that")
    expect(count).to_have_text("No article fits.")
    shelf.get_by_role("button", name="Show all articles").click()
    expect(count).to_have_text("1–50 of 120 articles")
    expect(search).to_have_value("")
    shelf.locator("#controls").get_by_label("Outlet").select_option("Outlet B (39)")
    expect(count).to_have_text("1–39 of 39 articles")


def test_what_is_typed_last_is_what_is_listed(shelf: Page) -> None:
    search = shelf.get_by_label("Search", exact=True)
    for words in ("crate", "crate 1", "crate 11", "outlet", "crate 117"):
        search.fill(words)
        shelf.wait_for_timeout(260)  # as it is typed: each one is looked for
    expect(shelf.locator("#list .dl-found")).to_have_text("1–1 of 1 article")
    expect(shelf.locator("#list .dl-title")).to_have_text(["Crate 117"])


def test_arrow_keys_go_through_the_list(shelf: Page) -> None:
    rows = shelf.locator("#list .dl-open")
    rows.first.focus()
    shelf.keyboard.press("ArrowDown")
    expect(rows.nth(1)).to_be_focused()
    shelf.keyboard.press("End")
    expect(rows.last).to_be_focused()
    shelf.keyboard.press("Home")
    shelf.keyboard.press("Enter")
    expect(shelf.locator("#reader .dl-headline")).to_have_text(HEADLINE)
    shelf.get_by_role("button", name="Close the article").click()
    expect(rows.first).to_be_focused()


def test_what_is_removed_can_be_put_back_as_it_was(
    shelf: Page, shop: Shop, visit: Callable[..., Page], address: str
) -> None:
    other = open_list(visit, address)
    title = "Crate 117"
    (article_id,) = (each.id for each in shop.index.articles() if each.title == title)
    before = shop.index.article(article_id)
    hits = [(hit.passage, hit.similarity) for hit in shop.index.search("crate117", 1)]
    row = shelf.locator("#list li", has_text=title)
    row.locator(".dl-open").click()
    expect(shelf.locator("#reader .dl-headline")).to_have_text(title)
    other.locator("#list .dl-open", has_text=title).click()
    expect(other.locator("#reader .dl-headline")).to_have_text(title)
    shelf.bring_to_front()
    row.get_by_role("button", name="Remove").click()
    expect(shelf.locator("#notice")).to_contain_text(f"Removed “{title}”.")
    expect(shelf.locator("#reader")).to_contain_text("This article is no longer in the index.")
    expect(shelf.locator("#list .dl-found")).to_have_text("1–50 of 119 articles")
    expect(shelf.locator("#counts")).to_contain_text("119 articles")
    assert shop.index.article(article_id) is None
    other.bring_to_front()
    other.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(other.locator("#reader")).to_contain_text("This article is no longer in the index.")
    expect(other.locator("#list .dl-found")).to_have_text("1–50 of 119 articles")
    shelf.bring_to_front()
    embedded = len(shop.words.embedded)
    shelf.get_by_role("button", name="Undo").click()
    expect(shelf.locator("#notice")).to_contain_text(f"“{title}” is back.")
    expect(shelf.locator("#list .dl-found")).to_have_text("1–50 of 120 articles")
    assert shop.index.article(article_id) == before
    assert len(shop.words.embedded) == embedded, "nothing is embedded again"
    again = [(hit.passage, hit.similarity) for hit in shop.index.search("crate117", 1)]
    assert again == hits


def test_what_another_tab_has_removed_is_told(
    shelf: Page, shop: Shop, visit: Callable[..., Page], address: str
) -> None:
    (gone,) = (each for each in shop.index.articles() if each.title == "Crate 116")
    shop.index.remove([gone.id])
    shelf.locator("#list li", has_text=gone.title).get_by_role("button", name="Remove").click()
    expect(shelf.locator("#notice")).to_contain_text("no longer in the index")
    expect(shelf.locator("#list .dl-found")).to_have_text("1–50 of 119 articles")
    shop.index.add([gone])


# The timeline


def bar_at(page: Page, share: float) -> tuple[float, float]:
    box = page.locator(".dl-bars").bounding_box()
    assert box
    return box["x"] + box["width"] * share, box["y"] + box["height"] / 2


def test_days_are_brushed_with_the_mouse_and_asked_about(shelf: Page) -> None:
    line = shelf.locator("#timeline")
    expect(line).to_contain_text("Articles per week")
    expect(line).to_contain_text("1 known by month or year only; 1 without a date")
    expect(line.get_by_role("button", name="Ask about these days")).to_be_disabled()
    line.scroll_into_view_if_needed()
    shelf.mouse.move(*bar_at(shelf, 0.06))
    shelf.mouse.down()
    shelf.mouse.move(*bar_at(shelf, 0.1), steps=4)
    shelf.mouse.up()
    chosen = shelf.locator(".dl-chosen")
    # by then the bars have been drawn anew, and what was chosen told again
    expect(shelf.locator("#list .dl-found")).not_to_have_text("1–50 of 120 articles")
    expect(chosen).to_have_text(re.compile(r"^Week of .* 2021 to Week of .* 2021: \d+ articles$"))
    said = chosen.inner_text().split(": ")[1]
    number = int(said.split()[0])
    # the one known by its year only may be of these days, too
    expect(shelf.locator("#list .dl-found")).to_have_text(
        f"1–{number + 1} of {number + 1} articles"
    )
    since, until = (line.get_by_label(each, exact=True).last for each in ("From", "To"))
    assert since.input_value() > "2021-01-01"
    line.get_by_role("button", name="Ask about these days").click()
    expect(shelf.get_by_role("tab", name="Ask")).to_have_attribute("aria-selected", "true")
    expect(shelf.get_by_label("Your question")).to_be_focused()
    shelf.locator("[data-open=days]").click()
    expect(shelf.locator("#since")).to_have_value(since.input_value())
    expect(shelf.locator("#until")).to_have_value(until.input_value())
    shelf.get_by_role("tab", name="Articles").click()
    line.get_by_role("button", name="Clear").click()
    expect(shelf.locator("#list .dl-found")).to_have_text("1–50 of 120 articles")
    shelf.get_by_role("tab", name="Ask").click()
    expect(shelf.locator("[data-open=days]")).to_have_text("Any time")


def test_days_are_chosen_with_the_keyboard(shelf: Page) -> None:
    line = shelf.locator("#timeline")
    thumb = line.get_by_role("slider", name="From")
    thumb.focus()
    for _ in range(3):
        shelf.keyboard.press("ArrowRight")
    expect(thumb).to_have_attribute("aria-valuetext", "Week of 18 Jan 2021")
    expect(thumb).to_be_focused()
    since = line.locator("[name=since]")
    expect(since).to_have_value("2021-01-18")
    expect(shelf.locator("#list .dl-found")).to_have_text("1–50 of 102 articles")
    last = line.get_by_role("slider", name="To")
    last.focus()
    shelf.keyboard.press("Home")  # the ends do not cross
    expect(last).to_have_attribute("aria-valuetext", "Week of 18 Jan 2021")
    expect(shelf.locator("#list .dl-found")).to_have_text("1–8 of 8 articles")
    line.get_by_role("button", name="Look closer").click()
    expect(line).to_contain_text("Articles per day")
    expect(line.locator("rect")).to_have_count(7)
    since.fill("2021-01-20")
    line.locator("[name=until]").fill("2021-01-20")
    expect(shelf.locator("#list .dl-found")).to_have_text("1–2 of 2 articles")
    shelf.get_by_label("Search", exact=True).fill("crate")
    expect(shelf.locator("#list .dl-found")).to_have_text("1–1 of 1 article")
    expect(since).to_have_value("2021-01-20")


def test_days_are_brushed_by_touch(visit: Callable[..., Page], address: str) -> None:
    page = visit(address, {"width": 390, "height": 800})
    page.get_by_role("tab", name="Articles").click()
    bars = page.locator(".dl-bars")
    bars.scroll_into_view_if_needed()
    for kind, share in (("down", 0.05), ("move", 0.08), ("up", 0.08)):
        x, y = bar_at(page, share)
        event = {"clientX": x, "clientY": y, "pointerId": 1, "pointerType": "touch", "button": 0}
        page.evaluate(
            "([kind, event]) => { const bars = document.querySelector('.dl-bars');"
            "bars.setPointerCapture = () => {};"  # a made-up pointer cannot be captured
            "bars.dispatchEvent(new PointerEvent('pointer' + kind, {...event, bubbles: true})) }",
            [kind, event],
        )
    expect(page.locator(".dl-chosen")).to_have_text(re.compile("articles$"))
    expect(page.locator("#list .dl-found")).not_to_have_text("1–50 of 120 articles")
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


# The rest of the tab


def test_the_status_tells_what_there_is_and_what_was_left_out(
    shelf: Page, shop: Shop, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.txt"
    empty.write_text(" ")
    shop.index.add([empty], name=lambda _: "<i>empty</i>.txt")
    shelf.get_by_text("What the index holds").click()
    status = shelf.locator("#status")
    expect(status.locator("dl")).to_be_visible()
    for said in ("Articles120", "Outlets4", "Reading modeldateline-reader", "Chat modelnone"):
        expect(status.locator("dl")).to_contain_text(said)
    expect(status).to_contain_text("1 Jan 2021 to 31 Dec 2021")
    expect(status.locator("li").first).to_contain_text("<i>empty</i>.txt: the file is empty")
    expect(status.locator("li time").first).to_contain_text("UTC")


def test_an_empty_index_says_what_to_do(visit: Callable[..., Page], tmp_path: Path) -> None:
    index = NewsIndex(tmp_path / "home", HashedWords())
    with served(Assistant(Settings(home=tmp_path / "home"), index=index)) as address:
        page = visit(address)
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator("#list")).to_contain_text("Drop files below, fetch a page or a feed")
        expect(page.locator("#timeline .dl-bars")).to_have_count(0)
        page.get_by_text("What the index holds").click()
        expect(page.locator("#status")).to_contain_text("none known")
