"""Sentences into vectors by a BERT whose word pieces are averaged, as all-MiniLM-L6-v2 is made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

# Every shape has kernels of its own, made when it is first met and kept, a megabyte of them. So
# there are few: so many texts at once (16 are the quickest of 4 to 32), of so many word pieces.
_TOGETHER = (16, 8, 4, 2, 1)
_PADDED_TO = 32


class SentenceEncoder:
    """A model in the form of sentence-transformers, loaded at once; safe for several threads.

    Args:
        folder: its files, `tokenizer.json` among them.
    """

    def __init__(self, folder: Path) -> None:
        from tokenizers import Tokenizer

        from index.bert import Bert, mean

        limits = json.loads((folder / "sentence_bert_config.json").read_text(encoding="utf-8"))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(limits["max_seq_length"])
        self._tokenizer.enable_padding(pad_to_multiple_of=_PADDED_TO)
        self._bert = Bert(folder, mean)

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of shape (len(texts), width), not yet of length 1."""
        order = sorted(range(len(texts)), key=lambda number: len(texts[number]))
        found: dict[int, NDArray[np.float32]] = {}
        while order:
            together = next(count for count in _TOGETHER if count <= len(order))
            part, order = order[:together], order[together:]
            # Half of a surrogate pair is no text that the tokenizer takes.
            whole = [texts[number].encode(errors="replace").decode() for number in part]
            rows = self._tokenizer.encode_batch(whole)
            found.update(zip(part, self._bert.run(rows)[0], strict=True))
        vectors = [found[number] for number in range(len(texts))]
        return np.array(vectors, np.float32) if vectors else np.empty((0, 0), np.float32)
