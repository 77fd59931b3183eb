"""What a user may say about how sources are loaded."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from index.loading.columns import FIELDS
from index.loading.limits import FetchOptions
from index.loading.politeness import Visits

_CONTACT = re.compile(r"(?:https?://[!-~]{1,200}|[!-~]{1,100}@[!-~]{1,100})")  # goes into a header


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions(FetchOptions):
    """How to load sources.

    Attributes:
        columns: which column of a table (CSV, JSON, JSON Lines) is which field of an article, where
            the names do not tell: {"title": "headline"}.
        visits: keeps the pace at which servers are asked, and what their robots.txt say.

    Raises:
        ValueError: `columns` names a field that no article has; `contact` is neither.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    visits: Visits = field(default_factory=Visits, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a field that would silently be ignored."""
        for name in self.columns:
            if name not in FIELDS:
                raise ValueError(
                    f"{name!r} is no field of an article: choose from {', '.join(FIELDS)}"
                )
        if self.contact is not None and not _CONTACT.fullmatch(self.contact):
            raise ValueError(f"{self.contact!r} is neither a URL nor an e-mail address")
