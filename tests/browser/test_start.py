"""A start on any library: made once a change, never while the page loads, which reads no text."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant, Settings
from index import NewsIndex
from tests.browser.conftest import served
from tests.fakes import FirstSentences, HashedWords, article
from web.chat.start import Start, named_most
from web.library.library_views import LibraryViews

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index import Article

OUTLETS = ("The Orrel Sentinel", "The <i>Mail</i>")


class Counted(NewsIndex):
    """An index that counts how many articles' texts were read."""

    read = 0

    def article(self, article_id: str) -> Article | None:
        self.read += 1
        return super().article(article_id)

    def articles(self, *given: object) -> object:  # type: ignore[override]
        raise AssertionError("all articles are read")


@pytest.fixture
def library(tmp_path: Path) -> Counted:
    index = Counted(tmp_path, HashedWords())
    index.add(
        [
            article(
                f"On day {number} the council of Orrel met Ada Quillfeather, who spoke of the bay.",
                title=f"Council meets for the {number}th time",
                publisher=OUTLETS[number % 2],
                published=f"2021-03-{number + 1:02}",
            )
            for number in range(20)
        ]
    )
    index.read = 0
    return index


def test_the_page_is_loaded_without_reading_an_article(library: Counted) -> None:
    assistant = Assistant(Settings(home="unused"), index=library, reader=FirstSentences())
    start = Start(assistant)
    chat: Any = SimpleNamespace(asked=assistant)
    views = LibraryViews(assistant, start, chat)
    shown = views.overview("{}")
    assert library.read == 0
    assert 'data-make="yes"' in shown.start
    counted, made = start.make()
    assert "Looking for questions" in counted["html"]
    assert "dl-newest" in counted["html"]
    assert "dl-newest" in made["html"]
    assert library.read > 0
    read = library.read
    assert list(start.make()) == [made], "made once for each change"
    assert library.read == read
    assert str(made["html"]) in views.overview("{}").start
    assert library.read == read


def test_a_page_is_shown_its_start_while_questions_are_looked_for_for_another(
    library: Counted,
) -> None:
    looking, go_on = Event(), Event()
    asked: list[int] = []

    class Looking(Assistant):
        def examples(self) -> tuple[str, ...]:
            asked.append(len(asked))
            looking.set()
            assert go_on.wait(60)
            return ("What did Ada Quillfeather speak of?",)

    start = Start(Looking(Settings(home="unused"), index=library, reader=FirstSentences()))
    with ThreadPoolExecutor() as pages:
        first = pages.submit(lambda: list(start.make()))
        assert looking.wait(60)
        second = start.make()
        at_once = next(second)
        assert "dl-newest" in at_once["html"]
        assert "Looking for questions" in at_once["html"]
        rest = pages.submit(lambda: list(second))
        go_on.set()
        assert "speak of?" in first.result()[-1]["html"]
        assert rest.result() == first.result()[-1:]
    assert asked == [0], "looked for once"


def test_a_server_is_stopped_in_good_order_while_questions_are_looked_for(
    visit: Callable[..., Page], library: Counted
) -> None:
    go_on = Event()

    class Looking(Assistant):
        def examples(self) -> tuple[str, ...]:
            go_on.wait(60)
            return ()

    settings = Settings(home=library.status().location, keep=False)
    with served(Looking(settings, index=library, reader=FirstSentences())) as address:
        page = visit(address)
        expect(page.locator("#begin")).to_contain_text("Looking for questions")
    page.wait_for_timeout(1)  # what the browser says of it is heard
    go_on.set()


def test_questions_that_were_found_for_an_earlier_state_are_not_kept(library: Counted) -> None:
    found = iter((("What was before?",), ("What is now?",)))

    class Changing(Assistant):
        def examples(self) -> tuple[str, ...]:
            self.index.add([article("A crane fell into the bay of Orrel.", title="A crane falls")])
            return next(found)

    assistant = Changing(Settings(home="unused"), index=library, reader=FirstSentences())
    start = Start(assistant)
    _, before = start.make()
    assert "What was before?" in before["html"]
    _, now = start.make()
    assert "What is now?" in now["html"]


def test_the_newest_names_outlets_and_days_are_offered(
    visit: Callable[..., Page], library: Counted
) -> None:
    settings = Settings(home=library.status().location, keep=False)
    with served(Assistant(settings, index=library, reader=FirstSentences(quotes=1))) as address:
        page = visit(address)
        begin = page.locator("#begin")
        expect(begin.locator(".dl-newest li")).to_have_count(4)
        expect(begin.locator(".dl-newest .dl-title").first).to_have_text(re.compile("19th time"))
        quill = begin.get_by_role("button", name="Ada Quillfeather 20")
        expect(quill).to_be_visible()
        begin.get_by_role("button", name=f"{OUTLETS[1]} 10").click()
        expect(page.locator(".dl-in-force")).to_have_text(re.compile(re.escape(OUTLETS[1])))
        page.get_by_role("button", name="Remove the outlets").click()
        days = begin.locator("[data-day]")
        expect(days).to_have_count(8)
        expect(days.first).to_have_text("20 Mar 2021 1")
        days.first.click()
        expect(page.locator(".dl-in-force")).to_have_text(re.compile("20 Mar 2021"))
        page.get_by_role("button", name="Remove the dates").click()
        quill.click()
        expect(page.locator("#turn-1 .dl-question")).to_have_text(
            "What is new about Ada Quillfeather?"
        )
        expect(page.locator("#turn-1[data-finished=yes]")).to_be_visible()
        expect(page).to_have_title("What is new about Ada Quillfeather? – Dateline")


def test_names_are_those_of_running_text() -> None:
    texts = [
        "On Monday Recep Erdogan met Angela Merkel in Berlin, and Erdogan’s Russians said so.",
        "Why not? In May the talks of Recep Erdogan with the European Union failed in Berlin.",
        "It was Mr Smith who said to Russians that the European Union and Angela Merkel agreed.",
    ]
    named = dict(named_most([article(text) for text in texts], 10))
    printed = [article(f"It was said by CNN and by {who}.", publisher="cnn.com") for who in "AB"]
    assert named_most(printed, 10) == [], "an outlet's own name"
    assert named == {"Recep Erdogan": 2, "Angela Merkel": 2, "European Union": 2, "Berlin": 2}
