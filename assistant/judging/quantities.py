"""The figures of a text, in digits or words, with their units: "2.5 billion", "a third", "$5m"."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.judging.names import word_list

if TYPE_CHECKING:
    from collections.abc import Sequence

_UNITS_IN_WORDS = {word: number for number, word in enumerate(word_list("numbers"))}
_TENS = {word: 10 * number for number, word in enumerate(word_list("tens"), start=2)}
_ORDINALS = {word: number for number, word in enumerate(word_list("ordinals"), start=1)}
_MANY = {"once": 1.0, "twice": 2.0, "thrice": 3.0, "dozen": 12.0, "half": 0.5}
_SCALES = {
    **dict.fromkeys(("hundred", "hundreds"), 1e2),
    **dict.fromkeys(("thousand", "thousands", "k"), 1e3),
    **dict.fromkeys(("million", "millions", "mn", "mln", "m"), 1e6),
    **dict.fromkeys(("billion", "billions", "bn", "b"), 1e9),
    **dict.fromkeys(("trillion", "trillions", "tn", "trn"), 1e12),
}
_SHORT_SCALES = {"k", "m", "b", "mn", "bn", "tn"}


def _units(name: str) -> dict[str, str]:
    """The unit of each of its spellings."""
    units = (each.partition(":") for each in word_list(name))
    return {word: unit.replace("_", " ") for unit, _, words in units for word in words.split("/")}


_CURRENCIES = _units("currencies")
CURRENCIES = frozenset(_CURRENCIES.values())
"""The units of money, in one spelling each."""
_UNITS = {**_CURRENCIES, **_units("measures")}
DIMENSIONS = {
    word: told.replace("/", " ")
    for words, _, told in (each.partition(":") for each in word_list("dimensions"))
    for word in words.split("/")
}
"""By what two things may be compared, the words that tell of it."""
FEWER = re.compile(
    r"(?i)\b(?:few|small|low|short|young|light|slow|weak|near|close|cheap|cold|new)(?:er|est)\b"
    r"|\b(?:less|least|worst|bottom)\b"
)
"""Words by which the smaller figure is the one asked for."""
_WORDS = "|".join(sorted((*_UNITS_IN_WORDS, *_TENS, *_ORDINALS, *_MANY), key=len, reverse=True))
_SCALE_WORDS = "|".join(
    sorted((w for w in _SCALES if w not in _SHORT_SCALES), key=len, reverse=True)
)
_TOKEN = re.compile(
    r"(?:(?P<currency>(?:US|A|C)?\$|[€£¥₹₺₽₪₦])\s?)?"
    r"(?P<digits>(?<![\w.])(?:\d{1,3}(?:[, \u00a0\u202f]\d{3})+(?!\d)|\d+)(?:\.\d+)?)"
    r"(?:(?P<ordinal>st|nd|rd|th)\b)?"
    r"(?:[\s-]?(?P<scale>" + "|".join(sorted(_SCALES, key=len, reverse=True)) + r")\b)?"
    rf"|\b(?P<words>(?:(?:{_WORDS}|{_SCALE_WORDS})(?:[\s-]+(?:and\s+)?)?)+)\b",
    re.IGNORECASE,
)
_UNIT_AFTER = re.compile(
    r"[\s-]{0,3}(?:(?:US|U\.S\.|Canadian|Australian|cubic|square|metric|nautical)[\s-]{1,3})?"
    r"(%|°[CF]?|per\s?cent\b|[^\W\d_]+)",
    re.IGNORECASE,
)
_NEAR = 40  # characters before a figure
_ROUNDED = re.compile(
    r"(?i)\b(?:about|around|approximately|roughly|nearly|almost|some|more than|over|under"
    r"|less than|at least|up to|as many as|an estimated|close to|just)\s+(?:US)?[$€£¥]?$"
)


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure.

    Attributes:
        value: with its scale taken in: 2.5 billion is 2,500,000,000.
        unit: a currency, a measure or "percent", in one spelling; empty when there is none known.
        exact: whether it is said without "about", "nearly" and the like.
        digits: significant digits written: 2 of "2.5 billion".
        text, start: as it is written, and where.
        scale: what "million" and the like multiplied it by.
    """

    value: float
    unit: str
    exact: bool
    digits: int
    text: str
    start: int
    scale: float = 1.0

    def agrees(self, other: Quantity) -> bool:
        """Whether the other one, in an article, says the same.

        A rounded figure agrees with what it is rounded from: about 2.5 billion with 2.48 billion.
        """
        if self.unit and other.unit and self.unit != other.unit:
            return False
        money = CURRENCIES | {"percent"}
        if (self.unit in money) != (other.unit in money):
            return False
        if abs(self.value - other.value) < 1e-9 * max(1.0, abs(self.value)):
            return True
        if self.exact or other.value == 0:
            return False
        rounded = float(f"{other.value:.{max(self.digits, 1) - 1}e}")
        return abs(rounded - self.value) < 1e-9 * max(1.0, abs(self.value))


def quantities(text: str) -> list[Quantity]:
    """The figures of a text, in order."""
    found = []
    for match in _TOKEN.finditer(text):
        value, digits = _value(match)
        if value is None:
            continue
        # "one" and "second" count and measure; far more often they do neither.
        if match["words"] and match["words"].strip().lower() in {"one", "second", "once"}:
            continue
        start, end = match.span()
        written = match.group().rstrip(" -")
        end = start + len(written)
        unit = _CURRENCIES.get((match["currency"] or "").lower().lstrip("usac"), "")
        if match["currency"] and not unit:
            unit = "dollar"
        after = _UNIT_AFTER.match(text, end)
        if not unit and after:
            word = re.sub(r"\s", "", after[1]).lower()
            unit = _UNITS.get(word, "")
            if unit:
                written = text[start : after.end()]
        exact = not _ROUNDED.search(text[max(0, start - _NEAR) : start])
        scale = _SCALES[match["scale"].lower()] if match["scale"] else 1.0
        found.append(Quantity(value, unit, exact, digits, written.strip(), start, scale))
    return _inherit(found, text)


def _inherit(found: Sequence[Quantity], text: str) -> list[Quantity]:
    """ "$10 to 15 billion", "10 to 15 percent": what stands with one end counts for both."""
    out = list(found)
    for number, (one, other) in enumerate(pairwise(found)):
        between = text[one.start + len(one.text) : other.start].strip().lower()
        ranged = between in {"to", "or", "-", "–", "—"} or (
            between == "and" and text[: one.start].rstrip().lower().endswith("between")
        )
        if not ranged:
            continue
        factor = other.scale if one.scale == 1 and one.value < other.value / other.scale else 1.0
        out[number] = replace(out[number], value=one.value * factor, unit=one.unit or other.unit)
        if one.unit in _CURRENCIES.values() and not other.unit:
            out[number + 1] = replace(out[number + 1], unit=one.unit)
    return out


def _value(match: re.Match[str]) -> tuple[float | None, int]:
    if match["digits"]:
        plain = re.sub(r"[, \u00a0\u202f]", "", match["digits"])
        scale = match["scale"]
        factor = _SCALES[scale.lower()] if scale else 1.0
        significant = len(plain.replace(".", "").strip("0")) or 1
        return float(plain) * factor, significant
    return _from_words(re.split(r"[\s-]+", match["words"].strip().lower()))


def _from_words(words: Sequence[str]) -> tuple[float | None, int]:
    total, current, seen = 0.0, 0.0, False
    for word in words:
        if word in {"and", ""}:
            continue
        if word in _SCALES:
            if word.endswith("s") and not seen:
                return None, 0  # "millions of": no figure
            if word == "hundred":
                current = (current or 1) * 100
            else:
                total, current = total + (current or 1) * _SCALES[word], 0.0
            seen = True
            continue
        for table in (_UNITS_IN_WORDS, _TENS, _ORDINALS, _MANY):
            if word in table:
                current += table[word]
                seen = True
                break
    value = total + current
    significant = len(f"{value:g}".replace(".", "").split("e")[0].strip("0")) or 1
    return (value, significant) if seen else (None, 0)
