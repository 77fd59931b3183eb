"""Claims over passages that a summary might make: kept, cut short, pieced together, or altered.

A writer's mistakes are mostly not inventions but wrong pieces: one sentence's subject with
another's predicate, a name or figure from elsewhere in the passage (Kryscinski et al., 2020;
Pagnoni et al., 2021). Each kind is made here by rule from the sentences of a passage.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from training.support_data import ENTAILMENT, NOT_ENTAILMENT, Claim, swap

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

_SENTENCE_END = re.compile(r"(?<=[a-z0-9\")\]][.!?])\s+(?=[A-Z\"(])")
_VERB = re.compile(
    r"\s(?:was|were|is|are|has|have|had|said|says|will|would|can|could|became|made|took|won|led"
    r"|began|began|found|went|came|gave|saw|did|does|may|must|should)\s"
)
_WORDS = (6, 40)


def compose_claims(passages: Sequence[str], rng: Random) -> Iterator[Claim]:
    """Two claims a passage at most: one that it supports, one that it does not."""
    for passage in passages:
        sentences = [each for each in _SENTENCE_END.split(passage) if _fits(each)]
        if len(sentences) < 3:
            continue
        one, other = rng.sample(sentences, 2)
        kept = _shorten(one, rng)
        yield Claim("made", passage, kept, ENTAILMENT)
        broken = _fuse(one, other) if rng.random() < 0.6 else swap(kept, passage, rng)
        if broken and broken not in passage:
            yield Claim("made", passage, broken, NOT_ENTAILMENT)


def _fits(sentence: str) -> bool:
    return _WORDS[0] <= len(sentence.split()) <= _WORDS[1]


def _shorten(sentence: str, rng: Random) -> str:
    """Without what stands in brackets, and now and then without its last or first clause."""
    bare = re.sub(r"\s*\([^)]*\)", "", sentence)
    parts = bare.rstrip(".").split(", ")
    if len(parts) > 1 and rng.random() < 0.5:
        shorter = ", ".join(parts[:-1])
        if _fits(shorter) and _VERB.search(shorter):
            return f"{shorter}."
    return bare


def _fuse(one: str, other: str) -> str | None:
    """The subject of one sentence and the predicate of the other."""
    left, right = _VERB.search(one), _VERB.search(other)
    if not left or not right:
        return None
    fused = one[: left.start()] + other[right.start() :]
    return fused if _fits(fused) else None
