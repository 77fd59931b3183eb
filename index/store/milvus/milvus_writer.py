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
from dataclasses import dataclass, replace
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from index.errors import StorageError
from index.sqlite_errors import translating_errors
from index.store.interface import (
    MissingVectorsError,
    SplitArticle,
    StaleChangeError,
    check_model,
)
from index.store.milvus.milvus_client import STRONG
from index.store.milvus.milvus_collections import ALIAS, ARTICLES, STATE, CollectionSet, ours
from index.store.milvus.milvus_list import find_copies, follow, forget, insert, note
from index.store.milvus.milvus_reading import read_current, read_rows, read_vectors
from index.store.milvus.milvus_rows import (
    State,
    article_key,
    article_row,
    empty_row,
    parts_of,
    passage_rows,
    place_fields,
)
from index.store.sqlite_listing import list_articles
from index.store.sqlite_stories import tell_anew

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

    from index.store.interface import Change
    from index.store.milvus.milvus_client import MilvusClient
    from index.store.milvus.milvus_list import ArticleList
    from index.store.milvus.milvus_rows import Row
    from index.stories.printings import Place

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
        articles: the list on this machine, in which copies are found and vectors may wait.
    """

    def __init__(self, client: MilvusClient, folder: Path, articles: ArticleList) -> None:
        self._client, self._folder, self._list = client, folder, articles

    def commit(self, change: Change) -> set[str]:
        """Make one change, as `Store.commit` says; what it puts is seen article by article."""
        with self._locked() as writer:
            current = self._begin(writer)
            generation = current[1].generation if current else 0
            if change.expect is not None and generation != change.expect:
                raise StaleChangeError
            if current is None or change.replace:
                return self._replace(current, change, writer)
            check_model(current[1].manifest, change.manifest)
            return self._change(*current, change)

    # One writer at a time

    @contextmanager
    def _locked(self) -> Iterator[str]:
        """Hold the lock of the folder, which the system takes back when a process dies."""
        from filelock import FileLock, Timeout

        file = self._folder / ID_FILE
        with translating_errors(file):
            self._folder.mkdir(parents=True, exist_ok=True)
            try:
                held = FileLock(self._folder / LOCK_FILE).acquire(timeout=LOCK_TIMEOUT_S)
            except Timeout:
                raise StorageError(
                    f"Another process has been writing to {self._client.address.shown} for "
                    f"{LOCK_TIMEOUT_S / 60:.0f} minutes: try again later."
                ) from None
        with held:
            with translating_errors(file):
                if not file.exists():
                    file.write_text(secrets.token_hex(8) + "\n")
                writer = file.read_text().strip()
            yield writer

    def _begin(self, writer: str) -> Current | None:
        """What there is to be changed, without what an earlier writer has left."""
        current = read_current(self._client) or self._named_again()
        if current and current[1].writer != writer and not self._client.address.file:
            raise StorageError(
                f"The index in {self._client.address.shown} is written from another "
                "DATELINE_HOME, and all that write share one. If that folder is gone for "
                f"good, write {current[1].writer} into {self._folder / ID_FILE}."
            )
        for each in (current[0] if current else CollectionSet("")).others(self._client):
            self._client.drop(each)  # of a rebuild that was stopped
        if current and current[1].pending:
            return current[0], self._mend(*current)
        return current

    def _named_again(self) -> Current | None:
        """An index whose alias is gone, or was never set: the set that was written last, whole.

        The row that describes a set is written when all else of it is there.
        """
        written = [
            (State.of(rows[STATE]).generation, name)
            for name in sorted(ours(self._client))
            if name.endswith(ARTICLES)
            and STATE in (rows := self._client.get(name, [STATE], ["record"], STRONG))
        ]
        if not written:
            return None
        self._client.point_alias(ALIAS, max(written)[1])
        return read_current(self._client)

    def _mend(self, names: CollectionSet, state: State) -> State:
        """Put right what a killed writer has left: these articles are as before it or after it."""

        def mend(articles: sqlite3.Connection) -> State:
            follow(articles, self._client, names, state, unsettled=True)
            touched, _ = find_copies(articles, self._client, names)
            self._put_places(names, tell_anew(articles, touched), state.generation + 1)
            rows = read_rows(self._client, names, state.pending, ["version"], STRONG)
            there = {key: row["version"] for key, row in rows.items()}
            self._drop_strays(names, dict.fromkeys(state.pending, "") | there)
            return self._settle(articles, names, state)

        return self._list.change(mend)

    # Changes

    def _change(self, names: CollectionSet, state: State, change: Change) -> set[str]:
        copies: set[str] = set()
        for portion in _portions(change):
            vectors = self._vectors(names, portion, change.vectors)
            pending = tuple(sorted(portion.rows | portion.removed))
            self._client.put(names.articles, [replace(state, pending=pending).row()])
            change_some = partial(self._change_some, names, state, portion, vectors)
            some, state = self._list.change(change_some)
            copies |= some
        return copies

    def _change_some(
        self,
        names: CollectionSet,
        state: State,
        portion: _Portion,
        vectors: Vectors,
        articles: sqlite3.Connection,
    ) -> tuple[set[str], State]:
        follow(articles, self._client, names, state)
        copies = self._write(articles, names, portion, vectors, state.generation + 1)
        return copies, self._settle(articles, names, state)

    def _replace(self, current: Current | None, change: Change, writer: str) -> set[str]:
        before, state = current or (None, State(secrets.token_hex(8), 0, change.manifest, writer))
        state = State(state.store, state.generation + 1, change.manifest, writer)
        names, copies = CollectionSet(secrets.token_hex(4)), set[str]()
        names.create_articles(self._client)
        portions = _portions(replace(change, remove=()))
        portion, failed = next(portions, None), list[Exception]()

        def fill(articles: sqlite3.Connection) -> None:
            nonlocal portion
            if failed:
                raise failed[0]  # there would be no more to draw, as if that were all
            # Clears it. Where it was lost meanwhile: what was written until then.
            follow(articles, self._client, names, state, unsettled=True)
            while portion:
                vectors = self._vectors(before, portion, change.vectors)
                copies.update(self._write(articles, names, portion, vectors, state.generation))
                try:
                    portion = next(portions, None)
                except Exception as error:
                    failed.append(error)
                    raise
            self._client.put(names.articles, [state.row()])
            for each in names.there(self._client):
                self._client.flush(each)
            self._client.point_alias(ALIAS, names.articles)
            note(articles, names, state)

        self._list.change(fill)
        for each in names.others(self._client):
            self._client.drop(each)
        return copies

    def _write(
        self,
        articles: sqlite3.Connection,
        names: CollectionSet,
        portion: _Portion,
        vectors: Vectors,
        changed: int,
    ) -> set[str]:
        """Store articles and remove others; the ids of those stored that are copies."""
        put, rows, removed = portion.put, portion.rows, portion.removed
        if vectors:
            names.create_passages(self._client, len(next(iter(vectors.values()))))
        passages = [
            row for key in put for row in passage_rows(rows[key]["version"], put[key], vectors)
        ]
        self._client.put(names.passages, passages)
        ids = removed | {key: each.article.id for key, each in put.items()}
        query = "SELECT 1 FROM articles WHERE id = ?"
        there = {key for key, each in ids.items() if articles.execute(query, (each,)).fetchone()}
        touched = forget(articles, ids.values())
        numbers = {insert(articles, rows[key]): each for key, each in put.items()}
        linked, copies = find_copies(articles, self._client, names, numbers)
        list_articles(articles)
        places = tell_anew(articles, touched | linked)
        told = [
            row | place_fields(places.pop(row["id"], None)) | {"changed": changed}
            for row in rows.values()
        ]
        self._put_places(names, places, changed)
        gone = [empty_row(key, changed, ids[key]) for key in removed.keys() & there]
        self._client.put(names.articles, told + gone, per_request=TEXTS_PER_REQUEST)
        self._drop_strays(
            names, {key: rows[key]["version"] if key in rows else "" for key in there}
        )
        return {numbers[each].article.id for each in copies & numbers.keys()}

    # How

    def _vectors(
        self, names: CollectionSet | None, portion: _Portion, given: Vectors
    ) -> dict[bytes, NDArray[np.float32]]:
        """The vectors of these articles; a MissingVectorsError where some are nowhere."""
        keys = {key for each in portion.put.values() for key in each.keys}
        found = {key: given[key] for key in keys & given.keys()}
        found |= self._list.vectors(keys - found.keys())
        if names:
            found |= read_vectors(self._client, names, keys - found.keys())
        if keys - found.keys():
            raise MissingVectorsError
        return found

    def _put_places(self, names: CollectionSet, places: Mapping[str, Place], changed: int) -> None:
        rows = [
            {"key": article_key(each), "changed": changed, **place_fields(place)}
            for each, place in places.items()
        ]
        self._client.put(names.articles, rows, partial=True)

    def _drop_strays(self, names: CollectionSet, versions: Mapping[str, str]) -> None:
        """Delete every passage of these articles that is not of the version that counts."""
        if versions and names.passages in names.there(self._client):
            passages = self._client.where(names.passages, "article", versions, [])
            keys = [row["key"] for row in passages]
            strays = [key for key in keys if versions[parts_of(key)[0]] != parts_of(key)[1]]
            self._client.delete(names.passages, strays)

    def _settle(self, articles: sqlite3.Connection, names: CollectionSet, state: State) -> State:
        """Count a change that is whole, and that the list has it."""
        settled = replace(state, generation=state.generation + 1, pending=())
        self._client.put(names.articles, [settled.row()])
        note(articles, names, settled)
        return settled


@dataclass(frozen=True, slots=True)
class _Portion:
    """What is written together: articles, their rows, and the ids of those that go, all by key."""

    put: dict[str, SplitArticle]
    rows: dict[str, Row]
    removed: dict[str, str]


def _portions(change: Change) -> Iterator[_Portion]:
    """A change in portions: one at least, where there is nothing in it."""
    puts, removals = iter(change.put), iter(change.remove)
    first = True
    while True:
        put = {article_key(each.article.id): each for each in islice(puts, ARTICLES_PER_PORTION)}
        removed = {article_key(each): each for each in islice(removals, REMOVALS_PER_PORTION)}
        if not (put or removed or first):
            return
        rows = {key: article_row(each) for key, each in put.items()}
        yield _Portion(put, rows, {key: removed[key] for key in removed.keys() - put.keys()})
        first = False
