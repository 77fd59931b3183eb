"""Adding articles in a real browser: pasted, uploaded, the samples; and the list of them."""

from __future__ import annotations

import re
from threading import Event
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, Page, expect

from assistant import Assistant, Settings
from index import NewsIndex
from tests.browser.conftest import ask, served
from tests.fakes import HashedWords

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.browser

PASTED = (
    "The town of Quillmere closed its only ferry on Monday because the hull had rusted through.\n\n"
    "Passengers will be taken round the bay by bus until a new ferry arrives in June."
)


@pytest.fixture
def shelf(page: Page) -> Page:
    """The chat with the list of articles in front."""
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#list .dl-open").first).to_be_visible()
    return page


def file(name: str, text: str) -> FilePayload:
    return FilePayload(name=name, mimeType="text/plain", buffer=text.encode())


def test_a_pasted_article_can_be_asked_about(shelf: Page, desk: Assistant) -> None:
    shelf.get_by_role("button", name="Paste an article").click()
    shelf.get_by_label("Text", exact=True).fill(PASTED)
    shelf.get_by_label("Headline").fill('Quillmere: "no ferry" till June \N{FERRY}')
    shelf.get_by_label("Outlet", exact=True).fill("The Quillmere Crier")
    shelf.get_by_label("Date", exact=True).fill("2022-02-07")
    shelf.get_by_role("button", name="Add this article").click()
    expect(shelf.locator("#report")).to_contain_text("1 added")
    expect(shelf.locator("#list")).to_contain_text("The Quillmere Crier, 7 Feb 2022")
    shelf.get_by_role("button", name='Quillmere: "no ferry" till June \N{FERRY}').click()
    expect(shelf.locator(".dl-text")).to_have_text(re.compile("^The town of Quillmere"))
    shelf.get_by_role("tab", name="Ask").click()
    ask(shelf, "Why did Quillmere close its ferry?")
    expect(shelf.locator("#turn-1 .dl-words").first).to_have_text(PASTED.split("\n")[0])
    expect(shelf.locator("#turn-1 figcaption").first).to_have_text(
        "The Quillmere Crier, 7 Feb 2022"
    )
    shelf.locator("#turn-1-citation-1").click()
    expect(shelf.locator("#reader mark")).to_have_text(PASTED.split("\n")[0])


def test_uploads_are_added_or_said_to_be_skipped_and_why(shelf: Page, desk: Assistant) -> None:
    held = desk.index.counts().articles
    shelf.locator("#upload input[type=file]").set_input_files(
        [
            file("velm.txt", "Growers around Velm lost most of their cherries to a late frost."),
            file("harrow.md", "---\ntitle: Harrow tunnel\n---\nThe tunnel at Harrow is through."),
            file("nothing.txt", "  \n"),
            file("picture.png", "not a text"),
        ]
    )
    report = shelf.locator("#report")
    expect(report).to_contain_text("2 added, 0 replaced, 0 unchanged, 2 skipped")
    expect(report).to_contain_text(f"The index holds {held + 2} articles.")
    expect(report.locator("li")).to_have_count(2)
    expect(report).to_contain_text("nothing.txt: the file is empty")
    expect(report).to_contain_text("picture.png: not a text file")
    expect(shelf.locator("#list")).to_contain_text("Harrow tunnel")
    expect(shelf.locator("#counts")).to_contain_text(f"{held + 2} articles")
    expect(shelf.locator("#upload input[type=file]")).to_be_attached()  # ready for more
    again = file("velm.txt", "Growers around Velm lost most of their cherries to a late frost.")
    shelf.locator("#upload input[type=file]").set_input_files([again])
    expect(report).to_contain_text("0 added, 0 replaced, 1 unchanged, 0 skipped")


def test_what_is_pasted_amiss_is_told_in_one_line(shelf: Page) -> None:
    shelf.get_by_role("button", name="Paste an article").click()
    shelf.get_by_label("Text", exact=True).fill("A ship ran aground at Nolm on Sunday.")
    shelf.get_by_label("Date", exact=True).fill("last Sunday")
    shelf.get_by_role("button", name="Add this article").click()
    expect(shelf.locator("#report")).to_contain_text("0 added")
    expect(shelf.locator("#report")).to_contain_text("'last Sunday' is not ISO 8601")
    expect(shelf.locator("#report")).not_to_contain_text("/tmp")


def test_the_index_can_be_rebuilt(shelf: Page, desk: Assistant) -> None:
    held = desk.index.counts().articles
    shelf.get_by_role("button", name="Rebuild the index").click()
    expect(shelf.locator("#report")).to_contain_text(f"{held} unchanged")


class Waiting(HashedWords):
    """Embeddings that take their time."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = Event()

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        assert self.go_on.wait(60)
        return super().embed_documents(texts)


def test_an_empty_index_offers_the_samples(visit: Callable[..., Page], tmp_path: Path) -> None:
    embeddings = Waiting()
    index = NewsIndex(tmp_path / "home", embeddings)
    with served(Assistant(Settings(home=tmp_path / "home"), index=index)) as address:
        page = visit(address)
        expect(page.locator("#start")).to_contain_text("There are no articles yet")
        expect(page.locator(".dl-example")).to_have_count(0)
        ask(page, "Is anything there?")
        expect(page.locator("#turn-1 .dl-error")).to_contain_text("There is no index in")
        page.get_by_role("button", name="New conversation").click()
        page.get_by_role("button", name="Add the sample articles").click()
        expect(page.locator("#samples-report")).to_contain_text(re.compile(r"\d+/15"))
        expect(page.locator("#samples-report").get_by_role("progressbar")).to_be_visible()
        embeddings.go_on.set()
        expect(page.locator("#samples-report")).to_contain_text("15 added")
        expect(page.get_by_role("button", name="Why does Turkey want the S-400?")).to_be_visible()
        expect(page.get_by_role("button", name="Add the sample articles")).to_have_count(0)
