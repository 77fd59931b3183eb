"""Adding articles in a real browser: pasted, uploaded, the samples; and the list of them."""

from __future__ import annotations

import re
from io import BytesIO
from threading import Event
from typing import TYPE_CHECKING
from zipfile import ZipFile

import pytest
from playwright.sync_api import FilePayload, Page, expect

from assistant import Assistant, Settings
from assistant.sources import SUFFIXES
from index import NewsIndex
from tests.browser.conftest import Neighbourly, add_address, ask, served
from tests.fakes import HashedWords
from tests.sources.site import Handler, Site

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
    shelf.get_by_role("tab", name="Paste").click()
    shelf.get_by_label("Text", exact=True).fill(PASTED)
    shelf.get_by_label("Headline").fill('Quillmere: "no ferry" till June \N{FERRY}')
    shelf.locator("#add-text").get_by_label("Outlet", exact=True).fill("The Quillmere Crier")
    shelf.get_by_label("Date", exact=True).fill("2022-02-07")
    shelf.get_by_role("button", name="Add this article").click()
    expect(shelf.locator("#report")).to_contain_text("1 added")
    expect(shelf.locator("#list")).to_contain_text("The Quillmere Crier, 7 Feb 2022")
    for box in ("Text", "Headline", "Outlet", "Date"):
        expect(shelf.locator("#add-text").get_by_label(box, exact=True)).to_have_value("")
    shelf.locator("#list .dl-open", has_text='Quillmere: "no ferry" till June \N{FERRY}').click()
    expect(shelf.locator(".dl-text")).to_have_text(re.compile("^The town of Quillmere"))
    shelf.get_by_role("tab", name="Ask").click()
    ask(shelf, "Why did Quillmere close its ferry?")
    expect(shelf.locator("#turn-1 .dl-words").first).to_have_text(PASTED.split("\n")[0])
    expect(shelf.locator("#turn-1 figcaption").first).to_have_text(
        "The Quillmere Crier, 7 Feb 2022 (Monday: 7 Feb 2022)"
    )
    shelf.locator("#turn-1-citation-1").click()
    expect(shelf.locator("#reader mark")).to_have_text(PASTED.split("\n")[0])


def test_uploads_are_added_or_said_to_be_skipped_and_why(shelf: Page, desk: Assistant) -> None:
    held = desk.index.counts().articles
    shelf.locator("#add-file-input").set_input_files(
        [
            file("velm.txt", "Growers around Velm lost most of their cherries to a late frost."),
            file("harrow.md", "---\ntitle: Harrow tunnel\n---\nThe tunnel at Harrow is through."),
            file("nothing.txt", "  \n"),
            file("picture.png", "not a text"),
        ]
    )
    report = shelf.locator("#report")
    expect(report).to_contain_text("2 added, 2 left out.")
    expect(report).to_contain_text(f"The index holds {held + 2} articles.")
    expect(report.locator(".dl-skipped li")).to_have_count(2)
    expect(report).to_contain_text("nothing.txt: the file is empty")
    expect(report).to_contain_text("picture.png: a picture holds no text that can be read")
    expect(shelf.locator("#list")).to_contain_text("Harrow tunnel")
    expect(shelf.locator("#counts")).to_contain_text(f"{held + 2} articles")
    again = file("velm.txt", "Growers around Velm lost most of their cherries to a late frost.")
    shelf.locator("#add-file-input").set_input_files([again])
    expect(report).to_contain_text("1 there already.")


def test_what_is_pasted_amiss_is_told_beside_its_field(shelf: Page, desk: Assistant) -> None:
    held = desk.index.counts().articles
    shelf.get_by_role("tab", name="Paste").click()
    shelf.get_by_role("button", name="Add this article").click()
    text, date = (shelf.get_by_label(each, exact=True) for each in ("Text", "Date"))
    expect(shelf.get_by_role("alert")).to_have_text("The text is empty: paste the article.")
    expect(text).to_be_focused()
    text.fill("A ship ran aground at Nolm on Sunday.")
    date.fill("last Sunday")
    shelf.get_by_role("button", name="Add this article").click()
    expect(date).to_have_attribute("aria-invalid", "true")
    expect(date).to_be_focused()
    expect(shelf.get_by_role("alert")).to_contain_text("'last Sunday' is not a date: write it as")
    expect(text).to_have_value("A ship ran aground at Nolm on Sunday.")
    assert desk.index.counts().articles == held


def test_the_index_can_be_rebuilt(shelf: Page, desk: Assistant) -> None:
    held = desk.index.counts().articles
    shelf.get_by_text("What the index holds").click()
    shelf.get_by_role("button", name="Rebuild the index").click()
    shelf.get_by_role("button", name="Cancel").click()
    expect(shelf.get_by_role("button", name="Rebuild now")).to_be_hidden()
    shelf.get_by_role("button", name="Rebuild the index").click()
    expect(shelf.get_by_role("button", name="Rebuild now")).to_be_focused()
    shelf.keyboard.press("Enter")
    expect(shelf.locator("#report")).to_contain_text(f"{held} there already")


PAGE = """<!DOCTYPE html><html lang="en"><head><title>Dam at Orrel holds</title>
<meta property="og:site_name" content="The Orrel Sentinel">
<meta property="article:published_time" content="2021-11-03T08:00:00Z"></head><body>
<nav><a href="/">Home</a></nav><article><h1>Dam at Orrel holds</h1>
<p>The dam above Orrel held through the night although water stood eleven centimetres below its
crest, the water board said on Wednesday.</p>
<p>Some 2,300 people who had spent the night in schools were told that they could go home.</p>
</article></body></html>"""


def drop(page: Page, name: str, text: str) -> None:
    """Drop a file where files are dropped."""
    make = """([name, text]) => {
      const dropped = new DataTransfer();
      dropped.items.add(new File([text], name));
      return dropped;
    }"""
    dropped = page.evaluate_handle(make, [name, text])
    page.locator("#add-files .dl-drop").dispatch_event("drop", {"dataTransfer": dropped})


def test_a_page_is_added_by_drop(shelf: Page) -> None:
    drop(shelf, "orrel.html", PAGE)
    expect(shelf.locator("#report")).to_contain_text("1 added")
    expect(shelf.locator("#list")).to_contain_text("The Orrel Sentinel, 3 Nov 2021")
    shelf.locator("#report").get_by_role("button", name="Dam at Orrel holds").click()
    expect(shelf.locator(".dl-text")).to_have_text(re.compile("^The dam above Orrel|^Dam at Orrel"))
    expect(shelf.locator(".dl-text")).not_to_contain_text("Home")
    shelf.get_by_role("tab", name="Ask").click()
    ask(shelf, "How many people spent the night in schools at Orrel?")
    expect(shelf.locator("#turn-1 blockquote")).to_contain_text("2,300")


def test_the_file_dialog_offers_what_can_be_added(shelf: Page) -> None:
    with shelf.expect_file_chooser() as opened:
        shelf.get_by_text("Drop articles, or choose files").click()
    accepted = opened.value.element.get_attribute("accept") or ""
    assert set(accepted.split(",")) == SUFFIXES


def test_an_archive_is_told_by_the_names_in_it(shelf: Page) -> None:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        archive.writestr("2020/a.txt", "The lock keepers of Tarn went on strike on Thursday.")
        archive.writestr("2020/b.txt", " ")
    shelf.locator("#add-file-input").set_input_files(
        [FilePayload(name="news.zip", mimeType="application/zip", buffer=packed.getvalue())]
    )
    expect(shelf.locator("#report")).to_contain_text("1 added")
    expect(shelf.locator("#report .dl-skipped li")).to_have_text(
        re.compile(r"^news\.zip/2020/b\.txt: ")
    )


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_an_address_of_this_machine_is_refused_in_one_line(shelf: Page, host: str) -> None:
    with Site() as private:
        private.serve("/a", PAGE)
        url = f"http://{host}:{private.port}/a"
        add_address(shelf, url)
        report = shelf.locator("#report")
        expect(report).to_contain_text("1 left out.")
        expect(report.locator(".dl-skipped li")).to_have_text(
            re.compile(f"^{re.escape(url)}: .* on this machine or a private network")
        )
        assert private.seen == []


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "The address is empty"),
        ("file:///etc/hostname", "only http and https URLs can be added"),
        ("/etc/hostname", "names no host"),
    ],
)
def test_an_address_that_is_none_is_refused(
    shelf: Page, desk: Assistant, address: str, said: str
) -> None:
    held = desk.index.counts().articles
    add_address(shelf, address)
    expect(shelf.locator("#adding")).to_contain_text(said)
    assert desk.index.counts().articles == held


def test_pages_and_feeds_are_added_by_address(visit: Callable[..., Page], tmp_path: Path) -> None:
    index = Neighbourly(tmp_path / "home", HashedWords())
    with (
        Site() as news,
        served(Assistant(Settings(home=tmp_path / "home"), index=index)) as address,
    ):
        orrel = news.serve("/orrel", PAGE)
        other = news.serve("/velm", PAGE.replace("Orrel", "Velm").replace("2,300", "640"))
        items = "".join(f"<item><link>{link}</link></item>" for link in (orrel, other, orrel + "x"))
        feed = f'<rss version="2.0"><channel><title>News</title>{items}</channel></rss>'
        gone = "there is no such page (404): check the address"
        go_on = Event()

        def give_feed(handler: Handler) -> None:
            assert go_on.wait(60)
            handler.give(feed.encode(), headers={"Content-Type": "application/rss+xml"})

        news.answers["/feed"] = give_feed
        page = visit(address)
        page.get_by_role("tab", name="Articles").click()
        report = page.locator("#report")
        add_address(page, orrel)
        expect(report).to_contain_text("1 added.")
        expect(page.locator("#counts")).to_contain_text("1 article, 1 story, 1 outlet")
        page.get_by_label("Address of a page or feed").fill(news.url("/feed"))
        page.get_by_label("Address of a page or feed").press("Enter")
        expect(report).to_contain_text(f"Fetching {news.url('/feed')}")
        go_on.set()
        expect(report).to_contain_text(re.compile("1 added.*, 1 there already, 1 left out"))
        expect(report.locator(".dl-skipped li")).to_have_text(f"{orrel}x: {gone}")
        expect(page.locator("#list .dl-open")).to_have_count(2)


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
        expect(page.locator("#turn-1")).to_have_count(0)
        page.get_by_role("button", name="Try the samples").click()
        expect(page.locator(".dl-under-way")).to_have_text(re.compile(r"\d+ of 15|so far|Reading"))
        page.get_by_role("tab", name="Articles").click()
        expect(page.get_by_role("progressbar")).to_be_visible()
        page.get_by_role("tab", name="Ask").click()
        embeddings.go_on.set()
        expect(page.get_by_role("button", name="Why does Turkey want the S-400?")).to_be_visible()
        expect(page.get_by_role("button", name="Try the samples")).to_have_count(0)
        expect(page.locator(".dl-under-way")).to_have_text("")
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator("#report")).to_contain_text("15 added")


def test_a_quick_hand_is_looked_for_once_and_soon(shelf: Page) -> None:
    sent: list[str] = []
    shelf.on("request", lambda each: sent.append(each.url) if "predict" in each.url else None)
    first = shelf.evaluate(
        """async () => {
        const box = document.getElementById("look-words");
        const looked = new Promise((go) => {
            document.addEventListener("dateline:looked", () => go("looked for"), { once: true });
        });
        const after = (milliseconds, what) =>
            new Promise((go) => setTimeout(() => go(what), milliseconds));
        for (const letter of "lighthouse") {
            await after(100);
            box.value += letter;
            box.dispatchEvent(new Event("input", { bubbles: true }));
        }
        return Promise.race([looked, after(200, "a fifth of a second")]);
        }"""
    )
    assert first == "looked for"
    expect(shelf.locator("#list")).to_contain_text("No article fits.")
    assert len(sent) == 1


def test_a_wrong_date_is_told_beside_its_field_and_moves_no_other(shelf: Page) -> None:
    shelf.get_by_role("tab", name="Paste").click()
    shelf.get_by_label("Text", exact=True).fill(PASTED)
    date = shelf.locator("#add-date")
    date.fill("31.02.2022")
    shelf.get_by_role("button", name="Add this article").click()
    told = shelf.locator("#add-text .dl-error")
    expect(told).to_contain_text("'31.02.2022' is not a date")
    expect(date).to_be_focused()
    below, box, beside = shelf.evaluate(  # at one instant
        """["#add-text .dl-error", "#add-date", "#add-title"].map((each) =>
            document.querySelector(each).getBoundingClientRect().toJSON())"""
    )
    assert abs(below["x"] - box["x"]) < 5
    assert abs(beside["y"] - box["y"]) < 5
