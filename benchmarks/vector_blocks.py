"""Vectors of many texts, computed in blocks that are kept, so that nothing is embedded twice.

A block's file is named by SHA-256 over the model and the block's own texts: a run that is
interrupted goes on where it was, and a text that changes costs its own block only.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    Encode = Callable[[list[str]], NDArray[np.float32]]

BLOCK = 512  # texts: half a minute's work on one core, which is what an interruption can cost


def embed_in_blocks(
    texts: Sequence[str], encode: Encode, folder: Path | None, model: str
) -> Iterator[NDArray[np.float32]]:
    """The vectors of the texts in order, block by block, each of shape (texts, dimension).

    Args:
        texts: what is embedded.
        encode: from texts to vectors.
        folder: where the blocks are kept as .npy; None keeps nothing.
        model: names the model's exact weights, such as their SHA-256.
    """
    for begin in range(0, len(texts), BLOCK):
        block = list(texts[begin : begin + BLOCK])
        if folder is None:
            yield encode(block)
            continue
        file = folder / f"{_digest(model, block)}.npy"
        vectors = _load(file, len(block))
        if vectors is None:
            vectors = encode(block)
            _save(file, vectors)
        yield vectors


def _digest(model: str, texts: Sequence[str]) -> str:
    digest = hashlib.sha256(model.encode())
    for text in texts:
        content = text.encode("utf-8", "surrogatepass")
        digest.update(len(content).to_bytes(8, "big"))  # so that no two divisions look alike
        digest.update(content)
    return digest.hexdigest()


def _load(file: Path, count: int) -> NDArray[np.float32] | None:
    """What the file holds; None when it is missing or not what it should be."""
    try:
        vectors = np.load(file)
    except (OSError, ValueError, EOFError):
        return None
    return vectors if vectors.ndim == 2 and len(vectors) == count else None


def _save(file: Path, vectors: NDArray[np.float32]) -> None:
    """Whole or not at all: a name that is there can be trusted."""
    file.parent.mkdir(parents=True, exist_ok=True)
    temporary = file.with_name(f"{file.stem}.{os.getpid()}.tmp")
    with temporary.open("wb") as opened:
        np.save(opened, vectors)
    temporary.replace(file)
