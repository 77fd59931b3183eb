"""Sentences into vectors by a BERT whose word pieces are averaged, as all-MiniLM-L6-v2 is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

_PADDED_TO = 32  # word pieces: few lengths are run


class SentenceEncoder:
    """A model in the form of sentence-transformers, loaded at once; safe for several threads.

    Args:
        folder: its files, `tokenizer.json` among them.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        from index.models.bert import Bert, mean

        limits = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(limits["max_seq_length"])
        self._tokenizer.enable_padding(pad_to_multiple_of=_PADDED_TO)
        self._bert = Bert(folder, mean, in_bytes=True)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), width), not yet of length 1; (0, 0) of no text."""
        if not texts:
            return np.empty((0, 0), np.float32)
        return np.array(list(self._bert.map(self._encode, texts)), np.float32)

    def _encode(self, text: str) -> NDArray[np.float32]:
        # Half of a surrogate pair is no text that the tokenizer takes.
        (vector,) = self._bert.run(self._tokenizer.encode(text.encode(errors="replace").decode()))
        return vector
