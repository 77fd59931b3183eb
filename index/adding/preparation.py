"""Articles made ready for the store: split, each passage given a key for its vector, sketched."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import TYPE_CHECKING

from index.adding.splitting import split
from index.errors import SourceError
from index.models.embedding import encode
from index.store import Manifest, SplitArticle, Store
from index.stories.copies import StoryText

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Mapping

    import numpy as np
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from index.records import Article

    Vectors = dict[bytes, NDArray[np.float32]]

_MOST_TITLES = 256  # in a batch: a run of articles that are stored already shows itself


def prepare(article: Article, manifest: Manifest) -> SplitArticle:
    """Split and sketch an article; it has no passages when it is boilerplate from end to end."""
    passages = tuple(split(article))
    keys = tuple(vector_key(manifest, article, passage.text) for passage in passages)
    return SplitArticle(article, passages, keys, StoryText(article).sketch())


def embedded_text(article: Article, words: str) -> str:
    """What is embedded for a passage: the headline says what a passage from the middle is about."""
    return f"{article.title}\n{words}"


def vector_key(manifest: Manifest, article: Article, words: str) -> bytes:
    """Under which the vector of a passage with these words is kept: by model and text."""
    text = f"{manifest.embedding_digest}\0{embedded_text(article, words)}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def embed_missing(
    articles: Collection[SplitArticle], store: Store, embeddings: Embeddings
) -> Vectors:
    """The vectors that these articles need and the store lacks, by key."""
    texts = {
        key: embedded_text(each.article, passage.text)
        for each in articles
        for passage, key in zip(each.passages, each.keys, strict=True)
    }
    lacking = store.missing_vectors(texts.keys())
    missing = [key for key in texts if key in lacking]
    if not missing:
        return {}
    vectors = encode(embeddings, [texts[key] for key in missing])
    return dict(zip(missing, vectors, strict=True))


@dataclass(slots=True)
class Batch:
    """Sources that are stored together, and what each came to.

    Attributes:
        titles: of all of them, in order.
        put: those that are not stored as they are, ready for the store; the last of an id counts.
        new: the ids among these that were not stored at all.
        replaced: how many of the others were stored with other content.
        unchanged: those that were stored as they are, id and title.
        skipped: those that cannot be loaded.
        share: of all sources, how much had been read when it was whole; None when unknown.
    """

    titles: list[str] = field(default_factory=list)
    put: dict[str, SplitArticle] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    replaced: int = 0
    unchanged: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[SourceError] = field(default_factory=list)
    share: float | None = None


def batches(
    loaded: Iterable[Article | SourceError],
    known: Mapping[str, str],
    manifest: Manifest,
    passages: int,
    share: Callable[[], float | None] = lambda: None,
) -> Generator[Batch, None, None]:
    """What was loaded, in batches that each put at least so many passages; the last may put fewer.

    Args:
        loaded: each article, or why there is none.
        known: the content hash of each article that is stored, by id.
        share: how much of all sources has been read.
    """
    put: dict[str, str] = {}  # apart from those known, which may be as many as the index holds
    batch, size = Batch(), 0
    for each in loaded:
        if isinstance(each, SourceError):
            batch.titles.append(each.source)
            batch.skipped.append(each)
        else:
            batch.titles.append(each.title)
            before = put.get(each.id) or known.get(each.id)
            if before == each.content_hash:
                batch.unchanged.append((each.id, each.title))
            else:
                if before is None:
                    batch.new.add(each.id)
                else:
                    batch.replaced += 1
                put[each.id] = each.content_hash
                batch.put[each.id] = prepare(each, manifest)
                size += len(batch.put[each.id].passages)
        if size >= passages or len(batch.titles) >= _MOST_TITLES:
            batch.share = share()
            yield batch
            batch, size = Batch(), 0
    if batch.titles:
        batch.share = share()
        yield batch


def runs(
    articles: Iterable[Article], manifest: Manifest, passages: int
) -> Generator[list[SplitArticle], None, None]:
    """All articles prepared, in runs of at least so many passages; the last may have fewer."""
    run: list[SplitArticle] = []
    size = 0
    for article in articles:
        run.append(prepare(article, manifest))
        size += len(run[-1].passages)
        if size >= passages:
            yield run
            run, size = [], 0
    if run:
        yield run
