"""Articles and passages as rows, and back.

An article's record is JSON, cut into pieces that a Milvus text can hold: bytes, cut between
characters, put together again to the character, and compared with the content's SHA-256.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from index.dates import PublicationDate
from index.errors import StorageError
from index.records import Article
from index.store.milvus.schema import MOST_BYTES, NOTHING
from index.store.milvus.words import searched_words
from index.stories.copies import Sketch, outlet_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from index.store.interface import SplitArticle

_PIECE = 60_000  # bytes of UTF-8
_SHOWN = 2_000  # characters of a name that a list holds; the record holds all of it
_MOST_DIMENSIONS = 2**32 - 2  # of a sparse vector

HEAD = ["id", "content_hash", "version", "told", "pieces", "passages"]
"""The fields of `Head`, apart from the sketch."""
SKETCH = ["minhash", "shingles"]


@dataclass(frozen=True, slots=True)
class Head:
    """An article's row, without its text.

    Attributes:
        key: digest of the id.
        version: of what was made of it; empty once it is removed.
        pieces, passages: how many rows it has.
        told: what lists show, and what orders the versions of a story.
    """

    key: str
    id: str
    content_hash: str
    version: str
    pieces: int
    passages: int
    told: Mapping[str, Any]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Head:
        """Read a row of `HEAD`'s fields."""
        return cls(
            row["key"],
            row["id"],
            row["content_hash"],
            row["version"],
            int(row["pieces"]),
            int(row["passages"]),
            json.loads(row["told"]),
        )

    @property
    def piece_keys(self) -> list[str]:
        """Under which its record is."""
        return [row_key(self.key, self.version, number) for number in range(self.pieces)]

    @property
    def passage_keys(self) -> list[str]:
        """Under which its passages are."""
        return [row_key(self.key, self.version, number) for number in range(self.passages)]

    @property
    def published(self) -> PublicationDate | None:
        """When it first appeared."""
        return _date(self.told["published"])

    @property
    def updated(self) -> PublicationDate | None:
        """When it came to read as it does."""
        return _date(self.told["updated"])


def article_key(article_id: str) -> str:
    """Under which an article is: 32 hexadecimal digits."""
    return _digest(article_id)


def outlet_key(publisher: str) -> str:
    """By what outlets are compared: upper and lower case alike."""
    return _digest(publisher.casefold())


def row_key(key: str, version: str, number: int) -> str:
    """Under which a piece or a passage of one version is."""
    return f"{key}{version}{number:06}"


def parts_of(key: str) -> tuple[str, str]:
    """The article and the version that a row's key names."""
    return key[:32], key[32:48]


def version_of(split: SplitArticle) -> str:
    """The same for the same article, cut and embedded alike: what is written twice is one."""
    digest = blake2b(split.article.content_hash.encode(), digest_size=8)
    for passage, key in zip(split.passages, split.keys, strict=True):
        digest.update(f"{passage.start} {passage.end} ".encode() + key)
    return digest.hexdigest()


def head_row(split: SplitArticle, version: str, pieces: int, change: str) -> dict[str, Any]:
    """The row that makes an article seen.

    Raises:
        StorageError: its id is longer than Milvus can hold.
    """
    article = split.article
    key = article_key(article.id)
    if len(article.id.encode()) > MOST_BYTES:
        raise StorageError(
            f"The article {article.id[:60]}… has an id of more than {MOST_BYTES:,} bytes: Milvus "
            "cannot hold it. Leave it out."
        )
    told = {
        "title": article.title[:_SHOWN],
        "publisher": article.publisher and article.publisher[:_SHOWN],
        "authors": json.dumps(article.authors, ensure_ascii=False)[:_SHOWN],
        "published": article.published and article.published.iso,
        "updated": article.updated and article.updated.iso,
        "outlet": _shortened(outlet_of(article.publisher, article.url)),
    }
    return {
        "key": key,
        "id": article.id,
        "content_hash": article.content_hash,
        "version": version,
        "change": change,
        "told": json.dumps(told, ensure_ascii=False),
        "pieces": pieces,
        "passages": len(split.passages),
        "minhash": split.sketch.minhash.hex(),
        "shingles": split.sketch.shingles,
        "bands": bands_of(split.sketch, key),
    }


def removed_row(head: Head, change: str) -> dict[str, Any]:
    """The row of an article that is no longer there: whoever keeps a list learns it from this."""
    return {
        "key": head.key,
        "id": head.id,
        "content_hash": "",
        "version": "",
        "change": change,
        "told": json.dumps(dict(head.told), ensure_ascii=False),
        "pieces": 0,
        "passages": 0,
        "minhash": "",
        "shingles": 0,
        "bands": bands_of(Sketch(b"", 0), head.key),
    }


def bands_of(sketch: Sketch, key: str) -> dict[int, float]:
    """A sketch's bands as a sparse vector: the inner product of two counts those in common."""
    bands = {band % _MOST_DIMENSIONS: 1.0 for band in sketch.bands()}
    return bands or {int(key[:7], 16): 1.0}  # Milvus takes no empty one


def sketch_of(row: Mapping[str, Any]) -> Sketch:
    """Read a row of `SKETCH`'s fields."""
    return Sketch(bytes.fromhex(row["minhash"]), int(row["shingles"]))


def text_rows(article: Article, version: str) -> list[dict[str, Any]]:
    """An article's record, in pieces."""
    key = article_key(article.id)
    record = {
        "id": article.id,
        "title": article.title,
        "text": article.text,
        "publisher": article.publisher,
        "authors": article.authors,
        "url": article.url,
        "published": article.published and article.published.iso,
        "published_from": article.published_from,
        "updated": article.updated and article.updated.iso,
        "updated_from": article.updated_from,
        "language": article.language,
    }
    return [
        {"key": row_key(key, version, number), "article": key, "piece": piece, "nothing": NOTHING}
        for number, piece in enumerate(cut(json.dumps(record, ensure_ascii=False)))
    ]


def article_from(head: Head, pieces: Sequence[str]) -> Article:
    """An article from its pieces.

    Raises:
        StorageError: it is not what was stored, and nothing may be quoted of it.
    """
    try:
        said = json.loads("".join(pieces))
        dates = {name: _date(said[name]) for name in ("published", "updated")}
        article = Article(**said | dates | {"authors": tuple(said["authors"])})
    except (LookupError, TypeError, ValueError):
        article = None
    if article is None or article.content_hash != head.content_hash:
        raise StorageError(
            f"The article {head.id} is not what was stored: add it again, or rebuild the index."
        )
    return article


def passage_rows(
    split: SplitArticle, version: str, vectors: Mapping[bytes, NDArray[np.float32]]
) -> list[dict[str, Any]]:
    """An article's passages."""
    article, published = split.article, split.article.published
    key = article_key(article.id)
    return [
        {
            "key": row_key(key, version, number),
            "article": key,
            "vector_key": vector_key.hex(),
            "start": passage.start,
            "end": passage.end,
            "first": published.first.toordinal() if published else 0,
            "last": published.last.toordinal() if published else 0,
            "outlet": "" if article.publisher is None else outlet_key(article.publisher),
            "words": searched_words(article.title, passage.text),
            "vector": kept(vectors[vector_key]),
        }
        for number, (passage, vector_key) in enumerate(zip(split.passages, split.keys, strict=True))
    ]


def kept(vector: NDArray[np.float32]) -> NDArray[np.float32]:
    """A vector as every store keeps it, so that moving it to another one changes nothing."""
    rounded: NDArray[np.float32] = vector.astype("<f2").astype("<f4")
    return rounded


def cut(text: str, most: int = _PIECE) -> list[str]:
    """A text in pieces of up to `most` bytes of UTF-8, cut between characters."""
    data, pieces, start = text.encode(), [], 0
    while start < len(data):
        end = min(start + most, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:  # in the midst of a character
            end -= 1
        pieces.append(data[start:end].decode())
        start = end
    return pieces


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= _SHOWN else _digest(text)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _date(text: str | None) -> PublicationDate | None:
    return PublicationDate(text) if text else None
