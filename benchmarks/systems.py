"""What is measured over a corpus: Dateline and the plain pipeline, kept in one folder.

The folder holds `index`, a news index, and `plain`, the plain pipeline's vectors. Both are caches:
a second run embeds only what has changed since.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from assistant import Assistant, Settings
from assistant.reading.context_model import ContextModel
from assistant.reading.model_reader import THRESHOLD, ModelReader
from assistant.reading.span_model import SpanModel
from benchmarks.command import progress_bars
from benchmarks.removal import RemovingRetriever
from index import NewsIndex
from index.models.embedding import SentenceTransformerEmbeddings

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    # Imported for real only where the plain pipeline runs: its libraries must not count as ours.
    from benchmarks.plain import Nearest, PlainPipeline
    from benchmarks.realtimeqa import Corpus

_BLOCK = 500  # articles in memory at once; after each block the index writes its FAISS file


@dataclass(frozen=True, slots=True)
class Ours:
    """Dateline over one index; its assistants share the index and the reading models."""

    index: NewsIndex
    model: SpanModel
    context: ContextModel | None = None

    @classmethod
    def over(cls, home: Path) -> Ours:
        """With the models that the settings name, as shipped by default."""
        settings = Settings()
        embeddings = SentenceTransformerEmbeddings(settings.embedding_model)
        return cls(
            NewsIndex(home / "index", embeddings), SpanModel(settings.reader_model), ContextModel()
        )

    def assistant(
        self, threshold: float = THRESHOLD, without: frozenset[str] = frozenset()
    ) -> Assistant:
        """An assistant.

        Args:
            threshold: the least probability at which it answers; at 0 it hardly ever abstains.
            without: ids of articles that it may not find.
        """
        own = self.index.as_retriever()
        return Assistant(
            index=self.index,
            retriever=RemovingRetriever(retriever=own, removed=without) if without else own,
            reader=ModelReader(self.model, self.context, threshold=threshold),
        )

    def put(self, corpus: Corpus) -> int:
        """Make the index hold these articles and no others; how many there are."""
        if self.index.status().manifest is not None:
            self.index.rebuild()  # does something only if the splitter or the model has changed
        ids: set[str] = set()
        articles = iter(corpus)
        with progress_bars() as progress:
            task = progress.add_task("Indexing", total=len(corpus.ids))
            while block := list(islice(articles, _BLOCK)):
                self.index.add(block, progress=lambda _: progress.advance(task))
                ids.update(article.id for article in block)
        if gone := {article.id for article in self.index.articles()} - ids:
            self.index.remove(gone)
        return self.index.counts().articles


@dataclass(frozen=True, slots=True)
class Plain:
    """The plain pipeline, and the id of each of its texts by number."""

    pipeline: PlainPipeline
    ids: list[str]

    @classmethod
    def over(cls, corpus: Corpus, home: Path) -> Plain:
        """Over these articles; what of its vectors `home` lacks is embedded."""
        from benchmarks.plain import PlainPipeline

        ids: list[str] = []
        with progress_bars() as progress:
            splitting = progress.add_task("Splitting, plain", total=len(corpus.ids))
            embedding = progress.add_task("Vectors, plain", total=None)

            def texts() -> Iterator[str]:
                for article in corpus:
                    ids.append(article.id)
                    yield article.text
                    progress.advance(splitting)

            def advance(done: int, total: int) -> None:
                progress.update(embedding, completed=done, total=total)

            return cls(PlainPipeline(texts(), vectors=home / "plain", progress=advance), ids)

    def nearest(self, question: str, without: Collection[str] = ()) -> Nearest | None:
        """The nearest sentence, of articles other than those with the ids `without`."""
        numbers = {number for number, each in enumerate(self.ids) if each in without}
        return self.pipeline.nearest(question, numbers)
