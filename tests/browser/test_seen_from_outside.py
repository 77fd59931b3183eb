"""Health, figures and the log: what they tell of the server, and what they never tell."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx
import pytest

from assistant import Assistant, DatelineError, Settings
from index import NewsIndex
from tests.browser.conftest import served
from tests.fakes import FirstSentences, HashedWords, topics
from web.auth.gate import Exposure

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = "Which comet did astronomers find?"


def assistant(home: Path, **settings: object) -> Assistant:
    given = Settings(home=home, **settings)  # type: ignore[arg-type]
    return Assistant(given, index=NewsIndex(home, HashedWords()), reader=FirstSentences())


def ask(client: httpx.Client, question: str, **more: object) -> httpx.Response:
    asked = {"messages": [{"role": "user", "content": question}], **more}
    return client.post("/v1/chat/completions", json=asked)


def test_health_and_figures(tmp_path: Path) -> None:
    home = tmp_path / "home"
    desk = assistant(home)
    with served(desk) as address, httpx.Client(base_url=address, trust_env=False) as client:
        said = client.get("/healthz")
        assert said.status_code == 200
        assert said.json() == {"status": "ok", "index": "empty", "models": "loading"}
        desk.index.add(topics())
        desk.warm_up()
        assert client.get("/healthz").json() == {
            "status": "ok",
            "index": "ready",
            "models": "loaded",
        }
        assert ask(client, QUESTION).status_code == 200
        assert ask(client, QUESTION, stream=True).text.endswith("[DONE]\n\n")
        assert ask(client, QUESTION, since="2030-01-01").status_code == 200
        figures = client.get("/metrics").text
        for line in (
            "dateline_questions_total 3.0",
            "dateline_abstentions_total 1.0",
            "dateline_articles 5.0",
            'dateline_step_seconds_count{step="retrieve"} 3.0',
            'dateline_step_seconds_count{step="total"} 3.0',
        ):
            assert line in figures
        # Nothing of what was asked, nor of where files are.
        for word in ("comet", "astronomers", str(home), "2030"):
            assert word not in figures
        # A proxy on this machine asks for somebody else.
        for header in ("X-Forwarded-For", "Forwarded", "X-Real-IP"):
            assert client.get("/metrics", headers={header: "203.0.113.9"}).status_code == 403

        for part in home.glob("index.sqlite3*"):
            part.write_bytes(b"Dear diary. " * 1000)
        said = client.get("/healthz")
        assert said.status_code == 503
        assert said.json()["index"] == "unreadable"
        assert "dateline check" in said.json()["reason"]
        assert str(home) not in said.text
        assert ask(client, QUESTION).status_code == 503
        assert 'dateline_errors_total{kind="StorageError"}' in client.get("/metrics").text


def test_figures_are_not_for_who_comes_through_a_proxy_that_says_nothing(tmp_path: Path) -> None:
    public = Exposure(names=frozenset({"news.example.org"}))
    with (
        served(assistant(tmp_path / "home"), public) as address,
        httpx.Client(base_url=address, trust_env=False) as client,
    ):
        assert client.get("/metrics").status_code == 200
        named = {"Host": "news.example.org"}
        assert client.get("/healthz", headers=named).status_code == 200
        assert client.get("/metrics", headers=named).status_code == 403


def test_a_model_that_cannot_be_loaded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = assistant(tmp_path / "home", metrics="everyone")
    with served(desk) as address, httpx.Client(base_url=address, trust_env=False) as client:
        monkeypatch.setattr(HashedWords, "embed_query", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            desk.warm_up()
        said = client.get("/healthz")
        assert (said.status_code, said.json()["models"]) == (503, "failed")
        forwarded = {"X-Forwarded-For": "203.0.113.9"}
        assert client.get("/metrics", headers=forwarded).status_code == 200


@pytest.mark.parametrize("with_text", [False, True])
def test_the_log(tmp_path: Path, capsys: pytest.CaptureFixture[str], with_text: bool) -> None:
    desk = assistant(tmp_path / "home", log="json", log_text=with_text)
    desk.index.add(topics())
    with served(desk) as address, httpx.Client(base_url=address, trust_env=False) as client:
        number = ask(client, QUESTION).headers["x-request-id"]
        client.get("/nothing/here?secret=swordfish")
        client.get("/nothing/swordfish")
        client.post("/long/ask", json={})
    said = capsys.readouterr().err
    assert [each for each in said.splitlines() if not each.startswith("{")] == []
    lines = [json.loads(line) for line in said.splitlines()]
    answer, asked, *others = lines
    assert (answer["event"], answer["answered"]) == ("answer", True)
    assert set(answer["steps"]) >= {"retrieve", "read", "check"}
    assert asked["id"] == number
    assert (asked["path"], asked["status"]) == ("/v1/chat/completions", 200)
    assert asked["ms"] > 0
    assert [each["path"] for each in others] == ["other", "other", "/long/ask"]
    assert ("comet" in said) == with_text
    for word in ("swordfish", "observatory", "visitors"):
        assert word not in said
    assert answer.get("question") == (QUESTION if with_text else None)


def test_no_log_unless_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = assistant(tmp_path / "home")
    desk.index.add(topics())
    with served(desk) as address, httpx.Client(base_url=address, trust_env=False) as client:
        ask(client, QUESTION)
    assert capsys.readouterr().err == ""
    with pytest.raises(DatelineError):
        desk.answer("")
