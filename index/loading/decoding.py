"""Bytes into text, and a piece of HTML, such as a table or a feed carries, into the text it shows.

Bytes are read as declared, as marked, as UTF-8, or as a detector is sure of. HTML here is never a
whole page: nothing is taken for a menu, and every paragraph is kept.
"""

from __future__ import annotations

import codecs
import html
import re
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from lxml.html import HtmlElement


_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{1,80}encoding\s*=\s*["']([\w.:-]+)|<meta[^>]{1,200}charset\s*=\s*["']?([\w.:-]+)""",
    re.IGNORECASE,
)
_HEAD = 4_096  # bytes; a page declares its encoding in the first 1,024, most of the time
_SAMPLE = 200_000  # bytes that the detector looks at
# What browsers read under these names (https://encoding.spec.whatwg.org): pages say Latin-1 or
# ASCII and mean Windows' superset of it.
_MEANT = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "shift_jis": "cp932"}
# The legacy encodings of the web. A detector that may also say "Mac Cyrillic" does.
_DETECTED = """
    cp1250 cp1251 cp1252 cp1253 cp1254 cp1255 cp1256 iso8859_2 koi8_r cp932 euc_jp gb18030 big5
    euc_kr
""".split()
_LEAST_COHERENCE = 0.5  # of 1: how much it reads like a language; a wrong guess is a wrong quote
_USUAL, _NEAR = "cp1252", 0.1
_SPOILT = 1_000  # one character in so many may be spoilt in a page, which is mostly not its article


def decode(data: bytes, declared: str | None = None, *, spoilt: bool = False) -> str:
    """The text, without a byte order mark.

    Args:
        declared: the encoding that a server named; in HTML and XML it is looked for in the text.
        spoilt: bytes that fit no character may become U+FFFD, a few of them.

    Raises:
        ValueError: none of the encodings that it may be in fits; with the reason, and what to do.
    """
    name = find_encoding(data, declared)
    try:
        return data.decode(name)
    except UnicodeDecodeError as error:
        text = data.decode(name, "replace")
        if spoilt and text.count("\N{REPLACEMENT CHARACTER}") <= len(text) / _SPOILT:
            return text
        raise ValueError(
            f"not valid {name.removesuffix('-sig').upper()} (byte {error.start}): save it as UTF-8 "
            "and add it again"
        ) from error


def find_encoding(data: bytes, declared: str | None = None) -> str:
    """The name of the encoding of a text or of its beginning; UTF-8 when nothing else fits."""
    for mark, marked in _MARKS:
        if data.startswith(mark):
            return marked
    if _fits(data, "utf-8") and not data.isascii():  # other encodings never look like it
        return "utf-8"
    named = _DECLARED.search(data[:_HEAD])
    inside = (named[1] or named[2]).decode("ascii") if named else None
    for name in (declared, inside, "utf-8"):
        if name and _fits(data, known := _python_name(name)):
            return known
    return _detect(data) or "utf-8"


def _python_name(label: str) -> str:
    try:
        name = codecs.lookup(label.strip()).name
    except LookupError:
        return "utf-8"
    return _MEANT.get(name, name)


def _fits(data: bytes, name: str) -> bool:
    try:
        # A beginning may end within a character, which `final=False` allows for.
        codecs.getincrementaldecoder(name)().decode(data)
    except (UnicodeDecodeError, LookupError):  # LookupError: "hex" and the like are no text
        return False
    return True


def _detect(data: bytes) -> str | None:
    from charset_normalizer import from_bytes

    if b"\0" in data[:_HEAD]:
        return None
    text = data[:_SAMPLE].decode("utf-8", "replace")
    bad = text.count("\N{REPLACEMENT CHARACTER}")
    if sum(character > "\x7f" for character in text) - bad >= bad:
        return None  # mostly UTF-8 that fits: it is that, and damaged
    found = from_bytes(data[:_SAMPLE], cp_isolation=_DETECTED)
    ranked = sorted(found, key=lambda each: (each.chaos, -each.coherence))
    if not ranked or ranked[0].coherence < _LEAST_COHERENCE:
        return None
    best = ranked[0]
    # One letter in a short text makes no language: "Bjørn" is "Bjřrn" in another encoding. Then it
    # is what browsers take an undeclared page for.
    usual = next((each for each in ranked if each.encoding == _USUAL), best)
    near = usual.chaos == best.chaos and best.coherence - usual.coherence <= _NEAR
    return usual.encoding if near else best.encoding


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
_MOST_ELEMENTS, _MOST_ATTRIBUTES = 40_000, 500  # attributes of one element
_NO_TEXT = bytes({*range(32)} - set(b"\t\n\r"))  # a tree holds what XML may
_ATTRIBUTES_EACH = 4  # on average; a page has two


def is_html(text: str) -> bool:
    """Whether a text holds marks of HTML."""
    return "<" in text and bool(_TAG.search(text))


def unescape(text: str) -> str:
    """Entities as the characters that they stand for; no-break spaces as spaces."""
    if _ENTITY.search(text):
        text = html.unescape(text)
    return text.replace("\xa0", " ")


class _Counting(threading.local):
    """Counts what a parser reads. One a thread: lxml's hold a text until garbage is collected."""

    def __init__(self) -> None:
        from lxml import etree

        self.most = self.elements = self.attributes = 0
        self.parser = etree.HTMLParser(target=self, encoding="utf-8")

    def start(self, _: str, attributes: Mapping[str, str]) -> None:
        """Where an element begins; a ValueError where it is one too many, or its attributes are."""
        self.elements += 1
        if self.elements > self.most:
            raise ValueError(f"has more than {self.most:,} elements: no page of news has")
        if attributes:
            self.attributes += len(attributes)
            if len(attributes) > _MOST_ATTRIBUTES:
                raise ValueError(f"has an element with over {_MOST_ATTRIBUTES} attributes")
            if self.attributes > self.most * _ATTRIBUTES_EACH:
                raise ValueError(f"has more than {self.most * _ATTRIBUTES_EACH:,} attributes")

    def close(self) -> None:
        """Nothing comes of it."""


_counting = _Counting()


def parse_html(markup: str, most: int = _MOST_ELEMENTS) -> HtmlElement | None:
    """A tree of HTML; None where there is none. It is counted first, which takes linear time.

    The counting is left to the parser itself: what else reads marks may be led to read them
    otherwise, and to miss some. A tree takes time with the square of an element's attributes.

    Raises:
        ValueError: it has more elements than this, too many attributes, or nests too deep.
    """
    from lxml import etree, html

    data = markup.encode("utf-8", "replace").translate(None, _NO_TEXT)
    if len(data) > 2 * _MOST_ATTRIBUTES:  # else they find no room
        _counting.most, _counting.elements, _counting.attributes = most, 0, 0
        etree.fromstring(data, _counting.parser)
    parser = etree.HTMLParser(
        encoding="utf-8",
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
        default_doctype=False,
    )
    # One class for all: lxml.html's own parser asks a function of Python's for each element.
    parser.set_element_class_lookup(etree.ElementDefaultClassLookup(element=html.HtmlElement))
    tree: HtmlElement | None = etree.fromstring(data, parser)
    if parser.error_log.filter_from_fatals():  # it stopped there, and left out the rest
        raise ValueError("is not read to its end: its elements nest too deep, or one is too long")
    return tree


def plain_text(said: str) -> str:
    """A text, or what it shows where it is HTML; entities as the characters that they stand for."""
    return unescape(html_to_text(said) if is_html(said) else said)


def html_to_text(markup: str) -> str:
    """What a piece of HTML shows (see `shown_text`); a ValueError where there is too much of it."""
    tree = parse_html(markup) if markup.strip() else None
    return "" if tree is None else shown_text(tree)


def shown_text(root: HtmlElement) -> str:
    """The text that an element shows, a line for each paragraph; no captions, no scripts."""
    lines = (" ".join(line.split()) for line in "".join(_walk(root)).split("\n"))
    return "\n".join(filter(None, lines))


def _walk(root: HtmlElement) -> Iterator[str]:
    """Its words, with line ends where blocks begin and end."""
    from lxml import etree

    walk = etree.iterwalk(root, events=("start", "end"))
    for event, each in walk:
        hidden, text = each.tag in _HIDDEN, each.text
        if event == "end":
            text = each.tail if each is not root else ""
        elif hidden:
            walk.skip_subtree()
            continue
        if not hidden and (each.tag in _BLOCKS or (each.tag == "br" and event == "start")):
            yield "\n"
        # White space within a paragraph is one space; only marks end lines.
        yield (text or "").replace("\n", " ")
