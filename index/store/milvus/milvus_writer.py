"""Changes in Milvus, made by one writer at a time.

A change is made in portions. In each, what cannot be seen is written first and what makes it seen
comes last: the keys of its articles into the index's state; passages, under a version that no
article names yet; the articles' rows; then the passages of earlier versions are deleted; and the
state counts the change. Whoever writes next after a kill finds the keys and mends what they name.

A change that replaces everything fills collections of its own, to which the alias is then moved.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from index.errors import StorageError
from index.sqlite_errors import translating_errors
from index.store.interface import (
    MissingVectorsError,
    SplitArticle,
    StaleChangeError,
    model_mismatch,
)
from index.store.milvus.milvus_client import STRONG
from index.store.milvus.milvus_collections import (
    ALIAS,
    STATE,
    CollectionSet,
    belongs_to_a_set,
    create_articles,
    create_passages,
)
from index.store.milvus.milvus_copies import find_copies, place_articles
from index.store.milvus.milvus_rows import (
    HEAD,
    READABLE_VERSIONS,
    SCHEMA_VERSION,
    SKETCH,
    Head,
    State,
    article_from,
    article_key,
    article_row,
    new_head,
    parts_of,
    passage_rows,
    removed_row,
    sketch_of,
)
from index.store.milvus.milvus_search import has_passages, read_heads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.store.interface import Change
    from index.store.milvus.milvus_client import MilvusClient

    Vectors = Mapping[bytes, NDArray[np.float32]]
    Current = tuple[CollectionSet, State]

LOCK_FILE, ID_FILE = "milvus-writer.lock", "milvus-writer-id"
LOCK_TIMEOUT_S = 600.0  # for another writer: a rebuild takes a while
ARTICLES_PER_PORTION = 64
REMOVALS_PER_PORTION = 500
TEXTS_PER_REQUEST = 16  # articles: mostly far below the 64 MB that a request may hold


class MilvusWriter:
    """Writes into the index of one Milvus.

    Args:
        folder: holds the lock. All that write to one index share it, on one machine or as a volume.
        find_vectors: the stored or waiting vectors among these keys.
    """

    def __init__(
        self,
        client: MilvusClient,
        folder: Path,
        find_vectors: Callable[[CollectionSet | None, set[bytes]], Vectors],
    ) -> None:
        self._client, self._folder, self._find_vectors = client, folder, find_vectors

    def commit(self, change: Change) -> set[str]:
        """Make one change, as `Store.commit` says; what it puts is seen article by article."""
        with self._locked() as writer:
            current = self._begin(writer)
            generation = current[1].generation if current else 0
            if change.expect is not None and generation != change.expect:
                raise StaleChangeError
            if current is None or change.replace:
                return self._replace(current, change, writer)
            if not current[1].manifest.same_vectors(change.manifest):
                raise model_mismatch(current[1].manifest, change.manifest)
            return self._change(*current, change)

    # One writer at a time

    @contextmanager
    def _locked(self) -> Iterator[str]:
        """Hold the lock of the folder, which the system takes back when a process dies."""
        from filelock import FileLock, Timeout

        with translating_errors(self._folder / LOCK_FILE):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                lock = FileLock(self._folder / LOCK_FILE, timeout=LOCK_TIMEOUT_S)
                lock.acquire()
            except Timeout:
                raise StorageError(
                    f"Another process has been writing to {self._client.address.shown} for "
                    f"{LOCK_TIMEOUT_S / 60:.0f} minutes: try again later."
                ) from None
        try:
            file = self._folder / ID_FILE
            with translating_errors(file):
                if not file.exists():
                    file.write_text(secrets.token_hex(8) + "\n")
                writer = file.read_text().strip()
            yield writer
        finally:
            lock.release()

    def _begin(self, writer: str) -> Current | None:
        """What there is to be changed, without what an earlier writer has left."""
        current = read_current(self._client, STRONG)
        if current:
            names, state = current
            if state.writer != writer and not self._client.address.file:
                raise StorageError(
                    f"The index in {self._client.address.shown} is written from another "
                    "DATELINE_HOME, and all that write share one. If that folder is gone for "
                    f"good, write {state.writer} into {self._folder / ID_FILE}."
                )
        for each in self._client.collections():
            if belongs_to_a_set(each) and (
                current is None or each not in (current[0].articles, current[0].passages)
            ):
                self._client.drop(each)  # of a rebuild that was stopped
        if current and current[1].pending:
            names, state = current
            self._mend(names, set(state.pending), state.generation + 1)
            current = names, self._settle(names, state)
        return current

    # Changes

    def _change(self, names: CollectionSet, state: State, change: Change) -> set[str]:
        copies: set[str] = set()
        for splits, removed in _portions(change.put, map(article_key, change.remove)):
            vectors = self._gather(names, splits, change.vectors)
            heads = [new_head(each) for each in splits]  # before anything is written
            keys = {head.key for head in heads} | removed
            self._put_state(names, replace(state, pending=tuple(sorted(keys))))
            copies |= self._write(names, splits, removed, vectors, state.generation + 1)
            state = self._settle(names, state)
        return copies

    def _replace(self, current: Current | None, change: Change, writer: str) -> set[str]:
        before, state = current or (None, None)
        generation = state.generation + 1 if state else 1
        store = state.store if state else secrets.token_hex(8)
        names, copies = CollectionSet(secrets.token_hex(4)), set[str]()
        create_articles(self._client, names)
        for splits, _ in _portions(change.put, ()):
            vectors = self._gather(before, splits, change.vectors)
            copies |= self._write(names, splits, set(), vectors, generation)
        self._put_state(names, State(store, generation, change.manifest, writer))
        self._client.flush([names.articles, *self._passages(names)])
        self._client.point_alias(ALIAS, names.articles)
        if before:
            for each in (before.articles, *self._passages(before)):
                self._client.drop(each)
        return copies

    def _write(
        self,
        names: CollectionSet,
        splits: list[SplitArticle],
        removed: set[str],
        vectors: Vectors,
        changed: int,
    ) -> set[str]:
        """Store articles and remove others; the ids of those stored that are copies."""
        put = {article_key(each.article.id): each for each in splits}
        removed = removed - put.keys()
        heads = {key: new_head(each) for key, each in put.items()}
        if vectors:
            create_passages(self._client, names, len(next(iter(vectors.values()))))
        passages = [
            row for key, each in put.items() for row in passage_rows(heads[key], each, vectors)
        ]
        self._client.put(names.passages, passages)
        before = read_heads(self._client, names, put.keys() | removed, STRONG)
        copies, links = find_copies(self._client, names, put, removed)
        heads = {key: replace(head, links=links.get(key, {})) for key, head in heads.items()}
        placed, others = place_articles(self._client, names, heads, before, links)
        self._put_places(names, others, changed)
        rows = [
            article_row(placed[key], each.article, each.sketch, changed)
            for key, each in put.items()
        ]
        self._client.put(names.articles, rows, per_request=TEXTS_PER_REQUEST)
        gone = [removed_row(before[key], changed) for key in removed if key in before]
        self._client.put(names.articles, gone)
        self._drop_strays(names, before.keys())
        return copies

    def _mend(self, names: CollectionSet, keys: set[str], changed: int) -> None:
        """Put right what a killed writer has left: these articles are as before it or after it."""
        fields = [*HEAD, *SKETCH, "record"]
        rows = {
            key: row
            for key, row in self._client.get(names.articles, keys, fields, STRONG).items()
            if row["version"]
        }
        heads = {key: Head.of(row) for key, row in rows.items()}
        splits = {
            key: SplitArticle(article_from(row), (), (), sketch_of(row))
            for key, row in rows.items()
        }
        _, links = find_copies(self._client, names, splits, set())
        again = {key: replace(head, links=links.get(key, {})) for key, head in heads.items()}
        placed, others = place_articles(self._client, names, again, heads, links)
        self._put_places(names, others | placed, changed)
        self._drop_strays(names, keys)

    # How

    def _gather(
        self, names: CollectionSet | None, splits: list[SplitArticle], given: Vectors
    ) -> Vectors:
        """The vectors of these articles.

        Raises:
            MissingVectorsError: some are nowhere.
        """
        keys = {key for each in splits for key in each.keys}
        found = {key: given[key] for key in keys if key in given}
        found |= self._find_vectors(names, keys - found.keys())
        if keys - found.keys():
            raise MissingVectorsError
        return found

    def _put_places(self, names: CollectionSet, heads: Mapping[str, Head], changed: int) -> None:
        rows = [{"key": key, "changed": changed, **head.place()} for key, head in heads.items()]
        self._client.put(names.articles, rows, partial=True)

    def _drop_strays(self, names: CollectionSet, keys: Iterable[str]) -> None:
        """Delete every passage of these articles that is not of the version that counts."""
        wanted = set(keys)
        if not wanted or not has_passages(self._client, names):
            return
        heads = read_heads(self._client, names, wanted, STRONG)
        stray = [
            row["key"]
            for row in self._client.where(names.passages, "article", wanted, [])
            if parts_of(row["key"]) not in {(key, head.version) for key, head in heads.items()}
        ]
        self._client.delete(names.passages, stray)

    def _passages(self, names: CollectionSet) -> list[str]:
        return [names.passages] if has_passages(self._client, names) else []

    def _put_state(self, names: CollectionSet, state: State) -> None:
        self._client.put(names.articles, [state.row()])

    def _settle(self, names: CollectionSet, state: State) -> State:
        """Count a change that is whole."""
        settled = replace(state, generation=state.generation + 1, pending=())
        self._put_state(names, settled)
        return settled


def read_current(client: MilvusClient, level: str) -> Current | None:
    """The collections that count and their state; None before the first change.

    Raises:
        StorageError: another version of Dateline wrote it.
    """
    target = client.alias_target(ALIAS)
    if target is None:
        return None
    names = CollectionSet.of(target)
    row = client.get(names.articles, [STATE], ["record"], level)[STATE]
    state = State.of(row)
    if state.schema not in READABLE_VERSIONS:
        raise StorageError(
            f"The index in {client.address.shown} was written by another version of Dateline: use "
            "that one, or another database."
        )
    # What is written from here on is of this version, and the older Dateline leaves it alone.
    return names, replace(state, schema=SCHEMA_VERSION)


def _portions(
    put: Iterable[SplitArticle], remove: Iterable[str]
) -> Iterator[tuple[list[SplitArticle], set[str]]]:
    """What is written together; once nothing, where there is nothing at all."""
    puts, removals = iter(put), iter(remove)
    first = True
    while True:
        some = list(islice(puts, ARTICLES_PER_PORTION))
        gone = set(islice(removals, REMOVALS_PER_PORTION))
        if not (some or gone or first):
            return
        yield some, gone
        first = False
