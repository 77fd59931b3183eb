"""An RSS or Atom feed: its entries' full texts where it carries them, else the pages they link."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from index.errors import SourceError
from index.loading.date_text import read_date
from index.loading.metadata import Metadata, clean_authors, clean_language, fold
from index.loading.web import open_url

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.loading.content import Content, Loads
    from index.loading.options import LoadOptions
    from index.records import Article

_TEASER = re.compile(
    r"(?:…|\.\.\.|\[&#8230;\]|read more\W*|continue reading.{,99})\]?\s*(?:</\w+>\s*)*$",
    re.IGNORECASE,
)

_END = 300  # characters at the end of a text in which a teaser breaks off


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, read.

    Attributes:
        content: what it was read from.
        entries: as feedparser gives them, in the feed's order.
        known: what the feed says of all its entries.
    """

    content: Content
    entries: tuple[Any, ...]
    known: Metadata


def load_feed(
    content: Content, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The articles of a feed, in its order.

    Raises:
        SourceError: it is no feed, or has no entries.
    """
    feed = read_feed(content, options)
    for entry in feed.entries[: options.limits.links]:
        yield from load_entry(entry, feed, options, load)
    if len(feed.entries) > options.limits.links:
        left = len(feed.entries) - options.limits.links
        yield SourceError(content.name, f"{left} of its entries are left out: too many for a feed")


def read_feed(content: Content, options: LoadOptions) -> Feed:
    """A feed's entries, none of them followed yet.

    Raises:
        SourceError: it is no feed, or has no entries.
    """
    import feedparser

    address = content.known.url
    headers = {"content-location": address} if address else {}
    if content.charset:
        headers["content-type"] = f"application/xml; charset={content.charset}"
    # A stream, never the text itself: feedparser opens a text that looks like a path or a URL.
    # It drops the document type, and with it every entity that a bomb is made of.
    parsed = feedparser.parse(
        io.BytesIO(content.read(options.limits.document)), response_headers=headers
    )
    if not parsed.entries:
        damaged = parsed.bozo and not parsed.version
        raise SourceError(content.name, "not a feed" if damaged else "a feed without entries")
    of_feed = Metadata(
        publisher=fold(parsed.feed.get("title")) or None,
        language=clean_language(parsed.feed.get("language")),
    )
    return Feed(content, tuple(parsed.entries), of_feed)


def load_entry(
    entry: Any, feed: Feed, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """What one entry of a feed carries, or links."""
    try:
        found = _find_content(entry, feed.content, options)
    except SourceError as error:
        yield error
        return
    # What the page says counts first; the feed fills the gaps.
    known = replace(_read_entry(entry), url=found.known.url).or_else(feed.known)
    yield from load(replace(found, known=known), options)


def name_entry(entry: Any) -> str:
    """What tells an entry from the others of its feed; empty when nothing does."""
    names = (fold(entry.get(field)) for field in ("id", "link", "title", "summary"))
    return next(filter(None, names), "")


def _find_content(entry: Any, content: Content, options: LoadOptions) -> Content:
    """The page that an entry links, or one made of the text that it carries.

    Raises:
        SourceError: there is neither, or the page cannot be fetched.
    """
    link = fold(entry.get("link"))
    carried = "\n".join(part.get("value") or "" for part in entry.get("content", ()))
    if not carried.strip() or (link and _TEASER.search(carried.rstrip()[-_END:])):
        if link:
            if content.depth:
                raise SourceError(
                    link, "stands in a feed within a feed or an archive, which is not followed"
                )
            return replace(open_url(link, options, followed=True), depth=1)
        carried = entry.get("summary") or ""
    if not carried.strip():
        raise SourceError(
            f"{content.name}, {fold(entry.get('title')) or 'an entry'}", "has neither text nor link"
        )
    page = f"<!DOCTYPE html><html><body><article>{carried}</article></body></html>".encode()
    return replace(
        content,
        name=link or f"{content.name}, {fold(entry.get('title'))}",
        file="entry.html",
        opener=lambda: io.BytesIO(page),
        size=len(page),
        media_type="text/html",
        charset="utf-8",
        known=Metadata(url=link or None),
    )


def _read_entry(entry: Any) -> Metadata:
    published = read_date(fold(entry.get("published")))
    # feedparser passes the first date off as the last one, unless asked whether there is one.
    updated = read_date(fold(entry.get("updated")) if "updated" in entry else "")
    source = entry.get("source") or {}
    return Metadata(
        title=fold(entry.get("title")),
        publisher=fold(source.get("title")) or None,
        authors=clean_authors([each.get("name") for each in entry.get("authors", ())]),
        published=published or updated,
        published_from="feed" if published or updated else None,
        updated=updated,
        updated_from="feed" if updated else None,
        language=clean_language((entry.get("title_detail") or {}).get("language")),
    )
