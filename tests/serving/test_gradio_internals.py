"""Each private thing of Gradio's that is touched, held against the real one."""

from __future__ import annotations

import asyncio
import re
from importlib.resources import files
from typing import TYPE_CHECKING

import gradio as gr
import pytest
from starlette.testclient import TestClient

from assistant import Assistant, Settings
from index import NewsIndex
from tests.fakes import HashedWords
from web import gradio_internals as internals
from web.chat_page import ChatPage, build_page
from web.gradio_internals import (
    PageStates,
    gradio_confined,
    in_event_loop,
    uploads_folder,
)
from web.server import application

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ChatPage]:
    home = tmp_path_factory.mktemp("internals")
    with gradio_confined():
        yield build_page(Assistant(Settings(home=home), index=NewsIndex(home, HashedWords())))


@pytest.fixture(scope="module")
def client(page: ChatPage) -> Iterator[TestClient]:
    with TestClient(application(page), base_url="http://localhost") as client:
        yield client


def test_the_page_has_the_marks_that_ours_is_added_at(client: TestClient) -> None:
    html = client.get("/").text
    assert html.count('<script src="dateline.js?v=') == 1
    assert html.index('id="question-box"') < html.index(internals.APP_ELEMENT)
    assert html.index("dateline.css?v=") < html.index("</head>")


def test_the_paths_are_gradios_own(client: TestClient) -> None:
    for path in ("/config", "/theme.css", "/favicon.ico", "/robots.txt"):
        assert internals.PAGE_PATHS.fullmatch(path)
        assert client.get(path).is_success, path
    source = files("gradio").joinpath("routes.py").read_text("utf-8")
    assert '"/heartbeat/{session_hash}"' in source  # it never ends, so it is not asked for here
    assert internals.HEARTBEAT_PATH.fullmatch("/gradio_api/heartbeat/ab12")
    assert internals.UPLOAD_PATH.fullmatch("/gradio_api/upload")
    (asset,) = set(re.findall(r"assets/index-\w+\.js", client.get("/").text)[:1])
    assert client.get(f"/{asset}").is_success


def test_a_brief_request_names_its_page_and_keeps_its_state(
    client: TestClient, page: ChatPage
) -> None:
    fn, state = _find(page, "leave")
    said = client.post(
        "/gradio_api/run/predict",
        json={"data": [], "fn_index": fn, internals.SESSION_FIELD: "abc"},
    )
    assert said.is_success, said.text
    assert internals.PREDICT_PATH.fullmatch("/gradio_api/run/predict")
    states = page.states
    states.set("abc", state, ("one",))
    assert states.get("abc", state) == ("one",)
    assert states.get("other", state) == ()
    held = len(states)
    states.forget("abc")
    assert len(states) == held - 1
    assert states.get("abc", state) == ()


def _find(page: ChatPage, name: str) -> tuple[int, gr.State]:
    number = next(
        number for number, fn in page.blocks.fns.items() if getattr(fn.fn, "__name__", "") == name
    )
    empty = (each for each in page.blocks.blocks.values() if isinstance(each, gr.State))
    return number, next(each for each in empty if each.value == ())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b'"text"',
        b'{"data": 1, "fn_index": 0, "session_hash": "a"}',
        b'{"data": [], "fn_index": "ask", "session_hash": "a"}',
        b'{"data": [], "fn_index": 9999, "session_hash": "a"}',
        b'{"data": [], "fn_index": 0, "session_hash": "../a"}',
        b'{"data": [], "fn_index": 0, "session_hash": "a", "event_data": 7}',
        b"[" * 100_000,
    ],
)
def test_a_call_that_makes_no_sense_is_the_callers_fault(
    client: TestClient, body: bytes, capsys: pytest.CaptureFixture[str]
) -> None:
    headers = {"Content-Type": "application/json"}
    said = client.post("/gradio_api/run/predict", content=body, headers=headers)
    assert 400 <= said.status_code < 500
    assert "Traceback" not in capsys.readouterr().err


def test_an_event_that_says_nothing_is_answered(client: TestClient, page: ChatPage) -> None:
    for name in ("cite", "open", "story", "narrowed", "remove", "fetch", "retitle", "judge"):
        fn, _ = _find(page, name)
        inputs = [None] * len(page.blocks.fns[fn].inputs)
        for event in ({}, {"article": {"a": 1}, "turn": [], "citation": "x", "articles": 7}):
            body = {"data": inputs, "fn_index": fn, "session_hash": "a", "event_data": event}
            said = client.post("/gradio_api/run/predict", json=body)
            assert said.status_code == 200, (name, event, said.text)


def test_the_queue_is_not_there_and_looks_for_no_work(client: TestClient, page: ChatPage) -> None:
    assert client.post("/gradio_api/queue/join", json={}).status_code == 404
    queue = page.blocks._queue
    assert queue.sleep_when_free == queue.progress_update_sleep_when_free == 1.0
    assert not [fn for fn in page.blocks.fns.values() if fn.queue], "no event of ours waits there"


def test_uploads_go_to_a_folder_of_ours(client: TestClient) -> None:
    said = client.post("/gradio_api/upload", files={"files": ("a.txt", b"Some words.")})
    (path,) = said.json()
    assert path.startswith(str(uploads_folder()))


def test_only_what_was_uploaded_can_be_added(client: TestClient, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The lighthouse was lit again on Monday.")
    for path in (str(secret), f"{uploads_folder()}/../{secret}", "/etc/hostname", ""):
        body = {"page": "a", "kind": "files", "paths": [path]}
        assert "not here any more" in client.post("/long/add", json=body).text


def test_gradio_makes_no_loop_of_its_own_within_one() -> None:
    assert isinstance(in_event_loop(gr.Blocks), gr.Blocks)

    async def within() -> object:
        return in_event_loop(asyncio.get_running_loop)

    assert asyncio.run(within())


def test_the_states_of_old_pages_are_forgotten(page: ChatPage, client: TestClient) -> None:
    _, state = _find(page, "leave")
    for number in range(1_010):
        page.states.set(f"page{number}", state, ())
    assert len(PageStates(page.blocks)) == 1_000
