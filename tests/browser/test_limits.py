"""Nobody's haste is another's wait: limits for each client, on the page and for programs."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from threading import Event, Semaphore
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant, Settings
from assistant.reading.reader import Reading
from assistant.waiting_line import WaitingLine
from index import NewsIndex
from tests.browser.conftest import ask, served
from tests.fakes import HashedWords, topics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from assistant.answer import Near
    from index import Hit

PROGRAM = "/v1/chat/completions"
ASK, ADD = "/long/ask", "/long/add"


class Slow:
    """A reader that takes its time over slow questions, and counts those that it began."""

    name = "slow"

    def __init__(self) -> None:
        self.go_on = Event()
        self.begun = Semaphore(0)

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        if "slow" in question:
            self.begun.release()
            assert self.go_on.wait(60)
        return Reading()


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> NewsIndex:
    index = NewsIndex(tmp_path_factory.mktemp("limits"), HashedWords())
    index.add(topics())
    return index


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def address(index: NewsIndex, slow: Slow) -> Iterator[str]:
    assistant = Assistant(Settings(home="unused"), index=index, reader=slow)
    assistant.line = WaitingLine(16)  # here the readers are slow, not the processors
    with served(assistant) as address:
        yield address
        slow.go_on.set()


@contextmanager
def client(address: str, number: int) -> Iterator[httpx.Client]:
    """A client with an address of its own: loopback has many."""
    transport = httpx.HTTPTransport(local_address=f"127.0.2.{number}")
    with httpx.Client(base_url=address, transport=transport, timeout=60, trust_env=False) as client:
        yield client


def question(text: str) -> dict[str, Any]:
    return {"messages": [{"role": "user", "content": text}]}


def ask_as_page(client: httpx.Client, page: str, text: str) -> httpx.Response:
    """Ask as the page does, and wait for all that is told."""
    return client.post(ASK, json={"page": page, "question": text})


def test_one_program_cannot_take_every_turn(address: str, slow: Slow) -> None:
    with client(address, 1) as hasty, client(address, 2) as other, ThreadPoolExecutor() as pool:
        waiting = [
            pool.submit(hasty.post, PROGRAM, json=question(f"A slow question {number}?"))
            for number in range(4)
        ]
        for _ in waiting:
            assert slow.begun.acquire(timeout=30)
        refused = hasty.post(PROGRAM, json=question("One more slow question?"))
        assert refused.status_code == 429
        assert refused.json()["error"]["message"].startswith("You have 4 requests under way")
        assert refused.headers["retry-after"]
        assert hasty.get("/v1/models").is_success
        assert other.post(PROGRAM, json=question("A quick question?")).is_success
        assert not any(each.done() for each in waiting)
        slow.go_on.set()
        assert all(each.result().is_success for each in waiting)
        assert hasty.post(PROGRAM, json=question("A quick question?")).is_success


def test_programs_wait_their_turn_and_the_page_does_not_wait_for_them(
    address: str, slow: Slow
) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(16) as pool:
        many = [stack.enter_context(client(address, number)) for number in range(3, 7)]
        waiting = [
            pool.submit(each.post, PROGRAM, json=question(f"A slow question {number}?"))
            for each in many
            for number in range(3)
        ]
        for _ in range(8):
            assert slow.begun.acquire(timeout=30)
        assert not slow.begun.acquire(timeout=0.5), "eight at once, the others in line"
        page = stack.enter_context(client(address, 7))
        assert '"done": true' in ask_as_page(page, "quickly", "A quick question?").text
        slow.go_on.set()
        assert all(each.result().is_success for each in waiting)


def test_half_a_request_keeps_nobody_waiting(address: str, slow: Slow) -> None:
    with ExitStack() as stack:
        for number in (10, 11):
            for _ in range(4):
                sending = HTTPConnection(
                    urlsplit(address).netloc, timeout=30, source_address=(f"127.0.2.{number}", 0)
                )
                stack.callback(sending.close)
                sending.putrequest("POST", PROGRAM)
                sending.putheader("Content-Type", "application/json")
                sending.putheader("Content-Length", "1000")
                sending.endheaders(b"{")  # and no more of it
        same, other = (stack.enter_context(client(address, each)) for each in (11, 12))
        while same.post(PROGRAM, json=question("A quick question?")).is_success:
            pass  # until the halves have arrived
        refused = same.post(PROGRAM, json=question("A quick question?"))
        assert refused.status_code == 429
        assert other.post(PROGRAM, json=question("A quick question?")).is_success


@pytest.mark.browser
def test_one_reader_cannot_fill_the_queue_and_is_told_so(
    visit: Callable[..., Page], address: str, slow: Slow
) -> None:
    with (
        httpx.Client(base_url=address, trust_env=False, timeout=60) as same,
        client(address, 8) as other,
        ThreadPoolExecutor() as pool,
    ):
        waiting = [
            pool.submit(ask_as_page, same, f"hasty{number}", f"A slow question {number}?")
            for number in range(4)
        ]
        for _ in waiting:
            assert slow.begun.acquire(timeout=30)
        refused = ask_as_page(same, "hasty5", "A slow question?")
        assert refused.status_code == 429
        assert "under way" in refused.json()["detail"]
        assert ask_as_page(other, "other", "A quick question?").is_success
        page = visit(address, refused="429")
        page.get_by_label("Your question").fill("A quick question?")
        page.keyboard.press("Enter")
        expect(page.get_by_text("You have 4 requests under way").first).to_be_visible()
        expect(page.get_by_label("Your question")).to_have_value("A quick question?")
        slow.go_on.set()
        assert all('"done": true' in each.result().text for each in waiting)
        ask(page, "A quick question?")


@pytest.mark.browser
def test_who_waits_sees_how_many_are_before_and_what_is_nearest(
    visit: Callable[..., Page], index: NewsIndex, slow: Slow
) -> None:
    assistant = Assistant(Settings(home="unused"), index=index, reader=slow)
    assistant.line = WaitingLine(1)
    with served(assistant) as address, client(address, 20) as other, ThreadPoolExecutor() as pool:
        first = pool.submit(ask_as_page, other, "first", "A slow question?")
        assert slow.begun.acquire(timeout=30)
        page = visit(address)
        page.get_by_label("Your question").fill("What of the cherry orchards around Velm?")
        page.keyboard.press("Enter")
        turn = page.locator("#turn-1")
        expect(turn.locator(".dl-pending")).to_have_text("1 question before yours…")
        expect(turn.locator(".dl-near").first).to_have_text(
            "“A late frost destroyed most of the cherry orchards around Velm, growers said.”"
        )
        expect(turn.get_by_text("not read yet")).to_be_visible()
        turn.locator(".dl-open").first.click()
        expect(page.locator("#reader mark, #reader .dl-text")).to_contain_text("A late frost")
        expect(page.locator("#reader :focus")).to_be_visible()
        slow.go_on.set()
        expect(page.locator("#turn-1[data-finished=yes]")).to_be_visible()
        expect(turn.get_by_text("not read yet")).to_have_count(0)
        page.keyboard.press("Escape")  # what it was opened with is gone
        expect(page.get_by_label("Your question")).to_be_focused()
        assert '"done": true' in first.result().text


@pytest.mark.browser
def test_what_the_search_puts_first_is_shown_while_it_is_read(
    visit: Callable[..., Page], index: NewsIndex, slow: Slow
) -> None:
    assistant = Assistant(Settings(home="unused"), index=index, reader=slow)
    with served(assistant) as address:
        page = visit(address)
        page.get_by_label("Your question").fill("A slow question on the orchards around Velm?")
        page.keyboard.press("Enter")
        turn = page.locator("#turn-1")
        expect(turn.locator(".dl-near").first).to_contain_text("A late frost destroyed most")
        expect(turn.locator(".dl-pending")).to_have_text("Reading the articles…")
        expect(turn.get_by_text("not read yet")).to_be_visible()
        turn.locator(".dl-open").first.focus()
        slow.go_on.set()
        expect(page.locator("#turn-1[data-finished=yes]")).to_be_visible()
        expect(turn.get_by_text("not read yet")).to_have_count(0)
        expect(page.get_by_label("Your question")).to_be_focused()


@pytest.mark.parametrize("fails", [True, False], ids=["fails", "is slow"])
def test_what_is_nearest_is_never_in_the_answers_way(
    index: NewsIndex, slow: Slow, monkeypatch: pytest.MonkeyPatch, *, fails: bool
) -> None:
    assistant = Assistant(Settings(home="unused"), index=index, reader=slow)
    assistant.line = WaitingLine(1)
    nearest = assistant.nearest

    def look(*asked: Any, **scope: Any) -> tuple[Near, ...]:
        slow.go_on.set()
        if fails:
            raise OSError
        first.result()  # its turn has come meanwhile
        return nearest(*asked, **scope)

    monkeypatch.setattr(assistant, "nearest", look)
    with (
        served(assistant) as address,
        ThreadPoolExecutor() as pool,
        client(address, 21) as one,
        client(address, 22) as other,
    ):
        first = pool.submit(ask_as_page, one, "first", "A slow question?")
        assert slow.begun.acquire(timeout=30)
        told = ask_as_page(other, "other", "What of the cherry orchards around Velm?").text
    assert '"finished": 1' in told
    assert "dl-error" not in told
    assert told.count("1 question before yours") == 1
    assert "A late frost destroyed" in told, "by the search of the answer itself, at least"


def test_what_is_too_large_is_not_read(address: str) -> None:
    sizes = {
        ADD: 26_000_000,
        ASK: 2_000_000,
        "/mcp": 2_000_000,
        "/gradio_api/upload": 3_000_000_000,
    }
    for path, size in sizes.items():
        sending = HTTPConnection(urlsplit(address).netloc, timeout=30)
        sending.putrequest("POST", path)
        sending.putheader("Content-Length", str(size))
        sending.endheaders()  # and not a byte of it
        assert sending.getresponse().status == 413, path
        sending.close()
    with client(address, 9) as endless:
        assert endless.post(ASK, content=iter([b"{", b"}"])).status_code == 411
