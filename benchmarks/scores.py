"""Figures from what was said and what is right: rates from 0 to 1, None where there is no case."""

from __future__ import annotations

from typing import TYPE_CHECKING

from training.scoring import exact_match, f1, normalise_answer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Figures = dict[str, float | None]


def holds(texts: Iterable[str], answers: Iterable[str]) -> bool:
    """Whether one of the texts contains one of the answers, word for word.

    Both are normalised as SQuAD's evaluation does (Rajpurkar et al., 2016): no case, articles or
    ASCII punctuation. An answer of which nothing is left is contained nowhere.
    """
    wanted = [words for answer in answers if (words := normalise_answer(answer))]
    return any(
        f" {words} " in f" {said} " for said in map(normalise_answer, texts) for words in wanted
    )


def mean(values: Iterable[float]) -> float | None:
    """The mean, or of truths the share that is true; None of nothing."""
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


def mean_exact_match(said: Sequence[str], gold: Sequence[Sequence[str]]) -> float | None:
    """SQuAD's exact match; an empty answer says that there is none."""
    return mean(exact_match(text, wanted) for text, wanted in zip(said, gold, strict=True))


def mean_f1(said: Sequence[str], gold: Sequence[Sequence[str]]) -> float | None:
    """SQuAD's word overlap; an empty answer says that there is none."""
    return mean(f1(text, wanted) for text, wanted in zip(said, gold, strict=True))
