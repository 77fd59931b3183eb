"""Each written sentence against the passages: supported, partly, or not, and by which words.

Figures, names, dates and quoted words are compared by rule: one that the evidence lacks, or has in
another place, fails the sentence. What remains, the meaning, is weighed in `meaning.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.check.evidence import Evidence, Given, Said, Words, find_evidence
from assistant.check.meaning import PARTLY, SUPPORTED, chance, nearness, opposites, signs
from assistant.check.rules import lacking_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Support
    from assistant.check.meaning import Encode

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
    said: tuple[Said, ...] = ()
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
        tries = [(each,) for each in cited]
        if len(cited) > 1:
            tries.append(tuple(cited))
        best = self._best(words, tries)
        if best is None or best.support != "supported":
            others = [(each,) for each in self._given.values() if each not in cited]
            other = self._best(words, others)
            if other and (best is None or _rank(other) > _rank(best)):
                best = _with(other, recited=other.support != "unsupported")
        return _with(best or Checked("unsupported"), dropped=dropped)

    def _best(self, claim: Words, tries: Sequence[tuple[Given, ...]]) -> Checked | None:
        found = [self.weigh(claim, find_evidence(claim, given)) for given in tries]
        return max(found, key=_rank, default=None)

    def weigh(self, claim: Words, evidence: Evidence | None) -> Checked:
        """The verdict on a claim over one piece of evidence."""
        if evidence is None or not (claim.stems or claim.quantities):
            return Checked("unsupported")
        lacking = lacking_words(claim, evidence) or tuple(opposites(claim, evidence.words))
        missing = _missing(claim, evidence)
        if lacking:
            return Checked("unsupported", lacking=lacking)
        near = nearness(claim.text, evidence.said[0].text, self._encode)
        likely = chance(signs(claim, evidence, near))
        found = tuple(_found(claim, evidence))[:_MOST_WORDS_NAMED]
        if likely >= SUPPORTED:
            return Checked("supported", evidence.said, found, chance=likely)
        if likely >= PARTLY and found:
            return Checked("partly", evidence.said, found, missing, likely)
        return Checked("unsupported", (), found, missing, likely)


def _rank(checked: Checked) -> tuple[int, float]:
    order = ("unsupported", "partly", "supported")
    return order.index(checked.support), checked.chance


def _with(checked: Checked, *, dropped: int | None = None, recited: bool | None = None) -> Checked:
    return Checked(
        checked.support,
        checked.said,
        checked.found,
        checked.lacking,
        checked.chance,
        checked.dropped if dropped is None else dropped,
        checked.recited if recited is None else recited,
    )


def _found(claim: Words, evidence: Evidence) -> list[str]:
    """What of the claim stands in the evidence: figures and names first, then other words."""
    from assistant.overlap import stem

    marked = [each.text for each in (*claim.quantities, *claim.names)]
    said = evidence.words.stems
    words = [claim.text[at : at + len(word)] for word, at in claim.spelled if stem(word) in said]
    inside = " ".join(marked).casefold()
    return list(dict.fromkeys([*marked, *(w for w in words if w.casefold() not in inside)]))


def _missing(claim: Words, evidence: Evidence) -> tuple[str, ...]:
    from assistant.overlap import stem

    lacking = claim.stems - evidence.words.stems
    words = [claim.text[at : at + len(word)] for word, at in claim.spelled if stem(word) in lacking]
    return tuple(dict.fromkeys(words))[:_MOST_WORDS_NAMED]
