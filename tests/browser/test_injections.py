"""Seventy injections in a real browser: in articles, in questions and in a chat model's words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import FilePayload, Page, expect

from assistant import Assistant, Settings
from index import NewsIndex
from tests import scripted as script
from tests.browser.conftest import ask, served
from tests.fakes import FirstSentences, HashedWords, article
from tests.hostile import ADDRESSES, INJECTIONS
from tests.scripted import scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WORDS = "The Zorblatt council chose its emblem on Friday"
KEPT = [said.replace("\0", "") for said in INJECTIONS]  # an article with NUL is refused whole
MADE = """() => {
  const ours = "#timeline svg, .dl-address a";
  const kinds = "img, script, iframe, svg, math, object, embed, base, meta, link, style, form,"
    + " video, audio, marquee, template, textarea, title, select";
  const ids = "#conversation, #start, #reader, #list, #report, #counts, #account, #outlets,"
    + " .toast-body";
  const parts = [...document.querySelectorAll(ids)];
  return parts.flatMap((part) => [...part.querySelectorAll("*")])
    .filter((each) => !each.matches(ours))
    .filter((each) => each.matches(kinds) || (each.matches("a") && !each.href.startsWith("http"))
      || (each.hasAttribute("style") && !each.closest("#outlets, .wrap"))
      || [...each.attributes].some(({ name }) => name.startsWith("on")))
    .map((each) => each.outerHTML.slice(0, 200));
}"""


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("injections")
    index = NewsIndex(home, HashedWords())
    index.add(
        article(
            f"{WORDS}, number {number}: {said} It was cheap, said {said}",
            title=f"Zorblatt n{number:03d} {said}",
            publisher=f"Herald n{number:03d} {said}",
            authors=(said, "Ada Quill"),
            url=ADDRESSES[number] if number < len(ADDRESSES) else None,
        )
        for number, said in enumerate(KEPT)
    )
    reader = FirstSentences(quotes=4, characters=300)
    return Assistant(Settings(home=home), index=index, reader=reader)


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with served(assistant) as address:
        yield address


def expect_nothing_made(page: Page) -> None:
    assert page.evaluate(MADE) == []
    assert str(page.evaluate("document.title")).endswith("Dateline")


def test_articles_and_questions_are_shown_as_text(
    visit: Callable[..., Page], address: str, assistant: Assistant
) -> None:
    page = visit(address)
    page.get_by_role("tab", name="Articles").click()
    titles: list[str] = []
    while True:
        expect(page.locator("#list .dl-found")).to_contain_text(f"{len(titles) + 1}–")
        titles += page.locator("#list .dl-title").all_inner_texts()
        expect_nothing_made(page)
        if len(titles) >= len(KEPT):
            break
        page.get_by_role("button", name="Next").click()
    for number, said in enumerate(KEPT):
        assert sum(f"Zorblatt n{number:03d} " in title for title in titles) == 1, said
    opened = 0
    for button in page.locator("#list button.dl-open").all()[::2]:
        button.click()
        opened += 1
        expect(page.locator("#reader .dl-article")).to_have_count(1)
        expect(page.locator("#reader .dl-text")).to_contain_text(WORDS)
        expect_nothing_made(page)
    assert opened >= 10

    page.get_by_role("tab", name="Ask").click()
    for number in range(0, len(INJECTIONS), 12):
        said = " ".join(INJECTIONS[number : number + 12])
        ask(page, f"Zorblatt emblem {number}? {said}")
        expect_nothing_made(page)
    page.locator(".dl-chip").last.click()
    expect(page.locator("#reader mark")).to_have_count(1)
    expect_nothing_made(page)
    page.locator("[data-open=outlets]").click()
    page.locator("#filter-outlets label", has_text="Herald n007 ").click()
    page.keyboard.press("Escape")
    expect_nothing_made(page)


def test_file_names_pasted_words_and_the_address_of_the_page_are_shown_as_text(
    visit: Callable[..., Page], address: str
) -> None:
    query = "%22%3E%3Cscript%3Ealert(1)%3C/script%3E"
    page = visit(address)
    page.goto(f"{address}/?q={query}&__theme=light&c={query}#{query}")
    page.get_by_role("tab", name="Articles").click()
    files = [
        FilePayload(name=f"{said[:80]}.txt", mimeType="text/plain", buffer=b"")
        for said in INJECTIONS[::8]
    ]
    page.locator("#add-file-input").set_input_files(files)
    expect(page.locator("#report")).to_contain_text(f"{len(files)} left out")
    expect_nothing_made(page)
    page.get_by_role("tab", name="Paste").click()
    page.get_by_label("Text", exact=True).fill(f"{WORDS} anew. {' '.join(INJECTIONS[20:40])}")
    page.get_by_label("Headline").fill(" ".join(INJECTIONS[:20]))
    page.get_by_role("textbox", name="Outlet", exact=True).fill(INJECTIONS[15])
    page.get_by_role("button", name="Add this article").click()
    expect(page.locator("#report")).to_contain_text("1 added")
    expect_nothing_made(page)


def test_what_a_chat_model_writes_is_shown_as_text(
    visit: Callable[..., Page], assistant: Assistant
) -> None:
    with scripted() as server:
        server.script = [script.say(f"{WORDS} [1]. {said} [1].") for said in INJECTIONS[::9]]
        settings = Settings(chat_model="openai:scripted", chat_base_url=server.address)
        writing = Assistant(settings, index=assistant.index, reader=FirstSentences(quotes=1))
        with served(writing) as address:
            page = visit(address)
            for number in range(len(INJECTIONS[::9])):
                ask(page, f"Which emblem did the Zorblatt council choose, try {number}?")
                expect_nothing_made(page)
            expect(page.locator("#turn-1")).to_contain_text(WORDS)
