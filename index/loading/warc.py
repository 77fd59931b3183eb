"""A web archive (WARC, ISO 28500), as Common Crawl publishes its news crawl: the pages in it."""

from __future__ import annotations

import io
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.loading.metadata import Metadata

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase

    from warcio.recordloader import ArcWarcRecord

    from index.loading.content import Content, Loads
    from index.loading.options import LoadOptions
    from index.records import Article

_CHUNK = 1 << 20
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

    pages = number = 0
    with content.open() as stream:
        source = _AsItComes(stream, content, options.limits.heading)
        records = iter(ArchiveIterator(source))
        while (record := _next(records, number, content)) is not None:
            number += 1
            source.enter_record()
            declared = record.rec_headers.get_header("Content-Length") or ""
            if not declared.strip().isdecimal():
                raise SourceError(
                    content.name, f"record {number} says no length: download the archive again"
                )
            if _is_page(record):
                pages += 1
                body = record.content_stream().read(options.limits.document + 1)
                if (
                    getattr(record.raw_stream, "limit", 0) > 0
                    and len(body) <= options.limits.document
                ):
                    raise SourceError(
                        content.name,
                        f"ends within record {number}: it is cut short, download it again; the "
                        "pages before it are in",
                    )
                yield from load(_page(body, record, content), options)
            source.leave_record(record)
    if not pages:
        what = f"{number:,} records" if number else "no record that can be read"
        raise SourceError(content.name, f"holds {what}, and no page among them")


def _next(records: Iterator[ArcWarcRecord], number: int, content: Content) -> ArcWarcRecord | None:
    """The next record; None at the end.

    Raises:
        SourceError: it is damaged.
    """
    from warcio.exceptions import ArchiveLoadFailed

    try:
        return next(records, None)
    except ArchiveLoadFailed as error:
        said = " ".join(str(error).split())[:100]
        raise SourceError(
            content.name,
            f"record {number + 1} is damaged ({said}): download the archive again; the pages "
            "before it are in",
        ) from error


class _AsItComes:
    """A stream that gives what it has when the rest is damaged, so that whole records count.

    Args:
        stream: the archive.
        content: what the stream is of.
        limit: bytes that may come before a record; warcio reads its lines whole, however long.
    """

    def __init__(self, stream: BufferedIOBase, content: Content, limit: int) -> None:
        self._stream, self._content, self._limit = stream, content, limit
        self._left: int | None = limit

    def read(self, size: int) -> bytes:
        """Some of the next bytes.

        Raises:
            SourceError: too much comes before a record.
        """
        data = self._stream.read1(size)
        if self._left is not None:
            self._left -= len(data)
            if self._left < 0:
                raise SourceError(self._content.name, "holds a record whose heading has no end")
        return data

    def enter_record(self) -> None:
        """What comes is the body of a record, which may be of any length."""
        self._left = None

    def leave_record(self, record: ArcWarcRecord) -> None:
        """Pass over what is left of it; what comes then is the next one's heading."""
        while record.raw_stream.read(_CHUNK):
            pass
        self._left = self._limit


def _page(body: bytes, record: ArcWarcRecord, content: Content) -> Content:
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    address = address.strip("<>")  # some writers put them there
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
