"""Rude clients beside polite ones: idle, half-sent, malformed, many; no polite one fails."""

from __future__ import annotations

import resource
import socket
import subprocess
import sys
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import httpx
import pytest

from assistant import Assistant, Settings
from assistant.users import Users
from index import NewsIndex
from tests.browser.conftest import served
from tests.fakes import FirstSentences, HashedWords, topics
from tests.serving.test_users import ADA
from web import gradio_internals
from web.auth.gate import Exposure

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

LIGHT = "When was the lighthouse at Skerry Point lit again?"
ROOM, RUDE = 40, 160  # connections that are let in here, and more than these


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("rude")
    index = NewsIndex(home, HashedWords())
    index.add(topics())
    return Assistant(Settings(home=home), index=index, reader=FirstSentences(quotes=1))


@pytest.fixture(scope="module")
def address(assistant: Assistant) -> Iterator[str]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gradio_internals, "_MOST_CONNECTIONS", ROOM)
        with served(assistant) as address:
            yield address


def connect(address: str, said: bytes = b"") -> socket.socket:
    parts = urlsplit(address)
    made = socket.create_connection((parts.hostname or "", parts.port or 0), timeout=30)
    made.sendall(said)
    return made


def ask_politely(address: str) -> str:
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        assert client.get("/healthz").status_code == 200
        told = client.post("/long/ask", json={"page": "polite", "question": LIGHT})
    assert told.status_code == 200
    return told.text


def test_idle_and_half_sent_connections_make_room(address: str) -> None:
    half = b"POST /long/ask HTTP/1.1\r\nHost: localhost\r\nContent-Le"
    with ExitStack() as stack:
        for number in range(RUDE):
            rude = connect(address, half if number % 2 else b"")
            stack.callback(rude.close)
            if number % ROOM == ROOM - 1:
                assert '"done": true' in ask_politely(address)
        assert '"finished"' in ask_politely(address)


def test_no_open_page_is_dropped_for_others_of_a_shared_address(address: str) -> None:
    """Here all come from this machine, as they do behind a proxy; `test_connections` has others."""
    streams: list[socket.socket] = []
    with ExitStack() as stack:
        for number in range(RUDE):
            said = f"GET /gradio_api/heartbeat/page{number} HTTP/1.1\r\nHost: localhost\r\n\r\n"
            with suppress(OSError):  # who finds no room is let go of, curtly or not
                streams.append(stack.enter_context(connect(address, said.encode())))
                if not streams[-1].recv(1):
                    streams.pop()
        assert len(streams) >= ROOM
        for each in streams[:ROOM]:
            each.setblocking(False)
            with suppress(BlockingIOError):
                assert each.recv(1), "the first are still served"


def test_who_sends_nothing_is_let_go_of(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gradio_internals, "_SECONDS_FOR_HEADERS", 0.5)
    for said in (b"", b"GET / HTTP/1.1\r\nHost: loc"):
        # A reset is the same, said more curtly.
        with connect(address, said) as rude, suppress(ConnectionResetError):
            assert rude.recv(1) == b""
    assert '"done": true' in ask_politely(address)


MALFORMED = {
    "tls": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "null": b"GET /\x00 HTTP/1.1\r\n\r\n",
    "version": b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "length": b"POST /long/ask HTTP/1.1\r\nHost: localhost\r\nContent-Length: -4\r\n\r\n",
    "no end": b"A" * 100_000,
    "headers": b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
}


def test_what_is_no_request_ends_nothing(address: str, capfd: pytest.CaptureFixture[str]) -> None:
    for name, said in MALFORMED.items():
        with connect(address) as rude:
            try:
                rude.sendall(said)
                rude.shutdown(socket.SHUT_WR)
                answer = rude.recv(40)
            except OSError:
                answer = b""  # it was let go of before all was sent
        assert answer == b"" or answer.split()[1][:1] == b"4", name
    assert '"done": true' in ask_politely(address)
    assert "Traceback" not in "".join(capfd.readouterr())


def test_a_malformed_login_is_told_so_and_its_words_are_in_no_log(
    assistant: Assistant, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with (
        served(assistant, Exposure(users=Users({"ada": ADA}))) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=60) as client,
    ):
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        for body in (
            "&".join(f"secret{number}=swordfish" for number in range(50)),
            "name=%ff%fe&password=swordfish%00",
            b"\xff\xfename=swordfish",
            "",
            "{}",
        ):
            said = client.post("/login", content=body, headers=form)
            assert 400 <= said.status_code < 500, body
            assert "swordfish" not in said.text
        assert client.post("/login", content=b"a" * 9_000, headers=form).status_code == 413
    logged = "".join(capfd.readouterr()) + caplog.text
    assert "swordfish" not in logged
    assert "Traceback" not in logged


WISHES = (
    *(b"", b"{", b"[]", b"7", b'{"page": 3}', b'{"question": "x"}', b'{"page": "a", "kind": "?"}'),
    *(b'{"page": "a", "kind": "files", "paths": {"a": 1}}', b"[" * 9_999),
)


@pytest.mark.parametrize("path", ["/long/ask", "/long/add"])
def test_a_malformed_wish_is_told_so(
    address: str, path: str, capfd: pytest.CaptureFixture[str]
) -> None:
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        for body in WISHES:
            said = client.post(path, content=body)
            assert said.status_code in {200, 400}, body
            assert said.status_code == 400 or "error" in said.text, body
    assert "Traceback" not in "".join(capfd.readouterr())


@pytest.mark.slow
def test_a_server_that_is_out_of_files_goes_on(
    python: str, child_environment: Mapping[str, str]
) -> None:
    limit = 320
    command = [
        python,
        "-c",
        "import resource, sys\n"
        f"resource.setrlimit(resource.RLIMIT_NOFILE, ({limit}, {limit}))\n"
        "sys.argv = ['dateline', 'chat', '--port', '0']\n"
        "from dateline.__main__ import main\nmain()",
    ]
    with subprocess.Popen(
        command, env=child_environment, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            address = process.stdout.readline().split()[3]
            with ExitStack() as stack:
                for _ in range(limit + 200):
                    stack.callback(connect(address).close)
                with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
                    assert client.get("/healthz").status_code in {200, 503}
            with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
                assert client.get("/").status_code == 200
            assert process.poll() is None
        finally:
            process.terminate()
            process.wait(timeout=60)


def test_as_many_files_are_allowed_as_may_be() -> None:
    told = subprocess.run(
        [
            sys.executable,
            "-c",
            "import resource\n"
            "hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]\n"
            "resource.setrlimit(resource.RLIMIT_NOFILE, (300, hard))\n"
            "from web.server import allow_many_files\n"
            "allow_many_files()\nprint(resource.getrlimit(resource.RLIMIT_NOFILE)[0])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    assert int(told.stdout) == min(16_384, hard if hard > 0 else 16_384)
