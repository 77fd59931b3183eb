"""Users are kept apart: a page is its user's, whoever else knows its name."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx
import pytest

from assistant import Assistant, Settings
from assistant.users import Users
from index import NewsIndex
from tests.browser.conftest import served
from tests.browser.test_limits import ask_as_page
from tests.fakes import FirstSentences, HashedWords, topics
from tests.serving.test_users import ADA, BEA
from web.auth.gate import Exposure

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKED = "When was the lighthouse lit again?"


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    home = tmp_path_factory.mktemp("apart")
    index = NewsIndex(home, HashedWords())
    index.add(topics())
    assistant = Assistant(Settings(home=home), index=index, reader=FirstSentences(quotes=1))
    with served(assistant, Exposure(users=Users({"ada": ADA, "bea": BEA}))) as address:
        yield address


@pytest.fixture
def ada(address: str) -> Iterator[httpx.Client]:
    yield from logged_in(address, "ada", "open sesame")


@pytest.fixture
def bea(address: str) -> Iterator[httpx.Client]:
    yield from logged_in(address, "bea", "pass:wörd")


def logged_in(address: str, name: str, password: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        assert client.post(
            "/login", data={"name": name, "password": password}
        ).has_redirect_location
        yield client


def test_nobody_goes_on_with_anothers_conversation(ada: httpx.Client, bea: httpx.Client) -> None:
    assert ASKED in ask_as_page(ada, "kept", ASKED).text
    heard = ask_as_page(bea, "kept", "And the harbour?").text
    assert "And the harbour?" in heard
    assert '"turn": 1' in heard, "hers begins"
    assert ASKED not in heard
    hers = ask_as_page(ada, "kept", "And the ferry?").text
    assert '"turn": 2' in hers, "her page goes on with it"


def test_nobody_stops_anothers_answer(ada: httpx.Client, bea: httpx.Client) -> None:
    config = ada.get("/config").json()
    stop = next(
        each["id"]
        for each in config["dependencies"]
        if any(event == "stop" for _, event in each["targets"])
    )
    with ada.stream("POST", "/long/ask", json={"page": "followed", "question": ASKED}) as hers:
        body = {"data": [], "fn_index": stop, "session_hash": "followed"}
        assert bea.post("/gradio_api/run/predict", json=body).is_success
        said = "".join(hers.iter_text())
    assert "Stopped" not in said
    assert '"finished": 1' in said
