"""Findings of many passages into a reading: the few quotes that answer, or those that come near.

The same words found in independent articles add up: the chance that all of them mislead is the
product of the chances that each one does. Copies of one story do not add up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from assistant.reading.finding import wants_sentence
from assistant.reading.reader import Quote, Reading
from index.splitting import Span, sentences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant.reading.finding import Finding
    from index import Article, Hit

_MOST_QUOTES = 4
_LONGEST_SHORT = 12  # words; more is a sentence already
NEAR = 0.01
"""The least probability at which a passage is worth showing to somebody who gets no answer."""
_NEAR_THOUGH_REFUSED = 0.03
"""The same where the judge has found the sentence to be no answer."""
BOLD = 0.65
"""The least probability at which words are set in bold: of questions on invented news held out from
training it was reached by the right words of every second one, and by one in twenty of those whose
articles were taken away, or that only seem to be answered."""
_MOST_NEAREST = 3  # passages
NEAREST_CHARACTERS = 500
"""How much is shown of a passage that comes near."""
_NEAR_BEST = 0.4  # a further quote has at least this share of the best one's probability


def to_reading(
    question: str, findings: Sequence[Finding], hits: Sequence[Hit], threshold: float
) -> Reading:
    """The quotes that answer, best first, or the passages that come nearest where none does.

    Args:
        hits: the passages that were found.
        threshold: the least probability at which something is quoted as an answer.
    """
    chosen = choose(findings, threshold)
    if not chosen:
        near = tuple(come_nearest(findings, min(NEAR, threshold)))
        return Reading(nearest=near, findings=tuple(findings), threshold=threshold)
    quotes = [
        Quote(
            each.article,
            each.start,
            each.end,
            each.text,
            score,
            copies=_copies(each, hits),
            field=each.field,
        )
        for each, score in chosen
    ]
    return Reading(
        tuple(quotes),
        short=_short(question, *chosen[0]),
        findings=tuple(findings),
        threshold=threshold,
    )


def _copies(finding: Finding, hits: Sequence[Hit]) -> tuple[Article, ...]:
    """The other articles of the story that were found, with whichever of its passages.

    Copies are not all cut at the same places: one whose passage went with another hit may hold
    these words too.
    """
    story = [hit for hit in hits if hit.story == finding.hit.story]
    found = {each.id: each for hit in story for each in (*hit.copies, hit.article)}
    return tuple(each for each in found.values() if each.id != finding.article.id)


def _short(question: str, best: Finding, probability: float) -> str | None:
    """The words themselves, unless a sentence answers better or the words failed."""
    long = len(best.words.split()) > _LONGEST_SHORT
    if probability < BOLD or long or wants_sentence(question) or not best.judgement.words_ok:
        return None
    return best.words


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


def agreement_on(answer: str, agreed: Mapping[str, float]) -> float:
    """The likeliest of the answers that share most of its words: models cut them differently.

    Args:
        agreed: of each answer how likely it is, as `agree` gives it.
    """
    return max((chance for other, chance in agreed.items() if alike(answer, other)), default=0.0)


def alike(one: str, other: str) -> bool:
    """Whether one holds the other, or half of the words of both are the same."""
    if f" {one} " in f" {other} " or f" {other} " in f" {one} ":
        return bool(one and other)
    words, others = Counter(one.split()), Counter(other.split())
    return 4 * (words & others).total() >= words.total() + others.total() > 0


def choose(findings: Sequence[Finding], threshold: float) -> list[tuple[Finding, float]]:
    """What to quote, with its probability: the likeliest answer, then others nearly as likely.

    Nothing is quoted whose sentence a judge has found to be no answer.
    """
    findings = [each for each in findings if each.judgement.sentence_ok]
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
        if not each.judgement.sentence_ok and each.probability < _NEAR_THOUGH_REFUSED:
            continue
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
