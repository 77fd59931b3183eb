"""What is asked of the server directly: only what the page needs is answered."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
from typing import TYPE_CHECKING

import httpx
import pytest

from assistant import Assistant, DatelineError, Settings
from index import NewsIndex
from tests.browser.conftest import served
from tests.fakes import HashedWords, topics
from web.chat_page import build_page
from web.server import Server, application

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    home = tmp_path_factory.mktemp("gate")
    index = NewsIndex(home, HashedWords())
    index.add(topics())
    return Assistant(Settings(home=home), index=index)


@pytest.fixture(scope="module")
def client(assistant: Assistant) -> Iterator[httpx.Client]:
    with served(assistant) as address, httpx.Client(base_url=address, trust_env=False) as client:
        yield client


def test_the_page_is_served_and_confined(client: httpx.Client) -> None:
    answer = client.get("/")
    assert answer.status_code == 200
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src-attr 'none'" in policy
    assert "http" not in policy
    assert answer.headers["x-content-type-options"] == "nosniff"


ABSENT = (
    *("file=/etc/hostname", "file/etc/hostname", "file=http://127.0.0.1:1/", "info"),
    *("proxy=http://127.0.0.1:1/", "openapi.json", "runs", "vibe-code", "call/ask"),
)


def test_what_the_page_does_not_need_is_not_there(client: httpx.Client) -> None:
    for path in (
        *(f"/gradio_api/{each}" for each in ABSENT),
        *("/monitoring/summary", "/docs", "/openapi.json", "/static/../routes.py"),
        *("/assets/..%2f..%2froutes.py", "/assets//etc/hostname"),
    ):
        assert client.get(path).status_code in {403, 404}, path


def test_a_name_that_is_not_this_machine_is_refused(client: httpx.Client) -> None:
    assert client.get("/", headers={"Host": "rebound.example"}).status_code == 421
    assert client.get("/", headers={"Host": f"localhost:{client.base_url.port}"}).is_success


def test_a_request_from_another_site_is_refused(client: httpx.Client) -> None:
    for origin in ("https://evil.example", "null", "http://127.0.0.1:1"):
        joined = client.post("/gradio_api/queue/join", json={}, headers={"Origin": origin})
        assert joined.status_code == 403, origin


def test_a_file_of_this_machine_cannot_pass_for_an_upload(
    client: httpx.Client, assistant: Assistant, tmp_path: Path
) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("The password of the lighthouse is swordfish.")
    held = assistant.index.counts().articles
    asked = {"page": "abcdef", "kind": "files", "paths": [str(secret)]}
    assert "not here any more" in client.post("/long/add", json=asked).text
    assert secret.exists()
    assert assistant.index.counts().articles == held


def test_a_port_in_use_is_named(assistant: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        app = application(build_page(assistant))
        with pytest.raises(DatelineError, match=f"Cannot listen on 127.0.0.1 port {port}"):
            Server(app, "127.0.0.1", port)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_the_command_serves_until_it_is_stopped(
    python: str, child_environment: Mapping[str, str], stop: signal.Signals
) -> None:
    command = [python, "-m", "dateline", "chat", "--port", "0"]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, env=child_environment, stdout=pipe, stderr=pipe, text=True
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        found = re.fullmatch(
            r"Dateline is at (http://127\.0\.0\.1:\d+) \(Ctrl-C stops it\)\n", said
        )
        assert found, said
        with (
            httpx.Client(base_url=found[1], trust_env=False) as client,
            client.stream("GET", "/gradio_api/heartbeat/abcdef") as open_page,
        ):
            assert open_page.is_success
            process.send_signal(stop)
            rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "", "")


_LOADING = """
import atexit, sys, threading, time
from index.models.embedding import SentenceTransformerEmbeddings

def load_again_and_again():
    while True:
        SentenceTransformerEmbeddings("all-MiniLM-L6-v2").encode([])

class Slow:
    def __del__(self, sleep=time.sleep):
        sleep(2)

slow = Slow()
for _ in range(2):
    threading.Thread(target=load_again_and_again, daemon=True).start()
atexit.register(print, "tidied up")
sys.argv[1:] = ["chat", "--port", "0"]
from dateline.__main__ import main
main()
"""


@pytest.mark.slow
def test_stopped_while_any_thread_loads_a_model_it_ends_in_good_order(
    python: str, child_environment: Mapping[str, str]
) -> None:
    # Taken down, Python is long on its way there, so that threads come back to it meanwhile.
    pipe = subprocess.PIPE
    with subprocess.Popen(
        [python, "-c", _LOADING], env=child_environment, stdout=pipe, stderr=pipe, text=True
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().split()[3]
        alive = httpx.get(f"{address}/healthz", trust_env=False)
        process.send_signal(signal.SIGTERM)
        rest, errors = process.communicate(timeout=60)
    assert (process.returncode, rest, errors) == (0, "tidied up\n", "")
    assert alive.is_success
