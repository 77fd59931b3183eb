"""What nobody foresaw: programs and the page are told in a line, and no log holds the question."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import httpx
import pytest

from assistant import Assistant, Settings
from index import NewsIndex
from tests.browser.conftest import served
from tests.browser.test_limits import ask_as_page
from tests.fakes import HashedWords, topics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.reading.reader import Reading
    from index import Hit

ASKED = "When was the lighthouse lit again, said the secretive Ms Quill?"


class Broken:
    """A reader with a fault, which tells what it was asked."""

    name = "broken"

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        raise RuntimeError(f"no idea of {question!r}") from KeyError(hits[0].passage.text)


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("unforeseen")
    index = NewsIndex(home, HashedWords())
    index.add(topics())
    settings = Settings(home=home, DATELINE_LOG="json")
    with served(Assistant(settings, index=index, reader=Broken())) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


def ask_as_program(client: httpx.Client, **more: Any) -> httpx.Response:
    asked = {"messages": [{"role": "user", "content": ASKED}], **more}
    return client.post("/v1/chat/completions", json=asked)


def test_no_log_holds_what_was_asked(
    client: httpx.Client,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    refused = ask_as_program(client)
    assert refused.status_code == 500
    assert "not foreseen" in refused.json()["error"]["message"]
    streamed = ask_as_program(client, stream=True)
    assert "not foreseen" in streamed.text
    arguments = {"name": "ask", "arguments": {"question": ASKED}}
    call = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": arguments}
    accept = {"Accept": "application/json, text/event-stream"}
    answer = client.post("/mcp", json=call, headers=accept).json()["result"]
    assert answer["isError"]
    assert "not foreseen" in answer["content"][0]["text"]
    assert "not foreseen" in ask_as_page(client, "page", ASKED).text
    said = "".join(capfd.readouterr()) + caplog.text
    assert "RuntimeError" in said
    assert "test_unforeseen.py" in said, "where it happened is told"
    assert "Quill" not in said
    assert "lighthouse" not in said.casefold()
