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

from index.errors import ModelError
from index.model_files import check_files, first_line, has_bfloat16_units

if TYPE_CHECKING:
    from collections.abc import Sequence

SHIPPED = "dateline-reader"
_SHIPPED_FILES = {
    "model.safetensors": "238dbe11da0128db294176a1fdd8289249134a6727771d424c6969dd7b1d7a67",
    "tokenizer.json": "da0e79933b9ed51798a3ae27893d3c5fa4a201126cef75586296df9b4d2c62a0",
    "config.json": "123a36f0e7f38fe2ac3207c99ff69a179aaf70b407465a718efd31ead46576ac",
}
_LONGEST_PAIR = 384  # word pieces of question and passage together; a passage has about 200
_LONGEST_QUESTION = 96  # word pieces
_WINDOW_OVERLAP = 128  # word pieces
_PADDED_TO = 32  # word pieces: PyTorch keeps its kernels for every shape it has met, megabytes each
_LONGEST_ANSWER = 30  # word pieces
_LOOKED_AT = 60  # spans, most of them overlapping, among which the best few apart are found
_QUOTES = str.maketrans("‘’`“”„", "'''\"\"\"")


@dataclass(frozen=True, slots=True)
class Span:
    """A span of one passage that may answer: `passage[start:end]`.

    Attributes:
        score: its logits over those of "no answer"; above 0 the model prefers it.
        certainty: its log-probability among all spans of the passage, at most 0.
    """

    start: int
    end: int
    score: float
    certainty: float


class SpanModel:
    """A reading model, loaded when first used.

    Args:
        model: `dateline-reader` for the one that is shipped, a folder, or a Hugging Face id.
        batch_size: passages read together. Four stay in a processor's caches: eight took 74 ms
            in fours and 111 ms at once.

    Raises:
        ModelError: on first use, when it cannot be loaded or the shipped files are damaged.
    """

    def __init__(self, model: str = SHIPPED, *, batch_size: int = 4) -> None:
        self.name = model
        self._batch_size = batch_size
        self._loading, self._tokenizing = threading.Lock(), threading.Lock()
        self._loaded: tuple[Any, Any] | None = None

    def read(self, question: str, passages: Sequence[str], count: int = 1) -> list[list[Span]]:
        """Each passage's best spans, best first, in the order of the passages.

        Args:
            count: how many at most; they do not overlap.
        """
        return self._read([(question, passage) for passage in passages], count)

    def read_pairs(self, pairs: Sequence[tuple[str, str]]) -> list[Span]:
        """The best span for each (question, passage), in the order given."""
        return [spans[0] for spans in self._read(pairs, 1)]

    def _read(self, pairs: Sequence[tuple[str, str]], count: int) -> list[list[Span]]:
        """The best spans for each (question, passage).

        Passages of like length are read together; one longer than the model reads at once is read
        in overlapping windows.
        """
        order = sorted(range(len(pairs)), key=lambda number: len(pairs[number][1]))
        found: dict[int, list[Span]] = {}
        for begin in range(0, len(order), self._batch_size):
            part = order[begin : begin + self._batch_size]
            spans = self._read_batch([pairs[number] for number in part], count)
            found.update(zip(part, spans, strict=True))
        return [found[number] for number in range(len(pairs))]

    def _read_batch(self, pairs: Sequence[tuple[str, str]], count: int) -> list[list[Span]]:
        import torch

        tokenizer, model = self._load()
        with self._tokenizing:  # a fast tokenizer keeps its settings in itself, for all threads
            encoded = tokenizer(
                [_shorten(normalise(question), tokenizer) for question, _ in pairs],
                [passage for _, passage in pairs],
                truncation="only_second",
                max_length=_LONGEST_PAIR,
                stride=_WINDOW_OVERLAP,
                padding=True,
                pad_to_multiple_of=_PADDED_TO,
                return_overflowing_tokens=True,
                return_offsets_mapping=True,
                return_tensors="pt",
            )
            owners = encoded.pop("overflow_to_sample_mapping").tolist()
            offsets = encoded.pop("offset_mapping")
            within = torch.tensor(
                [[part == 1 for part in encoded.sequence_ids(row)] for row in range(len(owners))]
            )
        with torch.inference_mode():
            output = model(**encoded)
        places, scores, certainties = _best_spans(
            output.start_logits.float(), output.end_logits.float(), within, count
        )
        found: list[list[Span]] = [[] for _ in pairs]
        for row, owner in enumerate(owners):
            for (first, last), score, certainty in zip(
                places[row].tolist(), scores[row].tolist(), certainties[row].tolist(), strict=True
            ):
                start, end = int(offsets[row, first, 0]), int(offsets[row, last, 1])
                found[owner].append(Span(start, end, score, certainty))
        return [_apart(spans, count) for spans in found]

    def _load(self) -> tuple[Any, Any]:
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
    text = re.sub(r"\s+([?.!,;:])", r"\1", " ".join(text.split()))
    return text.rstrip(" ?.!;:,") + "?"


def _shorten(question: str, tokenizer: Any) -> str:
    """The last words of a very long question: what is asked usually comes at its end."""
    pieces = tokenizer(question, add_special_tokens=False, return_offsets_mapping=True)
    offsets = pieces["offset_mapping"]
    return (
        question
        if len(offsets) <= _LONGEST_QUESTION
        else question[offsets[-_LONGEST_QUESTION][0] :]
    )


def _apart(spans: Sequence[Span], count: int) -> list[Span]:
    """The best spans that do not overlap, best first."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda span: -span.score):
        if len(kept) == count:
            break
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return kept


def _best_spans(start: Any, end: Any, within: Any, count: int) -> tuple[Any, Any, Any]:
    """The best spans of each row, from logits and a mask of shape (rows, length).

    Returns:
        Token positions (rows, spans, 2), scores over "no answer" (rows, spans), and
        log-probabilities among the row's spans (rows, spans); best first. They may overlap, so
        there are more than `count`.
    """
    import torch

    none = start[:, 0] + end[:, 0]
    start, end = (logits.masked_fill(~within, -1e4) for logits in (start, end))
    length = start.shape[1]
    allowed = torch.ones(length, length, dtype=torch.bool).triu().tril(_LONGEST_ANSWER - 1)
    pairs = (start[:, :, None] + end[:, None, :]).masked_fill(~allowed, -1e5)
    looked_at = 1 if count == 1 else min(_LOOKED_AT, length * length)
    best, place = pairs.flatten(1).topk(looked_at, dim=1)
    certainty = best - (start.logsumexp(-1) + end.logsumexp(-1))[:, None]
    return torch.stack([place // length, place % length], dim=2), best - none[:, None], certainty


def check_shipped_model() -> None:
    """Compare the shipped model's files with those that were made.

    Raises:
        ModelError: one is missing or differs.
    """
    mend = "pip install --force-reinstall --no-deps dateline"
    check_files(shipped_folder(), _SHIPPED_FILES, mend)


def _load(name: str) -> tuple[Any, Any]:
    folder: str | Path = name
    if name == SHIPPED:
        folder = shipped_folder()
        check_shipped_model()
    import torch
    from transformers import AutoModelForQuestionAnswering, AutoTokenizer
    from transformers.utils import logging as transformers_logging

    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    kind = torch.bfloat16 if has_bfloat16_units() else torch.float32
    try:
        tokenizer = AutoTokenizer.from_pretrained(folder)
        tokenizer.model_max_length = int(1e9)  # we cut to length ourselves; no warning
        model = AutoModelForQuestionAnswering.from_pretrained(
            folder,
            dtype=kind,
            attn_implementation="eager",  # the fastest here, for short texts on a processor
        ).eval()
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(
            f"The reading model {name!r} cannot be loaded ({first_line(error)}). Set READER_MODEL "
            "to a folder or a Hugging Face id of a question-answering model, or leave it unset."
        ) from error
    return tokenizer, model
