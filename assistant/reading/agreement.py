"""Findings of many passages into the few quotes that answer.

The same words found in independent articles add up: the chance that all of them mislead is the
product of the chances that each one does. Copies of one story do not add up.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from assistant.reading.reader import Quote
from index.adding.splitting import Span, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.reading.finding import Finding

_MOST_QUOTES = 4
_MOST_NEAREST = 3  # passages
NEAREST_CHARACTERS = 500
"""How much is shown of a passage that comes near."""
_NEAR_BEST = 0.45  # a further quote has at least this share of the best one's probability


def agree(findings: Sequence[Finding]) -> dict[str, float]:
    """For each answer, the probability that it is right, given all articles that hold it.

    A story counts once, however many outlets printed it, and so does a sentence that stands in
    several stories.
    """
    wrong: dict[str, float] = defaultdict(lambda: 1.0)
    counted: set[tuple[str, str]] = set()
    for each in sorted(findings, key=lambda each: -each.probability):
        evidence = {(each.answer, each.hit.story), (each.answer, each.folded)}
        wrong[each.answer] *= 1 if evidence & counted else 1 - each.probability
        counted |= evidence
    return {answer: 1 - chance for answer, chance in wrong.items()}


def choose(findings: Sequence[Finding], threshold: float) -> list[tuple[Finding, float]]:
    """What to quote, with its probability: the likeliest answer, then others nearly as likely."""
    agreed = agree(findings)
    best = max(agreed.values(), default=0.0)
    chosen: list[Finding] = []
    for each in sorted(findings, key=lambda each: (-agreed[each.answer], -each.probability)):
        if agreed[each.answer] < max(threshold, _NEAR_BEST * best) or len(chosen) == _MOST_QUOTES:
            break
        if not any(_says_the_same(each, other) for other in chosen):
            chosen.append(each)
    return [(each, agreed[each.answer]) for each in chosen]


def come_nearest(findings: Sequence[Finding], least: float) -> list[Quote]:
    """The passages to show where nothing answers: the likeliest, of articles or places that differ.

    Args:
        least: the lowest probability of a finding whose passage is worth showing.
    """
    nearest: list[Quote] = []
    for each in sorted(findings, key=lambda each: -each.probability):
        if each.probability < least or len(nearest) == _MOST_NEAREST:
            break
        start, end = (each.start, each.end) if each.field == "title" else _surroundings(each)
        whole: str = getattr(each.article, each.field)
        near = Quote(each.article, start, end, whole[start:end], each.probability, field=each.field)
        if not any(_overlap(near, other) for other in nearest):
            nearest.append(near)
    return nearest


def _surroundings(finding: Finding) -> tuple[int, int]:
    """The sentence found with its neighbours in the passage, as many as are shown at once."""
    start, end = finding.start, finding.end
    passage = Span(finding.hit.passage.start, finding.hit.passage.end)
    every = sentences(finding.article.text, passage, finding.article.language)
    before = [each.start for each in every if each.end <= start]
    after = [each.end for each in every if each.start >= end]
    while before or after:  # in turn: what stands before says who is meant
        if before and end - before[-1] <= NEAREST_CHARACTERS:
            start = before.pop()
        else:
            before = []
        if after and after[0] - start <= NEAREST_CHARACTERS:
            end = after.pop(0)
        else:
            after = []
    return start, end


def _overlap(one: Quote, other: Quote) -> bool:
    same_field = one.article.id == other.article.id and one.field == other.field
    return one.text == other.text or (
        same_field and one.start < other.end and other.start < one.end
    )


def _says_the_same(one: Finding, other: Finding) -> bool:
    """Whether they overlap in one article, or say the same in two printings of one story."""
    if one.article.id == other.article.id and one.field == other.field:
        return one.start < other.end and other.start < one.end
    copied = one.hit.story == other.hit.story and one.answer == other.answer
    return copied or one.folded == other.folded
