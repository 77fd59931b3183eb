"""The figures of sentences that may answer, and whether two of them are of one kind."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.composing.composition import Material
from assistant.judging.polar_question import PolarQuestion
from assistant.judging.quantities import Quantity, quantities
from assistant.judging.roles import state_of
from assistant.judging.synonyms import means_the_same, share_of_meaning
from assistant.reading.overlap import stem

if TYPE_CHECKING:
    from assistant.composing.composition import Statement


_BEFORE = re.compile(
    r"(?i)\b(?:in place of|instead of|up from|down from|compared with|rather than|lowered from"
    r"|raised"
    r" from|cut from|revised from|corrected from|increased from|reduced from|from an earlier|after"
    r"|was earlier|earlier|previously|not|than the|more than the|(?<!to )from)\s+(?:about "
    r"|nearly |the |at"
    r" least |some )?(?:[$€£]\s?)?$"
)


PUTS_A_NUMBER = re.compile(
    r"(?i)\b(?:put|puts|measured|counted|counts|estimated|recorded|gave|gives|reckons?|reckoned"
    r"|says? it is|said it was)\b"
    r"|\b(?:number|figure|toll|total|cost|magnitude|count|price|loss)\b"
)


SAME_SCALE, CLOSE = 20.0, 4.0


_SAID_NEAR = 0.5


_GENERIC = frozenset(
    stem(word)
    for word in "people persons person others more of in on at to the and dead were was have "
    "has had by".split()
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that may answer, in its sentence."""

    statement: Statement
    quantity: Quantity
    text: str
    relevance: float

    @property
    def state(self) -> str:
        """What is told of those it counts: "hurt", "dead"; empty where nothing is."""
        start = self.quantity.start
        return state_of(self.statement.text, start, start + len(self.quantity.text))

    @property
    def noun(self) -> str:
        """The stem of what it counts; empty when that is not said beside it."""
        return _noun(self.statement.text, self.quantity)


def figures_of(statement: Statement, relevance: float) -> list[Figure]:
    """The figures of a statement that are not said to be out of date."""
    text = statement.text
    found = []
    for each in quantities(text):
        if _BEFORE.search(text[: each.start]) or _is_date(text, each):
            continue
        found.append(Figure(statement, each, _as_written(text, each), relevance))
    return found


def same_kind(material: Material, one: Figure, best: Figure, *, beside: bool) -> bool:
    """Whether a figure counts or measures what the best one does.

    Where one of them stands without a noun, the words around it have to say what was asked, or that
    it is a number put beside the other: "Varnrail put the number at 3,500".
    """
    a, b = one.quantity, best.quantity
    loose = ({a.unit, b.unit} >= {""} and a.scale == b.scale > 1) or min(a.scale, b.scale) > 1
    if (a.unit != b.unit and not loose) or not a.value or not b.value:
        return False
    if not 1 / SAME_SCALE <= a.value / b.value <= SAME_SCALE:
        return False
    measures = {_measure(one), _measure(best)}
    if measures != {""}:
        close = 1 / CLOSE <= a.value / b.value <= CLOSE
        return len(measures) == 1 or (
            beside and close and bool(PUTS_A_NUMBER.search(one.statement.text))
        )
    if one.state and best.state and not means_the_same(one.state, best.state):
        return False
    if one.noun and best.noun:
        return means_the_same(one.noun, best.noun)
    if one.statement is best.statement:
        return False  # "3,900 workers, Dalmore 2,600": whose it is is for the judge to say
    text = one.statement.text
    near = text[max(0, a.start - 110) : a.start + len(a.text) + 60]
    if share_of_meaning(" ".join(PolarQuestion(material.question).focus), near) >= _SAID_NEAR:
        return True
    close = 1 / CLOSE <= a.value / b.value <= CLOSE
    return beside and close and (bool(PUTS_A_NUMBER.search(near)) or a.scale > 1)


def _measure(figure: Figure) -> str:
    """The word of measure before a figure: "magnitude" of "magnitude 6.4"; empty for none."""
    before = figure.statement.text[: figure.quantity.start]
    found = re.search(
        r"(?i)\b(magnitude|category|level|grade|scale|article|chapter|page|flight|number) (?:of "
        r")?$",
        before,
    )
    return found[1].lower() if found else ""


def _noun(text: str, quantity: Quantity) -> str:
    """The stem of the first word after a figure that is no word of the grammar."""
    after = re.findall(r"[^\W\d_]+", text[quantity.start + len(quantity.text) :])[:2]
    if quantity.unit or not after:
        return ""
    between = text[quantity.start + len(quantity.text) :].lstrip(" ")[:1]
    if between in {",", ".", ";", ")", ":"}:
        return ""
    word = stem(after[0].lower())
    plural = after[0].endswith("s") or after[0] in {"men", "women", "children"}
    return word if plural and word not in _GENERIC and after[0].islower() else ""


def _as_written(text: str, quantity: Quantity) -> str:
    """The figure with "at least", its unit and the thing it counts: "at least 78 people"."""
    before = re.search(
        r"(?i)(?:at least|about|nearly|almost|more than|over|up to|as many as|around|some"
        r"|roughly|fewer than|less than)\s+(?:[$€£]\s?)?$",
        text[: quantity.start],
    )
    start = before.start() if before else quantity.start
    return text[start : quantity.start + len(quantity.text)].strip()


def _is_date(text: str, quantity: Quantity) -> bool:
    around = text[max(0, quantity.start - 12) : quantity.start + len(quantity.text) + 12]
    month = (
        r"(?:January|February|March|April|May|June|July|August|September|October|November|December)"
    )
    written = re.escape(quantity.text)
    return bool(
        re.search(
            rf"\b{written}(?:st|nd|rd|th)? {month}|{month} {written}\b|\b{written}\s?[ap]\.?m\b"
            rf"|\d:\d\d",
            around,
        )
        or re.fullmatch(r"(?:19|20)\d\d", quantity.text)
    )
