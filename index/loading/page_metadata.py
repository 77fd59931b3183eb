"""What a page says of itself in its marks: JSON-LD, OpenGraph and other meta elements, links.

The marks are read in the order in which publishers keep them right: JSON-LD (schema.org), which
search engines check; then meta elements; then the `time` elements of the article. Of the
headline, the outlet's name and a kicker that is not shared are left out.
"""

from __future__ import annotations

import html
import json
import re
from copy import deepcopy
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

import courlan

from index.loading.clean_names import (
    best_outlet,
    clean_authors,
    clean_language,
    is_host,
    is_outlet,
    without_outlet,
)
from index.loading.date_text import read_date
from index.loading.decoding import plain_text
from index.loading.metadata import Metadata, dated, fold, host, letters_of, read_said
from index.records import canonical_url
from index.word_lists import LISTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting|NewsStory)$")
_DEEPEST = 8
_PUBLISHED = LISTS["meta_published"].split()
_UPDATED = LISTS["meta_updated"].split()
_TITLE = ["og:title", "twitter:title", "dc.title", "dcterms.title", "headline"]
_PUBLISHER = ["og:site_name", "publisher", "dc.publisher", "application-name"]
_AUTHOR = LISTS["meta_author"].split()


def read_page_metadata(tree: HtmlElement, address: str | None) -> tuple[Metadata, LinkedData]:
    """Title, outlet, authors, dates, address and language, as the page's marks give them.

    Outlet and authors that no mark gives are what a library finds by the look of the page.

    Args:
        address: where it was found; None for a file.

    Returns:
        It, and the page's linked data.
    """
    said = _read_meta(tree)
    headings = [fold(each.text_content()) for each in tree.iter("h1")]
    page_titles = [fold(each.text_content()) for each in tree.xpath("//head/title")][:1]
    titles = [*_all(said, _TITLE), *headings, *page_titles]
    links = [
        *tree.xpath("//link[@rel='canonical']/@href"),
        *tree.xpath("//meta[@property='og:url']/@content"),
    ]
    root = next(tree.iter("html"), tree)
    language = clean_language(root.get("lang") or root.get("xml:lang")) or clean_language(
        next(iter(_all(said, ["og:locale", "content-language", "dc.language"])), None)
    )
    linked = LinkedData(tree, titles, [*links, address or ""], language)
    url = _find_url([*map(str, links), *linked.urls], address)
    outlets = [*linked.outlets, *_all(said, _PUBLISHER)]
    outlet = best_outlet(outlets)
    given = [linked.authors, *(clean_authors(said.get(name, ())) for name in _AUTHOR)]
    if not outlet or is_host(outlet) or not any(given):
        guessed = _by_its_look(tree, address)
        outlet = best_outlet([*outlets, guessed.publisher or ""])
        given.append(guessed.authors)
    names = [outlet or "", host(url) or "", *outlets]
    found = (
        Metadata(
            title=_choose_title(linked.headline, titles, _all(said, _TITLE[:1]), names),
            publisher=outlet,
            authors=_choose_authors(given, names),
            url=url,
        )
        .or_else(linked.days)
        .or_else(_first_dates(said, language))
    )
    return (found if found.published else found.or_else(_read_times(tree))), linked


def _by_its_look(tree: HtmlElement, address: str | None) -> Metadata:
    """The byline and the site's name that trafilatura finds by the look of a page."""
    import trafilatura

    # Dates are read from the marks alone: the library also guesses, and rounds a year to a day.
    found = trafilatura.extract_metadata(
        deepcopy(tree),
        default_url=address,
        date_config={"extensive_search": False},
        extensive=False,
    )
    site = fold(found.sitename)
    named = site.lower() in urlsplit(found.url or "").netloc  # its way to say that there is none
    return read_said("", publisher=None if named else site, authors=[found.author])


def _read_meta(tree: HtmlElement) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for element in tree.iter("meta", "time"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        value = fold(element.get("content") or element.get("datetime"))
        if name and value:
            said.setdefault(name.strip().lower(), []).append(value)
    return said


def _all(said: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    return [value for name in names for value in said.get(name, [])]


def _choose_title(
    linked: str,
    titles: Sequence[str],
    shares: Sequence[str],
    names: Sequence[str],
) -> str:
    """The headline of the linked data, else the first of the page's, without the outlet's name.

    Of one that is shared in part the part is taken.
    """
    bare = [title for each in (linked, *titles) if (title := without_outlet(each, names))]
    first = next((each for each in bare if letters_of(each)), "")
    shared = next((without_outlet(each, names) for each in shares), "")
    # "Bridge: Council says yes" is shared without its kicker.
    inner, whole = letters_of(shared), letters_of(first)
    return shared if len(inner) > len(whole) / 2 and inner in whole else first


def _choose_authors(given: Sequence[tuple[str, ...]], outlets: Sequence[str]) -> tuple[str, ...]:
    """The first that name somebody; the outlet itself only where nobody else is named."""
    for names in given:
        people = tuple(each for each in names if not is_outlet(each, outlets))
        if people:
            return people
    return next(filter(None, given), ())


def _first_dates(said: dict[str, list[str]], language: str | None) -> Metadata:
    found = Metadata(language=language)
    for name in (*_PUBLISHED, *_UPDATED):
        field = "updated" if name in _UPDATED else "published"
        for value in said.get(name, []):
            found = found.or_else(dated(f"meta {name}", **{field: read_date(value, language)}))
    return found


def _read_times(tree: HtmlElement) -> Metadata:
    """The day of the `time` elements, where all that the article's head has name the same one."""
    for path in ("//time[@pubdate]", "//article//header//time", "//article//time", "//time"):
        said = [read_date(fold(each.get("datetime"))) for each in tree.xpath(path)]
        days = [day for day in said if day]
        if days and len({day.first for day in days}) == 1:
            return dated("time element", days[0])
    return Metadata()


def _find_url(candidates: Sequence[str], address: str | None) -> str | None:
    """The canonical address that a page gives, if it may be believed; else where it was found.

    A page of one site must not pass for another site's, whose article it would replace; and many
    pages name their site's front page, which would make them all one.
    """
    for candidate in candidates:
        try:
            url = urljoin(address or "", candidate.strip())
        except ValueError:
            continue
        if canonical_url(url) is None or urlsplit(url).path in {"", "/"}:
            continue
        if address is None or _site(url) == _site(address):
            return url
    return address


def _site(url: str) -> str | None:
    """The registered domain ("bbc.co.uk"), or the host where there is none: an IP address."""
    return courlan.extract_domain(url) or urlsplit(url).hostname


class LinkedData:
    """What a page's JSON-LD says of the page's own article; empty where it says nothing of it.

    Args:
        headlines, addresses: what else the page gives as such: h1, og:title, title.
        language: the page's, where it says one.

    Attributes:
        found: whether it speaks of the article at all.
        outlets: what it names as the publisher.
        urls: the addresses that it gives for the article.
        days: its days and language.
    """

    def __init__(
        self,
        tree: HtmlElement,
        headlines: Sequence[str],
        addresses: Sequence[str],
        language: str | None,
    ) -> None:
        nodes = list(_nodes(list(_read_scripts(tree))))
        self._by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
        node = _choose(list(filter(_is_article, nodes)), headlines, addresses)
        self._node, self.found = node, bool(node)
        self.headline = _unescape(node.get("headline") or node.get("name"))
        self.outlets = list(self._names(node.get("publisher")))
        self.authors = clean_authors(list(self._names(node.get("author") or node.get("creator"))))
        self.urls = _addresses(node)
        self.days = read_said(
            "JSON-LD",
            published=node.get("datePublished"),
            updated=node.get("dateModified"),
            language=node.get("inLanguage") or language,
        )

    def text(self) -> str:
        """The article's text, or that of a live blog's updates; empty where there is none."""
        body = _text(self._node.get("articleBody"))
        updates = self._node.get("liveBlogUpdate")
        parts = [
            part
            for update in _each(updates)
            if isinstance(update, dict)
            for part in (_unescape(update.get("headline")), _text(update.get("articleBody")))
        ]
        return "\n".join(filter(None, [body, *parts]))

    def _names(self, said: object) -> Iterator[str]:
        """The names of a person, an outlet, or several; some are said elsewhere, by their @id."""
        for each in _each(said):
            node = each
            if isinstance(each, dict) and not ("name" in each or "familyName" in each):
                node = self._by_id.get(fold(each.get("@id")), {})
            if isinstance(node, dict):
                both = (fold(node.get("givenName")), fold(node.get("familyName")))
                node = node.get("name") or " ".join(filter(None, both))
            yield from filter(None, map(_unescape, _each(node)))


def _choose(
    nodes: list[dict[str, Any]], headlines: Sequence[str], addresses: Sequence[str]
) -> dict[str, Any]:
    """The page's own article: by its address, then by its headline; none of another's."""
    own = {_path(each) for each in addresses} - {""}
    for node in nodes:
        if own & set(map(_path, _addresses(node))):
            return node
    wanted = {letters_of(each) for each in headlines} - {""}
    for node in nodes:
        if letters_of(_unescape(node.get("headline"))) in wanted:
            return node
    if not wanted:
        return next(iter(nodes), {})
    elsewhere = own and any(_path(each) for node in nodes for each in _addresses(node))
    return {} if elsewhere or len(nodes) != 1 else nodes[0]


def _addresses(node: dict[str, Any]) -> list[str]:
    page = node.get("mainEntityOfPage")
    said = [node.get("url"), page]
    if isinstance(page, dict):
        said += [page.get("@id"), page.get("url")]
    said.append(node.get("@id"))
    return [fold(each).partition("#")[0] for each in said if isinstance(each, str)]


def _path(address: str) -> str:
    """What tells an address from another of its site; empty for a front page."""
    try:
        return urlsplit(address.strip()).path.strip("/").casefold()
    except ValueError:
        return ""


def _text(said: object) -> str:
    if not isinstance(said, str) or not said.strip():
        return ""
    try:
        return plain_text(said).strip()
    except ValueError:
        return ""


def _unescape(said: object) -> str:
    return fold(html.unescape(html.unescape(fold(said))))  # "&amp;nbsp;" is white space only then


def _read_scripts(tree: HtmlElement) -> Iterator[Any]:
    for script in tree.xpath("//script[contains(@type, 'ld+json')]"):
        try:
            yield json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):  # a slip in one of them says nothing of the rest
            continue


def _each(said: object, depth: int = _DEEPEST) -> Iterator[Any]:
    """A value; of a list the values in it, and in lists in it."""
    if not isinstance(said, list):
        yield said
    elif depth:
        for each in said:
            yield from _each(each, depth - 1)


def _nodes(said: object, depth: int = _DEEPEST) -> Iterator[dict[str, Any]]:
    for each in _each(said):
        if isinstance(each, dict) and depth:
            yield each
            yield from _nodes([each.get("@graph"), each.get("mainEntity")], depth - 1)


def _is_article(node: dict[str, Any]) -> bool:
    return any(_ARTICLE_TYPE.search(fold(kind)) for kind in _each(node.get("@type")))
