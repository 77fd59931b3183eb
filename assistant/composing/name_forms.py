"""The other forms of a name: the long one of an acronym, another spelling.

From the articles' own text first, where they introduce one ("International Maritime Organization
(IMO)"; after Schwartz and Hearst, 2003), then from the table `name_forms.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from index import Hit

_INTRODUCED = re.compile(r"\((?P<short>[A-Z][A-Za-z&.-]{1,7})\)")
_SMALL = frozenset("of the and for in on to de la du des der und a an".split())
_MOST_WORDS = 10  # before the parenthesis
_READ = 8  # passages whose names count


def other_forms(question: str, hits: Sequence[Hit] = ()) -> list[str]:
    """The question with each of its names in its other forms, one form a question.

    Args:
        hits: what a first search found: their articles may introduce a name.
    """
    forms = []
    for group in (*introduced(hits), *_table()):
        for name in group:
            pattern = _pattern(name)
            if pattern.search(question):
                forms += [pattern.sub(other, question) for other in group if other != name]
                break
    return list(dict.fromkeys(form for form in forms if form != question))


def as_articles_write(question: str, hits: Sequence[Hit]) -> str:
    """The question with its names as the passages found write them."""
    read = hits[:_READ]
    text = "\n".join(f"{hit.article.title}\n{hit.passage.text}" for hit in read)
    for group in (*introduced(hits), *_table()):
        there = [name for name in group if _pattern(name).search(text)]
        for name in group:
            pattern = _pattern(name)
            if not pattern.search(question) or not there:
                continue
            if name not in there:
                question = pattern.sub(there[0], question)
            break
    return question


def introduced(hits: Iterable[Hit]) -> list[tuple[str, str]]:
    """The pairs that articles introduce: ("CBN", "Central Bank of Norland")."""
    pairs: dict[str, str] = {}
    for article in {hit.article.id: hit.article for hit in hits}.values():
        for short, long in _pairs(article.text):
            pairs.setdefault(short, long)
    return list(pairs.items())


def _pairs(text: str) -> list[tuple[str, str]]:
    found = []
    for match in _INTRODUCED.finditer(text):
        letters = re.sub(r"[^A-Za-z]", "", match["short"])
        if sum(letter.isupper() for letter in letters) < 2:
            continue
        before = re.findall(
            r"[^\W_]+(?:[’'-][^\W_]+)*", text[max(0, match.start() - 120) : match.start()]
        )
        long = _long_form(letters, before[-_MOST_WORDS:])
        if long:
            found.append((match["short"], long))
    return found


def _long_form(letters: str, words: Sequence[str]) -> str:
    """The last words whose initials are these letters, small words apart; empty for none."""
    for begin in range(len(words) - 1, -1, -1):
        chosen = words[begin:]
        if not chosen[0][:1].isupper():
            continue
        initials = [word[0] for word in chosen if word.lower() not in _SMALL]
        if "".join(initials).lower() == letters.lower():
            return " ".join(chosen)
    return ""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """The name as whole words; an acronym only in its own case: "who" is no WHO."""
    case = 0 if name.isupper() or len(name) <= 4 else re.IGNORECASE
    return re.compile(rf"\b{re.escape(name)}\b", case)


@cache
def _table() -> tuple[tuple[str, ...], ...]:
    text = files("assistant.composing").joinpath("name_forms.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(tuple(line.split("/")) for line in lines)
