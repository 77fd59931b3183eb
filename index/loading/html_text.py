"""A piece of HTML, such as a table or a feed carries, as the text that it shows.

Not for whole pages: nothing is taken for a menu here, and every paragraph is kept.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml.html import HtmlElement

_TAG = re.compile(
    r"</?(?:p|br|div|a|b|strong|em|i|u|span|ul|ol|li|h[1-6]|img|figure|script|style|blockquote|table|tr|td"
    r"|section|article|iframe|font|center|small|sup|sub|html|body)(?:\s[^<>]{0,2000})?/?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][a-z\d]{1,30});", re.IGNORECASE)
_BLOCKS = frozenset(
    "p div ul ol li h1 h2 h3 h4 h5 h6 blockquote table tr section article header footer main pre"
    " dl dt dd hr center".split()
)
_HIDDEN = frozenset(
    "script style figure figcaption noscript iframe svg form button template head nav".split()
)
_MOST_ELEMENTS = 40_000


def is_html(text: str) -> bool:
    """Whether a text holds marks of HTML."""
    return "<" in text and bool(_TAG.search(text))


def unescape(text: str) -> str:
    """Entities as the characters that they stand for; no-break spaces as spaces."""
    if _ENTITY.search(text):
        text = html.unescape(text)
    return text.replace("\xa0", " ")


def html_to_text(markup: str) -> str:
    """The text that a piece of HTML shows, a line for each paragraph; no captions, no scripts.

    Raises:
        ValueError: it has too many elements.
    """
    import lxml.html

    try:
        root = lxml.html.fragment_fromstring(markup, create_parent="div")
    except (ValueError, lxml.etree.ParserError):
        return html.unescape(_TAG.sub(" ", markup))
    if sum(1 for _ in root.iter()) > _MOST_ELEMENTS:
        raise ValueError(f"has more than {_MOST_ELEMENTS:,} elements of HTML")
    lines = (" ".join(line.split()) for line in "".join(_walk(root)).split("\n"))
    return "\n".join(filter(None, lines))


def _walk(root: HtmlElement) -> Iterator[str]:
    """Its words, with line ends where blocks begin and end; without recursion: HTML nests deep."""
    todo: list[HtmlElement | str] = [root]
    while todo:
        each = todo.pop()
        if isinstance(each, str):
            yield each if each == "\n" else each.replace("\n", " ")
            continue
        name = each.tag if isinstance(each.tag, str) else ""
        if each is not root:
            todo.append(each.tail or "")
        if not name or name in _HIDDEN:
            continue
        if name == "br" or name in _BLOCKS:
            yield "\n"
        todo.append("\n" if name in _BLOCKS else "")
        todo.extend(reversed(each))
        # White space within a paragraph is one space; only marks end lines.
        yield (each.text or "").replace("\n", " ")
