"""A URL as a content to be loaded."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from index.loading.content import Content
from index.loading.metadata import Metadata

if TYPE_CHECKING:
    from index.loading.fetch import Response
    from index.loading.options import LoadOptions


def open_url(url: str, options: LoadOptions, *, followed: bool = False) -> Content:
    """What stands at a URL, fetched.

    Args:
        url: http or https.
        options: how to load it.
        followed: a feed led here, and not the user: the site's robots.txt is obeyed.

    Raises:
        SourceError: it cannot be fetched, or may not be.
    """
    return as_content(url, options.visits.fetch(url, options, followed=followed))


def as_content(url: str, response: Response) -> Content:
    """What a server gave for a URL, to be loaded."""
    return Content(
        name=url,
        file=unquote(urlsplit(response.url).path).rpartition("/")[2],
        opener=lambda: io.BytesIO(response.body),
        size=len(response.body),
        in_place=True,
        media_type=response.media_type,
        charset=response.charset,
        known=Metadata(url=response.url),
    )
