"""Which of two is more: both values, each quoted, and the difference."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from assistant.answer import Verdict
from assistant.composing.composition import Composition, Material, context_of, quote_of
from assistant.composing.figures import AHEAD, Figure, figures_of, is_date, same_setting
from assistant.composing.tables import answer_from_table
from assistant.composing.versions import version_of
from assistant.judging.answer_words import SPANS_OF_TIME
from assistant.judging.asked import NEGATION, times_named
from assistant.judging.names import in_order, names, spelled
from assistant.judging.quantities import DIMENSIONS, FEWER, Quantity, quantities
from assistant.judging.synonyms import means_the_same, share_of_meaning
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from assistant.composing.composition import Statement

_MORE = (
    r"(?:more|fewer|less|larger|bigger|smaller|higher|lower|longer|shorter|older|younger|heavier|lighter|faster"
    r"|slower|stronger|weaker|taller|deeper|farther|further|nearer|closer|richer|greater|costlier|cheaper"
    r"|colder|warmer|hotter)"
)
_OR = re.compile(
    rf"(?i)^(?:and )?(?:which|who|what|where)\b(?P<what>.*?\b{_MORE}\b[^,?]*?)[,:]? "
    rf"(?P<one>[^,?]+?),? or (?P<other>[^?]+?)\??$"
)
_IS = r"(?:is|are|was|were|did|does|do|has|have|had)"
_THAN = re.compile(
    rf"(?i)^(?:and )?{_IS}\s+(?P<one>.*?)\s*\b(?P<what>(?:\w+\s+)?{_MORE}\b.*?)\s+than\s+"
    r"(?P<other>[^?]+?)\??$"
)
_MORE_IN = re.compile(
    rf"(?i)^(?:and )?{_IS}\s+(?P<what>{_MORE}\b.+?)"
    r"\s+(?:in|at|from|on|by|for)\s+(?P<one>[^,?]+?)\s+than\s+(?:in|at|from|on|by|for)\s+"
    r"(?P<other>[^?]+?)\??$"
)
_HOW_MUCH = re.compile(
    rf"(?i)^(?:and )?(?:how (?:much|many|far)|by how (?:much|many))\b\s*(?P<what>{_MORE}.*?){_IS}"
    r"\s+(?P<one>.+?)(?:\s+(?P<verb>\w+))?\s+than\s+(?P<other>[^?]+?)\??$"
)
_OF_TIME = re.compile(r"(?i)\b(?:before|ago|earlier|last|previous|(?:19|20)\d\d)\b")
_SAID_OUTRIGHT = re.compile(
    rf"(?i)\b(?P<more>{_MORE})\b(?P<what>(?: [\w-]+){{0,3}}?) than (?P<other>[^,.;]+)"
)
_LIGHT = frozenset(
    "is are was were has have had got gets took takes gave gives won wins received polled "
    "stands stood measures".split()
)
_BEGAN = re.compile(
    r"\b(?:founded|built|opened|born|established|completed|launched)(?: [\w ]{1,30})? in "
    r"(?P<year>1\d{3}|20\d\d)\b"
)
_BY = re.compile(r"(?i)\bby (?:about |nearly |some |another )?(?:[$€£]\s?)?$")
_BESIDE = re.compile(
    r"(?i)\b(?:behind|near|of|at|to|under|over|beside|by|for|from|in|on|above|below|with)$"
)
_NUMBER = r"(?i)(?:[$€£]?\d|a |an |one|two|three|four|five|six|seven|eight|nine|ten|half|expected)"
_SMALL = frozenset("the a an in at of on to is was were".split())
_RELEVANT, _SPEAKS_OF_IT = 0.3, 0.6
_MOST_FIGURES = 12


@dataclass(frozen=True, slots=True)
class _Two:
    """What is compared, by what, with which word, and whether it is asked if the one is more."""

    one: str
    other: str
    what: str
    more: str
    if_so: bool


def answer_comparison(material: Material) -> Composition | None:
    """Both values, of the same measure, with their difference; None for another question.

    Where they are not told, nothing is, unless an article says itself which one is more.
    """
    two = _two(material.question)
    if two is None:
        return None
    if told := _as_said(material, two) or _now_and_then(material, two):
        return told
    pairs = [
        (one, other)
        for one in _figures(material, two.one, two.other, two.what)
        for other in _figures(material, two.other, two.one, two.what)
        if _alike(two, one, other)
    ]
    same = [each for each in pairs if _said_of(each[0], "") == _said_of(pairs[0][0], "")]
    orders = {(a.quantity.value > b.quantity.value, _gap(a, b) == 0) for a, b in same}
    if len(orders) == 1:
        return _composed(two, *pairs[0])
    return answer_from_table(material) or material.unsure


def _as_said(material: Material, two: _Two) -> Composition | None:
    """Yes or no by an article's own words: "the second peak was lower than the first"."""
    one, other = _words(two.one), _words(two.other)
    for each in _likely(material) if two.if_so else ():
        around = _words(context_of(each, material.statements))
        for said in _SAID_OUTRIGHT.finditer(each.text):
            before, more = _words(each.text[: said.start()]), said["more"].lower()
            of_them = one & before and one <= before | around and not other & before
            same = DIMENSIONS.get(more) == DIMENSIONS.get(two.more)
            apart = stems(said["what"]) - stems(two.what) or NEGATION.search(each.text)
            if of_them and other <= _words(said["other"]) and same and not apart:
                agrees = bool(FEWER.match(more)) == bool(FEWER.match(two.more))
                answer: Literal["yes", "no"] = "yes" if agrees else "no"
                lead = f"{answer.capitalize()}: {said.group().strip()}."
                verdict = Verdict(answer=answer, citations=(1,))
                return Composition((quote_of(each, 0.9),), lead=lead, verdict=verdict)
    return None


def _now_and_then(material: Material, two: _Two) -> Composition | None:
    """What is told beside its value of an earlier time: "61 percent, against 58 four years ago"."""
    years = times_named(two.other)["year"]
    for each in _likely(material) if _OF_TIME.search(two.other) else ():
        figures = [
            Figure(each, told, told.text, 1.0)
            for told in quantities(each.text)
            if not is_date(each.text, told)
        ]
        for now, then in pairwise(figures):
            a, b = now.quantity, then.quantity
            beside = re.split(r"[,;]|\band\b", each.text[b.start + len(b.text) :])[0]
            told = f"{each.text[a.start + len(a.text) : b.start]}{beside}"
            timed = years <= times_named(told)["year"] if years else _OF_TIME.search(told)
            nouns = {now.noun, then.noun} - {""}
            if timed and b.unit in {a.unit, ""} and len(nouns) < 2 and now.state == then.state:
                return _composed(replace(two, one=""), now, then)
    return None


def _likely(material: Material) -> list[Statement]:
    """The sentences in which the reading model found an answer, likeliest first.

    For a reader that only quotes, those that speak of what is asked.
    """
    reading = material.reading
    if not reading.findings:
        near = material.statements
        return [e for e in near if share_of_meaning(material.question, e.text) >= _SPEAKS_OF_IT]
    return [
        replace(statement, end=each.end)
        for each in sorted(reading.findings, key=lambda each: -each.probability)
        if each.judgement.sentence_ok and each.probability >= reading.threshold
        if (statement := material.statement_at(each.article.id, each.start))
    ]


def _words(text: str) -> frozenset[str]:
    return frozenset(word for word, _ in spelled(text)) - _SMALL


def _two(question: str) -> _Two | None:
    patterns = (_OR, _MORE_IN, _THAN, _HOW_MUCH)
    fits = next((found for each in patterns if (found := each.match(question))), None)
    if not fits or re.match(_NUMBER, fits["other"]):
        return None
    one, verb = fits["one"], fits.groupdict().get("verb") or ""
    if fits.re is _HOW_MUCH:
        one, verb = _parted(f"{one} {verb}".strip(), fits["other"])
    what = f"{fits['what'].strip()} {verb}"
    found = re.search(rf"(?i)\b{_MORE}\b", what)
    more = found.group().lower() if found else ""
    about = re.sub(
        rf"(?i)\b(?:{_MORE}|of the two|is|are|was|were|has|have|did|get|got|the|a|had)\b", " ", what
    )
    about = f"{about} {DIMENSIONS.get(more, '')}".strip()
    return _Two(_bare(one), _bare(fits["other"]), about, more, fits.re in {_THAN, _MORE_IN})


def _parted(clause: str, other: str) -> tuple[str, str]:
    """ "the Holm dam cost" than "the Tarn dam", "Sella spend on roads": the one, and the rest."""
    kind = re.match(rf".*?\b{re.escape(other.split()[-1])}\b", clause)
    ends = [kind.end()] if kind else [e.start + len(e.text) - 2 for e in names(f"x {clause}")]
    end = max(ends, default=len(clause))
    return clause[:end], clause[end:].strip()


def _bare(entity: str) -> str:
    bare = re.sub(r"(?i)^(?:(?:the|a|an|is|was|did|does|at|in|on)\s+)+", "", entity.strip(" ,?:"))
    return re.sub(r"['’]s?$", "", bare)


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
        if "founded" in what.split():
            figures += _years_of(statement)
        if own and rival:
            text = statement.text  # of the two named before a figure, the last one has it
            figures = [e for e in figures if _nearer(text[: e.quantity.start], entity, not_of)]
        for each in figures:
            near = statement.text[max(0, each.quantity.start - 40) : each.quantity.start + 60]
            score = each.relevance + share_of_meaning(what, near) + 0.1 * own
            if not (_is_difference(each) or NEGATION.search(each.clause)):
                found.append((score, each))
    ordered = sorted(found, key=lambda pair: -pair[0])
    return [each for _, each in ordered[:_MOST_FIGURES]]


def _is_difference(figure: Figure) -> bool:
    """Whether it says how much more: "10 tonnes more than Orba", "rose by 10 tonnes"."""
    text, start = figure.statement.text, figure.quantity.start
    behind = text[start + len(figure.quantity.text) :]
    return bool(re.match(rf"[^,;.]{{0,30}}?\b{_MORE}\b", behind) or _BY.search(text[:start]))


def _years_of(statement: Statement) -> list[Figure]:
    """The years in which something began, below zero: what began earlier is older."""
    found = [(each["year"], each.start("year")) for each in _BEGAN.finditer(statement.text)]
    years = [Quantity(-float(year), "year", True, 4, year, start) for year, start in found]
    return [Figure(statement, each, each.text, 1.0) for each in years]


def _names(text: str, entity: str) -> bool:
    there = in_order(text)
    if in_order(entity) in there:
        return True
    last = [name.words[-1] for name in names(f"x {entity}")]
    return bool(last) and f" {last[-1]} " in there


def _nearer(text: str, entity: str, rival: str) -> bool:
    return text.rfind(entity.split()[-1]) > text.rfind(rival.split()[-1])


def _alike(two: _Two, one: Figure, other: Figure) -> bool:
    """Whether both are told by the same words, of the same time: built and built, not restored."""
    a, b = one.quantity, other.quantity
    beside = abs(one.statement.number - other.statement.number) < 2
    beside &= one.statement.article.id == other.statement.article.id
    speaks = [each.relevance >= _RELEVANT for each in (one, other)]
    if not any(speaks) or not (all(speaks) or beside):  # "The first has 540 staff. The other 90."
        return False
    if one.statement is other.statement:  # "40 million crowns and Orba 25 million"
        return a.unit == b.unit or ("" in {a.unit, b.unit} and 1 < a.scale == b.scale)
    if a.unit != b.unit or one.rate != other.rate or one.state != other.state:
        return False
    ahead = [bool(AHEAD.search(each.clause)) for each in (one, other)]
    if (a.value < 0) != (b.value < 0) or ahead[0] != ahead[1]:
        return False
    if _led_by(one.statement.text, two.one) != _led_by(other.statement.text, two.other):
        return False
    named = f"{two.one} {two.other} {two.what} {a.text} {b.text}"
    if not (same_setting(one, other, named) and same_setting(other, one, named)):
        return False
    (verb, said), (other_verb, later) = _said_of(one, named), _said_of(other, named)
    if not (means_the_same(verb, other_verb) or {verb, other_verb} <= _LIGHT):
        return False
    if one.statement.article.id == other.statement.article.id:
        if one.statement.number > other.statement.number:
            said, later = later, said
        return later <= said  # "The Reds got 31 percent of the votes. The Blues got 44 percent."
    return said == later


def _led_by(text: str, entity: str) -> str:
    """The preposition before one of the two: "behind" of "the road behind the Holm bridge"."""
    before = re.sub(r"(?i)\s(?:the|an?)?\s?$", "", text.partition(entity)[0])
    found = _BESIDE.search(before) if entity in text else None
    return found.group().casefold() if found else ""


def _said_of(figure: Figure, named: str) -> tuple[str, frozenset[str]]:
    """The verb before a figure, and the stems of what it counts, without what is compared."""
    text, length = figure.statement.text, len(figure.quantity.text)
    start = figure.quantity.start + length - len(figure.text)
    known = {word for word, _ in spelled(named)}
    before = [word for word, _ in spelled(text[:start]) if word not in known]
    verbs = [word for word in before if word in _LIGHT or stems(word)]
    behind = text[figure.quantity.start + length :]
    counted = re.split(r"[,;.]|\band\b|\d", behind)[0]
    return (verbs[-1] if verbs else ""), stems(counted) - stems(named)


def _composed(two: _Two, one: Figure, other: Figure) -> Composition:
    quotes = tuple(quote_of(each, 0.9) for each in dict.fromkeys([one.statement, other.statement]))
    numbers = (1, len(quotes))
    versions = tuple(version_of(f, n) for f, n in zip((one, other), numbers, strict=True))
    told = f"{f'{two.one}: ' if two.one else ''}{one.text}; {two.other}: {other.text}"
    exact = one.quantity.exact and other.quantity.exact
    by_time = one.quantity.unit in SPANS_OF_TIME and two.more in {"faster", "slower"}
    if not exact or by_time:  # "at least 40" may be more than "up to 50"
        return Composition(quotes, lead=f"{told}.", versions=versions)
    wins_first = (one.quantity.value > other.quantity.value) != bool(FEWER.match(two.more))
    same = not _gap(one, other)
    told += _difference(one, other)
    if two.if_so:
        answer: Literal["yes", "no"] = "yes" if wins_first and not same else "no"
        verdict = Verdict(answer=answer, citations=numbers)
        lead = f"{answer.capitalize()}. {told}."
        return Composition(quotes, lead=lead, verdict=verdict, versions=versions)
    lead = f"{'They are equal' if same else two.one if wins_first else two.other}. {told}."
    return Composition(quotes, lead=lead[:1].upper() + lead[1:], versions=versions)


def _gap(one: Figure, other: Figure) -> float:
    return abs(one.quantity.value - other.quantity.value)


def _difference(one: Figure, other: Figure) -> str:
    gap = _gap(one, other)
    if not gap:
        return ""
    scale = max(one.quantity.scale, other.quantity.scale)
    words = {1e3: " thousand", 1e6: " million", 1e9: " billion", 1e12: " trillion"}.get(scale, "")
    number = gap / scale if words else gap
    unit = (one.quantity.unit or other.quantity.unit).replace("percent", "percentage point")
    several = f"{unit}s".replace("foots", "feet") if unit and number != 1 else unit
    return f"; the difference is {number:,.6g}{words} {several}".rstrip()
