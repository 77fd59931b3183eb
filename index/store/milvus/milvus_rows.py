"""Articles and passages as rows of Milvus, and back.

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
from index.records import Article, from_facts, to_facts
from index.store.interface import Manifest
from index.store.milvus.milvus_collections import (
    MAX_ELEMENTS,
    MAX_TEXT_BYTES,
    STATE,
    searched_words,
)
from index.stories.copies import Sketch, outlet_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from index.store.interface import SplitArticle

SCHEMA_VERSION = 3
READABLE_VERSIONS = frozenset({2, SCHEMA_VERSION})
"""In 2 some words have another stem, so a search by words finds a little less until a rebuild."""
_PIECE_BYTES = 60_000
_SHOWN_CHARACTERS = 2_000  # of a name that a list shows; the record holds all of it
_MAX_DIMENSION = 2**32 - 2  # of a sparse vector

HEAD = ["id", "content_hash", "version", "facts", "story", "newer", "links", "passages"]
"""The fields of `Head`."""
SKETCH = ["minhash", "shingles"]


@dataclass(frozen=True, slots=True)
class Head:
    """An article's row without its record and its sketch.

    Attributes:
        key: digest of the id.
        version: of what was made of the article; empty once it is removed.
        passages: how many it has.
        facts: what lists show, and what orders the versions of a story.
        story: the same for all copies; newer: the key of the version that replaces it, or "".
        links: how much of it stands in each article that may be a copy, by key. Two articles are
            copies where each names the other.
    """

    key: str
    id: str
    content_hash: str
    version: str
    passages: int
    facts: Mapping[str, Any]
    story: str
    newer: str
    links: Mapping[str, float]

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Head:
        """Read a row of `HEAD`'s fields."""
        return cls(
            row["key"],
            row["id"],
            row["content_hash"],
            row["version"],
            int(row["passages"]),
            json.loads(row["facts"]),
            row["story"],
            row["newer"],
            {each[:32]: float(each[33:]) for each in row["links"]},
        )

    def place(self) -> dict[str, Any]:
        """The fields that say where it stands among its copies."""
        links = [f"{key} {share:.6f}" for key, share in self.links.items()]
        return {"story": self.story, "newer": self.newer, "links": links[:MAX_ELEMENTS]}

    @property
    def published(self) -> PublicationDate | None:
        """When it first appeared."""
        return _date(self.facts["published"])

    @property
    def updated(self) -> PublicationDate | None:
        """When it came to read as it does."""
        return _date(self.facts["updated"])


@dataclass(frozen=True, slots=True)
class State:
    """How an index was made and how it stands: the row `STATE`.

    Attributes:
        store: the index's own random id.
        generation: the number of changes so far.
        writer: the id of the folder from which it is written.
        pending: keys of the articles that a change was writing when it stopped, if it did.
        schema: the version of these collections.
    """

    store: str
    generation: int
    manifest: Manifest
    writer: str
    pending: tuple[str, ...] = ()
    schema: int = SCHEMA_VERSION

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> State:
        """Read it."""
        said = json.loads("".join(row["record"]))
        manifest, pending = Manifest(**said.pop("manifest")), tuple(said.pop("pending"))
        return cls(**said, manifest=manifest, pending=pending)

    def row(self) -> dict[str, Any]:
        """Write it down."""
        said = {name: getattr(self, name) for name in self.__slots__}
        said["manifest"] = {name: getattr(self.manifest, name) for name in Manifest.__slots__}
        return _row(STATE) | {"changed": -1, "record": cut(json.dumps(said))}


def article_key(article_id: str) -> str:
    """Under which an article is: 32 hexadecimal digits."""
    return _digest(article_id)


def outlet_key(publisher: str) -> str:
    """By what outlets are compared: upper and lower case alike."""
    return _digest(publisher.casefold())


def parts_of(key: str) -> tuple[str, str]:
    """The article and the version that a passage's key names."""
    return key[:32], key[32:48]


def new_head(split: SplitArticle) -> Head:
    """The head of an article that is to be stored; its place among copies is not known yet.

    Raises:
        StorageError: its id is longer than Milvus can hold.
    """
    article = split.article
    if len(article.id.encode()) > MAX_TEXT_BYTES:
        raise StorageError(
            f"The article {article.id[:60]}… has an id of more than {MAX_TEXT_BYTES:,} bytes: "
            "Milvus cannot hold it. Leave it out."
        )
    facts = {
        "title": article.title[:_SHOWN_CHARACTERS],
        "publisher": article.publisher and article.publisher[:_SHOWN_CHARACTERS],
        "authors": json.dumps(article.authors, ensure_ascii=False)[:_SHOWN_CHARACTERS],
        "published": article.published and article.published.iso,
        "updated": article.updated and article.updated.iso,
        "outlet": _shortened(outlet_of(article.publisher, article.url)),
    }
    # The same for the same article, cut and embedded alike: what is written twice is one.
    version = blake2b(article.content_hash.encode(), digest_size=8)
    for passage, key in zip(split.passages, split.keys, strict=True):
        version.update(f"{passage.start} {passage.end} ".encode() + key)
    return Head(
        article_key(article.id),
        article.id,
        article.content_hash,
        version.hexdigest(),
        len(split.passages),
        facts,
        article.id,
        "",
        {},
    )


def article_row(head: Head, article: Article, sketch: Sketch, changed: int) -> dict[str, Any]:
    """The row that makes an article seen."""
    return _row(head.key) | {
        **head.place(),
        "changed": changed,
        "id": head.id,
        "content_hash": head.content_hash,
        "version": head.version,
        "passages": head.passages,
        "facts": json.dumps(head.facts, ensure_ascii=False),
        "minhash": sketch.minhash.hex(),
        "shingles": sketch.shingles,
        "record": cut(json.dumps(to_facts(article), ensure_ascii=False)),
        "bands": bands_of(sketch, head.key),
    }


def removed_row(head: Head, changed: int) -> dict[str, Any]:
    """The row of an article that is no longer there: whoever keeps a list learns it from this."""
    return _row(head.key) | {"id": head.id, "changed": changed}


def article_from(row: Mapping[str, Any]) -> Article:
    """The article of a row with `id`, `content_hash` and `record`.

    Raises:
        StorageError: it is not what was stored, and nothing may be quoted of it.
    """
    try:
        article = from_facts(json.loads("".join(row["record"])))
    except (LookupError, TypeError, ValueError):
        article = None
    if article is None or article.content_hash != row["content_hash"]:
        raise StorageError(
            f"The article {row['id']} is not what was stored: add it again, or rebuild the index."
        )
    return article


def bands_of(sketch: Sketch, key: str) -> dict[int, float]:
    """A sketch's bands as a sparse vector: the inner product of two counts those in common."""
    bands = {band % _MAX_DIMENSION: 1.0 for band in sketch.bands()}
    return bands or {int(key.encode()[:7].hex(), 16) % _MAX_DIMENSION: 1.0}  # none may be empty


def sketch_of(row: Mapping[str, Any]) -> Sketch:
    """Read a row of `SKETCH`'s fields."""
    return Sketch(bytes.fromhex(row["minhash"]), int(row["shingles"]))


def passage_rows(
    head: Head, split: SplitArticle, vectors: Mapping[bytes, NDArray[np.float32]]
) -> list[dict[str, Any]]:
    """An article's passages."""
    article, published = split.article, split.article.published
    return [
        {
            "key": f"{head.key}{head.version}{number:06}",
            "article": head.key,
            "vector_key": vector_key.hex(),
            "start": passage.start,
            "end": passage.end,
            "first": published.first.toordinal() if published else 0,
            "last": published.last.toordinal() if published else 0,
            "outlet": "" if article.publisher is None else outlet_key(article.publisher),
            "words": searched_words(article.title, passage.text),
            # as every store keeps it, so that moving it to another one changes nothing
            "vector": vectors[vector_key].astype("<f2").astype("<f4"),
        }
        for number, (passage, vector_key) in enumerate(zip(split.passages, split.keys, strict=True))
    ]


def cut(text: str, most: int = _PIECE_BYTES) -> list[str]:
    """A text in pieces of up to `most` bytes of UTF-8, cut between characters."""
    data, pieces, start = text.encode(), [], 0
    while start < len(data):
        end = min(start + most, len(data))
        while end < len(data) and data[end] & 0xC0 == 0x80:  # in the midst of a character
            end -= 1
        pieces.append(data[start:end].decode())
        start = end
    return pieces


def _row(key: str) -> dict[str, Any]:
    """A row of no article."""
    texts = dict.fromkeys(("id", "content_hash", "version", "story", "newer", "minhash"), "")
    numbers = {"changed": 0, "passages": 0, "shingles": 0}
    bands = bands_of(Sketch(b"", 0), key)
    return {
        "key": key,
        **texts,
        **numbers,
        "facts": "{}",
        "links": [],
        "record": [],
        "bands": bands,
    }


def _shortened(text: str | None) -> str | None:
    return text if text is None or len(text) <= _SHOWN_CHARACTERS else _digest(text)


def _digest(text: str) -> str:
    return blake2b(text.encode(), digest_size=16).hexdigest()


def _date(text: str | None) -> PublicationDate | None:
    return PublicationDate(text) if text else None
