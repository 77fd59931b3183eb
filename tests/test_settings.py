"""Settings come from arguments, the environment, `.env` or the defaults, in this order."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pydantic import ValidationError

from assistant import Settings


def test_the_defaults_ask_for_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATELINE_HOME")
    settings = Settings()
    assert settings.embedding_model == "all-MiniLM-L6-v2"
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)
    assert "dateline" in str(settings.home)


def test_the_order(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("DATELINE_PORT=1111\nDATELINE_HOST=from-file\nUNKNOWN=1\n")
    assert (Settings().port, Settings().host) == (1111, "from-file")
    monkeypatch.setenv("DATELINE_PORT", "2222")
    assert (Settings().port, Settings().host) == (2222, "from-file")
    assert Settings(port=3333).port == 3333


def test_what_is_left_empty_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATELINE_HOME", "EMBEDDING_MODEL", "DATELINE_HOST", "DATELINE_PORT"):
        monkeypatch.setenv(name, "")
    settings = Settings()
    assert settings.home != Path()
    assert settings.embedding_model == "all-MiniLM-L6-v2"
    assert settings.port == 7860


def test_the_names_of_others_are_not_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATELINE_HOME")
    for name in ("HOME", "HOST", "PORT"):
        monkeypatch.setenv(name, "8123")
    settings = Settings()
    assert settings.home != Path("8123")
    assert (settings.host, settings.port) == ("127.0.0.1", 7860)


@pytest.mark.parametrize(
    ("environment", "file", "said"),
    [
        ({"CHAT_MODEL": "openai:shared"}, "", "openai:shared"),
        ({}, "CHAT_MODEL=openai:shared", "openai:shared"),
        ({"CHAT_MODEL": "openai:shared"}, "CHAT_MODEL=openai:file", "openai:shared"),
        ({"CHAT_MODEL": "openai:theirs"}, "DATELINE_CHAT_MODEL=openai:ours", "openai:ours"),
        ({"DATELINE_CHAT_MODEL": "openai:ours"}, "CHAT_MODEL=theirs", "openai:ours"),
        ({"DATELINE_CHAT_MODEL": "", "CHAT_MODEL": "openai:shared"}, "", "openai:shared"),
    ],
)
def test_a_name_that_others_use_counts_after_ours(
    environment: dict[str, str],
    file: str,
    said: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    (tmp_path / ".env").write_text(file)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    assert Settings().chat_model == said
    assert Settings(chat_model="openai:argument").chat_model == "openai:argument"


def test_traces_are_sent_where_opentelemetry_is_told_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OTEL_EXPORTER_OTLP_ENDPOINT", "http://127.0.0.1:4318")
    assert Settings().otlp_endpoint == "http://127.0.0.1:4318"


@pytest.mark.parametrize("port", ["-1", "65536", "http", "7860.5"])
def test_a_wrong_setting_is_named(port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_PORT", port)
    with pytest.raises(ValidationError, match="DATELINE_PORT"):
        Settings()


def test_settings_are_frozen() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        Settings().port = 1  # type: ignore[misc]


def test_the_example_file_names_every_setting_and_nothing_else(root: Path) -> None:
    text = (root / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", text, re.MULTILINE))
    known = {str(field.validation_alias) for field in Settings.model_fields.values()}
    assert named == known
    assert not re.search(r"^[A-Z_]+=", text, re.MULTILINE), "the example sets nothing"


def test_only_the_settings_read_the_environment(root: Path) -> None:
    reads = re.compile(r"\bos\.environ|\bgetenv\b|from os import[^\n]*environ|load_dotenv")
    rooms = ("assistant", "index", "prompts", "web")
    files = [file for room in rooms for file in (root / room).rglob("*.py")]
    found = {str(file.relative_to(root)) for file in files if reads.search(file.read_text("utf-8"))}
    # The server tells Gradio its folder there, since Gradio asks nowhere else.
    assert found <= {"assistant/settings.py", "web/server.py", "web/gradio_internals.py"}
