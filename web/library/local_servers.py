"""Model servers that answer on this machine, which could write the answers if somebody says so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx
from markupsafe import Markup

from web.parts import NOTHING

_SECONDS = 0.4  # for one that is there; one that is not refuses at once
_MOST_MODELS = 6


@dataclass(frozen=True, slots=True)
class Known:
    """A kind of server: its name, LangChain's provider for it, its usual address and list."""

    name: str
    provider: str
    address: str
    listing: str


@dataclass(frozen=True, slots=True)
class Offer:
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


def show_offers(offers: list[Offer], chosen: str | None) -> Markup:
    """Each as a button that chooses it; where one was chosen here, the way back.

    Args:
        chosen: the model chosen on this page; None for none.
    """
    if chosen:
        return Markup(
            '<p class="dl-small" dir="auto">{} writes the answers, until Dateline is stopped. '
            '<button type="button" class="dl-plain" data-use="">Quotes only</button></p>'
        ).format(chosen)
    if not offers:
        return NOTHING
    rows = NOTHING.join(
        Markup(
            '<li><button type="button" class="dl-plain" data-use="{}" dir="auto">Have {} write the '
            "answers ({})</button></li>"
        ).format(each.chat_model, each.chat_model.partition(":")[2], each.server)
        for each in offers
    )
    return Markup(
        '<h3 class="dl-subheading">A model on this machine could write the answers</h3>'
        '<p class="dl-small">Each of its sentences is checked against the articles. It is off '
        'unless you choose it.</p><ul class="dl-named">{}</ul>'
    ).format(rows)


def _names(said: Any) -> list[str]:
    """From Ollama's list, or OpenAI's."""
    listed = said.get("models", said.get("data")) if isinstance(said, dict) else None
    names = [
        each.get("name") or each.get("id")
        for each in (listed if isinstance(listed, list) else [])
        if isinstance(each, dict)
    ]
    return [name for name in names if isinstance(name, str) and 0 < len(name) <= 200]
