"""A web page into an article: its main content by trafilatura, what it says of itself by its marks.

The article's text is the readable text of the page's main content in reading order: no menus, no
captions, no footer. What is no story within it ("Read more: …") stays, and is told apart later.
Where trafilatura loses half of what the page's linked data say, or finds a layout table, the text
comes from there.
"""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from lxml import html

from index.errors import SourceError
from index.loading.articles import make_article
from index.loading.clean_names import clean_authors, clean_language, clean_outlet
from index.loading.decoding import decode
from index.loading.html_text import html_to_text
from index.loading.metadata import Metadata, fold
from index.loading.no_article import is_prose, keep_story, why_no_article
from index.loading.page_metadata import read_page_metadata
from index.splitting import is_boilerplate

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from index.loading.content import Content
    from index.loading.options import LoadOptions
    from index.records import Article

_LONG_TAG, _MOST_ATTRIBUTES = 2_000, 500  # characters; attributes of one element
_MANY_EQUALS = 20_000  # in a page; with fewer, and no long piece without ">", none has too many
_TAG = re.compile(r"<(?:(script|style)\b|[a-zA-Z][^\s/>]*+)", re.IGNORECASE)
_ATTRIBUTE = re.compile(
    r"""[\s/"']*+[^\s/>"'=]++(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s>"']*+))?+|=[^\s>]?+"""
)
_LOST = 0.5  # of the text in the linked data: an extraction with less has lost some of it
_LEAST_LINKED = 400  # characters; a shorter text in the linked data is a summary
_LEAD = (40, 600)  # characters of a standfirst
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S+) -->")  # a browser's note
_NOTE = 1_000  # characters in which it stands

# What these libraries find odd is told by our own errors, and should not appear on a terminal.
for _name in ("trafilatura", "htmldate", "charset_normalizer"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


def load_page(content: Content, options: LoadOptions) -> Iterator[Article]:
    """The one article in a page.

    Raises:
        SourceError: there is none; or the page asks for a login, consent or a subscription.
    """
    import trafilatura

    limits = options.limits
    try:
        markup = decode(content.read(limits.document), content.charset, spoilt=True)
    except ValueError as error:
        raise SourceError(content.name, str(error)) from error
    if _has_too_many_attributes(markup):
        raise SourceError(content.name, f"has an element with over {_MOST_ATTRIBUTES} attributes")
    tree = trafilatura.load_html(markup)
    if tree is None:
        raise SourceError(content.name, "no page that can be read: save it again")
    if sum(1 for _ in tree.iter()) > limits.elements:
        raise SourceError(
            content.name, f"has more than {limits.elements:,} elements: no page of news has"
        )
    saved = _SAVED_FROM.search(markup[:_NOTE])
    address = content.known.url or (saved and saved[1]) or None
    refusal = why_no_article(tree, address)  # before the tree is cut up
    found: Any = trafilatura.bare_extraction(  # a dictionary only by a deprecated option
        tree,
        url=address,
        include_comments=False,
        with_metadata=True,
        # Dates are read from the marks alone: the library also guesses, and rounds a year to a day.
        date_extraction_params={"extensive_search": False},
    )
    tree = trafilatura.load_html(markup)
    said, linked = read_page_metadata(tree, address, _of_library(found))
    text = _best_text(found.text if found and found.text else "", linked.text(), tree)
    story = keep_story(text)
    if reason := refusal(story, text, bool(linked.node) or bool(said.published)):
        raise SourceError(content.name, reason)
    if len(story) > limits.article:
        raise content.too_large(limits.article)
    try:
        yield make_article(_with_lead(story, tree), said.or_else(content.known))
    except ValueError as error:
        raise SourceError(content.name, str(error)) from error


def _has_too_many_attributes(markup: str) -> bool:
    """Whether one element does: libxml2 compares each with all before it, 32,000 in minutes."""
    if max(map(len, markup.split(">"))) < _LONG_TAG and markup.count("=") < _MANY_EQUALS:
        return False
    place = 0
    while tag := _TAG.search(markup, place):
        place = tag.end()
        if tag[1]:  # what stands in a script looks like marks, and is none
            place = max(markup.find(f"</{tag[1]}", place), place)
            continue
        for _ in range(_MOST_ATTRIBUTES):
            if not (attribute := _ATTRIBUTE.match(markup, place)):
                break
            place = attribute.end()
        else:
            return True
    return False


def _best_text(extracted: str, linked: str, tree: HtmlElement) -> str:
    """The extraction, unless it has lost much, or is a layout table."""
    rows = [line for line in extracted.splitlines() if line.startswith("|")]
    if sum(map(len, rows)) > len(extracted) / 2:
        extracted = _of_largest_cell(tree) or extracted
    elif "\n" not in extracted and len(tree.xpath("//article//p[string-length() > 40]")) > 1:
        article = tree.xpath("//article")[0]  # short: its paragraphs were run into one
        extracted = html_to_text(html.tostring(article, encoding="unicode")) or extracted
    if len(linked) >= _LEAST_LINKED and len(extracted) < _LOST * len(linked):
        return linked
    if not any(map(is_prose, extracted.splitlines())) and any(map(is_prose, linked.splitlines())):
        return linked
    return extracted


def _of_largest_cell(tree: HtmlElement) -> str:
    """The text of the smallest cell of a layout table with most of the page's words in it."""
    whole = len(tree.text_content())
    cells = [each for each in tree.iter("td") if len(each.text_content()) > 0.5 * whole]
    return html_to_text(html.tostring(cells[-1], encoding="unicode")) if cells else ""


def _with_lead(text: str, tree: HtmlElement) -> str:
    """The text with the standfirst before it, where the page shows one and the text lacks it."""
    for said in tree.xpath("//meta[@property='og:description' or @name='description']/@content"):
        lead = fold(str(said))
        if not _LEAD[0] <= len(lead) <= _LEAD[1] or lead in text or is_boilerplate(lead):
            continue
        if any(
            fold(each.text_content()) == lead
            for each in tree.iter("p", "div", "h2", "h3", "span", "strong", "header")
            if not len(each) or len(each.text_content()) < 2 * _LEAD[1]
        ):
            return f"{lead}\n{text}"
    return text


def _of_library(found: Any) -> Metadata:
    """What trafilatura finds by the look of the page: a headline, a byline, the site's name."""
    if found is None:
        return Metadata()
    site = fold(found.sitename)
    is_host = site.lower() in urlsplit(found.url or "").netloc  # its way to say that there is none
    return Metadata(
        title=fold(found.title),
        publisher=None if is_host else clean_outlet(site),
        authors=clean_authors([found.author or ""]),
        language=clean_language(found.language),
    )
