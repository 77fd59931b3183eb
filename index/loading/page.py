"""A web page into an article: its main content by trafilatura, what it says of itself by its marks.

The article's text is the readable text of the page's main content in reading order: no menus, no
captions, no footer. What is no story within it ("Read more: …") stays, and is told apart later.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.adding.boilerplate import is_boilerplate
from index.errors import SourceError
from index.loading.decoding import decode
from index.loading.metadata import Metadata, clean_authors, clean_language, fold, make_article
from index.loading.page_metadata import read_article_body, read_page_metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.loading.content import Content
    from index.loading.options import LoadOptions
    from index.records import Article

_LEAST_PARAGRAPH = 40  # characters; a page without one such sentence is a list of links
_ENDS_SENTENCE = re.compile(r"[.!?…。！？।؟][\"'”’»)\]」』]*$")
_LONGEST_LOGIN = 600  # characters of text that a page which asks for a password may have
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S+) -->")  # a browser's note
_NOTE = 1_000  # characters in which it stands

# What these libraries find odd is told by our own errors, and should not appear on a terminal.
for _name in ("trafilatura", "htmldate", "charset_normalizer"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


def load_page(content: Content, options: LoadOptions) -> Iterator[Article]:
    """The one article in a page.

    Raises:
        SourceError: there is none, or the page asks for a login.
    """
    import trafilatura

    try:
        html = decode(content.read(options.limits.document), content.charset, spoilt=True)
    except ValueError as error:
        raise SourceError(content.name, str(error)) from error
    tree = trafilatura.load_html(html)
    if tree is None:
        raise SourceError(content.name, "no page that can be read: save it again")
    if sum(1 for _ in tree.iter()) > options.limits.elements:
        raise SourceError(
            content.name, f"has more than {options.limits.elements:,} elements: no page of news has"
        )
    saved = _SAVED_FROM.search(html[:_NOTE])
    said = read_page_metadata(tree, content.known.url or (saved and saved[1]))
    body = read_article_body(tree)
    asks = bool(tree.xpath("//input[@type='password']"))
    found: Any = trafilatura.bare_extraction(  # a dictionary only by a deprecated option
        tree,
        url=said.url,
        include_comments=False,
        with_metadata=True,
        # Dates are read from the marks alone: the library also guesses, and rounds a year to a day.
        date_extraction_params={"extensive_search": False},
    )
    text = found.text if found and found.text else ""
    if not _has_article(text):
        text = body
    if asks and len(text) < _LONGEST_LOGIN:
        raise SourceError(
            content.name, "asks for a login: save the article from your browser and add the file"
        )
    if not _has_article(text):
        raise SourceError(content.name, "no article was found in this page")
    if len(text) > options.limits.article:
        raise content.too_large(options.limits.article)
    known = said.or_else(_of_library(found)).or_else(content.known)
    yield make_article(text, _without_outlet_in_title(known))


def _has_article(text: str) -> bool:
    return any(
        len(line) >= _LEAST_PARAGRAPH and _ENDS_SENTENCE.search(line) and not is_boilerplate(line)
        for line in map(str.strip, text.splitlines())
    )


def _of_library(found: Any) -> Metadata:
    """What trafilatura finds by the look of the page: a headline, a byline, the site's name."""
    if found is None:
        return Metadata()
    site = fold(found.sitename)
    is_host = site.lower() in urlsplit(found.url or "").netloc  # its way to say that there is none
    return Metadata(
        title=fold(found.title),
        publisher=None if is_host else site,
        authors=clean_authors([found.author or ""]),
        language=clean_language(found.language),
    )


def _without_outlet_in_title(known: Metadata) -> Metadata:
    """ "Bridge opens | The Courier" as "Bridge opens", where The Courier is the outlet."""
    outlet = re.escape(known.publisher or "\0")
    return replace(known, title=re.sub(rf"\s+[-–—|·:]\s+{outlet}$", "", known.title))
