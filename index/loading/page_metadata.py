"""What a page says of itself in its marks: JSON-LD, OpenGraph and other meta elements, links.

The marks are read in the order in which publishers keep them right: JSON-LD (schema.org), which
search engines check; then meta elements; then the `time` elements of the article.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import courlan

from index.loading.date_text import read_date
from index.loading.metadata import Metadata, clean_authors, clean_language, fold
from index.records import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from lxml.html import HtmlElement

    from index.dates import PublicationDate

_PUBLISHED = """
    article:published_time og:article:published_time og:published_time datepublished publishdate
    publish-date publish_date publication_date published-date pubdate date.issued dc.date.issued
    dcterms.issued dcterms.created dc.date.created sailthru.date parsely-pub-date dc.date
    dcterms.date date
""".split()
_UPDATED = """
    article:modified_time og:article:modified_time og:updated_time datemodified lastmod
    last-modified dcterms.modified dc.date.modified revised
""".split()
_TITLE = ["og:title", "twitter:title", "dc.title", "dcterms.title", "headline"]
_PUBLISHER = ["og:site_name", "publisher", "dc.publisher", "application-name"]
_AUTHOR = ["author", "article:author", "dc.creator", "byl", "parsely-author", "sailthru.author"]
_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting)$")


def read_page_metadata(tree: HtmlElement, address: str | None) -> Metadata:
    """Title, outlet, authors, dates, address and language, as the page's marks give them.

    Args:
        tree: the page.
        address: where it was found; None for a file.
    """
    linked = _Linked(tree)
    said = linked.metadata().or_else(_read_meta(tree)).or_else(_read_times(tree))
    return Metadata(url=_find_url(tree, linked, address)).or_else(said)


def read_article_body(tree: HtmlElement) -> str:
    """The text in the page's JSON-LD; empty when there is none."""
    body = _Linked(tree).article.get("articleBody")
    return html.unescape(body).strip() if isinstance(body, str) else ""


class _Linked:
    """The linked data (JSON-LD) of a page; `article` is the part about its article."""

    def __init__(self, tree: HtmlElement) -> None:
        nodes = list(_nodes(_read_scripts(tree)))
        self._by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
        self.article = next(filter(_is_article, nodes), {})

    def metadata(self) -> Metadata:
        """What it says of the article."""
        node = self.article
        published = read_date(fold(node.get("datePublished")))
        updated = read_date(fold(node.get("dateModified")))
        return Metadata(
            title=_unescape(node.get("headline")),
            publisher=next(self._names(node.get("publisher")), None),
            authors=clean_authors(list(self._names(node.get("author")))),
            published=published,
            published_from="JSON-LD" if published else None,
            updated=updated,
            updated_from="JSON-LD" if updated else None,
            language=clean_language(node.get("inLanguage")),
        )

    def _names(self, said: object) -> Iterator[str]:
        """The names of a person, an outlet, or several; some are said elsewhere, by their @id."""
        for each in said if isinstance(said, list) else [said]:
            node = each
            if isinstance(each, dict) and "name" not in each:
                node = self._by_id.get(fold(each.get("@id")), {})
            names = node.get("name") if isinstance(node, dict) else node
            for name in names if isinstance(names, list) else [names]:
                if said_name := _unescape(name):
                    yield said_name


def _unescape(said: object) -> str:
    return fold(html.unescape(fold(said)))  # "&nbsp;" is white space only then


def _read_scripts(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        try:
            yield json.loads(script.text or "", strict=False)
        except (
            ValueError,
            RecursionError,
        ):  # a page's slip in one of them says nothing of the rest
            continue


def _nodes(said: Iterable[Any]) -> Iterator[dict[str, Any]]:
    for each in said:
        if isinstance(each, dict):
            yield each
            yield from _nodes(_listed(each.get("@graph")))
        elif isinstance(each, list):
            yield from (node for node in each if isinstance(node, dict))


def _listed(said: object) -> list[Any]:
    return said if isinstance(said, list) else []


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(_ARTICLE_TYPE.search(fold(kind)) for kind in _listed(kinds) or [kinds])


def _read_meta(tree: HtmlElement) -> Metadata:
    said: dict[str, list[str]] = {}
    for element in tree.iter("meta", "time"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        value = fold(element.get("content") or element.get("datetime"))
        if name and value:
            said.setdefault(name.strip().lower(), []).append(value)

    def all_of(names: list[str]) -> list[str]:
        return [value for name in names for value in said.get(name, [])]

    def first(names: list[str]) -> str:
        return next(iter(all_of(names)), "")

    published, published_from = _first_date(said, _PUBLISHED)
    updated, updated_from = _first_date(said, _UPDATED)
    root = next(tree.iter("html"), tree)
    return Metadata(
        title=first(_TITLE),
        publisher=next((name for name in all_of(_PUBLISHER) if "://" not in name), None),
        authors=next(filter(None, (clean_authors(said.get(name, [])) for name in _AUTHOR)), ()),
        published=published,
        published_from=published_from,
        updated=updated,
        updated_from=updated_from,
        language=clean_language(root.get("lang") or first(["og:locale"])),
    )


def _first_date(
    said: dict[str, list[str]], names: list[str]
) -> tuple[PublicationDate | None, str | None]:
    for name in names:
        for value in said.get(name, []):
            if found := read_date(value):
                return found, f"meta {name}"
    return None, None


def _read_times(tree: HtmlElement) -> Metadata:
    """The day of the `time` elements, where all that the article's head has name the same one."""
    for path in ("//time[@pubdate]", "//article//header//time", "//article//time", "//time"):
        said = [read_date(fold(each.get("datetime"))) for each in tree.xpath(path)]
        days = [day for day in said if day]
        if days and len({day.first for day in days}) == 1:
            return Metadata(published=days[0], published_from="time element")
    return Metadata()


def _find_url(tree: HtmlElement, linked: _Linked, address: str | None) -> str | None:
    """The canonical address that a page gives, if it may be believed; else where it was found.

    A page of one site must not pass for another site's, whose article it would replace; and many
    pages name their site's front page, which would make them all one.
    """
    page = linked.article.get("mainEntityOfPage")
    candidates = [
        *tree.xpath("//link[@rel='canonical']/@href"),
        *tree.xpath("//meta[@property='og:url']/@content"),
        *(fold(said) for said in (linked.article.get("url"), page)),
        fold(page.get("@id")) if isinstance(page, dict) else "",
    ]
    for candidate in candidates:
        url = urljoin(address or "", str(candidate).strip())
        if canonical_url(url) is None or urlsplit(url).path in {"", "/"}:
            continue
        if address is None or _site(url) == _site(address):
            return url
    return address


def _site(url: str) -> str | None:
    """The registered domain ("bbc.co.uk"), or the host where there is none: an IP address."""
    return courlan.extract_domain(url) or urlsplit(url).hostname
