"""What a store of articles, passages and vectors must do: one small interface.

`SQLiteStore` is the embedded implementation, `milvus.MilvusStore` the one for many machines.
Another engine comes in by implementing `Store`.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from index.errors import ModelMismatchError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.records import Article, Counts, Dated, Filters, Listing, ListPage, Passage
    from index.stories.copies import Sketch


@dataclass(frozen=True, slots=True)
class Manifest:
    """How passages and vectors were made: by which model, splitter and finder of copies.

    Attributes:
        embedding_digest: SHA-256 of its weights, or another text that changes when it changes.
    """

    embedding_model: str
    embedding_digest: str
    splitter: str
    copies: str


@dataclass(frozen=True, slots=True)
class SplitArticle:
    """An article ready to be stored.

    Attributes:
        passages, keys: its passages, and under which key each one's vector is.
        sketch: what its copies are found by.
    """

    article: Article
    passages: tuple[Passage, ...]
    keys: tuple[bytes, ...]
    sketch: Sketch


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: all of it happens, or none (how far Milvus goes: `docs/newsroom.md`).

    Attributes:
        manifest: how the new passages were made; it must agree with the store's, unless `replace`.
        put: articles to add, each in place of an article with the same id; drawn once, one after
            the other, so that they need not all be in memory.
        vectors: by key, those that `put` needs and the store lacks.
        remove: ids of articles to remove.
        replace: the store's manifest is replaced; `put` must then hold every article that stays.
        expect: the generation that this change was worked out from; None for any.
    """

    manifest: Manifest
    put: Iterable[SplitArticle] = ()
    vectors: Mapping[bytes, NDArray[np.float32]] = field(default_factory=dict)
    remove: Collection[str] = ()
    replace: bool = False
    expect: int | None = None


@dataclass(frozen=True, slots=True)
class Candidates:
    """What both searches found, from one state of the store.

    Attributes:
        by_words: (passage number, BM25), best first.
        by_meaning: (passage number, cosine similarity), best first.
        passages: every passage number above, with its passage and article.
        stories: the story of each of these articles, by article id; copies have it in common.
    """

    by_words: list[tuple[int, float]] = field(default_factory=list)
    by_meaning: list[tuple[int, float]] = field(default_factory=list)
    passages: dict[int, tuple[Passage, Article]] = field(default_factory=dict)
    stories: dict[str, str] = field(default_factory=dict)


def check_model(stored: Manifest | None, wanted: Manifest) -> None:
    """Refuse vectors that cannot be compared with those stored (ModelMismatchError)."""
    if stored is not None and stored.embedding_digest != wanted.embedding_digest:
        raise ModelMismatchError(
            f"The index was built with the embedding model {stored.embedding_model!r}, not "
            f"{wanted.embedding_model!r}. Run `dateline rebuild` to embed it anew, or set "
            f"EMBEDDING_MODEL={stored.embedding_model}."
        )


def bytes_in(files: Iterable[Path]) -> int:
    """Their sizes together; one that another process has replaced meanwhile counts as nothing."""
    total = 0
    for path in files:
        with suppress(FileNotFoundError):
            total += path.stat().st_size
    return total


class StaleChangeError(Exception):
    """The store moved on since the change was worked out: work it out again."""


class MissingVectorsError(Exception):
    """Vectors that a change refers to are not in the store (any more): embed them again."""


class Store(Protocol):
    """Articles, passages and vectors, with search by words and by meaning.

    Articles that `index.stories.copies` finds to print one text are one story, as
    `index.stories.printings` tells it, after every change and whatever the order of changes was.
    """

    location: Path
    """A folder of this machine, for what belongs to the index but not into it."""
    name: str
    """What the index is called to the user."""

    def exists(self) -> bool:
        """Whether anything was ever stored here."""

    def generation(self) -> int:
        """The number of changes so far."""

    def manifest(self) -> Manifest | None:
        """How its vectors were made; None before the first change."""

    def content_hashes(self) -> Mapping[str, str]:
        """Article id to content hash, for all articles."""

    def missing_vectors(self, keys: Collection[bytes]) -> set[bytes]:
        """Those of the keys under which no vector is stored."""

    def add_vectors(self, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
        """Keep vectors for a change that is still being made; no search sees them."""

    def commit(self, change: Change) -> set[str]:
        """Make one change, and find the copies of what it puts.

        Returns:
            The ids of the articles put that are copies of one that was there before, or that stands
            before them in `put`.

        Raises:
            StaleChangeError, MissingVectorsError: nothing was changed; work it out again.
            ModelMismatchError, StorageError: nothing was changed.
        """

    def flush(self) -> None:
        """Write what makes the next start quick; losing it loses nothing."""

    def search(
        self, words: str, vector: NDArray[np.float32], limit: int, within: Filters
    ) -> Candidates:
        """The best passages by words and by meaning, up to `limit` each.

        An article that a newer version replaces is left out, unless the filter keeps that one out.
        """

    def article(self, article_id: str) -> Article | None:
        """One article."""

    def articles(self, within: Filters) -> Iterator[Article]:
        """Articles, newest first, those of unknown date last."""

    def counts(self, within: Filters) -> Counts:
        """How much there is to be searched."""

    def listing(self, wanted: Listing) -> ListPage:
        """A stretch of the list of articles; no text is read for it."""

    def days(self, words: str, within: Filters) -> list[Dated]:
        """How many of the listed articles have each date, the earliest first, undated ones last."""

    def outlets(self) -> dict[str, int]:
        """How many articles each outlet has, in alphabetical order."""

    def vectors(self, keys: Collection[bytes]) -> dict[bytes, NDArray[np.float32]]:
        """The vectors under these keys, where they are stored."""

    def bytes_on_disk(self) -> int:
        """The size of everything stored, caches included."""
