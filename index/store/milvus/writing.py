"""Changes in Milvus: what cannot be seen is written first, what makes it seen comes last.

The order is: a note of what is about to be written; texts and passages, under a version that no
head names yet; heads; links between copies; the rows of versions that no longer count; a row that
counts the change; and the note goes. `recovering` finishes what stops in the midst of that.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.store.interface import MissingVectorsError
from index.store.milvus.connection import STRONG, CollectionGoneError
from index.store.milvus.root import PresumedDeadError, now
from index.store.milvus.rows import (
    Head,
    article_key,
    head_row,
    passage_rows,
    removed_row,
    text_rows,
    version_of,
)
from index.store.milvus.schema import CHANGES, NOTHING, Names, create_passages
from index.store.milvus.stories import link_copies, read_heads
from index.store.milvus.vectors import read_vectors

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from typing import Any

    import numpy as np
    from numpy.typing import NDArray

    from index.store.interface import SplitArticle
    from index.store.milvus.connection import Connection
    from index.store.milvus.root import Current, Root

_TOGETHER = 64  # articles
_TEXTS_TOGETHER = 100  # pieces in a request: at most 6 MB


@dataclass(slots=True)
class Written:
    """What became of articles that were put.

    Attributes:
        splits: the last of each id, by key.
        heads: their rows, not written yet.
        outdone: what was written of others of the same id.
    """

    splits: dict[str, SplitArticle] = field(default_factory=dict)
    heads: dict[str, dict[str, Any]] = field(default_factory=dict)
    outdone: list[Head] = field(default_factory=list)


class Writing:
    """One change to one set of collections.

    Args:
        vectors: those that come with the change.
        before: the set that this one is to replace; its vectors are used again.
    """

    def __init__(
        self,
        connection: Connection,
        root: Root,
        names: Names,
        vectors: Mapping[bytes, NDArray[np.float32]],
        before: Current | None = None,
    ) -> None:
        self._connection, self._root, self._names = connection, root, names
        self._given = vectors
        self._sources = [names, *([before.names] if before else [])]
        self.change = secrets.token_hex(16)
        self._notes: list[str] = []
        self._dimension: int | None = None
        self.keys: set[bytes] = set()

    def make(self, put: Iterable[SplitArticle], remove: Collection[str]) -> set[str]:
        """Make a change that is seen article by article; the ids of what it put that are copies.

        Raises:
            MissingVectorsError: nothing was changed.
            PresumedDeadError: it is to be made again.
        """
        written = Written()
        for some in _portions(put):
            self._write_bodies(some, written)
        gone = {article_key(each) for each in remove}
        before = read_heads(self._connection, self._names, gone | written.heads.keys(), STRONG)
        removed = [
            removed_row(before[key], self.change)
            for key in gone
            if key in before and key not in written.heads
        ]
        self._note([row["key"] for row in removed])
        heads = list(written.heads.values())
        self._root.check_notes(self._notes)  # held up for long, it may have been tidied away
        self._connection.put(self._names.articles, heads + removed, _TOGETHER)
        try:
            self._root.check_notes(self._notes)  # or just before these named it
        except PresumedDeadError:
            self._drop_others([*before.values(), *written.outdone], written.heads)
            raise
        copies = self._link(written.splits.values())
        self._drop_others([*before.values(), *written.outdone], written.heads)
        self.finish()
        return copies

    def fill(self, put: Iterable[SplitArticle]) -> Iterator[set[str]]:
        """Fill a new set, which nobody sees yet; after each portion, the ids that are copies."""
        for some in _portions(put):
            written = Written()
            self._write_bodies(some, written, noting=False)
            self._connection.put(self._names.articles, list(written.heads.values()))
            yield self._link(written.splits.values())

    def finish(self) -> None:
        """Count the change, and forget the note."""
        count_change(self._connection, self.change)
        self._root.end(self.change, self._notes)

    # How

    def _write_bodies(
        self, splits: Sequence[SplitArticle], written: Written, *, noting: bool = True
    ) -> None:
        keys = {key for each in splits for key in each.keys}
        vectors = {key: self._given[key] for key in keys if key in self._given}
        for names in self._sources:
            vectors |= read_vectors(self._connection, names, keys - vectors.keys())
        if keys - vectors.keys():
            raise MissingVectorsError
        if vectors and self._dimension is None:
            self._dimension = len(next(iter(vectors.values())))
            create_passages(self._connection, self._names, self._dimension)
        if noting:
            self.keys |= keys
            self._note([article_key(each.article.id) for each in splits])
        texts, passages = [], []
        for split in splits:
            version = version_of(split)
            pieces = text_rows(split.article, version)
            key = article_key(split.article.id)
            texts += pieces
            passages += passage_rows(split, version, vectors)
            if key in written.heads:
                written.outdone.append(Head.of(written.heads[key]))
            written.splits[key] = split
            written.heads[key] = head_row(split, version, len(pieces), self.change)
        self._connection.put(self._names.texts, texts, _TEXTS_TOGETHER)
        self._connection.put(self._names.passages, passages)

    def _note(self, keys: Sequence[str]) -> None:
        for start in range(0, len(keys), 500):
            some = keys[start : start + 500]
            self._notes.append(self._root.begin(self.change, self._names.set, some))

    def _link(self, splits: Iterable[SplitArticle]) -> set[str]:
        copies: set[str] = set()
        for some in _portions(splits):
            copies |= link_copies(self._connection, self._names, some, self.change)
        return copies

    def _drop_others(self, before: Sequence[Head], heads: Mapping[str, Mapping[str, Any]]) -> None:
        """Delete what earlier versions left; who reads one just now finds the newer one instead."""
        old = [
            head
            for head in before
            if head.key not in heads or heads[head.key]["version"] != head.version
        ]
        self._connection.delete(self._names.texts, [key for each in old for key in each.piece_keys])
        passages = [key for each in old for key in each.passage_keys]
        if passages:
            self._connection.delete(self._names.passages, passages)
        drop_links(self._connection, self._names, [each.key for each in old])


def count_change(connection: Connection, change: str) -> None:
    """Count a change; doing it twice counts it once."""
    connection.put(CHANGES, [{"key": change, "at": now(), "nothing": NOTHING}])


def drop_links(connection: Connection, names: Names, keys: Collection[str]) -> None:
    """Delete the links of versions that no longer count."""
    fields = ["one", "other", "one_version", "other_version"]
    found = list(connection.where(names.links, "one", keys, fields))
    if not found:
        return
    ends = {row[end] for row in found for end in ("one", "other")}
    heads = read_heads(connection, names, ends, STRONG)
    stale = [
        key
        for row in found
        if any(
            end not in heads or heads[end].version != version
            for end, version in (
                (row["one"], row["one_version"]),
                (row["other"], row["other_version"]),
            )
        )
        for key in (row["one"] + row["other"], row["other"] + row["one"])
    ]
    connection.delete(names.links, stale)


def drop_strays(connection: Connection, names: Names, keys: Collection[str]) -> None:
    """Delete every text and passage of these articles that their heads do not name."""
    heads = read_heads(connection, names, keys, STRONG)
    for collection, named in (
        (names.texts, {key for head in heads.values() for key in head.piece_keys}),
        (names.passages, {key for head in heads.values() for key in head.passage_keys}),
    ):
        try:
            found = connection.where(collection, "article", keys, [])
            connection.delete(collection, [row["key"] for row in found if row["key"] not in named])
        except CollectionGoneError:
            continue  # no passage was ever stored
    drop_links(connection, names, keys)


def _portions(splits: Iterable[SplitArticle]) -> Iterator[list[SplitArticle]]:
    some: list[SplitArticle] = []
    for each in splits:
        some.append(each)
        if len(some) == _TOGETHER:
            yield some
            some = []
    if some:
        yield some
