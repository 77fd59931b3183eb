"""Does a text say yes or no to a question, or leave it open? A small model's opinion.

It is the shipped reader with thin matrices beside its own (low-rank adaptation; Hu et al., 2022),
trained on yes-or-no questions and inference data (`training/README.md`). The rules of `stance.py`
find what speaks to a question; this says whether it really does.
"""

from __future__ import annotations

import threading
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

import numpy as np

from assistant.reading.span_model import shipped_folder, shorten
from index.errors import ModelError
from index.files import REINSTALL, check_files, first_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tokenizers import Tokenizer

    from index.models.bert import Bert

_FILES = {
    "adapter.safetensors": "c66f0c2f8e1f6020681fefdcc529228210d215a88d1f7fd76250a8a00455601e",
}
_LONGEST_PAIR = 160  # word pieces of question and text together, as in training
_LONGEST_QUESTION = 300  # characters
_PADDED_TO = 32  # word pieces: every shape has kernels of its own, kept from when it is first met


class Entailment(NamedTuple):
    """How likely a text says yes, says no, or leaves it open; they add up to 1."""

    yes: float
    no: float
    open: float


class Entails(Protocol):
    """Judges texts: the seam for a model."""

    def judge(self, question: str, texts: Sequence[str]) -> list[Entailment]:
        """What each text says to a question of yes or no, or to a statement."""


class EntailmentModel:
    """The shipped one, loaded when first used; safe for several threads.

    Args:
        base: the folder of the reader that it was trained on.
        adapter: the folder of what was trained; None for the shipped one.

    Raises:
        ModelError: on first use, when its files are missing or damaged.
    """

    def __init__(self, base: Path | None = None, adapter: Path | None = None) -> None:
        self._base, self._adapter = base or shipped_folder(), adapter
        self._loading = threading.Lock()
        self._loaded: tuple[Tokenizer, Bert] | None = None

    def judge(self, question: str, texts: Sequence[str]) -> list[Entailment]:
        """What each text says to a question of yes or no, or to a statement."""
        tokenizer, bert = self._load()
        asked = shorten(" ".join(question.split())[:_LONGEST_QUESTION], tokenizer)

        def judge_one(text: str) -> Entailment:
            (logits,) = bert.run(tokenizer.encode(asked, text))
            likely = np.exp(logits - logits.max())
            return Entailment(*(likely / likely.sum()).tolist())

        return list(bert.map(judge_one, texts))

    def _load(self) -> tuple[Tokenizer, Bert]:
        with self._loading:
            if self._loaded is None:
                self._loaded = _load(self._base, self._adapter)
            return self._loaded


@cache
def shipped_entailment() -> EntailmentModel:
    """The shipped one, which all assistants of a process share."""
    return EntailmentModel()


def entailment_folder() -> Path:
    """Where the shipped adapter is."""
    return Path(__file__).parent / "entailment_model"


def check_entailment_model() -> None:
    """Compare the shipped file with the one that was made.

    Raises:
        ModelError: it is missing or differs.
    """
    check_files(entailment_folder(), _FILES, REINSTALL)


def _load(base: Path, adapter: Path | None) -> tuple[Tokenizer, Bert]:
    from tokenizers import Tokenizer

    from index.models.bert import Bert, entailment

    if adapter is None:
        check_entailment_model()
    place = adapter or entailment_folder()
    try:
        tokenizer = Tokenizer.from_file(str(base / "tokenizer.json"))
        tokenizer.enable_truncation(_LONGEST_PAIR, strategy="only_second")
        tokenizer.enable_padding(pad_to_multiple_of=_PADDED_TO)
        return tokenizer, Bert(base, entailment, adapter=place, in_bytes=True)
    except (OSError, KeyError, ValueError, RuntimeError) as error:
        raise ModelError(f"{place} holds no entailment model ({first_line(error)}).") from error
