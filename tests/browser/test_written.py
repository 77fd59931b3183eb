"""A written answer in a real browser: words as they come, a verdict on each, nothing rendered."""

from __future__ import annotations

import re
from threading import Event
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant, Settings
from tests import scripted as script
from tests.browser.conftest import ask, served
from tests.scripted import KEY, Scripted, scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

QUESTION = "How long is Finland's border with Russia?"
LONG = "Finland shares a border of about 1,340 kilometres with Russia"


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


def test_words_are_shown_as_they_come_and_a_verdict_follows(
    visit: Callable[..., Page], address: str, server: Scripted
) -> None:
    begun, first, second = Event(), Event(), Event()

    def reply(handler: script.Handler, body: dict[str, object]) -> None:
        handler.begin()
        assert begun.wait(60)
        handler.piece("Finland shares")
        assert first.wait(60)
        handler.piece(f"{LONG[14:]} [1]. The border is")
        assert second.wait(60)
        handler.piece(" 9,999 kilometres long [1].")
        handler.piece("", "stop")
        handler.send("data: [DONE]\n\n")

    server.script = [reply]
    page = visit(address)
    page.get_by_label("Your question").fill(QUESTION)
    page.get_by_label("Your question").press("Enter")
    turn = page.locator("#turn-1")
    expect(turn.locator(".dl-end .dl-quoted").first).to_contain_text("1,340 kilometres")
    expect(turn.locator(".dl-drafting")).to_contain_text("openai:scripted is writing")
    begun.set()
    expect(turn.locator(".dl-draft .dl-words")).to_have_text("Finland shares")
    expect(turn.locator(".dl-draft")).to_contain_text("not checked yet")
    expect(turn.locator(".dl-answer .dl-chip")).to_have_count(0)
    first.set()
    held = turn.locator(".dl-answer .dl-supported")
    expect(held).to_contain_text("✓ Supported by “1,340 kilometres")
    second.set()
    expect(page.locator("#turn-1[data-finished=yes]")).to_be_visible()
    failed = turn.locator(".dl-unsupported")
    expect(failed).to_contain_text("✗ Not supported: the passages lack “9,999 kilometres”")
    expect(failed.locator(".dl-chip")).to_have_count(0)
    expect(turn.locator(".dl-draft")).to_have_count(0)
    expect(turn.locator(".dl-took")).to_contain_text("Written by openai:scripted")
    held.locator(".dl-chip").first.click()
    expect(page.locator("#reader mark")).to_contain_text("1,340")
    assert KEY not in page.content()


def test_markup_that_a_model_writes_is_shown_as_words(
    visit: Callable[..., Page], address: str, server: Scripted
) -> None:
    tricks = (
        f"{LONG} [1]. <img src=x onerror=alert(1)> ![pixel](https://evil.example/p.png) "
        "[a link](https://evil.example) <script>alert(2)</script> <b>bold</b>."
    )
    server.script = [script.say(tricks)]
    page = visit(address)
    ask(page, QUESTION)
    turn = page.locator("#turn-1")
    expect(turn).to_contain_text("<script>alert(2)</script>")
    assert turn.locator("img, a, script, b").count() == 0


def test_when_the_model_fails_the_quotes_stand_in(
    visit: Callable[..., Page], address: str, server: Scripted
) -> None:
    server.script = [script.status(401, f"Incorrect API key provided: {KEY}")]
    page = visit(address)
    ask(page, QUESTION)
    turn = page.locator("#turn-1")
    refused = "refused the key (401): set DATELINE_CHAT_API_KEY"
    expect(turn.locator(".dl-error")).to_contain_text(refused)
    expect(turn.locator(".dl-quoted").first).to_contain_text("1,340 kilometres")
    assert KEY not in page.content()


def test_what_is_not_supported_becomes_an_abstention_with_quotes(
    visit: Callable[..., Page], address: str, server: Scripted
) -> None:
    server.script = [script.say("The mayor of Paris resigned over a stolen bicycle [1].")]
    page = visit(address)
    ask(page, QUESTION)
    turn = page.locator("#turn-1")
    expect(turn.locator(".dl-unsupported")).to_contain_text("✗ Not supported")
    expect(turn.locator(".dl-abstention")).to_contain_text(
        re.compile("Nothing found|No article says")
    )
    expect(turn.locator(".dl-quoted").first).to_contain_text("1,340 kilometres")


def test_every_reader_is_told_of_a_model_that_does_not_answer(
    visit: Callable[..., Page], desk: Assistant
) -> None:
    with scripted() as gone:
        settings = Settings(
            home=desk.settings.home, chat_model="openai:scripted", chat_base_url=gone.address
        )
    with served(Assistant(settings, index=desk.index)) as address:
        for reader in (visit(address), visit(address, apart=True)):
            ask(reader, QUESTION)
            said = reader.locator("#turn-1 .dl-error")
            expect(said).to_contain_text("tried again within a minute")
            expect(reader.locator("#turn-1 .dl-answer .dl-quoted").first).to_contain_text("1,340")
