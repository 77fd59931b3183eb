"""Any chat model that LangChain knows, by `provider:model`, and its failures in one line each.

Retries are the provider clients' own: they wait longer each time, heed `Retry-After`, and try again
only what may go well then (connections, timeouts, 429, 5xx).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from pydantic import SecretStr

from index import DatelineError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

    from assistant.settings import Settings

_EXTRAS = {
    "openai": "openai",
    "anthropic": "anthropic",
    "google_genai": "google",
    "mistralai": "mistral",
    "ollama": "ollama",
}
"""Provider, as LangChain calls it, to the extra that installs it."""

_KEYS = {
    "openai": "openai_api_key",
    "anthropic": "anthropic_api_key",
    "google_genai": "google_api_key",
    "mistralai": "mistral_api_key",
}
_RETRIES = 3
_LONGEST_DETAIL = 160
_NO_KEY = "none-needed"  # a server of one's own asks for none, but the client wants something
_CONTROL = re.compile(r"[^\x20-\x7e\u00a0-\u024f]+")
_SECRET = re.compile(r"(?i)\b(?:sk|key|bearer|token|api[-_]?key)[-_ =:]+[\w.*-]{4,}")


class ChatModelError(DatelineError):
    """The chat model cannot be had, or failed; the message names the fix and never a key."""


def open_chat_model(settings: Settings) -> BaseChatModel:
    """The chat model that the settings name, ready to be called; nothing is sent yet.

    Raises:
        ChatModelError: the provider, its package or its key is missing.
    """
    from langchain.chat_models import init_chat_model  # late: it takes half a second

    provider, _, model = (settings.chat_model or "").partition(":")
    try:
        opened: BaseChatModel = init_chat_model(
            model, model_provider=provider, **_options(provider, settings)
        )
    except ImportError as error:
        extra = _EXTRAS.get(provider)
        package = f"'dateline[{extra}]'" if extra else _package_of(error)
        raise ChatModelError(
            f"DATELINE_CHAT_MODEL={settings.chat_model} needs another package: "
            f"pip install {package}"
        ) from None
    except Exception as error:  # whatever the provider's client raises
        # From None: the cause may hold the key.
        raise ChatModelError(_why_not(error, provider, settings)) from None
    key = getattr(opened, _KEYS.get(provider, ""), None)
    if isinstance(key, SecretStr) and not key.get_secret_value():
        raise ChatModelError(_no_key(settings))  # some clients only find out when asked
    return opened


def explain(error: Exception, settings: Settings) -> ChatModelError:
    """What went wrong while it wrote, in one line without the key.

    Args:
        error: whatever the provider's client raised.
    """
    if isinstance(error, ChatModelError):
        return error
    return ChatModelError(f"The chat model {settings.chat_model} {_what(error, settings)}")


def does_not_answer(error: Exception) -> bool:
    """Whether the model was silent, out of reach or out of order: it will be so for a while."""
    status = _status(error)
    if status is not None:
        return status == 429 or status >= 500
    return isinstance(error, OSError) or bool(re.search(r"Timeout|Connect", type(error).__name__))


def _options(provider: str, settings: Settings) -> dict[str, Any]:
    options: dict[str, Any] = {}
    if settings.chat_base_url:
        options["base_url"] = settings.chat_base_url
    if provider == "ollama":
        # It runs on a machine of one's own: no key, and nothing that a retry would help.
        return options | {"client_kwargs": {"timeout": settings.chat_timeout}}
    if settings.chat_api_key and settings.chat_api_key.get_secret_value():
        options["api_key"] = settings.chat_api_key.get_secret_value()
    elif settings.chat_base_url:
        options["api_key"] = _NO_KEY  # never the provider's key to somebody else's server
    timeout = settings.chat_timeout
    options["timeout"] = max(1, round(timeout)) if provider == "mistralai" else timeout
    return options | {"max_retries": _RETRIES}


def _package_of(error: ImportError) -> str:
    named = re.search(r"pip install ['\"`]?([\w.-]+)", str(error))
    return named[1] if named else (error.name or "the provider's package").replace("_", "-")


def _no_key(settings: Settings) -> str:
    return (
        f"DATELINE_CHAT_MODEL={settings.chat_model} needs a key: set DATELINE_CHAT_API_KEY= in the "
        "environment or in .env."
    )


def _why_not(error: Exception, provider: str, settings: Settings) -> str:
    said = str(error).lower()
    if "api_key" in said or "api key" in said or "credentials" in said:
        return _no_key(settings)
    if "provider" in said:
        return (
            f"DATELINE_CHAT_MODEL={settings.chat_model} names no provider that LangChain knows: "
            f"write provider:model, where the provider is one of {', '.join(_EXTRAS)}."
        )
    return (
        f"DATELINE_CHAT_MODEL={settings.chat_model} cannot be used ({type(error).__name__}): check "
        f"DATELINE_CHAT_MODEL, DATELINE_CHAT_BASE_URL and the settings of {provider}."
    )


def _what(error: Exception, settings: Settings) -> str:
    status = _status(error)
    kind = type(error).__name__
    if status in {401, 403}:
        return f"refused the key ({status}): set DATELINE_CHAT_API_KEY to one that it takes."
    if status == 404:
        return "is not there (404): check DATELINE_CHAT_MODEL and DATELINE_CHAT_BASE_URL."
    if status == 429:
        return "takes no more requests for now (429), after several tries: ask again later."
    if status is not None and status >= 500:
        return f"is out of order ({status}), after several tries: ask again later."
    if status is not None and status >= 400:
        return f"did not accept the request ({status}{_detail(error, settings)})."
    if isinstance(error, TimeoutError) or "Timeout" in kind:
        return (
            f"said nothing for {settings.chat_timeout:g} s: ask again, or raise "
            "DATELINE_CHAT_TIMEOUT if it is slow."
        )
    if isinstance(error, OSError) or re.search(r"Connect|Protocol|Read|Network", kind):
        return f"cannot be reached{_where(settings)}, or broke off: check that it runs."
    return f"sent something that cannot be understood ({kind})."


def _status(error: Exception) -> int | None:
    response = getattr(error, "response", None)
    for value in (
        getattr(error, "status_code", None),
        getattr(error, "code", None),
        getattr(response, "status_code", None),
    ):
        if isinstance(value, int) and 400 <= value <= 599:
            return value
    return None


def _detail(error: Exception, settings: Settings) -> str:
    """The server's own words, for a request that only they can explain; no key survives."""
    body = getattr(error, "body", None)
    said = body.get("message") if isinstance(body, dict) else None
    if not isinstance(said, str):
        return ""
    key = settings.chat_api_key.get_secret_value() if settings.chat_api_key else ""
    said = said.replace(key, "…") if key else said
    said = _SECRET.sub("…", _CONTROL.sub(" ", said)).strip()[:_LONGEST_DETAIL]
    return f": {said}" if said else ""


def _where(settings: Settings) -> str:
    """The host, without what an address may hold of names and passwords."""
    if not settings.chat_base_url:
        return ""
    parts = urlsplit(settings.chat_base_url)
    return f" at {parts.hostname}" + (f":{parts.port}" if parts.port else "")
