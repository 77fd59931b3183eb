"""Read-only: all can ask, and the server itself refuses every change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant, Settings
from index import NewsIndex
from tests.browser.conftest import ask, served
from tests.fakes import FirstSentences, HashedWords, topics
from web.auth.gate import Exposure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

REFUSED = "This Dateline is read-only"


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("read-only")
    NewsIndex(home, HashedWords()).add(topics())
    settings = Settings(home=home, read_only=True)
    index = NewsIndex(home, HashedWords(), read_only=True)
    return Assistant(settings, index=index, reader=FirstSentences(quotes=1))


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with served(assistant, Exposure(read_only=True)) as address:
        yield address


def test_the_server_refuses_every_change(address: str, assistant: Assistant) -> None:
    """Each change is asked for, whether it is shown or not."""
    before = assistant.index.counts()
    with httpx.Client(base_url=address, trust_env=False) as client:
        assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 403
        for change in (
            {"kind": "url", "address": "https://news.example/a"},
            {"kind": "text", "text": "A story of a ship."},
            {"kind": "samples"},
            {"kind": "rebuild"},
        ):
            said = client.post("/long/add", json={"page": "a", **change}).text
            assert REFUSED in said, change
    assert assistant.index.counts() == before


@pytest.mark.browser
def test_the_page_offers_no_change(visit: Callable[..., Page], address: str) -> None:
    page = visit(address)
    ask(page, "When was the lighthouse at Skerry Point lit again?")
    expect(page.locator("#turn-1 .dl-chip")).to_be_visible()
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#list .dl-open").first).to_be_visible()
    expect(page.locator("#adding")).to_be_hidden()
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    page.get_by_text("What the index holds").click()
    expect(page.locator("#status dl")).to_be_visible()
    expect(page.get_by_role("button", name="Rebuild the index")).to_have_count(0)
