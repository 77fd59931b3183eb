"""What can be added, as those who add for somebody else need to know it: the browser chat."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.loading import LoadOptions, is_url
from index.loading.kinds import FORMS, SUFFIXES

if TYPE_CHECKING:
    from assistant.settings import Settings

__all__ = ["FORMS", "SUFFIXES", "public_options", "to_url"]

_PUBLIC = LoadOptions(allow_private=False)  # one for all: it keeps the pace of requests


def public_options(settings: Settings) -> LoadOptions:
    """For what a web page may ask for: nothing on this machine or a private network, ever."""
    return replace(_PUBLIC, contact=settings.contact)


def to_url(address: str) -> str:
    """An address as it is typed ("example.com/news") into what is loaded as a URL.

    So nothing that is typed is taken for a path on this machine.
    """
    folded = address.strip()
    return folded if is_url(folded) else f"https://{folded}"
