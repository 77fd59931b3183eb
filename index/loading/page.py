"""A web page into an article: its main content by trafilatura, what it says of itself by its marks.

The article's text is the readable text of the page's main content in reading order: no menus, no
captions, no footer. What is no story within it ("Read more: …") stays, and is told apart later.
Where trafilatura loses half of what the page's linked data say, or finds a layout table, the text
comes from there. A page without an article (a list of links, a login, a consent page, a paywall's
stub) is told by its prose: lines that are long for their script and end, or hold, the end of a
sentence in any script. Thai, Lao, Khmer and others end none with a mark, and need none.
"""

from __future__ import annotations

import logging
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import regex

from index.errors import SourceError
from index.loading.articles import make_article
from index.loading.decoding import decode, parse_html, shown_text
from index.loading.metadata import fold
from index.loading.page_metadata import read_page_metadata
from index.splitting import is_boilerplate
from index.word_lists import alternatives

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

    from index.loading.content import Content, LoadOptions
    from index.records import Article


_LEAST_LETTERS, _LEAST_WIDE_LETTERS = 40, 14  # of a line of prose; scripts without spaces need less
_DENSE = regex.compile(
    r"[\p{Han}\p{Hiragana}\p{Katakana}\p{Hangul}\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]"
)
_UNMARKED = regex.compile(r"[\p{Thai}\p{Lao}\p{Khmer}\p{Myanmar}\p{Tibetan}]")
_SENTENCE = regex.compile(
    r"[\p{Sentence_Terminal}…։׃۔:][\p{Pe}\p{Pf}\p{Pi}\"'»\s]*(?:$|\s)|[。！？!?｡][\p{Pe}\p{Pf}\"']*|\p{Pe}$"
)
_PAYWALL = re.compile(  # at this faster than regex
    rf"(?<!\w){alternatives('paywall')}|{alternatives('paywall_anywhere')}", re.IGNORECASE
)
_CONSENT = regex.compile(rf"\b{alternatives('consent')}\b", regex.IGNORECASE)
_LOGIN = regex.compile(alternatives("login"), regex.IGNORECASE)
_NOT_A_PAGE = regex.compile(alternatives("not_a_page"), regex.IGNORECASE)
_STUB = 300  # characters of prose; less before a paywall is no article
_SHORT_PAGE = 1_500  # characters; a longer text is no notice
_FRONT_LINKS = 6  # headings that are links, on the front page of a section


@lru_cache(250)  # each line of a page is put to it a few times
def _is_of_paywall(line: str) -> bool:
    return bool(_PAYWALL.search(line))


def is_prose(line: str) -> bool:
    """Whether a line of a page is a paragraph of a story."""
    text = line.strip()
    beginning = text[: 2 * _LEAST_LETTERS]  # mostly enough
    if (
        sum(map(str.isalpha, beginning)) < _LEAST_LETTERS
        and sum(map(str.isalpha, text)) < _LEAST_LETTERS
        and len(_DENSE.findall(text)) < _LEAST_WIDE_LETTERS
    ):
        return False
    if is_boilerplate(text) or _is_of_paywall(text):
        return False
    return bool(_SENTENCE.search(text) or _UNMARKED.search(text))


def _size(line: str) -> int:
    """Its characters; one of a script without letters says as much as three."""
    return len(line) + 2 * len(_DENSE.findall(line))


def why_no_article(
    tree: HtmlElement, address: str | None, text: str, *, marked: bool
) -> str | None:
    """Why there is no article in a page; None where there is one.

    Args:
        address: where it was found; None for a file.
        text: what was found in it.
        marked: whether the page says of itself that it is an article.
    """
    prose = [line for line in text.splitlines() if is_prose(line)]
    size = sum(map(_size, prose))
    if size < _SHORT_PAGE:
        page = " ".join(tree.text_content().split())[: _SHORT_PAGE * 2]
        told = [line for line in prose if not _LOGIN.search(line)]
        asks = tree.xpath("//input[@type='password']")
        if asks and sum(map(_size, told)) < 2 * _LEAST_LETTERS:
            return "asks for a login: save the article from your browser and add the file"
        if size < _STUB and (_PAYWALL.search(text) or (not prose and _PAYWALL.search(page))):
            return (
                "only its first words, the rest is for subscribers: open it with your "
                "subscription, save it from your browser and add the file"
            )
        if _is_notice(_CONSENT, prose, page):
            return "asks for consent to cookies: accept or refuse it in your browser, save the page"
        if size < _STUB and _NOT_A_PAGE.search(text or page):
            return "shows no article to programs: save it from your browser and add the file"
    if not marked and _is_front(tree, address, len(prose)):
        return "a list of stories, as a section's front page is: add the stories, or its feed"
    return None if prose else "no article was found in this page"


def _is_front(tree: HtmlElement, address: str | None, paragraphs: int) -> bool:
    """Whether a page has many headings that are links, for what else it is."""
    linked = tree.xpath(
        "//h2[.//a or ancestor::a]|//h3[.//a or ancestor::a]|//h4[.//a or ancestor::a]"
    )
    is_site = tree.xpath("//meta[@property='og:type'][@content='website']")
    is_root = address is not None and urlsplit(address).path in {"", "/"}
    return len(linked) >= _FRONT_LINKS and bool(is_root or is_site or paragraphs < len(linked))


def _is_notice(words: regex.Pattern[str], prose: list[str], page: str) -> bool:
    """Whether half of what a page says is of this."""
    told = prose or [page]
    about = sum(len(line) for line in told if len(words.findall(line)) >= 2)
    return about > sum(map(len, told)) / 2


# Elements times characters: trafilatura joins a paragraph's words anew for each element in it.
_MOST_JOINED = 40_000_000_000
_LOST = 0.5  # of the text in the linked data: an extraction with less has lost some of it
_LEAST_LINKED = 400  # characters; a shorter text in the linked data is a summary
_LEAD = (40, 600)  # characters of a standfirst
_MAY_BE_LEAD = (
    "(//p|//div|//h2|//h3|//span|//strong|//header)"
    f"[string-length() >= {_LEAD[0]} and (not(*) or string-length() < {2 * _LEAD[1]})]"
)
_SAVED_FROM = re.compile(r"<!-- saved from url=\(\d+\)(\S+) -->")  # a browser's note
_CLOSED_ROOT = re.compile(r"(<html\b[^<>]*?)/>", re.IGNORECASE)  # all after it is lost
_NOTE = 1_000  # characters in which both stand

# What these libraries find odd is told by our own errors, and should not appear on a terminal.
for _name in ("trafilatura", "htmldate", "charset_normalizer"):
    logging.getLogger(_name).addHandler(logging.NullHandler())


def load_page(content: Content, options: LoadOptions) -> Iterator[Article]:
    """The one article in a page, unless it asks for a login, consent or a subscription."""
    import trafilatura

    limits = options.limits
    try:
        markup = decode(content.read(limits.document), content.charset, spoilt=True)
        start = _CLOSED_ROOT.sub(r"\1>", markup[:_NOTE], count=1)
        tree = parse_html(start + markup[_NOTE:], limits.elements)
    except ValueError as error:
        raise SourceError(content.name, str(error)) from error
    if tree is None:
        raise SourceError(content.name, "no page that can be read: save it again")
    elements = tree.xpath("count(//*)")
    if elements * len(markup) > _MOST_JOINED and elements * len(tree.text_content()) > _MOST_JOINED:
        raise SourceError(content.name, "has too many elements for so much text: save less of it")
    saved = _SAVED_FROM.search(markup[:_NOTE])
    address = content.known.url or (saved and saved[1]) or None
    said, linked = read_page_metadata(tree, address)
    # It works on a copy of the tree.
    found: Any = trafilatura.bare_extraction(tree, url=said.url, include_comments=False)
    text = _best_text(found.text if found and found.text else "", linked.text(), tree)
    marked = linked.found or bool(said.published)
    if reason := why_no_article(tree, address, text, marked=marked):
        raise SourceError(content.name, reason)
    if len(text) > limits.article:
        raise content.too_large(limits.article)
    try:
        yield make_article(_with_lead(text, tree), said.or_else(content.known))
    except ValueError as error:
        raise SourceError(content.name, str(error)) from error


def _best_text(extracted: str, linked: str, tree: HtmlElement) -> str:
    """The extraction, unless it has lost much, or is a layout table."""
    rows = [line for line in extracted.splitlines() if line.startswith("|")]
    if sum(map(len, rows)) > len(extracted) / 2:
        extracted = _of_largest_cell(tree) or extracted
    elif "\n" not in extracted and len(tree.xpath("//article//p[string-length() > 40]")) > 1:
        article = tree.xpath("//article")[0]  # short: its paragraphs were run into one
        extracted = shown_text(article) or extracted
    if len(linked) >= _LEAST_LINKED and len(extracted) < _LOST * len(linked):
        return linked
    if not any(map(is_prose, extracted.splitlines())) and any(map(is_prose, linked.splitlines())):
        return linked
    return extracted


def _of_largest_cell(tree: HtmlElement) -> str:
    """The text of the smallest cell of a layout table with most of the page's words in it."""
    whole = len(tree.text_content())
    cells = [each for each in tree.iter("td") if len(each.text_content()) > 0.5 * whole]
    return shown_text(cells[-1]) if cells else ""


def _with_lead(text: str, tree: HtmlElement) -> str:
    """The text with the standfirst before it, where the page shows one and the text lacks it."""
    said = tree.xpath("//meta[@property='og:description' or @name='description']/@content")
    leads = {
        lead: None
        for lead in map(fold, map(str, said))
        if _LEAD[0] <= len(lead) <= _LEAD[1] and lead not in text and not is_boilerplate(lead)
    }
    if not leads:
        return text
    shown = {fold(each.text_content()) for each in tree.xpath(_MAY_BE_LEAD)}
    return next((f"{lead}\n{text}" for lead in leads if lead in shown), text)
