"""Loading one article, or the one reason why there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index import Article, SourceError
from index.loading import LoadOptions, load

if TYPE_CHECKING:
    from pathlib import Path


def load_one(source: str | Path, options: LoadOptions | None = None) -> Article:
    """The one article of a source.

    Raises:
        SourceError: it cannot be loaded.
    """
    (found,) = load(source, options or LoadOptions())
    if isinstance(found, SourceError):
        raise found
    return found
