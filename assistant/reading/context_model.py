"""The model that reads in context: an article's sentences under its headline, outlet and day.

It gives the words that answer, as `SpanModel` does but of the few places that came out best; and
says whether a sentence says yes or no to a question, or leaves it open. It is
MPNet (Song et al., 2020; the lower layers of all-mpnet-base-v2), trained here
(`training/README.md`).
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from assistant.dating import MONTHS
from assistant.reading.reader import Entailment
from assistant.reading.span_model import (
    AnswerSpan,
    PlacedLogits,
    apart,
    best_spans,
    normalise,
    shorten,
)
from index import Article
from index.errors import ModelError
from index.files import REINSTALL, check_files, first_line
from index.splitting import Span, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    from assistant.answer import Place
    from assistant.reading.span_model import Logits, SpanModel
    from index.models.bert import Bert

_FILES = {
    "model-1.safetensors": "319fc1698a87952368d0323032501568f772d1b1b387cba788e4c6ddb88fa03a",
    "model-2.safetensors": "b66eda687dce6bdf350e99910e05d3067d414d57a98d43693c3962357dafb452",
    "tokenizer.json": "b8be2c30ba5dd723a6d5ee26d013da103d5408d92ddcb23747622f9e48f1d842",
    "config.json": "8d65b3f4a269344610427ce2750abf4869f8be1f459bca33f3066882ead118cd",
}
_LONGEST_PAIR = 256  # word pieces of question and context together, as in training
_PADDED_TO = 16  # word pieces: every shape has kernels of its own, kept from when it is first met
CHARACTERS_BEFORE, CHARACTERS_AFTER = 340, 160  # read around a finding, in whole sentences


@dataclass(frozen=True, slots=True)
class Found:
    """Words that may answer: `getattr(article, field)[start:end]`.

    Attributes:
        score: logits over those of "no answer"; above 0 the model prefers the words.
        first: the same of the first look, where it was asked.
    """

    field: Place
    start: int
    end: int
    score: float
    first: float = 0.0


@dataclass(frozen=True)
class Window:
    """Neighbouring sentences of an article, `article.text[start:end]`, to be read at once."""

    article: Article
    start: int
    end: int

    @classmethod
    def around(cls, article: Article, start: int, end: int) -> Window:
        """These characters with the whole sentences before and after that fit."""
        low = max(0, start - 2 * CHARACTERS_BEFORE)
        high = min(len(article.text), end + 2 * CHARACTERS_AFTER)
        near = sentences(article.text, Span(low, high), article.language)
        before = [s.start for s in near if start - CHARACTERS_BEFORE <= s.start < start]
        after = [s.end for s in near if end < s.end <= end + CHARACTERS_AFTER]
        return cls(article, min(before, default=start), max(after, default=end))

    @cached_property
    def heading(self) -> str:
        """What stands over the sentences."""
        return heading_of(self.article)

    @property
    def context(self) -> str:
        """What the model reads."""
        return self.heading + self.text

    @property
    def text(self) -> str:
        """Its own part of the article."""
        return self.article.text[self.start : self.end]

    def place(self, span: AnswerSpan) -> Found | None:
        """Where a span of the context stands in the article; None for what is no field's words.

        Words of a headline that the sentences repeat are found in the sentences.
        """
        shift, words = len(self.heading), self.context[span.start : span.end]
        begin = span.start
        if span.end <= shift and (
            again := re.search(rf"(?<!\w){re.escape(words)}(?!\w)", self.text)
        ):
            begin = shift + again.start()
        if begin >= shift:
            start = self.start + begin - shift
            return Found("text", start, start + len(words), span.score)
        if span.end <= len(self.article.title):
            return Found("title", span.start, span.end, span.score)
        return None


class ContextModel:
    """The shipped context reader, loaded when first used; safe for several threads.

    Raises:
        ModelError: on first use, when its files are missing or damaged.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._loading = threading.Lock()
        self._loaded: tuple[Tokenizer, Bert] | None = None

    def read(
        self,
        question: str,
        windows: Sequence[Window],
        count: int = 2,
        *,
        first: SpanModel | None = None,
    ) -> Iterator[list[Found]]:
        """Each window's best words, best first, at most `count` of them, in the windows' order.

        Args:
            first: reads the sentences too. The words are those that both models prefer together.
        """
        tokenizer, bert = self.load()
        asked = shorten(normalise(question), tokenizer)

        def read_one(window: Window) -> list[Found]:
            row = tokenizer.encode(asked, window.context)
            placed = first.logits(question, window.text) if first else PlacedLogits({}, {})
            heading = len(window.heading)
            spans = best_spans(row, *_joined(row, bert.run(row)[:2], placed, heading))
            found = []
            for span in apart(spans, 2 * count):
                other = placed.score(span.start - heading, span.end - heading)
                if place := window.place(replace(span, score=span.score - other)):
                    found.append(replace(place, first=other))
            return found[:count]

        yield from bert.map(read_one, windows)

    def read_pairs(
        self, pairs: Sequence[tuple[str, str]], *, first: SpanModel | None = None
    ) -> list[AnswerSpan]:
        """The best span for each (question, passage), in order, without a heading."""
        tokenizer, bert = self.load()

        def read_one(pair: tuple[str, str]) -> AnswerSpan:
            row = tokenizer.encode(shorten(normalise(pair[0]), tokenizer), pair[1])
            placed = first.logits(*pair) if first else PlacedLogits({}, {})
            return best_spans(row, *_joined(row, bert.run(row)[:2], placed, heading=0))[0]

        return list(bert.map(read_one, pairs))

    def judge(self, question: str, texts: Sequence[str]) -> list[Entailment]:
        """What each text, under a heading or without, says to a question of yes or no."""
        tokenizer, bert = self.load()
        asked = shorten(" ".join(question.split()), tokenizer)

        def judge_one(text: str) -> Entailment:
            logits = bert.run(tokenizer.encode(asked, text))[-1]
            likely = np.exp(logits - logits.max())
            return Entailment(*(likely / likely.sum()).tolist())

        return list(bert.map(judge_one, texts))

    def load(self) -> tuple[Tokenizer, Bert]:
        """The tokenizer and the encoder, loaded once."""
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._folder)
            return self._loaded


@cache
def shipped_context_model() -> ContextModel:
    """The shipped one, which all assistants of a process share."""
    return ContextModel()


def heading_of(article: Article) -> str:
    """What an article's sentences are read under: headline, outlet and day, as far as known."""
    day = article.published.first if article.published else None
    spelt = f"{day.day} {MONTHS[day.month - 1]} {day.year}" if day else ""
    parts = (article.title, article.publisher or "", spelt)
    return "".join(f"{part} | " for part in parts if part)


def context_folder() -> Path:
    """Where the shipped context model's files are."""
    return Path(__file__).parent / "context_model"


def check_context_model() -> None:
    """Compare the shipped files with those that were made.

    Raises:
        ModelError: one is missing or differs.
    """
    check_files(context_folder(), _FILES, REINSTALL)


def _joined(
    row: Encoding, own: Logits, first: PlacedLogits, heading: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Our logits and those of the first look, which knows no heading of so many characters.

    Added as they are: on held-out questions of SQuAD 1.1 and 2.0 the spans of both had an F1 of
    79.3, those of either alone 76.5.
    """
    start, end = (np.array(each) for each in own)
    offsets = row.offsets
    for number, part in enumerate(row.sequence_ids):
        if part == 1:
            begin, after = offsets[number][0] - heading, offsets[number][1] - heading
            start[number] += first.starts.get(begin, 0.0)
            end[number] += first.ends.get(after, 0.0)
    return start, end


def _load(folder: Path | None) -> tuple[Tokenizer, Bert]:
    from tokenizers import Tokenizer

    from index.models.bert import Bert, reading_head

    if folder is None:
        check_context_model()
    place = folder or context_folder()
    try:
        tokenizer = Tokenizer.from_file(str(place / "tokenizer.json"))
        tokenizer.enable_truncation(_LONGEST_PAIR, strategy="only_second")
        tokenizer.enable_padding(pad_id=1, pad_to_multiple_of=_PADDED_TO)
        return tokenizer, Bert(place, reading_head, in_bytes=True)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise ModelError(f"{place} holds no context model ({first_line(error)}).") from error
