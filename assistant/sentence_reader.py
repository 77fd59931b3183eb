"""The first reader: it picks the sentences nearest to the question, in meaning and in words.

It weighs five signs by logistic regression (`training/sentence_reader.py` fits it): the cosine
similarity of the question with the sentence and with its passage, the share of the question's
content words that the sentence and its passage hold, and whether the sentence holds the kind of
thing asked for (a reason, a time, a number, a name, a place). Below the threshold: no quote.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import snowballstemmer

from assistant.kinds import holds_kind
from assistant.reader import Quote, Reading
from index.embedding import encode
from index.splitting import Span, sentences
from index.words import content_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from index import Article, Hit

    Features = NDArray[np.float32]

FEATURES = ("sentence", "passage", "words", "passage words", "kind")
WEIGHTS: Features = np.array([5.0, 3.0, 1.5, 1.5, 2.5], dtype=np.float32)
BIAS = -6.0
THRESHOLD = 0.5
"""The least probability at which a sentence is quoted as an answer."""

_READ_PASSAGES = 8
_READ_SENTENCES = 32  # embedded for each question: what keeps an answer under a tenth of a second
_MOST_QUOTES = 3
_NEAR_BEST = 0.8  # a further quote has at least this share of the best one's score
_FEWEST_WORDS = 4  # fewer make a heading or a fragment, not a statement


@dataclass(frozen=True, slots=True)
class _Candidate:
    article: Article
    span: Span
    passage: int  # its place among the passages read

    @property
    def text(self) -> str:
        return self.article.text[self.span.start : self.span.end]


class SentenceReader:
    """Quotes the sentences most like an answer; implements `assistant.reader.Reader`.

    Args:
        embeddings: the same LangChain embeddings as the index's.
    """

    name = "sentence reader"

    def __init__(self, embeddings: Embeddings) -> None:
        self._embeddings = embeddings

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """The sentences that answer, best first; none when none is good enough."""
        read = list(hits)[:_READ_PASSAGES]
        candidates = _choose(question, read)
        if not candidates:
            return Reading()
        features = measure(
            question,
            [candidate.text for candidate in candidates],
            [read[candidate.passage].passage.text for candidate in candidates],
            self._embeddings,
        )
        scores = probability(features)
        best = scores.max()
        order = np.argsort(-scores, kind="stable")
        quotes: list[Quote] = []
        seen: set[str] = set()
        for position in order.tolist():
            score, candidate = float(scores[position]), candidates[position]
            words = " ".join(candidate.text.split()).casefold()
            if score < max(THRESHOLD, _NEAR_BEST * best) or len(quotes) == _MOST_QUOTES:
                break
            if words not in seen:  # a wire story printed twice says it once
                seen.add(words)
                span = candidate.span
                quotes.append(Quote(candidate.article, span.start, span.end, candidate.text, score))
        return Reading(tuple(quotes))


def probability(features: Features) -> Features:
    """How likely each sentence answers, from features of shape (sentences, len(FEATURES))."""
    scores: Features = 1 / (1 + np.exp(-(features @ WEIGHTS + BIAS)))
    return scores


def measure(
    question: str, texts: Sequence[str], passages: Sequence[str], embeddings: Embeddings
) -> Features:
    """The features of sentences, each with its passage; shape (len(texts), len(FEATURES))."""
    distinct = list(dict.fromkeys(passages))
    vectors = encode(embeddings, [question, *texts, *distinct])
    near = vectors[1:] @ vectors[0]
    near_passage = dict(zip(distinct, near[len(texts) :].tolist(), strict=True))
    asked = _stems(question)
    rows = [
        (
            similarity,
            near_passage[passage],
            _share(asked, text),
            _share(asked, passage),
            holds_kind(question, text),
        )
        for text, passage, similarity in zip(texts, passages, near.tolist(), strict=False)
    ]
    return np.array(rows, dtype=np.float32)


def _choose(question: str, hits: Sequence[Hit]) -> list[_Candidate]:
    """The sentences worth embedding: those of the best passages that share most words with it."""
    asked = _stems(question)
    found: dict[tuple[str, int], _Candidate] = {}
    for number, hit in enumerate(hits):
        scope = Span(hit.passage.start, hit.passage.end)
        for span in sentences(hit.article.text, scope, hit.article.language):
            candidate = _Candidate(hit.article, span, number)
            if len(candidate.text.split()) >= _FEWEST_WORDS:
                found.setdefault((hit.article.id, span.start), candidate)
    ranked = sorted(found.values(), key=lambda each: (-_share(asked, each.text), each.passage))
    return ranked[:_READ_SENTENCES]


def _share(asked: frozenset[str], text: str) -> float:
    """The part of the question's content words that stand in the text."""
    return len(asked & _stems(text)) / len(asked) if asked else 0.0


def _stems(text: str) -> frozenset[str]:
    words = [part.casefold() for word in content_words(text) for part in re.split(r"\W", word)]
    return frozenset(map(_stem, filter(None, words)))


@cache
def _stem(word: str) -> str:
    return str(snowballstemmer.stemmer("english").stemWord(word))
