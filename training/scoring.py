"""Exact match and F1 as SQuAD scores them (Rajpurkar et al., 2016 and 2018)."""

import re
import string
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

_PUNCTUATION = re.compile(f"[{re.escape(string.punctuation)}]")
_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalise_answer(text: str) -> str:
    """Lower-case and drop punctuation, articles and extra spaces."""
    return " ".join(_ARTICLES.sub(" ", _PUNCTUATION.sub("", text.lower())).split())


def exact_match(answer: str, gold: Sequence[str]) -> float:
    """1.0 when the answer equals one of the gold answers; no gold means "no answer" is right."""
    wanted = {normalise_answer(text) for text in gold} or {""}
    return float(normalise_answer(answer) in wanted)


def f1(answer: str, gold: Sequence[str]) -> float:
    """Best word overlap with a gold answer, in [0, 1]; no gold means "no answer" is right."""
    said = normalise_answer(answer).split()
    best = 0.0
    for text in gold or ("",):
        wanted = normalise_answer(text).split()
        common = sum((Counter(said) & Counter(wanted)).values())
        if not said or not wanted:
            best = max(best, float(said == wanted))
        elif common:
            best = max(best, 2 * common / (len(said) + len(wanted)))
    return best


@dataclass(frozen=True)
class Scores:
    """Means in percent over ``count`` questions."""

    count: int
    exact: float
    f1: float

    @classmethod
    def of(cls, answers: Sequence[str], gold: Sequence[Sequence[str]]) -> "Scores":
        """Score one answer per question; an empty answer says that there is none."""
        pairs = list(zip(answers, gold, strict=True))
        count = len(pairs)
        exact = sum(exact_match(answer, wanted) for answer, wanted in pairs)
        overlap = sum(f1(answer, wanted) for answer, wanted in pairs)
        return cls(count, 100 * exact / max(count, 1), 100 * overlap / max(count, 1))

    def __str__(self) -> str:
        return f"EM {self.exact:.2f}  F1 {self.f1:.2f}  ({self.count} questions)"
