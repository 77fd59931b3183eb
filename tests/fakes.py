"""Fakes through the real seams: LangChain's embeddings and retriever, and our reader."""

from __future__ import annotations

import re
from hashlib import blake2b
from typing import TYPE_CHECKING

import numpy as np
from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings
from langchain_core.retrievers import BaseRetriever

from assistant.reading.reader import Quote, Reading
from index import Article, PublicationDate
from index.store.sqlite_vectors import VectorRows

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import pytest
    from langchain_core.callbacks import CallbackManagerForRetrieverRun
    from numpy.typing import NDArray

    from index import Hit


class HashedWords(Embeddings):
    """A bag of words, each hashed to a place: deterministic, quick, and near when words agree.

    Attributes:
        embedded: every text that was embedded, in order.
    """

    def __init__(self, dimension: int = 64, model: str = "hashed words") -> None:
        self.dimension = dimension
        self.model = model
        self.embedded: list[str] = []

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        self.embedded.extend(texts)
        return [self._embed(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        return self._embed(text)

    def _embed(self, text: str) -> list[float]:
        vector = np.zeros(self.dimension)
        vector[0] = 0.01  # a text without words still has a direction
        for word in re.findall(r"\w+", text.casefold()):
            digest = blake2b(word.encode("utf-8", "surrogatepass"), digest_size=4).digest()
            vector[int.from_bytes(digest, "big") % self.dimension] += 1
        return [float(value) for value in vector]


class FirstSentences:
    """A reader that quotes the opening of the first passages, whatever was asked."""

    name = "first sentences"

    def __init__(self, quotes: int = 2, characters: int = 40) -> None:
        self._quotes = quotes
        self._characters = characters
        self.asked: list[str] = []

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        self.asked.append(question)
        return Reading(tuple(self._quote(hit) for hit in hits[: self._quotes]))

    def _quote(self, hit: Hit) -> Quote:
        start = hit.passage.start
        end = min(start + self._characters, hit.passage.end)
        text = hit.article.text[start:end]
        return Quote(hit.article, start, end, text, 0.9, copies=hit.copies)


class Spoiling:
    """A reader that spoils some quotes of another one: what a careless model does."""

    name = "spoiling"

    def __init__(self, spoil: Callable[[Quote], Quote], only: Sequence[int] | None = None) -> None:
        self._reader = FirstSentences(quotes=3)
        self._spoil = spoil
        self._only = only

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        quotes = self._reader.read(question, hits).quotes
        return Reading(
            tuple(
                self._spoil(quote) if self._only is None or number in self._only else quote
                for number, quote in enumerate(quotes)
            )
        )


class Fixed(BaseRetriever):
    """A stranger's LangChain retriever: it knows nothing of filters or of our index."""

    documents: list[Document]

    def _get_relevant_documents(
        self, query: str, *, run_manager: CallbackManagerForRetrieverRun
    ) -> list[Document]:
        return self.documents


def article(
    text: str = "The council approved the new bridge on Monday. Work starts in May.",
    *,
    title: str = "Bridge approved",
    publisher: str | None = "The Fenland Courier",
    published: str | None = "2021-03-04",
    url: str | None = None,
    authors: tuple[str, ...] = ("Ada Quill",),
) -> Article:
    """An article with all that is usually known; the text decides the id."""
    return Article(
        text=text,
        title=title,
        publisher=publisher,
        authors=authors,
        published=PublicationDate(published) if published else None,
        url=url,
    )


TOPICS = {
    "lighthouse": "The lighthouse at Skerry Point was lit again on Friday after nine dark years.",
    "orchard": "A late frost destroyed most of the cherry orchards around Velm, growers said.",
    "tunnel": "Engineers broke through the last wall of the Harrow tunnel shortly before noon.",
    "parliament": "Parliament rejected the fishing treaty by two votes after nine hours of debate.",
    "observatory": "Astronomers at the Brannoch observatory found a comet that nobody expected.",
}


def topics() -> list[Article]:
    """Five short articles that share hardly a word, of five outlets and years."""
    return [
        article(
            f"{text} Nobody was hurt, and the {name} opens to visitors in spring.",
            title=f"News of the {name}",
            publisher=f"The {name.title()} Times",
            published=f"{2015 + number}-06-0{number + 1}",
        )
        for number, (name, text) in enumerate(TOPICS.items())
    ]


def long_article(number: int, paragraphs: int = 6) -> Article:
    """An article of several passages; each number has words of its own."""
    text = "\n\n".join(
        f"Report {number} paragraph {part} says that the harbour of place{number}x{part} moved "
        f"{number * 100 + part} crates before dawn. " + f"Crew{number} waited at the quay. " * 20
        for part in range(paragraphs)
    )
    return article(text, title=f"Harbour report {number}", publisher=f"Outlet {number % 7}")


def vectors_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the passages whose vectors are read from the embedded store from now on."""
    numbers: list[int] = []
    read_vectors = VectorRows.vectors

    def noting(rows: VectorRows, ids: NDArray[np.int64]) -> NDArray[np.float32]:
        numbers.extend(ids.tolist())
        return read_vectors(rows, ids)

    monkeypatch.setattr(VectorRows, "vectors", noting)
    return numbers
