"""What a reading model found in one passage, and how likely it answers the question.

How likely is a logistic regression over `FEATURES`, fitted on questions put to passages that our
own search found, half of them without the right one among them, and on questions written to have no
answer although a passage comes near (`python -m training.weigh_signs`). So the probability means
what it says, and it ranks the passages anew.
"""

from __future__ import annotations

import re
import string
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from assistant.dating import MONTHS, WEEKDAYS, counts_from_today
from assistant.logistic import chance, weighed
from assistant.reading.overlap import share, stems
from index.splitting import Span, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Place
    from assistant.reading.span_model import AnswerSpan
    from index import Article, Hit

_NUMBERS = (
    "one two three four five six seven eight nine ten eleven twelve twenty thirty forty fifty "
    "dozen hundred thousand million billion trillion half third quarter"
).split()
_TIMES = (
    "today yesterday tomorrow morning afternoon evening night hour day week month year decade"
).split()
_REASONS = (
    r"because|since|due to|owing to|so that|in order to|as a result|thanks to|blam\w+|caus\w+"
    r"|reasons?|needs?|needed|lacks?|lacked|prompt\w+|after"
)


class _Kind(NamedTuple):
    asked: re.Pattern[str]
    held: re.Pattern[str]


def _kind(asked: str, held: str) -> _Kind:
    return _Kind(re.compile(asked, re.IGNORECASE), re.compile(held))


_KINDS = (
    _kind(r"^why\b|\breasons?\b|\bwhat caused\b", rf"(?i)\b(?:{_REASONS})\b"),
    _kind(
        r"^(?:when|since when|until when)\b|\b(?:what|which) (?:year|day|date|month|time)\b"
        r"|^how (?:long|soon)\b",
        rf"(?i)\d|\b(?:{'|'.join([*MONTHS, *WEEKDAYS, *_TIMES])})s?\b",
    ),
    _kind(
        r"^how (?:many|much|far|fast|big|large|high|tall|massive|old|often)\b"
        r"|\b(?:cost|price|number|percentage)\b",
        rf"(?i)\d|\b(?:{'|'.join(_NUMBERS)})s?\b",
    ),
    _kind(r"^(?:who|whom|whose)\b|^which (?:person|company|country|team)\b", r"\b[A-Z]\w+ [A-Z]"),
    _kind(r"^where\b", r"\b(?:in|at|near|from|to|on|off|outside|inside|across) (?:the )?[A-Z]"),
)


_MEASURED = (
    "many much far fast big large long high tall old often soon quickly massive wide deep heavy "
    "hot cold strong likely popular"
).split()
_EXPLAINS = re.compile(
    rf"\bwhy\b|\bhow\b(?! (?:{'|'.join(_MEASURED)})\b)|\bexplain\b|\bdescribe\b"
    r"|\bwhat (?:is|are|was|were) the (?:reasons?|differences?)\b|\bwhat happen(?:s|ed)\b"
    r"|^(?:is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b",
    re.IGNORECASE,
)
FEATURES = ("score", "certainty", "similarity", "words", "article words", "kind")
WEIGHTS = (0.428, 0.090, 2.339, 0.858, 1.510, 0.140)
BIAS = -4.994
_DATED = 1.0
"""How much the log-odds fall from an article of the days asked about to one far from them.

Where the question counts from its own day ("this week"), an article far from those days is less
likely to answer it, whatever else was found. Otherwise the articles found are compared with one
another: where all are equally far, nothing falls. Not fitted (the questions that the weights were
fitted on have no dates): a preference, as in search.
"""
_REASONED = 2.0
"""How much the log-odds rise where "why" is asked and the sentence gives a reason in so many words.

Not fitted: one question in seventy of those that the weights were fitted on asks why, and the model
has learnt as little of it.
"""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a judge says of a finding.

    Attributes:
        words_ok: whether the words may answer; where not, their sentence is quoted at most.
        sentence_ok: whether the sentence may; where not, it is no answer.
        reasons: why not, in a few words each.
    """

    words_ok: bool = True
    sentence_ok: bool = True
    reasons: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether the words may answer, in this sentence."""
        return self.words_ok and self.sentence_ok


@dataclass(frozen=True)
class Finding:
    """What the model found in one passage.

    Attributes:
        start, end: the sentences that hold it, in the article's `field`.
        words: the words themselves.
        features: the signs that it answers, as `FEATURES` names them.
        probability: how likely it answers, by itself, 0 to 1.
        preference: what the article's day adds to the log-odds.
        field: where it stands: in the article's text, or in its headline.
        judgement: what a judge said of it; nothing against it until one was asked.
    """

    hit: Hit
    start: int
    end: int
    words: str
    features: tuple[float, ...]
    probability: float
    preference: float = 0.0
    field: Place = "text"
    judgement: Judgement = Judgement()

    @property
    def article(self) -> Article:
        """The article it stands in."""
        return self.hit.article

    @property
    def text(self) -> str:
        """The sentences."""
        whole: str = getattr(self.article, self.field)
        return whole[self.start : self.end]

    @cached_property
    def answer(self) -> str:
        """The words as SQuAD's evaluation compares them: no case, punctuation or articles."""
        words = self.words.casefold().translate(str.maketrans("", "", string.punctuation))
        return " ".join(re.sub(r"\b(?:a|an|the)\b", " ", words).split())

    @cached_property
    def folded(self) -> str:
        """The sentences without accidents of case and space."""
        return " ".join(self.text.split()).casefold()


def weigh(
    question: str, hits: Sequence[Hit], spans: Sequence[Sequence[AnswerSpan]], among: Sequence[Hit]
) -> list[Finding]:
    """The findings, given the spans of each hit's passage; `among` are all hits there are."""
    asked = stems(question)
    unknown = min((hit.similarity for hit in among if hit.similarity is not None), default=0.0)
    nearest = max((hit.nearness for hit in among if hit.nearness is not None), default=0.0)
    if counts_from_today(question):
        nearest = 1.0
    findings = []
    for hit, own in zip(hits, spans, strict=True):
        similarity = unknown if hit.similarity is None else hit.similarity
        about = share(asked, f"{hit.article.title} {hit.passage.text}")
        preference = 0.0 if hit.nearness is None else -_DATED * (nearest - hit.nearness)
        for span in own:
            start, end = hit.passage.start + span.start, hit.passage.start + span.end
            within = Span(hit.passage.start, hit.passage.end)
            first, last = widen(hit.article, within, start, end)
            said = hit.article.text[first:last]
            kind, reasoned = signs(question, said)
            features = (
                span.score,
                span.certainty,
                similarity,
                share(asked, said),
                about,
                kind,
            )
            likely = chance(weighed(WEIGHTS, features, BIAS) + preference + reasoned)
            words = hit.article.text[start:end]
            findings.append(Finding(hit, first, last, words, features, likely, preference))
    return findings


def signs(question: str, said: str) -> tuple[float, float]:
    """Whether sentences hold the kind of thing asked for, and what else speaks for them.

    The first is a feature, the second is added to the log-odds.
    """
    kind = holds_kind(question, said)
    return kind, _REASONED if kind == 1 and asks_why(question) else 0.0


def widen(article: Article, within: Span, start: int, end: int) -> tuple[int, int]:
    """From words to the sentences that hold them, within a passage of the article."""
    holding = [
        each
        for each in sentences(article.text, within, article.language)
        if each.start < end and start < each.end
    ]
    return (holding[0].start, holding[-1].end) if holding else (start, end)


def asks_why(question: str) -> bool:
    """Whether it asks for a reason."""
    return bool(_KINDS[0].asked.search(question))


def wants_sentence(question: str) -> bool:
    """Whether a sentence answers better than a few words of it: why, how, yes or no."""
    return bool(_EXPLAINS.search(question))


def holds_kind(question: str, sentence: str) -> float:
    """1 when the sentence holds the kind of thing asked for, 0 when not, 0.5 when none is."""
    for kind in _KINDS:
        if kind.asked.search(question):
            return float(bool(kind.held.search(sentence)))
    return 0.5
