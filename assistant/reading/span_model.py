"""A model that reads: for a question and a passage, the words that answer, or none.

Any Hugging Face model for extractive question answering will do. As in SQuAD 2.0 (Rajpurkar, Jia
and Liang, 2018), what a span scores is its start and end logits over those of the first token,
which stand for "no answer".
"""

from __future__ import annotations

import re
import threading
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from index.errors import ModelError
from index.files import REINSTALL, check_files, first_line

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Sequence

    from numpy.typing import NDArray
    from tokenizers import Encoding, Tokenizer

    Logits = Sequence[NDArray[np.float32]]  # of a start and of an end, at each word piece

SHIPPED = "dateline-reader"
_SHIPPED_FILES = {
    "model.safetensors": "7ca1c960b3b8792bbfe27371aba2ab9dda147e7e0c070377378265fe1ea918f1",
    "tokenizer.json": "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
    "config.json": "123a36f0e7f38fe2ac3207c99ff69a179aaf70b407465a718efd31ead46576ac",
}
_LONGEST_PAIR = 384  # word pieces of question and passage together; a passage has about 200
_LONGEST_QUESTION = 96  # word pieces
_WINDOW_OVERLAP = 128  # word pieces
_PADDED_TO = 16  # word pieces: every shape has kernels of its own, kept from when it is first met
_LONGEST_ANSWER = 30  # word pieces
_LOOKED_AT = 60  # spans, most of them overlapping, among which the best few apart are found
_QUOTES = str.maketrans("‘’`“”„", "'''\"\"\"")


@dataclass(frozen=True, slots=True)
class AnswerSpan:
    """A span of one passage that may answer: `passage[start:end]`.

    Attributes:
        score: its logits over those of "no answer"; above 0 the model prefers it.
        certainty: its log-probability among all spans of the passage, at most 0.
    """

    start: int
    end: int
    score: float
    certainty: float


@dataclass(frozen=True, slots=True)
class PlacedLogits:
    """A model's logits over a text, by character, less those of "no answer".

    Attributes:
        starts: of an answer that starts at a character.
        ends: of an answer that ends before a character.
    """

    starts: dict[int, float]
    ends: dict[int, float]

    def score(self, start: int, end: int) -> float:
        """Of an answer from one character to another; 0, as of none, where no word has them."""
        return self.starts.get(start, 0.0) + self.ends.get(end, 0.0)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """A model that can read.

    Attributes:
        run: what it makes of a question and a passage, which are one row of word pieces.
        map: like the built-in one, but it may do several at once.
    """

    tokenizer: Tokenizer
    run: Callable[[Encoding], Logits]
    map: Callable[..., Iterator[Any]] = map


class SpanModel:
    """A reading model, loaded when first used.

    Args:
        model: `dateline-reader` for the one that is shipped, a folder, or a Hugging Face id.

    Raises:
        ModelError: on first use, when it cannot be loaded or the shipped files are damaged.
    """

    def __init__(self, model: str = SHIPPED) -> None:
        self.name = model
        self._loading = threading.Lock()
        self._loaded: _Loaded | None = None

    def read(
        self, question: str, passages: Sequence[str], count: int = 1
    ) -> Generator[list[AnswerSpan], None, None]:
        """Each passage's best spans, best first, in the order of the passages.

        When it is closed, passages that are not yet begun are not read.

        Args:
            count: how many at most; they do not overlap.
        """
        asked = normalise(question)
        return _each(self._load(), [(asked, passage) for passage in passages], count)

    def read_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[AnswerSpan]:
        """The best span for each (question, passage), in the order given."""
        asked = [(normalise(question), passage) for question, passage in pairs]
        return [spans[0] for spans in _each(self._load(), asked, 1)]

    def logits(self, question: str, text: str) -> PlacedLogits:
        """What the model thinks of each place of a text, as far as it reads at once."""
        model = self._load()
        row = model.tokenizer.encode(shorten(normalise(question), model.tokenizer), text)
        start, end = model.run(row)
        inside = [number for number, part in enumerate(row.sequence_ids) if part == 1]
        offsets = row.offsets  # made anew each time it is asked for
        return PlacedLogits(
            {offsets[n][0]: float(start[n] - start[0]) for n in inside},
            {offsets[n][1]: float(end[n] - end[0]) for n in inside},
        )

    def _load(self) -> _Loaded:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self.name)
            return self._loaded


def shipped_folder() -> Path:
    """Where the shipped model's files are."""
    return Path(__file__).parent / "reading_model"


def normalise(question: str) -> str:
    """The question as the model was trained on it: lower case, plain quotes, one final "?"."""
    text = unicodedata.normalize("NFKC", question).translate(_QUOTES).lower()
    text = re.sub(r" ([?.!,;:])", r"\1", " ".join(text.split()))
    return text.rstrip(" ?.!;:,") + "?"


def shorten(question: str, tokenizer: Tokenizer) -> str:
    """The last words of a very long question: what is asked usually comes at its end."""
    if len(question) <= _LONGEST_QUESTION:
        return question  # no word piece is shorter than a character
    text = tokenizer.normalizer.normalize_str(question) if tokenizer.normalizer else question
    begin, pieces = len(text), 0
    for word, (start, _) in reversed(tokenizer.pre_tokenizer.pre_tokenize_str(text)):
        pieces += len(tokenizer.model.tokenize(word))
        if pieces > _LONGEST_QUESTION:
            break
        begin = start
    return text[begin:] or text[-_LONGEST_QUESTION:]


def _each(
    model: _Loaded, pairs: Sequence[tuple[str, str]], count: int
) -> Generator[list[AnswerSpan], None, None]:
    def read_one(pair: tuple[str, str]) -> list[AnswerSpan]:
        return _read_whole(model, *pair, count)

    yield from model.map(read_one, pairs)


def _read_whole(model: _Loaded, question: str, passage: str, count: int) -> list[AnswerSpan]:
    """Of one passage; one longer than the model reads at once is read in overlapping windows."""
    whole = model.tokenizer.encode(shorten(question, model.tokenizer), passage)
    spans = [
        span
        for window in (whole, *whole.overflowing)
        for span in best_spans(window, *model.run(window))
    ]
    return apart(spans, count)


def apart(spans: Sequence[AnswerSpan], count: int) -> list[AnswerSpan]:
    """The best spans that do not overlap, best first."""
    kept: list[AnswerSpan] = []
    for span in sorted(spans, key=lambda span: -span.score):
        if len(kept) == count:
            break
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return kept


def best_spans(
    window: Encoding, start: NDArray[np.float32], end: NDArray[np.float32]
) -> list[AnswerSpan]:
    """The best spans of one window, best first, from its logits (length,); they may overlap."""
    none = float(start[0] + end[0])
    inside = np.flatnonzero([part == 1 for part in window.sequence_ids])
    if not len(inside):
        return []
    first, after = inside[0], inside[-1] + 1
    start, end = start[first:after], end[first:after]
    # sums[i, j]: from word piece i to i + j
    ends = np.concatenate([end, np.full(_LONGEST_ANSWER - 1, -np.inf, np.float32)])
    sums = start[:, None] + np.lib.stride_tricks.sliding_window_view(ends, _LONGEST_ANSWER)
    flat = sums.ravel()
    most = min(_LOOKED_AT, len(start))
    best = np.argpartition(-flat, most - 1)[:most]
    best = best[np.argsort(-flat[best], kind="stable")]
    everything = _log_sum(start) + _log_sum(end)
    offsets = window.offsets  # made anew each time it is asked for
    found = []
    for place in best.tolist():
        begin, length = divmod(place, _LONGEST_ANSWER)
        where = offsets[first + begin][0], offsets[first + begin + length][1]
        score = float(flat[place])
        found.append(AnswerSpan(*where, score - none, score - everything))
    return found


def _log_sum(logits: NDArray[np.float32]) -> float:
    """The logarithm of the sum of exponentials."""
    most = float(logits.max())
    return most + float(np.log(np.exp(logits - most).sum()))


def check_shipped_model() -> None:
    """Compare the shipped model's files with those that were made.

    Raises:
        ModelError: one is missing or differs.
    """
    check_files(shipped_folder(), _SHIPPED_FILES, REINSTALL)


def _load(name: str) -> _Loaded:
    try:
        model = _load_shipped() if name == SHIPPED else _load_named(name)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(
            f"The reading model {name!r} cannot be loaded ({first_line(error)}). Set "
            "DATELINE_READER_MODEL to a folder or a Hugging Face id of a question-answering "
            "model, or leave it unset."
        ) from error
    model.tokenizer.enable_truncation(_LONGEST_PAIR, stride=_WINDOW_OVERLAP, strategy="only_second")
    return model


def _load_shipped() -> _Loaded:
    from tokenizers import Tokenizer

    from index.models.bert import Bert, start_and_end

    check_shipped_model()
    tokenizer = Tokenizer.from_file(str(shipped_folder() / "tokenizer.json"))
    tokenizer.enable_padding(pad_to_multiple_of=_PADDED_TO)
    bert = Bert(shipped_folder(), start_and_end, in_bytes=True)
    return _Loaded(tokenizer, bert.run, bert.map)


def _load_named(name: str) -> _Loaded:
    """Any Hugging Face model, as PyTorch runs it."""
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    from index.models.bert import has_bfloat16_units

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    whole = AutoTokenizer.from_pretrained(name)
    tokenizer: Tokenizer = whole.backend_tokenizer
    tokenizer.enable_padding(
        pad_id=whole.pad_token_id, pad_token=whole.pad_token, pad_to_multiple_of=_PADDED_TO
    )
    kind = torch.bfloat16 if has_bfloat16_units() else torch.float32
    model = AutoModelForQuestionAnswering.from_pretrained(name, dtype=kind).eval()
    wanted = {"input_ids": "ids", "attention_mask": "attention_mask", "token_type_ids": "type_ids"}
    wanted = {key: part for key, part in wanted.items() if key in whole.model_input_names}

    def run(row: Encoding) -> Logits:
        given = {key: torch.tensor([getattr(row, part)]) for key, part in wanted.items()}
        with torch.inference_mode():
            made = model(**given)
        return [logits[0].float().numpy() for logits in (made.start_logits, made.end_logits)]

    return _Loaded(tokenizer, run)
