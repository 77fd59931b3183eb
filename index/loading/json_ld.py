"""The linked data (JSON-LD, schema.org) of a page: the node of its own article among others."""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.loading.clean_names import clean_authors
from index.loading.decoding import html_to_text, is_html
from index.loading.metadata import Metadata, fold, letters_of, read_said

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from lxml.html import HtmlElement

_ARTICLE_TYPE = re.compile(r"(?:Article|BlogPosting|Report|LiveBlogPosting|NewsStory)$")
_LEAST_IN_COMMON = 0.5  # of a headline's words: a node with fewer of the page's is another story's
_DEEPEST = 8


class LinkedData:
    """What a page's JSON-LD says.

    Args:
        headlines, addresses: what else the page gives as such: h1, og:title, title.
    """

    def __init__(
        self, tree: HtmlElement, headlines: Sequence[str], addresses: Sequence[str]
    ) -> None:
        nodes = list(_nodes(_read_scripts(tree)))
        self._by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str)}
        self.node = _choose(list(filter(_is_article, nodes)), headlines, addresses)

    @property
    def headline(self) -> str:
        """The headline; empty where there is none."""
        return _unescape(self.node.get("headline") or self.node.get("name"))

    @property
    def outlets(self) -> list[str]:
        """What it names as the publisher."""
        return list(self._names(self.node.get("publisher")))

    @property
    def authors(self) -> tuple[str, ...]:
        """Those it names as authors."""
        return clean_authors(list(self._names(self.node.get("author") or self.node.get("creator"))))

    @property
    def urls(self) -> list[str]:
        """The addresses that it gives for the article."""
        return _addresses(self.node)

    def metadata(self, language: str | None) -> Metadata:
        """What it says of the article's days and language."""
        return read_said(
            "JSON-LD",
            published=self.node.get("datePublished"),
            updated=self.node.get("dateModified"),
            language=self.node.get("inLanguage") or language,
        )

    def text(self) -> str:
        """The article's text, or that of a live blog's updates; empty where there is none."""
        body = _text(self.node.get("articleBody"))
        updates = self.node.get("liveBlogUpdate")
        parts = [
            part
            for update in (updates if isinstance(updates, list) else ())
            if isinstance(update, dict)
            for part in (_unescape(update.get("headline")), _text(update.get("articleBody")))
        ]
        return "\n".join(filter(None, [body, *parts]))

    def _names(self, said: object, depth: int = 0) -> Iterator[str]:
        """The names of a person, an outlet, or several; some are said elsewhere, by their @id."""
        for each in said if isinstance(said, list) else [said]:
            if isinstance(each, list):
                if depth < _DEEPEST:
                    yield from self._names(each, depth + 1)
                continue
            node = each
            if isinstance(each, dict) and not ("name" in each or "familyName" in each):
                node = self._by_id.get(fold(each.get("@id")), {})
            names = node
            if isinstance(node, dict):
                both = (fold(node.get("givenName")), fold(node.get("familyName")))
                names = node.get("name") or " ".join(filter(None, both))
            for name in names if isinstance(names, list) else [names]:
                if said_name := _unescape(name):
                    yield said_name


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


def _nodes(said: Iterable[Any], depth: int = 0) -> Iterator[dict[str, Any]]:
    for each in said:
        if isinstance(each, dict):
            yield each
            for inner in ("@graph", "mainEntity"):
                if depth < _DEEPEST:
                    value = each.get(inner)
                    yield from _nodes(value if isinstance(value, list) else [value], depth + 1)
        elif isinstance(each, list) and depth < _DEEPEST:
            yield from _nodes(each, depth + 1)


def _is_article(node: dict[str, Any]) -> bool:
    kinds = node.get("@type")
    return any(
        _ARTICLE_TYPE.search(fold(kind)) for kind in (kinds if isinstance(kinds, list) else [kinds])
    )
