"""No question that was entered is lost, whenever the key is pressed; little is sent for each."""

from __future__ import annotations

import random
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from assistant import Assistant, Settings
from assistant.reading.reader import Reading
from index import NewsIndex
from tests.browser.conftest import ask, served
from tests.fakes import FirstSentences, HashedWords, topics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index import Hit

pytestmark = pytest.mark.browser

PRESSES, AT_ONCE = 500, 50
LIGHT = "When was the lighthouse at Skerry Point lit again?"


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> NewsIndex:
    index = NewsIndex(tmp_path_factory.mktemp("swallowed"), HashedWords())
    index.add(topics())
    return index


@pytest.fixture(scope="module")
def address(index: NewsIndex) -> Iterator[str]:
    settings = Settings(home=index.status().location, keep=False)
    with served(Assistant(settings, index=index, reader=FirstSentences(quotes=1))) as address:
        yield address


@pytest.mark.slow
def test_enter_pressed_at_all_instants_loses_no_question(
    visit: Callable[..., Page], address: str
) -> None:
    """500 presses in one run: ten conversations of 50, each in the same page after the one before.

    To lay out a page of 500 answers is not what is tried here, and takes longer the longer it is.
    """
    page = visit(address, ViewportSize(width=900, height=600), until="#question-box")
    chance = random.Random(5)
    answered = 0
    for first in range(0, PRESSES, AT_ONCE):
        # Pressed in the page itself, at moments that have nothing to do with the server's: also
        # before Gradio's part is there, within an answer, and as one ends.
        page.evaluate(
            """async ([first, pauses]) => {
              const box = document.getElementById("question-box");
              for (const [number, pause] of pauses.entries()) {
                box.value = `Question ${first + number} of the lighthouse?`;
                const pressed = { key: "Enter", bubbles: true, cancelable: true };
                box.dispatchEvent(new KeyboardEvent("keydown", pressed));
                if (pause) await new Promise((go) => setTimeout(go, pause));
              }
            }""",
            [first, [chance.choice((0, 0, 1, 5, 20, 60, 150)) for _ in range(AT_ONCE)]],
        )
        last = page.locator(f"#turn-{AT_ONCE}[data-finished=yes]")
        expect(last).to_be_attached(timeout=120_000)
        asked = page.locator(".dl-question").all_inner_texts()
        numbers = range(first, first + AT_ONCE)
        assert asked == [f"Question {number} of the lighthouse?" for number in numbers]
        expect(page.locator(".dl-waiting li")).to_have_count(0)
        expect(page.locator(".dl-turn[data-finished=no]")).to_have_count(0)
        answered += page.locator(".dl-turn[data-finished=yes]").count()
        page.locator("#clear").click()
        expect(page.locator(".dl-turn")).to_have_count(0)
    assert answered == PRESSES


class Held:
    """A reader that answers when it is let."""

    name = "held"

    def __init__(self) -> None:
        self.go_on = Event()

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        if "slow" in question:
            assert self.go_on.wait(60)
        return Reading()


def test_a_question_waits_its_turn_where_it_is_seen_and_can_be_taken_back(
    visit: Callable[..., Page], index: NewsIndex
) -> None:
    reader = Held()
    settings = Settings(home=index.status().location, keep=False)
    with served(Assistant(settings, index=index, reader=reader)) as address:
        page = visit(address)
        box, line = page.get_by_label("Your question"), page.locator(".dl-waiting li")
        for question in ("A slow question?", "The second?", "The third?"):
            box.fill(question)
            box.press("Enter")
            expect(box).to_have_value("")
        expect(line).to_have_count(2)
        expect(line.first).to_contain_text("Next: The second?")
        box.fill("half typed")
        line.first.get_by_role("button", name="Take back").click()
        expect(line).to_have_count(1)
        expect(box).to_have_value("half typed")  # nothing that is typed is written over
        reader.go_on.set()
        expect(page.locator("#turn-2[data-finished=yes] .dl-question")).to_have_text("The third?")
        expect(line).to_have_count(0)
        expect(box).to_have_value("half typed")
        assert page.locator(".dl-turn").count() == 2


def test_what_is_entered_before_the_page_is_whole_is_asked_then(
    visit: Callable[..., Page], address: str
) -> None:
    page = visit(address, until="#question-box", apart=True)
    held: list[Route] = []
    slow = True

    def hold(route: Route) -> None:
        if slow:
            held.append(route)
        else:
            route.continue_()

    page.route("**/assets/**", hold)
    page.goto(f"{address}/?again", wait_until="commit")
    box = page.get_by_label("Your question")
    box.fill(LIGHT)
    box.press("Enter")
    expect(page.locator(".dl-waiting")).to_contain_text(LIGHT)
    box.fill("And then?")
    slow = False
    for each in held:
        each.continue_()
    expect(page.locator("#turn-1[data-finished=yes] .dl-question")).to_have_text(LIGHT)
    expect(box).to_have_value("And then?")
    expect(box).to_be_focused()


def test_only_the_turn_that_changed_is_sent(visit: Callable[..., Page], address: str) -> None:
    page = visit(address, apart=True)
    sizes: dict[str, int] = {}
    seen = page.context.new_cdp_session(page)
    seen.send("Network.enable")

    def begin(told: dict[str, Any]) -> None:
        if "/long/ask" in told["response"]["url"]:
            sizes[told["requestId"]] = 0

    seen.on("Network.responseReceived", begin)

    def add(told: dict[str, Any]) -> None:
        if told["requestId"] in sizes:
            sizes[told["requestId"]] += told["dataLength"]

    seen.on("Network.dataReceived", add)
    for number in range(6):
        ask(page, f"{LIGHT[:-1]}, time {number}?")
    first, *_, last = sizes.values()
    assert len(sizes) == 6
    assert 0 < last < 1.5 * first, "as much for the last as for the first"


def test_the_page_is_small_and_stands_still(visit: Callable[..., Page], address: str) -> None:
    page = visit(address, until="#question-box", apart=True)
    shift = """new Promise((tell) => new PerformanceObserver((seen) => tell(seen.getEntries()
      .filter((each) => !each.hadRecentInput).reduce((sum, each) => sum + each.value, 0)))
      .observe({type: "layout-shift", buffered: true}) || setTimeout(() => tell(0), 1000))"""
    loaded = """performance.getEntriesByType("resource").concat(
      performance.getEntriesByType("navigation")).map((each) => each.transferSize)"""
    expect(page.locator("#counts:not(:empty)")).to_be_visible()
    sizes = page.evaluate(loaded)
    assert len(sizes) < 70
    assert sum(sizes) < 400_000
    assert page.evaluate(shift) < 0.1


def test_a_question_can_be_typed_soon_over_a_slow_connection(
    visit: Callable[..., Page], address: str
) -> None:
    page = visit(address, until="#question-box", apart=True)
    slow = {
        "offline": False,
        "latency": 400,
        "downloadThroughput": 50_000,
        "uploadThroughput": 50_000,
    }
    came = 0

    def count(data: dict[str, int]) -> None:
        nonlocal came
        came += data["encodedDataLength"]

    cdp = page.context.new_cdp_session(page)
    cdp.send("Network.enable")
    cdp.send("Network.setCacheDisabled", {"cacheDisabled": True})
    cdp.send("Network.emulateNetworkConditions", slow)  # 400 kbit a second
    cdp.on("Network.dataReceived", count)
    page.goto(f"{address}/?slow", wait_until="commit")
    page.get_by_label("Your question").fill(LIGHT)
    assert 0 < came < 250_000  # bytes: five seconds of such a connection
