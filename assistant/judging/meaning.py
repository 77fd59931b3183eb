"""How far an article's sentences say what a written one says: a few signs, weighed together.

The weights are a logistic regression's (`python -m training.weigh_support DATA`), fitted on claims
over passages that the check itself finds its evidence in.
"""

from __future__ import annotations

from difflib import SequenceMatcher
from typing import TYPE_CHECKING

import numpy as np

from assistant import logistic
from assistant.judging.names import word_list
from assistant.reading.overlap import stem

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from assistant.judging.evidence import Evidence, Words

    Encode = Callable[[Sequence[str]], NDArray[np.float32]]

FEATURES = (
    "best",  # share of the claim's stems in the best sentence
    "covered",  # in all sentences of the evidence
    "pairs",  # share of its neighbouring stems that are neighbours in the evidence
    "run",  # longest run of its words that stands there, as a share of the claim
    "pieces",  # how many runs it is pieced together from, for each word
    "near",  # cosine with the best sentence (all-MiniLM-L6-v2)
    "denied",  # one denies and the other does not
    "opposite",  # a word of the claim whose opposite stands there instead
)
WEIGHTS = (6.615, -4.423, -0.996, 0.384, 1.930, 4.664, -0.698, 0.0)
BIAS = -4.984
SUPPORTED = 0.5
"""At this chance and above, the meaning is supported: about the best on held-out claims."""
PARTLY = 0.25
"""Between this and `SUPPORTED`, only part of it is. Chosen by hand, not from data."""

_OTHER: dict[str, set[str]] = {}
for _pair in word_list("contraries"):
    _one, _two = map(stem, _pair.split("/"))
    _OTHER.setdefault(_one, set()).add(_two)
    _OTHER.setdefault(_two, set()).add(_one)


def signs(claim: Words, evidence: Evidence, near: float) -> tuple[float, ...]:
    """The signs that the evidence says what the claim says, as `FEATURES` names them.

    Args:
        near: cosine of the claim and the best sentence of the evidence.
    """
    said = evidence.words
    number = max(len(claim.stems), 1)
    best = len(claim.stems & evidence.said[0].stems) / number
    covered = len(claim.stems & said.stems) / number
    pairs = len(claim.pairs & said.pairs) / len(claim.pairs) if claim.pairs else covered
    blocks = SequenceMatcher(None, claim.tokens, said.tokens, autojunk=False).get_matching_blocks()
    runs = [block.size for block in blocks if block.size]
    length = max(len(claim.tokens), 1)
    return (
        best,
        covered,
        pairs,
        max(runs, default=0) / length,
        len(runs) / length,
        near,
        float(bool(claim.negations) != bool(evidence.said[0].negations)) * best,
        float(bool(opposites(claim, said))),
    )


def opposites(claim: Words, said: Words) -> list[str]:
    """Words of a claim that the text lacks while it has their opposite."""
    there = {stem(word) for word in said.there}
    return [
        word
        for word in claim.tokens
        if stem(word) not in there and _OTHER.get(stem(word), set()) & there
    ]


def chance(features: Sequence[float]) -> float:
    """How likely the evidence supports the claim, 0 to 1."""
    return logistic.chance(logistic.weighed(WEIGHTS, features, BIAS))


def nearness(claim: str, said: Sequence[str], encode: Encode | None) -> list[float]:
    """Cosine of a claim with each sentence; 0.5 where there is no embedding model to ask."""
    if encode is None or not said:
        return [0.5] * len(said)
    one, *others = encode([claim, *said])
    return [float(np.dot(one, other)) for other in others]
