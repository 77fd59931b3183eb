"""How much a source may ask for, and where a request may go."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one source may take; bytes, seconds and counts.

    Attributes:
        article: the longest text that is one article.
        document: the largest page, PDF or office document, read whole.
        download: the largest response from the web.
        seconds: how long a response may take from the first look-up to the last byte.
        connect, read: how long to wait for a look-up, for a connection, and for the next bytes.
        redirects: how many to follow.
        links: how many entries of one feed.
        unpacked: what one archive may unpack to, all that is inside it together.
        ratio: how many times its own size a packed file may unpack to; text packs 20 to 1 at best.
        spared: what may always be unpacked, whatever the ratio: a small file of blanks is no bomb.
        nested: the largest archive inside an archive, which has to be unpacked to be looked into.
        entries: files in one archive.
        depth: archives within archives; news.jsonl.xz in a ZIP counts 2.
        nesting: how deep a value may lie in JSON.
        pages: pages of a PDF.
        reading: seconds that reading a PDF may take; one page is always read to its end.
        elements: HTML elements of a page; what is done with them takes time with their square.
        cells: of a sheet, from its first to its last, the empty ones between them too.
        heading: bytes before a record in a web archive.
    """

    article: int = 5_000_000
    document: int = 25_000_000
    download: int = 25_000_000
    seconds: float = 60.0
    connect: float = 10.0
    read: float = 20.0
    redirects: int = 5
    links: int = 1_000
    unpacked: int = 10_000_000_000
    ratio: int = 200
    spared: int = 10_000_000
    nested: int = 500_000_000
    entries: int = 100_000
    depth: int = 3
    nesting: int = 100
    pages: int = 5_000
    reading: float = 120.0
    elements: int = 40_000
    cells: int = 200_000
    heading: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How a URL may be fetched.

    Attributes:
        allow_private: whether URLs may lead to this machine and to private networks.
        contact: a URL or e-mail address under which servers reach who runs this; None to say none.
    """

    allow_private: bool = False
    limits: Limits = Limits()
    contact: str | None = None
