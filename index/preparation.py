"""An article made ready for the store: split, and each passage given the key of its vector."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from index.embedding import encode
from index.splitting import split
from index.store import Manifest, SplitArticle, Store

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import numpy as np
    from langchain_core.embeddings import Embeddings
    from numpy.typing import NDArray

    from index.records import Article, Passage

    Vectors = dict[bytes, NDArray[np.float32]]


def prepare(article: Article, manifest: Manifest) -> SplitArticle:
    """Split an article; it has no passages when it is boilerplate from end to end."""
    passages = tuple(split(article))
    keys = tuple(_key(manifest, embedded_text(article, passage)) for passage in passages)
    return SplitArticle(article, passages, keys)


def embedded_text(article: Article, passage: Passage) -> str:
    """What is embedded for a passage: the headline says what a passage from the middle is about."""
    return f"{article.title}\n{passage.text}"


def embed_missing(
    articles: Sequence[SplitArticle], store: Store, embeddings: Embeddings
) -> Vectors:
    """The vectors that these articles need and the store lacks, by key."""
    texts = {
        key: embedded_text(each.article, passage)
        for each in articles
        for passage, key in zip(each.passages, each.keys, strict=True)
    }
    lacking = store.missing_vectors(texts.keys())
    missing = [key for key in texts if key in lacking]
    if not missing:
        return {}
    vectors = encode(embeddings, [texts[key] for key in missing])
    return dict(zip(missing, vectors, strict=True))


def batches(articles: Iterable[SplitArticle], passages: int) -> Iterator[list[SplitArticle]]:
    """Runs of articles with at least so many passages between them; the last may have fewer."""
    batch: list[SplitArticle] = []
    size = 0
    for article in articles:
        batch.append(article)
        size += len(article.passages)
        if size >= passages:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _key(manifest: Manifest, text: str) -> bytes:
    content = f"{manifest.embedding_digest}\0{text}".encode("utf-8", "surrogatepass")
    return blake2b(content, digest_size=16).digest()
