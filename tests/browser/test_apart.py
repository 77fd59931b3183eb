"""Users are kept apart: a page is its user's, whoever else knows its name."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from assistant import Assistant, Settings
from assistant.users import Users
from index import NewsIndex
from tests.browser.conftest import served
from tests.browser.test_limits import join
from tests.fakes import FirstSentences, HashedWords, topics
from tests.serving.test_users import ADA, BEA
from web.auth.exposure import Exposure

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


def told(client: httpx.Client, session: str) -> list[dict[str, Any]]:
    """What the stream of a page says until it is over; Gradio breaks off where there is none."""
    lines, where = [], "/gradio_api/queue/data"
    with (
        suppress(httpx.RemoteProtocolError),
        client.stream("GET", where, params={"session_hash": session}) as events,
    ):
        for line in events.iter_lines():
            lines += [line] if line else []
    return [json.loads(line.removeprefix("data: ")) for line in lines]


def test_nobody_follows_anothers_answer(ada: httpx.Client, bea: httpx.Client) -> None:
    event = join(ada, "followed", ASKED).json()["event_id"]
    overheard = told(bea, "followed")
    assert [each.get("session_not_found") for each in overheard] == [True]
    said = told(ada, "followed")
    assert said[-1]["msg"] == "close_stream"
    assert {each["event_id"] for each in said if "event_id" in each} >= {event}
    assert ASKED in str(said)


def test_nobody_goes_on_with_anothers_conversation(ada: httpx.Client, bea: httpx.Client) -> None:
    join(ada, "kept", ASKED)
    told(ada, "kept")
    join(bea, "kept", "And the harbour?")
    heard = str(told(bea, "kept"))
    assert "And the harbour?" in heard
    assert ASKED not in heard
    join(ada, "kept", "And the ferry?")
    assert ASKED in str(told(ada, "kept")), "her page goes on with it"


def test_what_names_no_page_is_refused(ada: httpx.Client) -> None:
    for body in (b"[]", b"{}", b"{", b"[" * 100_000, b'"\xff"'):
        refused = ada.post("/gradio_api/run/predict", content=body)
        assert refused.status_code == 400, body[:10]
