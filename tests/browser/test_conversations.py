"""Kept conversations in a real browser: found again, taken away, judged, deleted."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from playwright.sync_api import Browser, Locator, Page, ViewportSize, expect
from starlette.middleware import Middleware

from assistant import Answer, Assistant, Settings
from index import NewsIndex
from tests.browser.conftest import _watch, ask, served
from tests.browser.test_asking import Waiting
from tests.fakes import FirstSentences, HashedWords, article, topics
from tests.serving.background import in_background
from web.auth.gate import Exposure
from web.chat_page import build_page
from web.conversations.conversation_store import ConversationStore
from web.gradio_internals import gradio_confined
from web.server import Server, application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import ASGIApp, Receive, Scope, Send

pytestmark = [pytest.mark.browser, pytest.mark.slow]

LIGHT = "When was the lighthouse at Skerry Point lit again?"
TUNNEL = "Who broke through the last wall of the Harrow tunnel?"
HOSTILE = "<img src=x onerror=alert(1)> [a](javascript:alert(2)) ${1} {{2}} lighthouse?"
PHONE = ViewportSize(width=390, height=800)


def assistant_in(home: Path, **settings: Any) -> Assistant:
    index = NewsIndex(home, HashedWords())
    index.add([*topics(), article(url="https://example.com/a?b=<i>", title="<b>*Bold*</b>")])
    return Assistant(Settings(home=home, **settings), index=index, reader=FirstSentences())


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    return assistant_in(tmp_path_factory.mktemp("conversations"))


@pytest.fixture(scope="module")
def site(desk: Assistant) -> Iterator[str]:
    with served(desk) as address:
        yield address


@pytest.fixture
def page(visit: Callable[..., Page], site: str, desk: Assistant) -> Page:
    """The chat in a browser of its own, with nothing kept yet."""
    ConversationStore(desk.settings.home).delete_all("")
    return visit(site, apart=True)


def kept(page: Page) -> Locator:
    return page.locator(".dl-kept")


def open_drawer(page: Page) -> None:
    page.locator(".dl-toggle").click()
    expect(page.locator("#conversations")).to_be_visible()


def choose(page: Page, item: Locator, what: str) -> None:
    item.get_by_role("button", name="More for").click()
    item.get_by_role("button", name=what).click()


def kept_as(page: Page) -> str:
    """The id of the open conversation, once it is kept."""
    expect(page).to_have_url(re.compile("#."))
    return page.url.partition("#")[2]


def test_loading_the_page_again_brings_the_conversation_back(page: Page, desk: Assistant) -> None:
    assert "#" not in page.url
    ask(page, LIGHT)
    ask(page, TUNNEL)
    open_drawer(page)
    expect(kept(page).locator(".dl-about")).to_contain_text("2 questions")
    assert len(kept_as(page)) > 20
    said = page.locator("#conversation .dl-words").all_inner_texts()
    page.reload()
    expect(page.locator("#turn-2[data-finished=yes]")).to_be_visible()
    assert page.locator("#conversation .dl-words").all_inner_texts() == said
    expect(page.locator("#conversations")).to_be_visible()  # it was open
    expect(page.locator(".dl-kept-open")).to_have_attribute("aria-current", "true")
    citation = desk.answer(LIGHT).citations[0]
    page.locator("#turn-1-citation-1").click()
    mark = page.locator("#reader mark")
    expect(mark).to_have_text(citation.quote)
    before = mark.evaluate("mark => mark.previousSibling?.textContent.length ?? 0")
    assert before == citation.start
    ask(page, "And then?")
    expect(kept(page).locator(".dl-about")).to_contain_text("3 questions")
    expect(kept(page)).to_have_count(1)


def test_an_address_of_nothing_kept_is_told(visit: Callable[..., Page], site: str) -> None:
    page = visit(site, apart=True)
    page.goto(f"{site}/#nothing-of-this-name")
    page.reload()
    expect(page.locator(".dl-notice")).to_contain_text("not kept here")
    expect(page).to_have_url(f"{site}/")
    page.locator(".dl-notice").get_by_role("button", name="Close").click()
    expect(page.locator(".dl-notice")).to_have_count(0)
    ask(page, LIGHT)
    kept_as(page)


def test_conversations_are_found_named_opened_and_deleted(page: Page) -> None:
    ask(page, LIGHT)
    first = kept_as(page)
    page.get_by_role("button", name="New conversation").click()
    expect(page.locator(".dl-turn")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("#"))
    ask(page, TUNNEL)
    assert kept_as(page) != first
    open_drawer(page)
    expect(page.locator(".dl-kept-name")).to_have_text([TUNNEL, LIGHT])
    expect(page.locator("[aria-current=true] .dl-kept-name")).to_have_text(TUNNEL)

    page.get_by_label("Search the conversations").fill("when SKERR")
    expect(page.locator(".dl-kept-name")).to_have_text([LIGHT])
    page.get_by_label("Search the conversations").fill("unheard-of")
    expect(page.locator("#conversations-list")).to_contain_text("No conversation has these words.")
    page.get_by_label("Search the conversations").fill("")
    expect(kept(page)).to_have_count(2)

    choose(page, kept(page).last, "Rename")
    page.get_by_label("New name").fill("not this one")
    page.keyboard.press("Escape")
    expect(page.locator(".dl-kept-name")).to_have_text([TUNNEL, LIGHT])
    expect(page.locator("#conversations")).to_be_visible()
    choose(page, kept(page).last, "Rename")
    page.get_by_label("New name").fill("The <i>lamp</i>")
    page.keyboard.press("Enter")
    expect(page.locator(".dl-kept-name")).to_have_text([TUNNEL, "The <i>lamp</i>"])

    kept(page).last.locator(".dl-kept-open").click()
    expect(page.locator(".dl-question")).to_have_text(LIGHT)
    expect(page.locator("[aria-current=true] .dl-kept-name")).to_have_text("The <i>lamp</i>")
    assert kept_as(page) == first

    choose(page, kept(page).last, "Delete")
    expect(page.locator(".dl-notice")).to_contain_text("Deleted “The <i>lamp</i>”.")
    expect(page.locator(".dl-turn")).to_have_count(0)
    expect(page.locator(".dl-kept-name")).to_have_text([TUNNEL])
    expect(page).not_to_have_url(re.compile("#"))
    page.get_by_role("button", name="Undo").click()
    expect(page.locator(".dl-question")).to_have_text(LIGHT)
    expect(page.locator(".dl-kept-name")).to_have_text([TUNNEL, "The <i>lamp</i>"])
    expect(page.locator(".dl-notice")).to_have_count(0)
    assert kept_as(page) == first


def test_all_are_deleted_after_a_question(page: Page, desk: Assistant) -> None:
    ask(page, LIGHT)
    kept_as(page)
    open_drawer(page)
    page.get_by_role("button", name="Delete all conversations").click()
    page.get_by_role("button", name="Keep them").click()
    expect(kept(page)).to_have_count(1)
    page.get_by_role("button", name="Delete all conversations").click()
    page.get_by_role("button", name="Delete them all").click()
    expect(page.locator(".dl-notice")).to_contain_text("Deleted 1 conversation.")
    expect(page.locator(".dl-turn")).to_have_count(0)
    expect(kept(page)).to_have_count(0)
    assert ConversationStore(desk.settings.home).headings("") == ()


def test_answers_are_judged_and_become_a_test_set(page: Page, desk: Assistant) -> None:
    ask(page, LIGHT)
    ask(page, TUNNEL)
    good = page.locator("#turn-2").get_by_role("button", name="Helpful")
    bad = page.locator("#turn-2").get_by_role("button", name="Wrong")
    expect(good).to_have_attribute("aria-pressed", "false")
    good.click()
    expect(good).to_have_attribute("aria-pressed", "true")
    bad.click()
    expect(bad).to_have_attribute("aria-pressed", "true")
    expect(good).to_have_attribute("aria-pressed", "false")
    page.locator("#turn-2").get_by_role("button", name="Add a note").click()
    page.get_by_label("A note about this answer").fill(HOSTILE)
    open_drawer(page)
    kept(page).first.locator("[data-do=fetch]").click()
    expect(page.locator(".dl-log > .dl-turn")).to_have_count(2)
    page.locator(".dl-toggle").click()
    expect(page.get_by_label("A note about this answer")).to_have_value(HOSTILE)
    page.get_by_role("button", name="Save the note").click()
    expect(page.locator("#turn-2 .dl-note-text")).to_have_text(HOSTILE)
    page.locator("#turn-1").get_by_role("button", name="Helpful").click()
    expect(page.locator("#turn-1 [data-verdict=up]")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(bad).to_have_attribute("aria-pressed", "true")
    expect(page.locator("#turn-2 .dl-note-text")).to_have_text(HOSTILE)
    page.locator("#turn-1").get_by_role("button", name="Helpful").click()  # taken back
    expect(page.locator("#turn-1 [data-verdict=up]")).to_have_attribute("aria-pressed", "false")

    open_drawer(page)
    with page.expect_download() as download:
        page.get_by_role("button", name="Export judged answers").click()
    assert download.value.suggested_filename == "dateline-judged.jsonl"
    (line,) = download.value.path().read_text("utf-8").splitlines()
    case = json.loads(line)
    assert (case["question"], case["verdict"], case["note"]) == (TUNNEL, "down", HOSTILE)
    assert case["history"][0] == {"role": "user", "content": LIGHT}
    again = desk.answer(case["question"], case["history"], as_of=case["as_of"], **case["filters"])
    fields = {"article_id", "quote", "start", "end"}
    expected = [each.model_dump(include=fields) for each in again.citations]
    assert case["expected"]["citations"] == expected
    assert case["expected"]["answered"] is True


def test_a_conversation_is_exported_with_all_that_it_cites(page: Page, desk: Assistant) -> None:
    ask(page, HOSTILE)
    kept_as(page)
    open_drawer(page)
    with page.expect_download() as download:
        choose(page, kept(page).first, "Export as JSON")
    assert re.fullmatch(r"dateline-[a-z0-9-]+\.json", download.value.suggested_filename)
    whole = json.loads(download.value.path().read_text("utf-8"))
    assert whole["turns"][0]["question"] == HOSTILE
    answer = Answer.model_validate(whole["turns"][0]["answer"])
    assert answer.citations
    for citation in answer.citations:
        cited = desk.index.article(citation.article_id)
        assert cited is not None
        assert getattr(cited, citation.field)[citation.start : citation.end] == citation.quote
        assert whole["turns"][0]["authors"][citation.article_id] == list(cited.authors)
    with page.expect_download() as download:
        choose(page, kept(page).first, "Export as Markdown")
    assert re.fullmatch(r"dateline-[a-z0-9-]+\.md", download.value.suggested_filename)
    text = download.value.path().read_text("utf-8")
    assert not re.search(r"(?<!\\)<img|(?<!\\)\]\(", text)
    for citation in answer.citations:
        assert f"[{citation.number}]" in text
        assert citation.quote.split()[0] in text
    assert "Ada Quill" in text


def test_an_answer_is_copied_with_footnotes(page: Page, desk: Assistant, site: str) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site)
    ask(page, LIGHT)
    page.locator("#turn-1").get_by_role("button", name="Copy answer").click()
    expect(page.locator("#turn-1").get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate("navigator.clipboard.readText()")
    for citation in desk.answer(LIGHT).citations:
        assert f"“{citation.quote}” [{citation.number}]" in copied
        assert f"\n\n[{citation.number}] by Ada" not in copied
        assert re.search(rf"\n\n\[{citation.number}\] [^\n]*{citation.publisher}, ", copied)
        assert citation.title.split()[-1] in copied

    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(Error('no')); }")
    page.locator("#turn-1 [data-copy]").click()
    shown = page.get_by_label("Copy this text")
    expect(shown).to_have_value(copied)
    expect(shown).to_be_focused()
    assert page.evaluate("String(getSelection())") == copied
    page.keyboard.press("Escape")
    expect(shown).to_have_count(0)
    expect(page.locator("#turn-1 [data-copy]")).to_be_focused()


def test_two_tabs_with_one_conversation_lose_nothing(
    page: Page, visit: Callable[..., Page], site: str
) -> None:
    ask(page, LIGHT)
    address = page.url.partition("#")[0] + "#" + kept_as(page)
    other = page.context.new_page()
    other.goto(address)
    expect(other.locator("#turn-1[data-finished=yes]")).to_be_visible()
    ask(page, TUNNEL)
    open_drawer(page)
    expect(kept(page).locator(".dl-about")).to_contain_text("2 questions")  # kept before the next
    ask(other, "Who rejected the fishing treaty?")
    open_drawer(other)
    expect(kept(other).locator(".dl-about")).to_contain_text("3 questions")
    page.reload()
    expect(page.locator("#turn-3")).to_contain_text("fishing treaty")
    expect(page.locator("#turn-2")).to_contain_text("Harrow tunnel")
    other.close()


def test_what_is_asked_in_one_tab_stands_in_the_list_of_the_other(page: Page, site: str) -> None:
    other = page.context.new_page()
    other.goto(site)
    expect(other.locator("#counts:not(:empty)")).to_be_attached()
    open_drawer(other)
    ask(page, "Who lit the lamp of the other tab?")
    expect(kept(other).filter(has_text="lamp of the other tab")).to_have_count(1)
    ask(page, TUNNEL)
    expect(kept(other).filter(has_text="lamp of the other tab")).to_contain_text("2 questions")
    other.close()


def test_on_a_phone_the_drawer_covers_the_page_and_goes(
    visit: Callable[..., Page], site: str
) -> None:
    page = visit(site, PHONE, apart=True)
    ask(page, LIGHT)
    kept_as(page)
    open_drawer(page)
    expect(page.get_by_label("Search the conversations")).to_be_focused()
    box = page.locator("#conversations").bounding_box()
    assert box is not None
    assert box["width"] == 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Escape")
    expect(page.locator("#conversations")).to_be_hidden()
    expect(page.locator(".dl-toggle")).to_be_focused()
    open_drawer(page)
    page.locator(".dl-kept-open").first.click()
    expect(page.locator("#conversations")).to_be_hidden()
    open_drawer(page)
    page.reload()
    expect(page.locator("#turn-1")).to_be_visible()
    expect(page.locator("#conversations")).to_be_hidden()


def test_opening_another_stops_the_answer_that_is_being_written(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    assistant = assistant_in(tmp_path / "home")
    reader = Waiting()
    assistant = Assistant(assistant.settings, index=assistant.index, reader=reader)
    with served(assistant) as address:
        page = visit(address, apart=True)
        ask(page, LIGHT)
        first = kept_as(page)
        page.get_by_role("button", name="New conversation").click()
        expect(page.locator(".dl-turn")).to_have_count(0)
        page.get_by_label("Your question").fill("A slow question?")
        page.get_by_label("Your question").press("Enter")
        expect(page.locator(".dl-pending")).to_be_visible()
        open_drawer(page)
        page.locator(".dl-kept-open").click()
        expect(page.locator(".dl-question")).to_have_text(LIGHT)
        reader.go_on.set()
        ask(page, TUNNEL)
        expect(page.locator(".dl-question")).to_have_text([LIGHT, TUNNEL])
        expect(kept(page).locator(".dl-about")).to_contain_text("2 questions")
        assert kept_as(page) == first


class NamedByHeader:
    """What a login will do: it tells the name of who asks."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            scope["dateline.user"] = dict(scope["headers"]).get(b"x-user", b"").decode()
        await self._app(scope, receive, send)


def test_nobody_sees_what_is_anothers(
    browser: Browser, desk: Assistant, page: Page, site: str
) -> None:
    misdeeds: list[str] = []

    def visit_as(user: str, address: str) -> Page:
        context = browser.new_context(extra_http_headers={"x-user": user})
        own = context.new_page()
        _watch(own, address.partition("/#")[0], misdeeds, refused="")
        own.goto(address)
        expect(own.locator("#counts:not(:empty)")).to_be_visible()
        return own

    with gradio_confined():
        app = application(build_page(desk), Exposure(), desk)
        app.user_middleware.insert(1, Middleware(NamedByHeader))  # within the gate, as the login
        server = Server(app, "127.0.0.1", 0)
        with in_background(server) as address:
            ann = visit_as("ann", address)
            ask(ann, LIGHT)
            mine = kept_as(ann)
            bob = visit_as("bob", f"{address}/#{mine}")
            expect(bob.locator(".dl-notice")).to_contain_text("not kept here")
            expect(bob.locator(".dl-turn")).to_have_count(0)
            open_drawer(bob)
            expect(bob.locator("#conversations-list")).to_contain_text("Nothing is kept yet.")
            ask(bob, TUNNEL)
            kept_as(bob)
            # As if bob's page held ann's id: every wish is refused by name.
            item = bob.locator(".dl-kept")
            expect(item).to_have_count(1)  # as it will stay
            for wish in ("Export as JSON", "Delete"):
                bob.locator(".dl-notice").get_by_role("button", name="Close").click()
                expect(bob.locator(".dl-notice")).to_have_count(0)
                item.evaluate("(item, id) => (item.dataset.conversation = id)", mine)
                choose(bob, item, wish)
                expect(bob.locator(".dl-notice")).to_contain_text("not kept here")
            for own in (ann, bob):
                own.context.close()
    assert not misdeeds
    assert [each.name for each in ConversationStore(desk.settings.home).headings("ann")] == [LIGHT]


def test_nothing_is_kept_where_that_is_set(visit: Callable[..., Page], tmp_path: Path) -> None:
    with served(assistant_in(tmp_path / "home", keep=False)) as address:
        page = visit(address)
        ask(page, LIGHT)
        expect(page.locator("#turn-1 [data-copy]")).to_be_visible()
        expect(page.locator("#turn-1 .dl-thumb").first).to_be_hidden()
        expect(page.locator(".dl-toggle")).to_be_hidden()
        assert "#" not in page.url
    assert not list((tmp_path / "home").glob("conversations*"))


def test_what_cannot_be_kept_is_told_once_and_stops_nothing(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    assistant = assistant_in(tmp_path / "home")
    (tmp_path / "home" / "conversations.sqlite3").mkdir()  # root may write in any folder
    with served(assistant) as address:
        page = visit(address)
        expect(page.locator(".dl-notice")).to_contain_text("Conversations are not kept")
        page.locator(".dl-notice").get_by_role("button", name="Close").click()
        ask(page, LIGHT)
        ask(page, TUNNEL)
        expect(page.locator(".dl-chip")).not_to_have_count(0)
        expect(page.locator(".dl-notice")).to_have_count(0)
        page.locator("#turn-2").get_by_role("button", name="Helpful").click()
        expect(page.locator(".dl-notice")).to_contain_text("Conversations are not kept")


def test_a_damaged_file_is_told_and_the_chat_goes_on(
    visit: Callable[..., Page], tmp_path: Path
) -> None:
    assistant = assistant_in(tmp_path / "home")
    (tmp_path / "home" / "conversations.sqlite3").write_bytes(b"no database " * 1000)
    with served(assistant) as address:
        page = visit(address)
        expect(page.locator(".dl-notice")).to_contain_text("could not be read: their file is now")
        ask(page, LIGHT)
        kept_as(page)
