"""Each written sentence against the passages: supported, partly, or not, and by which words.

Figures, names, dates and quoted words are compared by rule: one that the evidence lacks, or has in
another place, fails the sentence. What remains, the meaning, is weighed in `meaning.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant.judging.evidence import Evidence, Given, SourceSentence, Words, find_evidence
from assistant.judging.meaning import PARTLY, SUPPORTED, chance, nearness, opposites, signs
from assistant.judging.names import lacking
from assistant.judging.rules import lacking_words, stands, unnamed_openers
from assistant.reading.overlap import stem

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Support
    from assistant.judging.meaning import Encode

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
    marked += [n.text for n in claim.names if not lacking(n, context.there, context.plain)]
    said = evidence.words.stems
    words = [claim.text[at : at + len(word)] for word, at in claim.spelled if stem(word) in said]
    inside = " ".join(marked).casefold()
    return list(dict.fromkeys([*marked, *(w for w in words if w.casefold() not in inside)]))


def _missing(claim: Words, evidence: Evidence) -> tuple[str, ...]:
    absent = claim.stems - evidence.words.stems
    words = [claim.text[at : at + len(word)] for word, at in claim.spelled if stem(word) in absent]
    return tuple(dict.fromkeys(words))[:_MOST_WORDS_NAMED]
