"""Which of two is more: both values, each quoted, and the difference."""

from __future__ import annotations

import re
from dataclasses import dataclass

from assistant.answer import Verdict
from assistant.composing.composition import Composition, Material, context_of, quote_of
from assistant.composing.figures import Figure, figures_of
from assistant.composing.versions import version_of
from assistant.judging.names import names, spelled
from assistant.judging.synonyms import share_of_meaning

_MORE = (
    r"(?:more|fewer|less|larger|bigger|smaller|higher|lower|longer|shorter|older|younger|heavier|lighter|faster"
    r"|slower|stronger|weaker|taller|deeper|farther|further|nearer|closer|richer|greater|better|worse|costlier|cheaper)"
)
_OR = re.compile(
    rf"(?i)^(?:and )?(?:which|who|what)\b(?P<what>.*?\b{_MORE}\b[^,?]*?)[,:]? "
    rf"(?P<one>[^,?]+?),? or (?P<other>[^?]+?)\??$"
)
_THAN = re.compile(
    rf"(?i)^(?:and )?(?:is|are|was|were|did|does|do|has|have"
    rf"|had)\s+(?P<one>.+?)\s+(?P<what>(?:\w+\s+)?{_MORE}\b.*?)\s+than\s+(?P<other>[^?]+?)\??$"
)
_HOW_MUCH = re.compile(
    rf"(?i)^(?:and )?(?:how (?:much|many|far)|by how (?:much"
    rf"|many))\b\s*(?P<what>{_MORE}.*?)(?:is|are|was|were|did|does|do|has|have)\s+(?P<one>.+?)(?:\s+(?P<verb>\w+))?\s+than\s+(?P<other>[^?]+?)\??$"
)
_LESS = re.compile(
    r"(?i)\b(?:fewer|less|smaller|lower|shorter|younger|lighter|slower|weaker|nearer|closer|worse|cheaper)\b"
)
_DIMENSIONS = {
    "heavier": "mass weight heavy tonnes times",
    "lighter": "mass weight",
    "farther": "away distance kilometres light years",
    "further": "away distance",
    "nearer": "away distance light years",
    "closer": "away distance",
    "older": "old age years founded built",
    "younger": "old age years",
    "longer": "long length kilometres metres",
    "shorter": "long length",
    "taller": "high tall metres",
    "larger": "size large people area",
    "bigger": "size big people area",
    "faster": "speed fast kilometres hour",
    "stronger": "magnitude strength",
    "higher": "high rate percent metres",
    "lower": "rate percent",
    "costlier": "cost price",
    "cheaper": "cost price",
    "richer": "worth fortune",
}
"""By what two things may be compared, the words that tell of it."""
_RELEVANT = 0.3


@dataclass(frozen=True, slots=True)
class _Two:
    one: str
    other: str
    what: str


def answer_comparison(material: Material) -> Composition | None:
    """Both values with their difference; None where the two values are not both told."""
    two = _two(material.question)
    if two is None:
        return None
    for first in _figures(material, two.one, two.other, two.what):
        for second in _figures(material, two.other, two.one, two.what):
            if _alike(first, second):
                return _composed(material, two, first, second)
    return None


def _two(question: str) -> _Two | None:
    fits = _OR.match(question) or _THAN.match(question) or _HOW_MUCH.match(question)
    if not fits:
        return None
    what = f"{fits['what'].strip()} {fits.groupdict().get('verb') or ''}"
    more = re.search(rf"(?i)\b{_MORE}\b", what)
    dimension = _DIMENSIONS.get(more.group().lower(), "") if more else ""
    about = re.sub(
        rf"(?i)\b(?:{_MORE}|is|are|was|were|has|have|did|get|got|the|a|had)\b", " ", what
    )
    return _Two(_bare(fits["one"]), _bare(fits["other"]), f"{about} {dimension}".strip())


def _bare(entity: str) -> str:
    return re.sub(
        r"['’]s?$", "", re.sub(r"(?i)^(?:the|a|an|is|was|did|does)\s+", "", entity.strip(" ,?:"))
    )


def _figures(material: Material, entity: str, not_of: str, what: str) -> list[Figure]:
    """The figures told of one of the two, those that speak most of what is compared first."""
    found: list[tuple[float, Figure]] = []
    for statement in material.statements:
        if statement.field == "title":
            continue
        own, rival = _names(statement.text, entity), _names(statement.text, not_of)
        before = context_of(statement, material.statements, 1)
        carried = not own and not rival and _names(before, entity) and bool(
            re.match(r"(?:It|He|She|They|Its|The)\b", statement.text)
        )  # fmt: skip
        if not own and not carried:
            continue
        if carried and _names(before, not_of) and not _nearer(before, entity, not_of):
            continue
        figures = figures_of(statement, share_of_meaning(what, statement.text) if what else 0.5)
        if own and rival:
            figures = [each for each in figures if _belongs(each, entity, not_of)]
        for each in figures:
            near = statement.text[max(0, each.quantity.start - 40) : each.quantity.start + 60]
            score = each.relevance + share_of_meaning(what, near) + 0.1 * own
            if each.relevance >= _RELEVANT or each.quantity.unit:
                found.append((score, each))
    ordered = sorted(found, key=lambda pair: -pair[0])
    return [each for _, each in ordered[:4]]


def _names(text: str, entity: str) -> bool:
    words = [word for word, _ in spelled(entity)]
    there = f" {' '.join(word for word, _ in spelled(text))} "
    if f" {' '.join(words)} " in there:
        return True
    last = [name.words[-1] for name in names(f"x {entity}")]
    return bool(last) and f" {last[-1]} " in there


def _nearer(text: str, entity: str, rival: str) -> bool:
    return text.rfind(entity.split()[-1]) >= text.rfind(rival.split()[-1])


def _belongs(figure: Figure, entity: str, rival: str) -> bool:
    """Whether the entity is the last of the two named before the figure."""
    before = figure.statement.text[: figure.quantity.start]
    return before.rfind(entity.split()[-1]) > before.rfind(rival.split()[-1])


def _alike(one: Figure, other: Figure) -> bool:
    units, scale = {one.quantity.unit, other.quantity.unit}, one.quantity.scale
    if len(units) > 1:  # "40 million crowns and Orba 25 million"
        same = one.statement is other.statement and 1 < scale == other.quantity.scale
        return same and "" in units
    if one.quantity.unit:
        return True
    near = [
        f.statement.text[f.quantity.start : f.quantity.start + len(f.quantity.text) + 40]
        for f in (one, other)
    ]
    return share_of_meaning(near[0], near[1]) > 0.2 or one.noun == other.noun


def _composed(material: Material, two: _Two, one: Figure, other: Figure) -> Composition:
    larger = one.quantity.value > other.quantity.value
    wins_first = larger != bool(_LESS.search(material.question))
    same = one.quantity.value == other.quantity.value
    winner = two.one if wins_first else two.other
    statements = [one.statement] + (
        [other.statement] if other.statement is not one.statement else []
    )
    quotes = tuple(quote_of(each, 0.9) for each in statements)
    numbers = (1, len(quotes))
    told = f"{two.one}: {one.text}; {two.other}: {other.text}"
    difference = _difference(one, other)
    versions = tuple(version_of(f, n) for f, n in ((one, numbers[0]), (other, numbers[1])))
    if _THAN.match(material.question):
        answer = "yes" if wins_first and not same else "no"
        lead = f"{answer.capitalize()}. {told}{difference}."
        return Composition(
            quotes, lead=lead, verdict=Verdict(answer=answer, citations=numbers), versions=versions
        )
    lead = f"They are equal. {told}." if same else f"{winner}. {told}{difference}."
    return Composition(quotes, lead=lead[:1].upper() + lead[1:], versions=versions)


def _difference(one: Figure, other: Figure) -> str:
    gap = abs(one.quantity.value - other.quantity.value)
    if not gap or not (one.quantity.exact and other.quantity.exact):
        return ""
    scale = max(one.quantity.scale, other.quantity.scale)
    words = {1e3: " thousand", 1e6: " million", 1e9: " billion", 1e12: " trillion"}.get(scale, "")
    number = gap / scale if words else gap
    unit = f" {one.quantity.unit}" if one.quantity.unit else ""
    points = " points" if one.quantity.unit == "percent" else ""
    return f"; the difference is {number:,.6g}{words}{unit}{points}"
