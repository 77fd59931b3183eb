"""Read-only: all can ask, and the server itself refuses every change."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant, Settings
from index import NewsIndex
from tests.browser.conftest import ask, served
from tests.fakes import FirstSentences, HashedWords, topics
from web.auth.exposure import Exposure

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
    """Each long event of the page but the questions is asked for, whether it is shown or not."""
    before = assistant.index.counts()
    with httpx.Client(base_url=address, trust_env=False) as client:
        assert client.post("/gradio_api/upload", files={"files": b"x"}).status_code == 403
        config = client.get("/config").json()
        parts = {each["id"]: each["props"] for each in config["components"]}
        ids = {key: props.get("elem_id") for key, props in parts.items()}
        asked = 0
        for event in config["dependencies"]:
            targets = {ids.get(target[0]) for target in event["targets"]}
            if not targets & {"paste-add", "fetch", "address", "rebuild", "samples"}:
                continue
            if event["queue"] is False:
                continue
            data = [
                "https://news.example/a story of a ship" if ids[each] else parts[each].get("value")
                for each in event["inputs"]
            ]
            session = {"session_hash": f"changing{event['id']}"}
            body = {"data": data, "fn_index": event["id"], **session}
            client.post("/gradio_api/queue/join", json=body).raise_for_status()
            with client.stream("GET", "/gradio_api/queue/data", params=session) as events:
                said = [json.loads(line[5:]) for line in events.iter_lines() if line]
            (done,) = [each for each in said if each["msg"] == "process_completed"]
            assert REFUSED in str(done["output"]), targets
            asked += 1
    assert asked == 4
    assert assistant.index.counts() == before


@pytest.mark.browser
def test_the_page_offers_no_change(visit: Callable[..., Page], address: str) -> None:
    page = visit(address)
    ask(page, "When was the lighthouse at Skerry Point lit again?")
    expect(page.locator("#turn-1 .dl-chip")).to_be_visible()
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#list .dl-open").first).to_be_visible()
    for part in ("#upload", "#address", "#fetch", "#paste", "#rebuild"):
        expect(page.locator(part)).to_be_hidden()
    expect(page.get_by_text("Add articles")).to_be_hidden()
