"""Somebody new: the command, an empty page, an article of their own, and a cited answer."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

pytestmark = pytest.mark.browser

STORY = (
    "The ferry between Pellmoor and the island of Sarn will stop running in October. "
    "The harbour board said on Monday that the ship's hull has rusted beyond repair, and that a "
    "new one would cost eleven million crowns. A bus will serve the old bridge instead."
)
FIRST = 120_000  # milliseconds: the first of anything loads a model
CAUSE = "the ship's hull has rusted beyond repair"


def test_from_the_command_to_a_cited_answer_by_what_the_screen_offers(
    visit: Callable[..., Page], python: str, child_environment: Mapping[str, str]
) -> None:
    command = [python, "-m", "dateline", "chat", "--port", "0"]
    with subprocess.Popen(
        command, env=child_environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[3]
            page = visit(address, apart=True)
            # The page says what is missing and where to go; every step is named on the screen.
            expect(page.get_by_role("heading", name="There are no articles yet")).to_be_visible()
            expect(page.get_by_role("button", name="Try the samples")).to_be_visible()
            page.get_by_role("button", name="Add your articles").click()
            page.get_by_role("tab", name="Paste").click()
            page.get_by_label("Text", exact=True).fill(STORY)
            page.get_by_label("Headline").fill("Sarn ferry to stop")
            page.get_by_role("textbox", name="Outlet", exact=True).fill("The Pellmoor Packet")
            page.get_by_label("Date").first.fill("2024-06-03")
            page.get_by_role("button", name="Add this article").click()
            expect(page.get_by_text("1 added")).to_be_visible(timeout=FIRST)
            expect(page.get_by_role("button", name="Sarn ferry to stop").first).to_be_visible()
            page.get_by_role("tab", name="Ask").click()
            page.get_by_label("Your question").fill("Why will the ferry to Sarn stop running?")
            page.locator("#send").click()
            citation = page.locator("#turn-1-citation-1")
            expect(citation).to_be_visible(timeout=FIRST)
            expect(page.get_by_role("log")).to_contain_text(CAUSE)
            expect(page.get_by_role("log")).to_contain_text("The Pellmoor Packet, 3 Jun 2024")
            citation.click()
            article = page.get_by_role("article", name="Article")
            expect(article.locator("mark")).to_contain_text(CAUSE)
            assert article.locator("mark").inner_text() in STORY
            page.close()  # before its server is gone, which it would complain of
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
