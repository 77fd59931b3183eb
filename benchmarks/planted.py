"""Mistakes planted in true sentences: a wrong figure, name or quoted word in each.

Half of the wrong figures and names stand elsewhere in the same article, which is how a writer errs;
the others are invented.
"""

from __future__ import annotations

import random
import re
from typing import TYPE_CHECKING, NamedTuple

from assistant.judging.names import names
from assistant.judging.quantities import quantities
from index.splitting import Span, is_boilerplate, paragraphs, sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from index import Article

KINDS = ("number", "name", "quote")
_INVENTED_NAMES = (
    "Marcus Oyelaran",
    "Ljubica Perovic",
    "Port Elswick",
    "Greater Tamsin",
    "Hollis Brandt",
    "Norvania",
    "Ines Quarrington",
    "Castellmar",
)
_OTHER_WORDS = ("purple", "yesterday", "unharmed", "secretly", "orchards", "twelvefold")
_INSIDE = (4, 9)  # words of a quotation


class Planted(NamedTuple):
    """A sentence with a mistake, the article it was taken from, and which kind of mistake."""

    kind: str
    text: str
    article: Article


def true_sentences(articles: Sequence[Article]) -> list[tuple[str, Article]]:
    """Every sentence of the articles' stories, as it stands."""
    found: list[tuple[str, Article]] = []
    for article in articles:
        for paragraph in paragraphs(article.text):
            if is_boilerplate(article.text[paragraph.start : paragraph.end]):
                continue
            spans = sentences(article.text, Span(paragraph.start, paragraph.end))
            found += [(article.text[each.start : each.end], article) for each in spans]
    return found


def quoted(articles: Sequence[Article], count: int) -> list[tuple[str, Article]]:
    """True sentences with some of their words in quotation marks."""
    rng = random.Random(2)  # noqa: S311  fixed, not secret
    every = [each for each in true_sentences(articles) if _quotable(each[0])]
    return [(_quote(text, rng, alter=False), article) for text, article in every][:count]


def plant(articles: Sequence[Article], count: int) -> list[Planted]:
    """So many mistakes, a third of each kind, always the same ones."""
    rng = random.Random(1)  # noqa: S311  fixed, not secret
    every = true_sentences(articles)
    planted: list[Planted] = []
    ways: dict[str, Callable[[str, Article, random.Random], str | None]] = {
        "number": _number,
        "name": _name,
        "quote": lambda text, _, rng: _quote(text, rng, alter=True) if _quotable(text) else None,
    }
    for kind in KINDS:
        made: list[Planted] = []
        for text, article in _again(every, rng):
            wrong = ways[kind](text, article, rng)
            if wrong and wrong not in {each.text for each in made}:
                made.append(Planted(kind, wrong, article))
            if len(made) == count // len(KINDS):
                break
        planted += made
    return planted


def _again(
    every: Sequence[tuple[str, Article]], rng: random.Random
) -> Iterator[tuple[str, Article]]:
    for _ in range(6):
        yield from rng.sample(every, len(every))


def _number(text: str, article: Article, rng: random.Random) -> str | None:
    here = quantities(text)
    if not here:
        return None
    place = rng.choice(here)
    digits = re.match(r"[^\d]*(\d[\d,.]*\d|\d)", place.text)
    if not digits:
        return None
    others = [
        each
        for each in re.findall(r"\d[\d,.]*\d|\d", article.text)
        if each not in text and each != digits[1]
    ]
    value = digits[1].replace(",", "")
    invented = f"{float(value) * 3 + 7:g}" if "." in value else f"{int(value) * 3 + 7:,}"
    if len(value) == 4 and value.startswith(("19", "20")) and "," not in digits[1]:
        invented = str(int(value) - 9)
    new = rng.choice(others) if others and rng.random() < 0.5 else invented
    start = place.start + digits.start(1)
    return text[:start] + new + text[start + len(digits[1]) :]


def _name(text: str, article: Article, rng: random.Random) -> str | None:
    here = [each for each in names(text) if each.sure]
    if not here:
        return None
    place = rng.choice(here)
    known = {word for each in names(text) for word in each.words}
    others = [
        each.text
        for sentence, owner in true_sentences([article])
        if owner is article
        for each in names(sentence)
        if each.sure and not known & set(each.words)
    ]
    near = others and rng.random() < 0.5
    new = rng.choice(others) if near else rng.choice(_INVENTED_NAMES)
    return text[: place.start] + new + text[place.start + len(place.text) :]


def _quotable(text: str) -> bool:
    return len(text.split()) > _INSIDE[0] + 2 and not re.search(r"[\"“”]", text)


def _quote(text: str, rng: random.Random, *, alter: bool) -> str:
    """The sentence with a run of its words in quotation marks, one of them another if asked."""
    words = text.split(" ")
    size = min(rng.randint(*_INSIDE), len(words) - 1)
    start = rng.randrange(len(words) - size)
    inside = words[start : start + size]
    if alter:
        inside[rng.randrange(size)] = rng.choice(_OTHER_WORDS)
    return " ".join([*words[:start], f"“{' '.join(inside)}”", *words[start + size :]])
