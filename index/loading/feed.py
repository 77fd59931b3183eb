"""An RSS or Atom feed: its entries' full texts where it carries them, else the pages they link."""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from index.errors import SourceError
from index.loading.articles import make_article
from index.loading.clean_names import clean_outlet
from index.loading.content import open_url
from index.loading.decoding import decode, html_to_text, unescape
from index.loading.metadata import Metadata, dated, fold, host, read_said
from index.loading.page import is_prose

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.loading.content import Content, LoadOptions, Loads
    from index.records import Article

# How a text breaks off that goes on elsewhere.
_TEASER = re.compile(
    r"(?:…|\.\.\.|\[&#8230;\]|read more\W*|continue reading.{,99}|weiterlesen\W*|mehr dazu\W*"
    r"|lire la suite\W*|leer más\W*|seguir leyendo\W*|continua a leggere\W*|lees (?:meer|verder)\W*"
    r"|читать далее\W*|続きを読む\W*)\]?\s*$",
    re.IGNORECASE,
)
_END = 300  # characters at the end of a text in which a teaser breaks off
_WHOLE = 400  # characters; a shorter text of one paragraph is a summary of the page it links
_MANY_ATTRIBUTES = re.compile(
    r"""<[^\s<>]++(?:\s++[^\s<>="']++\s*+=\s*+(?:"[^"<]*+"|'[^'<]*+')){501,}+"""
)
_LONG_WORD = re.compile(r"(?<![\w.+-])[\w.+-]{100,}+")
_MOST_TRIED = 1_000_000_000  # characters, each tried with all after it: five seconds


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed, read: its entries as feedparser gives them, and what it says of them all."""

    content: Content
    entries: tuple[Any, ...]
    known: Metadata


def load_feed(
    content: Content, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The articles of a feed, in its order."""
    feed = read_feed(content, options)
    for entry in feed.entries[: options.limits.links]:
        yield from load_entry(entry, feed, options, load)
    if len(feed.entries) > options.limits.links:
        left = len(feed.entries) - options.limits.links
        yield SourceError(content.name, f"{left} of its entries are left out: too many for a feed")


def read_feed(content: Content, options: LoadOptions) -> Feed:
    """A feed's entries, none of them followed yet; a SourceError where there are none."""
    import feedparser

    address = content.known.url
    headers = {"content-location": address} if address else {}
    headers["content-type"] = "application/xml; charset=utf-8"
    try:
        text = decode(content.read(options.limits.document), content.charset, spoilt=True)
    except ValueError as error:
        raise SourceError(content.name, str(error)) from error
    if _takes_for_ever(text):
        raise SourceError(content.name, "has attributes or words without end: no feed has")
    # A stream, never the text itself: feedparser opens a text that looks like a path or a URL.
    # It drops the document type, and with it every entity that a bomb is made of. Its cleaning of
    # HTML takes time with the square of open comments, and of cleaned HTML only the words count.
    parsed = feedparser.parse(
        io.BytesIO(text.encode("utf-8", "replace")),
        response_headers=headers,
        sanitize_html=False,
        resolve_relative_uris=False,
    )
    if not parsed.entries:
        damaged = parsed.bozo and not parsed.version
        raise SourceError(content.name, "not a feed" if damaged else "a feed without entries")
    of_feed = read_said(
        "feed",
        publisher=_outlet(fold(parsed.feed.get("title")), fold(parsed.feed.get("link"))),
        language=parsed.feed.get("language"),
    )
    return Feed(content, tuple(parsed.entries), of_feed)


def _takes_for_ever(text: str) -> bool:
    """Whether feedparser takes time with the square of what is in it.

    It compares each attribute of an element with all others, and seeks the end of an address of
    mail from every character of an author on.
    """
    tried = sum(len(word) ** 2 for word in _LONG_WORD.findall(text))
    return tried > _MOST_TRIED or bool(_MANY_ATTRIBUTES.search(text))


def load_entry(
    entry: Any, feed: Feed, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """What one entry of a feed carries, where that is a whole text; else the page that it links."""
    content = feed.content
    link = fold(entry.get("link"))
    name = link or f"{content.name}, {fold(entry.get('title')) or 'an entry'}"
    try:
        known = _read_entry(entry)
        carried, whole = _find_text(entry)
        if link and not whole:
            if content.depth:
                raise SourceError(
                    link, "stands in a feed within a feed or an archive, which is not followed"
                )
            page = replace(open_url(link, options, followed=True), depth=1)
            # What the page says counts first; the feed fills the gaps.
            said = replace(known, url=page.known.url).or_else(feed.known)
            yield from load(replace(page, known=said), options)
            return
        if not any(map(is_prose, carried.splitlines())):
            raise SourceError(name, "no article was found: the entry has neither a text nor a link")
        if len(carried) > options.limits.article:
            raise content.too_large(options.limits.article)
        yield make_article(carried, replace(known, url=link or None).or_else(feed.known))
    except ValueError as error:
        yield SourceError(name, str(error))
    except SourceError as error:
        yield error


def name_entry(entry: Any) -> str:
    """What tells an entry from the others of its feed; empty when nothing does."""
    names = (fold(entry.get(field)) for field in ("id", "link", "title", "summary"))
    return next(filter(None, names), "")


def _find_text(entry: Any) -> tuple[str, bool]:
    """The longest text that an entry carries, a line a paragraph, and whether it is the article."""
    contents = [html_to_text(part.get("value") or "") for part in entry.get("content", ())]
    summary = html_to_text(entry.get("summary") or "").strip()
    text = max((*map(str.strip, contents), summary), key=len)
    breaks_off = not text or bool(_TEASER.search(text[-_END:]))
    is_summary = text == summary and len(text) < _WHOLE and "\n" not in text and not any(contents)
    return text, not (breaks_off or is_summary)


def _outlet(title: str, link: str) -> str | None:
    """The outlet in a feed's title ("Example Wire - World", "World | Example Wire"): what its
    address names."""
    site = re.sub(r"\W", "", (host(link) or "").rpartition(".")[0])
    for part in re.split(r"(?<!\s)\s+[-–—|·»>:]\s+", title) if site else ():
        words = re.sub(r"\W", "", part.casefold())
        if words and (words in site or site in words):
            return clean_outlet(part)
    return clean_outlet(title)


def _read_entry(entry: Any) -> Metadata:
    # feedparser passes the first date off as the last one, unless asked whether there is one.
    updated = entry.get("updated") if "updated" in entry else None
    said = read_said(
        "feed",
        title=html_to_text(unescape(entry.get("title") or "")),
        publisher=(entry.get("source") or {}).get("title"),
        # "ada@courier.example (Ada Quill)": feedparser cuts some of these wrongly.
        authors=[entry["author"]]
        if "@" in entry.get("author", "")
        else [each.get("name") for each in entry.get("authors", ())],
        published=entry.get("published"),
        updated=updated,
        language=(entry.get("title_detail") or {}).get("language"),
    )
    return said.or_else(dated("feed", said.updated))
