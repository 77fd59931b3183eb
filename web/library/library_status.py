"""What the index holds, how it is read, what is sent where, and what else could write answers.

Model servers that answer on this machine could, if somebody says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import httpx

from web.parts import render, tell_range

if TYPE_CHECKING:
    from markupsafe import Markup

    from assistant import Assistant


_SECONDS = 0.4  # for one that is there; one that is not refuses at once
_MOST_MODELS = 6


class Known(NamedTuple):
    """A kind of server: its name, LangChain's provider for it, its usual address and list."""

    name: str
    provider: str
    address: str
    listing: str


class Offer(NamedTuple):
    """A model that a server on this machine offers, as settings name it."""

    server: str
    chat_model: str
    base_url: str


KNOWN = (
    Known("Ollama", "ollama", "http://127.0.0.1:11434", "/api/tags"),
    Known("LM Studio", "openai", "http://127.0.0.1:1234", "/v1/models"),
    Known("llama.cpp", "openai", "http://127.0.0.1:8080", "/v1/models"),
    Known("vLLM", "openai", "http://127.0.0.1:8000", "/v1/models"),
)


def find_offers(known: tuple[Known, ...] = KNOWN) -> list[Offer]:
    """What the servers offer that answer now; nothing is sent but a request for their lists."""
    offers = []
    with httpx.Client(timeout=_SECONDS, trust_env=False) as client:
        for each in known:
            try:
                said = client.get(f"{each.address}{each.listing}")
                names = _names(said.json()) if said.is_success else []
            except (httpx.HTTPError, ValueError):
                continue
            base = each.address if each.provider == "ollama" else f"{each.address}/v1"
            offers += [Offer(each.name, f"{each.provider}:{name}", base) for name in names]
    return offers[:_MOST_MODELS]


def _names(said: Any) -> list[str]:
    """From Ollama's list, or OpenAI's."""
    listed = said.get("models", said.get("data")) if isinstance(said, dict) else None
    names = [
        each.get("name") or each.get("id")
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict)
    ]
    return [name for name in names if isinstance(name, str) and 0 < len(name) <= 200]


def show_status_panel(told: str = "", assistant: Assistant | None = None) -> Markup:
    """The panel, which is filled when it is opened."""
    may_rebuild = assistant is not None and not assistant.settings.read_only
    return render("status-panel", told=told, may_rebuild=may_rebuild)


def show_status(assistant: Assistant) -> Markup:
    """The index and the models in figures and names, and what the last adds left out."""
    now = assistant.index.status()
    settings = assistant.settings
    return render(
        "status",
        held=now.counts,
        dates=tell_range(now.counts.first_day, now.counts.last_day),
        size=now.bytes_on_disk,
        made_with=now.manifest.embedding_model if now.manifest else settings.embedding_model,
        settings=settings,
        writes=assistant.writes,
        left=now.skipped,
    )
