"""The linked data (JSON-LD, schema.org) of a page: the node of its own article among others."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.loading.clean_names import clean_authors
from index.loading.decoding import html_to_text, is_html
from index.loading.metadata import fold, letters_of, read_said

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from lxml.html import HtmlElement

_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting|NewsStory)$")
_LEAST_IN_COMMON = 0.5  # of a headline's words: a node with fewer of the page's is another story's
_DEEPEST = 8


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
    for node in nodes:
        elsewhere = own and any(map(_path, _addresses(node)))
        if not (wanted and (elsewhere or len(nodes) > 1)) or _is_near(node, headlines):
            return node
    return {}


def _is_near(node: dict[str, Any], headlines: Sequence[str]) -> bool:
    words = set(re.findall(r"\w+", _unescape(node.get("headline")).casefold()))
    shown = {word for each in headlines for word in re.findall(r"\w+", each.casefold())}
    return not words or len(words & shown) / len(words) >= _LEAST_IN_COMMON


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
        return html_to_text(said) if is_html(said) else html.unescape(said).strip()
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
