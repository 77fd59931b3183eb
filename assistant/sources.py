"""What can be added, as those who add for somebody else need to know it: the browser chat."""

from __future__ import annotations

from index.loaders import LoadOptions, is_url
from index.loaders.kinds import FORMS, SUFFIXES

__all__ = ["FORMS", "PUBLIC", "SUFFIXES", "to_url"]

PUBLIC = LoadOptions(allow_private=False)
"""For what a web page may ask for: nothing on this machine or a private network, ever."""


def to_url(address: str) -> str:
    """An address as it is typed ("example.com/news") into what is loaded as a URL.

    So nothing that is typed is taken for a path on this machine.
    """
    folded = address.strip()
    return folded if is_url(folded) else f"https://{folded}"
