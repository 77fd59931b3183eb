"""Stop, retry and edit: what has arrived stays, and the last turn can be put again."""

from __future__ import annotations

import re
from threading import Event
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant, Settings
from tests.browser.conftest import ask, served
from tests.scripted import KEY, Handler, Scripted, scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "How long is Finland's border with Russia?"
WHY = "Why does Turkey want the S-400?"


@pytest.fixture(scope="module")
def server() -> Iterator[Scripted]:
    with scripted() as server:
        yield server


@pytest.fixture(scope="module")
def address(desk: Assistant, server: Scripted) -> Iterator[str]:
    settings = Settings(
        home=desk.settings.home,
        chat_model="openai:scripted",
        chat_base_url=server.address,
        chat_api_key=KEY,
    )
    with served(Assistant(settings, index=desk.index)) as address:
        yield address


def test_what_has_arrived_stays_when_it_is_stopped_and_the_model_is_let_go(
    visit: Callable[..., Page], address: str, server: Scripted
) -> None:
    on, let_go = Event(), Event()

    def endless(handler: Handler, body: dict[str, object]) -> None:
        handler.begin()
        handler.piece("Finland shares a border of about 1,340 kilometres with Russia [1]. It is")
        try:
            while not on.wait(0.05):
                handler.piece(" long")
        except OSError:  # nobody reads it any more
            let_go.set()

    server.script = [endless]
    page = visit(address)
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_be_hidden()
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    turn = page.locator("#turn-1")
    expect(turn.locator(".dl-answer .dl-supported")).to_be_visible()
    expect(turn.locator(".dl-draft")).to_contain_text("It is long")
    # only what is finished is read out: a draft is in no live region
    assert (
        turn.locator(".dl-draft").evaluate(
            "draft => draft.closest('[aria-live]').getAttribute('aria-live')"
        )
        == "off"
    )
    assert (
        turn.locator(".dl-answer .dl-supported").evaluate(
            "held => held.closest('[aria-live]').getAttribute('aria-live')"
        )
        == "polite"
    )
    stop.click()
    expect(page.locator("#turn-1[data-finished=yes]")).to_be_visible()
    expect(stop).to_be_hidden()
    expect(turn.locator(".dl-stopped")).to_have_text(
        "Stopped. What had arrived by then stands above."
    )
    expect(turn.locator(".dl-answer .dl-supported")).to_contain_text("1,340 kilometres")
    expect(turn.locator(".dl-draft")).to_contain_text("Stopped before this was checked")
    assert let_go.wait(30)
    on.set()
    ask(page, WHY)  # the next question has its turn below
    expect(page.locator(".dl-turn")).to_have_count(2)


def test_escape_stops_and_a_new_conversation_begins_empty(
    visit: Callable[..., Page], address: str, server: Scripted
) -> None:
    on = Event()

    def silent(handler: Handler, body: dict[str, object]) -> None:
        handler.begin()
        on.wait(60)

    server.script = [silent]
    page = visit(address)
    box = page.get_by_label("Your question")
    box.fill(QUESTION)
    box.press("Enter")
    expect(page.get_by_role("button", name="Stop", exact=True)).to_be_visible()
    expect(page.locator("#turn-1 .dl-end .dl-quoted").first).to_be_visible()
    box.press("Escape")
    expect(page.locator("#turn-1[data-finished=yes]")).to_contain_text("What had arrived")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("#turn-1[data-finished=no]")).to_be_visible()
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".dl-turn")).to_have_count(0)
    expect(box).to_be_focused()
    on.set()
    server.script = [lambda handler, body: handler.begin(500)]
    ask(page, QUESTION)
    expect(page.locator(".dl-turn")).to_have_count(1)


def test_the_last_question_can_be_asked_again_and_edited(page: Page) -> None:
    ask(page, WHY)
    ask(page, "How long is Finland's border with Russia?")
    page.get_by_role("button", name="Retry").click()
    expect(page.locator("#turn-2[data-finished=yes] .dl-short")).to_contain_text("1,340")
    expect(page.locator(".dl-turn")).to_have_count(2)

    box = page.get_by_label("Your question")
    page.get_by_role("button", name="Edit question").click()
    expect(box).to_have_value("How long is Finland's border with Russia?")
    expect(box).to_be_focused()
    editing = page.get_by_role("button", name="Stop editing: Editing the last question")
    expect(editing).to_be_visible()
    box.press("Escape")
    expect(editing).to_be_hidden()
    expect(box).to_have_value("")

    page.get_by_role("button", name="Edit question").click()
    expect(editing).to_be_visible()
    box.fill("When did Finland join NATO?")
    box.press("Enter")
    expect(page.locator("#turn-2 .dl-question")).to_have_text("When did Finland join NATO?")
    expect(page.locator("#turn-2[data-finished=yes]")).to_be_visible()
    expect(page.locator(".dl-turn")).to_have_count(2)
    expect(editing).to_be_hidden()
    expect(page.locator("#turn-1").get_by_role("button", name="Retry")).to_have_count(0)
    ask(page, "And how much did it cost?")
    expect(page.locator("#turn-3 .dl-took")).to_contain_text(re.compile("(Answered|Searched) in"))
