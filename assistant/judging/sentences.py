"""Each written sentence against the passages: supported, partly, or not, and by which words.

Figures, names, dates and quoted words are compared by rule: one that the evidence lacks, or has in
another place, fails the sentence. What remains, the meaning, is weighed in `meaning.py`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.dating import MONTH, MONTHS
from assistant.judging.evidence import (
    Evidence,
    Given,
    SourceSentence,
    Words,
    find_evidence,
    quoted_words,
    slot_fillers,
)
from assistant.judging.meaning import PARTLY, SUPPORTED, chance, nearness, opposites, signs
from assistant.judging.names import in_order, lacking
from assistant.judging.quantities import quantities
from assistant.reading.overlap import stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Support
    from assistant.judging.evidence import Evidence, Words
    from assistant.judging.meaning import Encode
    from assistant.judging.names import Name
    from assistant.judging.quantities import Quantity

__all__ = ["Checked", "Claim", "Given", "SentenceCheck"]

_MOST_WORDS_NAMED = 6


@dataclass(frozen=True, slots=True)
class Claim:
    """A written sentence, without its citation marks, and the passage numbers that it cites."""

    text: str
    cited: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """What came of a check.

    Attributes:
        said: the articles' sentences that it rests on; none when it is not supported.
        found, lacking: the words that decided it: of the claim, there and not there.
        chance: how likely the evidence supports it, 0 to 1; 0 when a rule failed.
        dropped: cited numbers that no passage has.
        recited: whether another passage than the one cited supports it.
    """

    support: Support
    said: tuple[SourceSentence, ...] = ()
    found: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    chance: float = 0.0
    dropped: int = 0
    recited: bool = False


class SentenceCheck:
    """Checks the sentences of one answer.

    Args:
        given: the passages that it was written from.
        encode: sentences to vectors of length 1; None weighs without them.
    """

    def __init__(self, given: Sequence[Given], encode: Encode | None = None) -> None:
        self._given = {each.number: each for each in given}
        self._encode = encode

    def check(self, claim: Claim) -> Checked:
        """The verdict on one sentence.

        It is held against what it cites, then against every other passage: where a citation is
        wrong or missing and another passage supports the sentence, that one is cited.
        """
        words = Words(claim.text)
        cited = [self._given[each] for each in dict.fromkeys(claim.cited) if each in self._given]
        dropped = len(set(claim.cited) - self._given.keys())
        tries: list[tuple[Given, ...]] = [(each,) for each in cited]
        if len(cited) > 1:
            tries.append(tuple(cited))
        best = self._best(words, tries)
        if best is None or best.support != "supported":
            others: list[tuple[Given, ...]] = [
                (each,) for each in self._given.values() if each not in cited
            ]
            other = self._best(words, others)
            if other and (best is None or _rank(other) > _rank(best)):
                best = replace(other, recited=other.support != "unsupported")
        return replace(best or Checked("unsupported"), dropped=dropped)

    def _best(self, claim: Words, tries: Sequence[tuple[Given, ...]]) -> Checked | None:
        """The best verdict over several pieces of evidence, which are embedded together."""
        found = [find_evidence(claim, given) for given in tries]
        verdicts = [_by_rule(claim, each) for each in found]
        left = [e for e, verdict in zip(found, verdicts, strict=True) if e and verdict is None]
        near = nearness(claim.text, [each.said[0].text for each in left], self._encode)
        weighed = [_by_meaning(claim, e, n) for e, n in zip(left, near, strict=True)]
        return max([*filter(None, verdicts), *weighed], key=_rank, default=None)


def _by_rule(claim: Words, evidence: Evidence | None) -> Checked | None:
    """The verdict where a rule decides; None where the meaning has to."""
    if evidence is None or not (claim.stems or claim.quantities):
        return Checked("unsupported")
    lacked = lacking_words(claim, evidence) or tuple(opposites(claim, evidence.words))
    if not lacked:
        return None
    found = tuple(word for word in _found(claim, evidence) if word not in lacked)
    return Checked("unsupported", found=found[:_MOST_WORDS_NAMED], lacking=lacked)


def _by_meaning(claim: Words, evidence: Evidence, near: float) -> Checked:
    likely = chance(signs(claim, evidence, near))
    found = tuple(_found(claim, evidence))[:_MOST_WORDS_NAMED]
    # One of them denies what the other one says, or names who does it and the other does not:
    # words so alike weigh too much then.
    denies = bool(claim.negations) != bool(evidence.said[0].negations)
    unnamed = unnamed_openers(claim, evidence)
    if likely >= SUPPORTED and (denies or unnamed):
        missing = tuple(dict.fromkeys((*unnamed, *_missing(claim, evidence))))
        return Checked("partly", evidence.said, found, missing[:_MOST_WORDS_NAMED], likely)
    if likely >= SUPPORTED:
        return Checked("supported", evidence.said, found, chance=likely)
    missing = _missing(claim, evidence)
    if likely >= PARTLY and found:
        return Checked("partly", evidence.said, found, missing, likely)
    return Checked("unsupported", (), found, missing, likely)


def _rank(checked: Checked) -> tuple[int, float, int, int]:
    """The better verdict, then the likelier, then the one that came nearest."""
    order = ("unsupported", "partly", "supported")
    near = len(checked.found) - len(checked.lacking)
    return order.index(checked.support), checked.chance, -len(checked.lacking), near


def _found(claim: Words, evidence: Evidence) -> list[str]:
    """What of the claim stands in the evidence: figures and names first, then other words."""
    context = evidence.context
    marked = [each.text for each in claim.quantities if stands(each, evidence)]
    marked += [n.text for n in claim.names if not lacking(n, context.plain)]
    said = evidence.words.stems
    words = [claim.text[at : at + len(word)] for word, at in claim.spelled if stem(word) in said]
    inside = " ".join(marked).casefold()
    return list(dict.fromkeys([*marked, *(w for w in words if w.casefold() not in inside)]))


def _missing(claim: Words, evidence: Evidence) -> tuple[str, ...]:
    absent = claim.stems - evidence.words.stems
    words = [claim.text[at : at + len(word)] for word, at in claim.spelled if stem(word) in absent]
    return tuple(dict.fromkeys(words))[:_MOST_WORDS_NAMED]


_MONTHS = rf"(?:{MONTH}|sept|febr|{'|'.join(each[:3] for each in MONTHS)})"
_MONTH_BEFORE = re.compile(rf"(?i)\b{_MONTHS}\.? (?:\d{{1,2}}(?:st|nd|rd|th)?,? )?$")
_MONTH_AFTER = re.compile(rf"(?i)(?:st|nd|rd|th)? (?:of )?{_MONTHS}\b")
_YEAR = re.compile(r"(?:19|20)\d\d")
_IN_YEAR = re.compile(r"(?i)\b(?:in|since|during|of|by|until|before|after) $")


def lacking_words(claim: Words, evidence: Evidence) -> tuple[str, ...]:
    """What of a claim fails by rule, as it is written there; empty when nothing does."""
    failed = [each.text for each in claim.quantities if not _figure_stands(each, claim, evidence)]
    failed += [each.text for each in claim.names if not _name_stands(each, claim, evidence)]
    failed += [each for each in quoted_words(claim.text) if not _quoted(each, evidence)]
    return tuple(dict.fromkeys(failed))


def _figure_stands(figure: Quantity, claim: Words, evidence: Evidence) -> bool:
    fillers = slot_fillers(claim, figure.start, len(figure.text), evidence.said)
    in_slot = [each for filler in fillers for each in quantities(filler.text)]
    if in_slot and not any(_bare(figure).agrees(_bare(each)) for each in in_slot):
        return False  # it stands elsewhere at most
    if stands(figure, evidence):
        return True
    # The day or year of publication, which the model was told; never as a count of anything.
    dated = _is_dated(figure, claim.text) and not figure.unit
    return dated and any(figure.agrees(each) for each in evidence.day.quantities)


def _is_dated(figure: Quantity, text: str) -> bool:
    """Whether a figure stands where a date's day or year does: "16 April", "in 2019"."""
    before, after = text[: figure.start], text[figure.start + len(figure.text) :]
    if _MONTH_BEFORE.search(before) or _MONTH_AFTER.match(after):
        return True
    return bool(_YEAR.fullmatch(figure.text) and _IN_YEAR.search(before))


def unnamed_openers(claim: Words, evidence: Evidence) -> tuple[str, ...]:
    """Words that open a sentence, may be names, and stand nowhere in the passages."""
    context = evidence.context
    unsure = [each for each in claim.names if not each.sure]
    return tuple(n.text for n in unsure if lacking(n, context.plain))


def stands(figure: Quantity, evidence: Evidence) -> bool:
    """Whether the evidence's own sentences hold a figure."""
    return any(figure.agrees(each) for each in evidence.words.quantities)


def _bare(figure: Quantity) -> Quantity:
    return replace(figure, unit="")


def _name_stands(name: Name, claim: Words, evidence: Evidence) -> bool:
    words = evidence.words
    fillers = slot_fillers(claim, name.start, len(name.text), evidence.said)
    others = [filler.words for filler in fillers]
    known = {word for said in evidence.said for each in said.names for word in each.words}
    own = set(name.words)
    replaced = [each for each in others if (set(each) - own) & known and name.words[-1] not in each]
    if replaced and len(replaced) == len(others) and not _means(name, others):
        return False
    if not lacking(name, words.plain):
        return True
    context = evidence.context
    missing = lacking(name, context.plain)
    if not missing:
        return True
    if name.sure:
        return False
    # The first word of a sentence may be no name at all: then a name of the evidence is missing.
    return not any(
        not set(each.words) & claim.there for each in evidence.said[0].names if each.sure
    )


def _means(name: Name, fillers: list[tuple[str, ...]]) -> bool:
    """Whether one of them is the same name in another form: Turkish, Turkey; U.S., America."""
    return any(not lacking(name, f" {' '.join(each)} ") for each in fillers)


def _quoted(text: str, evidence: Evidence) -> bool:
    """Whether quoted words stand in the passage in this order, however they are punctuated."""
    return not text.strip() or in_order(text) in evidence.context.plain
