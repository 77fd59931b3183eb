"""The default reader: a trained model reads each passage and points at the words that answer.

How likely those words answer is a logistic regression over six signs (`FEATURES`), fitted on
questions put to passages that our own search found, half of them without the right one among them
(`python -m training.calibrate_reader`). So the probability means what it says, it ranks the
passages anew, and below the threshold nothing is quoted.

The same words found in independent articles add up: the chance that all of them mislead is the
product of the chances that each one does. What is quoted are the sentences that hold the words.
"""

from __future__ import annotations

import math
import re
import string
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.kinds import holds_kind
from assistant.overlap import share, stems
from assistant.reader import Quote, Reading
from index.splitting import Span as Stretch
from index.splitting import sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.span_model import SpanModel
    from index import Article, Hit

FEATURES = ("score", "certainty", "similarity", "words", "article words", "kind")
WEIGHTS = (0.393, 0.145, 2.314, 1.338, 2.431, 0.329)
BIAS = -5.775
THRESHOLD = 0.2
"""The least probability at which something is quoted as an answer.

On questions over articles that neither the model nor the weights had seen, this threshold kept
77 % of the right answers and declined 90 % of the questions whose own paragraph was taken away.
"""

_READ_FIRST, _READ_AT_MOST = 4, 8  # passages; the rest only when the first leave it open
_CLEAR = 0.6
_MOST_QUOTES = 3
_NEAR_BEST = 0.6  # a further quote has at least this share of the best one's probability


@dataclass(frozen=True, slots=True)
class Finding:
    """What the model found in one passage.

    Attributes:
        start, end: the sentences of the article that hold it.
        words: the words themselves.
        features: the signs that it answers, as `FEATURES` names them.
    """

    article: Article
    start: int
    end: int
    words: str
    features: tuple[float, ...]

    @property
    def text(self) -> str:
        """The sentences."""
        return self.article.text[self.start : self.end]

    @property
    def probability(self) -> float:
        """How likely it answers, by itself, 0 to 1."""
        logit = BIAS + sum(w * f for w, f in zip(WEIGHTS, self.features, strict=True))
        return 1 / (1 + math.exp(-max(-60.0, min(60.0, logit))))


class ModelReader:
    """Quotes the sentences that hold what a reading model found; implements `Reader`."""

    def __init__(self, model: SpanModel) -> None:
        self._model = model

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model.name

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """The sentences that answer, best first; none when the best is below the threshold."""
        if not any(len(stem) > 1 for stem in stems(question)):
            return Reading()  # it names nothing that an article could be about
        findings = self.find(question, hits[:_READ_FIRST])
        if max((each.probability for each in findings), default=0.0) < _CLEAR:
            findings += self.find(question, hits[_READ_FIRST:_READ_AT_MOST])
        return Reading(tuple(_choose(findings)))

    def find(self, question: str, hits: Sequence[Hit]) -> list[Finding]:
        """What the model finds in each passage, likely or not, in the order of the hits."""
        if not hits:
            return []
        spans = self._model.read(question, [hit.passage.text for hit in hits])
        asked = stems(question)
        unknown = min((hit.similarity for hit in hits if hit.similarity is not None), default=0.0)
        found = []
        for hit, span in zip(hits, spans, strict=True):
            start, end = hit.passage.start + span.start, hit.passage.start + span.end
            first, last = _widen(hit, start, end)
            said = hit.article.text[first:last]
            features = (
                span.score,
                span.certainty,
                unknown if hit.similarity is None else hit.similarity,
                share(asked, said),
                share(asked, f"{hit.article.title} {hit.passage.text}"),
                holds_kind(question, said),
            )
            words = hit.article.text[start:end]
            found.append(Finding(hit.article, first, last, words, features))
        return found


def _widen(hit: Hit, start: int, end: int) -> tuple[int, int]:
    """From the words found to the sentences that hold them."""
    within = Stretch(hit.passage.start, hit.passage.end)
    holding = [
        each
        for each in sentences(hit.article.text, within, hit.article.language)
        if each.start < end and start < each.end
    ]
    return (holding[0].start, holding[-1].end) if holding else (start, end)


def _choose(findings: Sequence[Finding]) -> list[Quote]:
    """The quotes to show: of the answer most likely right, then of others nearly as likely."""
    agreed = _agreement(findings)
    best = max(agreed.values(), default=0.0)
    chosen: list[Finding] = []
    for each in sorted(findings, key=lambda each: (-agreed[_key(each)], -each.probability)):
        if agreed[_key(each)] < max(THRESHOLD, _NEAR_BEST * best) or len(chosen) == _MOST_QUOTES:
            break
        if not any(_says_the_same(each, other) for other in chosen):
            chosen.append(each)
    return [
        Quote(each.article, each.start, each.end, each.text, agreed[_key(each)]) for each in chosen
    ]


def _says_the_same(one: Finding, other: Finding) -> bool:
    """Whether they are the same sentence of a story printed twice, or overlap in one article."""
    if one.article.id == other.article.id:
        return one.start < other.end and other.start < one.end
    return _folded(one) == _folded(other)


def _agreement(findings: Sequence[Finding]) -> dict[str, float]:
    """For each answer, the probability that it is right, given all articles that hold it.

    An article counts once, and so does a sentence that stands in several.
    """
    wrong: dict[str, float] = defaultdict(lambda: 1.0)
    counted: set[tuple[str, str]] = set()
    for each in sorted(findings, key=lambda each: -each.probability):
        answer = _key(each)
        evidence = {(answer, each.article.id), (answer, _folded(each))}
        wrong[answer] *= 1 if evidence & counted else 1 - each.probability
        counted |= evidence
    return {answer: 1 - chance for answer, chance in wrong.items()}


def _folded(finding: Finding) -> str:
    return " ".join(finding.text.split()).casefold()


def _key(finding: Finding) -> str:
    """The words found, as SQuAD's evaluation compares them: no case, punctuation or articles."""
    words = finding.words.casefold().translate(str.maketrans("", "", string.punctuation))
    return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", words).split())
