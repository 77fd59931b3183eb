"""Articles and passages as rows of Milvus, and back.

An article's record is JSON, cut into pieces that a Milvus text can hold: bytes, cut between
characters, put together again to the character, and compared with the content's SHA-256.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from index.errors import StorageError
from index.records import Article, from_facts, to_facts
from index.store.interface import Manifest
from index.store.milvus.milvus_collections import (
    MAX_TEXT_BYTES,
    STATE,
    searched_words,
)
from index.stories.copies import Sketch, outlet_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import numpy as np
    from numpy.typing import NDArray

    from index.store.interface import SplitArticle
    from index.stories.printings import Place

    Row = dict[str, Any]

SCHEMA_VERSION = 4
READABLE_VERSIONS = frozenset({2, 3, SCHEMA_VERSION})
"""In 2 some words have another stem, so a search by words finds a little less until a rebuild."""
_PIECE_BYTES = 60_000
_SHOWN_CHARACTERS = 2_000  # of a name that a list shows; the record holds all of it

LISTED = ["id", "version", "content_hash", "passages", "facts", "story", "newer"]
"""The fields that the list of articles has."""
ARTICLE = ["id", "version", "content_hash", "record"]
"""The fields that `article_from` reads."""
SKETCH = ["version", "minhash", "shingles"]
"""The fields that `sketch_of` reads."""


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
    def of(cls, row: Row) -> State:
        """Read it."""
        said = json.loads("".join(row["record"]))
        manifest, pending = Manifest(**said.pop("manifest")), tuple(said.pop("pending"))
        return cls(**said, manifest=manifest, pending=pending)

    def row(self) -> Row:
        """Write it down."""
        said = {name: getattr(self, name) for name in self.__slots__}
        said["manifest"] = {name: getattr(self.manifest, name) for name in Manifest.__slots__}
        return empty_row(STATE, -1) | {"record": list(cut(json.dumps(said)))}


def article_key(article_id: str) -> str:
    """Under which an article is: 32 hexadecimal digits."""
    return blake2b(article_id.encode(), digest_size=16).hexdigest()


def outlet_key(publisher: str) -> str:
    """By what outlets are compared: upper and lower case alike."""
    return article_key(publisher.casefold())


def parts_of(key: str) -> tuple[str, str]:
    """The article and the version that a passage's key names."""
    return key[:32], key[32:48]


def article_row(split: SplitArticle) -> Row:
    """The row of an article that is to be stored: a story of its own until it is placed."""
    article, key = split.article, article_key(split.article.id)
    if len(article.id.encode()) > MAX_TEXT_BYTES:
        raise StorageError(
            f"The article {article.id[:60]}… has an id of more than {MAX_TEXT_BYTES:,} bytes: "
            "Milvus cannot hold it. Leave it out."
        )
    outlet = outlet_of(article.publisher, article.url)
    facts = {
        "title": article.title[:_SHOWN_CHARACTERS],
        "publisher": article.publisher and article.publisher[:_SHOWN_CHARACTERS],
        "authors": json.dumps(article.authors, ensure_ascii=False)[:_SHOWN_CHARACTERS],
        "published": article.published and article.published.iso,
        "updated": article.updated and article.updated.iso,
        "outlet": outlet and outlet[:_SHOWN_CHARACTERS],
    }
    # The same for the same article, cut and embedded alike: what is written twice is one.
    version = blake2b(article.content_hash.encode(), digest_size=8)
    for passage, vector_key in zip(split.passages, split.keys, strict=True):
        version.update(f"{passage.start} {passage.end} ".encode() + vector_key)
    return empty_row(key, 0) | {
        "id": article.id,
        "content_hash": article.content_hash,
        "version": version.hexdigest(),
        "passages": len(split.passages),
        "facts": json.dumps(facts, ensure_ascii=False),
        "story": article.id,
        "minhash": split.sketch.minhash.hex(),
        "shingles": split.sketch.shingles,
        "record": list(cut(json.dumps(to_facts(article), ensure_ascii=False))),
    }


def place_fields(place: Place | None) -> Row:
    """The fields that say where an article stands among its copies; none for None."""
    if place is None:
        return {}
    return {"story": place.story, "newer": article_key(place.newer) if place.newer else ""}


def empty_row(key: str, changed: int, article_id: str = "") -> Row:
    """The row of an article that is no longer there: whoever keeps a list learns it from this."""
    texts = dict.fromkeys(("content_hash", "version", "story", "newer", "minhash"), "")
    numbers = {"changed": changed, "passages": 0, "shingles": 0}
    # Links and bands: the last version found copies by them, and its collections want them.
    nothing = {"facts": "{}", "record": [], "links": [], "bands": {0: 1.0}}
    return {"key": key, "id": article_id, **texts, **numbers, **nothing}


def article_from(row: Row) -> Article:
    """The article of a row; a StorageError, and no quote, where it is not what was stored."""
    try:
        article = from_facts(json.loads("".join(row["record"])))
    except (LookupError, TypeError, ValueError):
        article = None
    if article is None or article.content_hash != row["content_hash"]:
        raise StorageError(
            f"The article {row['id']} is not what was stored: add it again, or rebuild the index."
        )
    return article


def sketch_of(row: Row) -> Sketch:
    """The sketch of a row."""
    return Sketch(bytes.fromhex(row["minhash"]), int(row["shingles"]))


def passage_rows(
    version: str, split: SplitArticle, vectors: Mapping[bytes, NDArray[np.float32]]
) -> list[Row]:
    """An article's passages."""
    article, published = split.article, split.article.published
    key = article_key(article.id)
    return [
        {
            "key": f"{key}{version}{number:06}",
            "article": key,
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


def cut(text: str, most: int = _PIECE_BYTES) -> Iterator[str]:
    """A text in pieces of up to `most` bytes of UTF-8, cut between characters."""
    data = text.encode()
    while data:
        piece = data[:most].decode(errors="ignore")
        yield piece
        data = data[len(piece.encode()) :]
