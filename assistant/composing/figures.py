"""The figures that answer a question, and whether two of them count or measure the same thing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.composing.composition import Material, context_of, same_event
from assistant.dating import MONTH
from assistant.judging.answer_words import AnswerWords
from assistant.judging.asked import ask_for, times_named
from assistant.judging.names import OF_MANY, names, spelled
from assistant.judging.quantities import Quantity, quantities
from assistant.judging.roles import named_in, state_of
from assistant.judging.scope import clause_of
from assistant.judging.synonyms import find, means_the_same, tokens
from assistant.reading.overlap import stem, stems

if TYPE_CHECKING:
    from assistant.composing.composition import Statement

OUT_OF_DATE = re.compile(
    r"(?i)\b(?:in place of|instead of|up from|down from|compared with|rather than|lowered from"
    r"|raised from|cut from|revised from|corrected from|increased from|reduced from"
    r"|from an earlier|after|was earlier|earlier|previously|not|than the|more than the"
    r"|(?<!to )from)\s+(?:about |nearly |the |at least |some )?(?:[$€£]\s?)?$"
)
CORRECTS = re.compile(
    r"(?i)\b(?:correct(?:s|ed|ion)|an earlier version|revised|lowered|retract\w*|wrongly"
    r"|mistakenly|(?:raised|cut|increased|reduced|changed) (?:its|his|her|their|the) (?:own )?"
    r"(?:count|figure|estimate|number|total|toll|tally))\b"
)
_NUMBER_OF = re.compile(
    r"(?i)\b(?:number|count|total) of [^;.]{0,80}\b(?P<state>dead|died|killed|deaths?|injured|hurt"
    r"|wounded|missing|homeless)\b"
)
_NUMBER_OF_THINGS = re.compile(
    r"(?i)\b(?:number|count|total) of (?:[\w-]+ ){0,2}?(?P<noun>[a-z]+s)\b[^;.\d]*$"
)
_PUTS_A_NUMBER = re.compile(
    r"(?i)\b(?:put|puts|measured|counted|counts|estimated|recorded|gave|gives|reckons?|reckoned"
    r"|says? it is|said it was|number|figure|toll|total|cost|magnitude|count|price|loss"
    r"|r(?:ises?|ose|isen)|climb(?:s|ed)|reach(?:es|ed))\b"
)
AHEAD = re.compile(
    r"(?i)\b(?:expect\w*|forecast\w*|predict\w*|aims?|plans?|targets?|wants?|hopes?|will|would|could"
    r"|may|might|should|by 20\d\d|next year)\b"
)
"""What is not so yet."""
_RATE = re.compile(
    r"(?i)^[^,;.]{0,40}?\b(?:an?|per|each|every) (?P<unit>year|month|week|day|hour|minute|second)\b"
)
_OTHER_TIME = re.compile(
    r"(?i)\b(?:last|previous|next) (?:year|month|season|century)\b|\b(?:years?|months?) "
    r"(?:ago|earlier|before)\b"
)
_PART = re.compile(
    r"(?i)\b(?:at|in) (?:its|their|one of|some of)\b|\bof (?:them|these|those|whom)\b"
)
_PLACE = re.compile(r"(?i)\b(?:in|at|near|from|of|for|across|outside|behind)\s(?:the\s|its\s)?$")
_SUBJECT = re.compile(r"\W*(?:The|An?|Its|His|Her|Their|Another)\s(?P<noun>[a-z-]+(?: [a-z-]+)?)")
_SAME_SCALE, _CLOSE = 20.0, 4.0
_AS_GOOD, _NEAR_BEST = 0.9, 0.45  # of the best one's probability
_GENERIC = frozenset(
    stem(word)
    for word in "people persons person others more of in on at to the and dead were was have "
    "has had by".split()
)


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure that may answer, in its sentence.

    Attributes:
        text: as it is written, with "at least" and its unit.
        relevance: how likely it answers, 0 to 1.
    """

    statement: Statement
    quantity: Quantity
    text: str
    relevance: float

    @property
    def state(self) -> str:
        """What is told of those it counts: "hurt", "dead"; empty where nothing is."""
        start = self.quantity.start
        told = state_of(self.statement.text, start, start + len(self.quantity.text))
        before = _NUMBER_OF.search(self.statement.text[:start])
        return told or (stem(before["state"].lower()) if before else "")

    @property
    def noun(self) -> str:
        """The stem of what it counts; empty when that is not said beside it."""
        return _noun(self.statement.text, self.quantity)

    @property
    def clause(self) -> str:
        """The clause that it stands in."""
        start = self.quantity.start
        words = AnswerWords(self.statement.text, start, start + len(self.quantity.text))
        return clause_of(words)

    @property
    def rate(self) -> str:
        """ "year" of "400 trees a year"; empty where it is no rate."""
        found = _RATE.match(self.statement.text[self.quantity.start + len(self.quantity.text) :])
        return found["unit"].lower() if found else ""


def figures_of(statement: Statement, relevance: float) -> list[Figure]:
    """The figures of a statement that are not said to be out of date."""
    text = statement.text
    return [
        Figure(statement, each, _as_written(text, each), relevance)
        for each in quantities(text)
        if not (OUT_OF_DATE.search(text[: each.start]) or is_date(text, each))
    ]


def figures_told(material: Material, *, all_found: bool = False) -> list[Figure]:
    """The figure that the reading model found first, and those of the same kind beside it.

    They are others that it found and that the judge let pass, nearly as likely, or stand in the
    sentences around as another one's count.

    Args:
        all_found: take whatever is quoted, and by whichever words it is told.
    """
    best = _best(material)
    if best is None:
        return []
    found = [best]
    for statement in material.statements:
        if statement.field == "title" or not same_event(material, statement, best.statement):
            continue
        for each in figures_of(statement, best.relevance):
            if each.quantity == best.quantity and statement is best.statement:
                continue
            corrects = is_corrected(material, each) and statement.day > best.statement.day
            likely = _probability(material, each, 0.0 if corrects else material.reading.threshold)
            enough = likely >= (0 if all_found or corrects else _NEAR_BEST * best.relevance)
            if not (likely and enough) and not _is_beside(each, best):
                continue
            told = all_found or corrects or _of_the_same(material, each, best)
            if same_kind(each, best) and told and material.accepts(statement, each.quantity.text):
                found.append(each)
    return found


def same_kind(one: Figure, best: Figure) -> bool:
    """Whether a figure counts or measures the kind of thing that another one does."""
    a, b = one.quantity, best.quantity
    loose = ({a.unit, b.unit} >= {""} and a.scale == b.scale > 1) or min(a.scale, b.scale) > 1
    if (a.unit != b.unit and not loose) or not a.value or not b.value:
        return False
    if not 1 / _SAME_SCALE <= a.value / b.value <= _SAME_SCALE or one.statement is best.statement:
        return False  # "3,900 workers, Dalmore 2,600": whose it is is for the judge to say
    measures = {_measure(one), _measure(best)}
    if len(measures) > 1:
        return "" in measures and _is_near(one, best)
    if one.state and best.state and not means_the_same(one.state, best.state):
        return False
    if one.noun and best.noun and not means_the_same(one.noun, best.noun):
        return False
    things = _NUMBER_OF_THINGS.search(one.statement.text[: one.quantity.start])
    if things and stem(things["noun"].lower()) not in {*best.statement.stems, *_GENERIC}:
        return False
    ahead = bool(AHEAD.search(one.clause)) > bool(AHEAD.search(best.clause))
    return one.rate == best.rate and not ahead


def same_setting(one: Figure, best: Figure, known: str = "") -> bool:
    """Whether a sentence tells of no other place, part or time than the best one's.

    Args:
        known: what may be named besides.
    """
    text, other = one.statement.text, best.statement.text
    published = one.statement.article.published
    years = times_named(text)["year"] - times_named(f"{other} {known}")["year"]
    if years - ({str(published.first.year)} if published else set()):
        return False
    if any(bool(each.search(text)) > bool(each.search(other)) for each in (_OTHER_TIME, _PART)):
        return False
    there = {word for word, _ in spelled(f"{other} {known}")}
    speaker = one.statement.said.words if one.statement.said else frozenset()
    for name in names(text):
        sure = name.sure or set(name.words) <= named_in(one.statement.article)
        timed = any(times_named(name.text).values())
        before = text[: name.start]
        telling = set(name.words) - OF_MANY or set(name.words)
        voice = _PUTS_A_NUMBER.match(text[name.start + len(name.text) :].lstrip())
        another = sure and not (timed or voice or telling & (there | speaker))
        if another and (_PLACE.search(before) or not re.search(r"\w{4}", before)):
            return False
    return True


def _best(material: Material) -> Figure | None:
    """The figure that the reading model found first."""
    if not material.reading.quotes:
        return None
    first = material.reading.quotes[0]
    likeliest = [e.words for e in material.findings_in(first) if e.judgement.words_ok]
    short = material.reading.short or next(iter(likeliest), "")
    units = {told.unit for told in quantities(short)[:1]}
    if not material.reading.short:  # figures of several kinds, of which none is the one
        units |= {
            told.unit
            for each in material.reading.findings
            if each.judgement.ok and each.probability >= _AS_GOOD * first.score
            for told in quantities(each.words)[:1]
        }
    if len(units) != 1:
        return None
    for statement in material.statements:
        same = statement.article.id == first.article.id and statement.field == first.field
        at = statement.text.find(short)
        if not same or at < 0 or not (statement.start < first.end and first.start < statement.end):
            continue
        for each in figures_of(statement, first.score):
            if at - 12 <= each.quantity.start < at + len(short):
                return each
    return None


def is_corrected(material: Material, figure: Figure) -> bool:
    """Whether it is said, in its sentence or the one before, to stand for what was told earlier."""
    own = figure.statement
    before = material.statement_at(own.article.id, own.start - 2) if own.start else None
    return bool(CORRECTS.search(figure.clause) or (before and CORRECTS.search(before.text)))


def _probability(material: Material, figure: Figure, least: float) -> float:
    """How likely the reading model thinks that a figure answers; 0 where it does not, or may not.

    A reader that tells of no findings is taken to mean every figure that the judge lets pass.
    """
    written = figure.quantity.text
    if not material.reading.findings:
        return 1.0
    likely = (
        each.probability
        for each in material.findings_in(figure.statement)
        if (each.words in written or written in each.words) and each.judgement.ok
    )
    return next((each for each in likely if each >= least), 0.0)


def _is_beside(one: Figure, best: Figure) -> bool:
    """Whether another's count of the same stands near: "Varnrail put the number at 3,500"."""
    a, b = one.statement, best.statement
    if a.article.id != b.article.id or abs(a.number - b.number) > 2 or not _is_near(one, best):
        return False
    apart = a.speaker and b.speaker and a.speaker != b.speaker
    return bool(apart or _PUTS_A_NUMBER.search(a.text))


def _is_near(one: Figure, best: Figure) -> bool:
    near = 1 / _CLOSE <= one.quantity.value / (best.quantity.value or 1e-9) <= _CLOSE
    return near and bool(_PUTS_A_NUMBER.search(one.statement.text) or one.statement.said)


def _of_the_same(material: Material, one: Figure, best: Figure) -> bool:
    """Whether a sentence tells of what is asked, as the best one does: by its verb, in its place.

    What is paid for a painting is not what it is insured for, and another party's seats are not
    those of the party that is asked about.
    """
    if not same_setting(one, best, material.question):
        return False
    asked, said, own = ask_for(material.question), tokens(best.statement.text), one.statement.text
    keys, mine = [*map(stem, said)], [*map(stem, tokens(own))]
    context = context_of(one.statement, material.statements)
    if one.statement.article.id == best.statement.article.id:
        context += f" . {best.statement.text}"
        subject = _SUBJECT.match(own)
        if subject and not (
            stems(subject["noun"]) & (material.asked | best.statement.stems)
            or _PUTS_A_NUMBER.search(subject["noun"])
            or stems(subject["noun"]) & stems(one.statement.speaker or "")
        ):
            return False
    around = [*map(stem, tokens(context))]
    words = set(tokens(material.question))
    for predicate in asked.predicates:
        at = find(predicate, keys)
        if at is None or find(predicate, mine) is not None:
            continue
        is_verb = said[at].endswith("ed") or said[at] not in words
        if predicate in asked.counted and not is_verb:
            continue
        if is_verb and not _PUTS_A_NUMBER.search(own) and not (one.state and best.state):
            return False
        if find(predicate, around) is None and not (is_verb and one.state and best.state):
            return False
    return True


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
        r"|roughly|fewer than|less than|above|below)\s+(?:[$€£]\s?)?$",
        text[: quantity.start],
    )
    start = before.start() if before else quantity.start
    return text[start : quantity.start + len(quantity.text)].strip()


def is_date(text: str, quantity: Quantity) -> bool:
    """Whether a figure is the year, the day or the hour of a time."""
    around = text[max(0, quantity.start - 12) : quantity.start + len(quantity.text) + 12]
    written = re.escape(quantity.text)
    return bool(
        re.search(
            rf"\b{written}(?:st|nd|rd|th)? (?:{MONTH})|(?:{MONTH}) {written}\b"
            rf"|\b{written}\s?[ap]\.?m\b|\d:\d\d",
            around,
        )
        or re.fullmatch(r"(?:19|20)\d\d", quantity.text)
    )
