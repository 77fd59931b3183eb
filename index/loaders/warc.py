"""A web archive (WARC, ISO 28500), as Common Crawl publishes its news crawl: the pages in it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.loaders.metadata import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase

    from warcio.recordloader import ArcWarcRecord

    from index.loaders.content import Content, Loads
    from index.loaders.options import LoadOptions
    from index.records import Article

_PAGES = {"text/html", "application/xhtml+xml"}


def load_warc(
    content: Content, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The articles of the pages that a web archive holds, record by record.

    What is no page that was delivered (images, scripts, redirections, requests) is passed over.

    Raises:
        SourceError: it is damaged; what comes before is in.
    """
    from warcio.archiveiterator import ArchiveIterator

    empty = True
    with content.open() as stream:
        for record in ArchiveIterator(_AsItComes(stream)):
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            address = address.strip("<>")  # some writers put them there
            if not _is_page(record):
                continue
            empty = False
            body = record.content_stream().read(options.limits.document + 1)
            yield from load(_page(body, address, record, content), options)
    if empty:
        raise SourceError(content.name, "holds no page")


class _AsItComes:
    """A stream that gives what it has when the rest is damaged, so that whole records count."""

    def __init__(self, stream: BufferedIOBase) -> None:
        self._stream = stream

    def read(self, size: int) -> bytes:
        """Some of the next bytes."""
        return self._stream.read1(size)


def _page(body: bytes, address: str, record: ArcWarcRecord, content: Content) -> Content:
    declared = (record.http_headers or record.rec_headers).get_header("Content-Type") or ""
    _, _, charset = declared.lower().partition("charset=")
    return replace(
        content,
        name=f"{content.name}/{address}",
        file="page.html",
        opener=lambda: io.BytesIO(body),
        size=len(body),
        in_place=True,
        media_type="text/html",
        charset=charset.strip("\"' ;") or None,
        known=Metadata(url=address),
        depth=content.depth + 1,
    )


def _is_page(record: ArcWarcRecord) -> bool:
    if record.rec_type == "response" and record.http_headers:
        if record.http_headers.get_statuscode() != "200":
            return False
        declared = record.http_headers.get_header("Content-Type")
    elif record.rec_type == "resource":
        declared = record.rec_headers.get_header("Content-Type")
    else:
        return False
    return (declared or "").split(";")[0].strip().lower() in _PAGES
