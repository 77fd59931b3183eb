"""Model servers on this machine: offered where they answer, and off unless one is chosen."""

from __future__ import annotations

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import pytest

from assistant import Assistant, Settings
from index import NewsIndex
from tests.fakes import HashedWords
from web.chat.start import Start
from web.library import library_status, library_views
from web.library.library_status import Known, find_offers
from web.library.library_views import LibraryViews
from web.parts import render

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LISTS = {
    "/api/tags": {"models": [{"name": "llama3.2:3b"}, {"name": 7}, "odd"]},
    "/v1/models": {"data": [{"id": "<b>mistral</b>"}]},
    "/odd": ["no list"],
}


class Lists(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        said = json.dumps(LISTS.get(self.path)).encode()
        self.send_response(200 if self.path in LISTS else 404)
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def known() -> Iterator[tuple[Known, ...]]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Lists) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}"
        yield (
            Known("Ollama", "ollama", address, "/api/tags"),
            Known("LM Studio", "openai", address, "/v1/models"),
            Known("Odd", "openai", address, "/odd"),
            Known("Gone", "openai", address, "/none"),
            Known("Shut", "openai", "http://127.0.0.1:9", "/v1/models"),
        )
        server.shutdown()


def test_those_that_answer_are_offered(known: tuple[Known, ...]) -> None:
    offers = find_offers(known)
    assert [each.chat_model for each in offers] == ["ollama:llama3.2:3b", "openai:<b>mistral</b>"]
    assert offers[0].base_url == known[0].address
    assert offers[1].base_url == f"{known[1].address}/v1"
    shown = render("offers", offers=offers, chosen=None)
    assert "Have llama3.2:3b write the answers (Ollama)" in shown
    assert "off unless you choose it" in shown
    assert "<b>mistral" not in shown
    assert render("offers", offers=[], chosen=None) == ""


def test_one_is_used_once_it_is_chosen_and_only_one_that_is_offered(
    known: tuple[Known, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(library_views, "find_offers", lambda: find_offers(known))
    index = NewsIndex(tmp_path, HashedWords())
    assistant = Assistant(Settings(home=tmp_path, chat_model=None), index=index)
    chat: Any = SimpleNamespace(asked=assistant)
    views = LibraryViews(assistant, Start(assistant), chat)
    assert "Nothing leaves this machine" in views.status()
    assert not chat.asked.writes
    for model in ("openai:gpt-9", "", "ollama:other"):
        views.use(SimpleNamespace(model=model))  # type: ignore[arg-type]
        assert chat.asked is assistant
    told = views.use(SimpleNamespace(model="ollama:llama3.2:3b"))  # type: ignore[arg-type]
    assert chat.asked.writes
    assert chat.asked.settings.chat_base_url == known[0].address
    assert chat.asked.index is index
    assert "go to ollama:llama3.2:3b at" in told
    assert "Quotes only" in told
    views.use(SimpleNamespace(model=""))  # type: ignore[arg-type]
    assert chat.asked is assistant
    assert library_status.KNOWN[0].address == "http://127.0.0.1:11434"
