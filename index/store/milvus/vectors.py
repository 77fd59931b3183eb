"""Vectors by what was embedded: those of passages, and those that wait for their change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from index.store.milvus.connection import STRONG, CollectionGoneError
from index.store.milvus.root import now
from index.store.milvus.rows import kept
from index.store.milvus.schema import STAGED, create_staged

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from numpy.typing import NDArray

    from index.store.milvus.connection import Connection, Row
    from index.store.milvus.schema import Names

    Vectors = dict[bytes, NDArray[np.float32]]

_LEFT_AFTER = 86_400_000  # milliseconds that a vector waits for its change


def stage(connection: Connection, vectors: Mapping[bytes, NDArray[np.float32]]) -> None:
    """Keep vectors for a change to come."""
    if not vectors:
        return
    name = create_staged(connection, len(next(iter(vectors.values()))))
    rows = [
        {"key": key.hex(), "at": now(), "vector": kept(vector)} for key, vector in vectors.items()
    ]
    connection.put(name, rows)


def known_keys(connection: Connection, names: Names | None, keys: Collection[bytes]) -> set[bytes]:
    """Those of the keys under which there is a vector."""
    return {key for key, _ in _find(connection, names, set(keys), [])}


def read_vectors(connection: Connection, names: Names | None, keys: Collection[bytes]) -> Vectors:
    """The vectors under these keys, where there are any."""
    return {
        key: np.asarray(row["vector"], np.float32)
        for key, row in _find(connection, names, set(keys), ["vector"])
    }


def drop_staged(connection: Connection) -> None:
    """Forget every vector that waits: a change under way begins again, in the new set."""
    for name in _staged(connection):
        connection.drop(name)


def unstage(connection: Connection, keys: Collection[bytes], *, old: bool) -> None:
    """Forget vectors whose change was made; with `old` also those whose change never came."""
    for name in _staged(connection):
        connection.delete(name, [key.hex() for key in keys])
        if old:
            left = connection.rows(name, f"at < {now() - _LEFT_AFTER}", [], STRONG)
            connection.delete(name, [row["key"] for row in left])


def _find(
    connection: Connection, names: Names | None, keys: set[bytes], fields: list[str]
) -> Iterator[tuple[bytes, Row]]:
    wanted = set(keys)
    for name in _staged(connection) if wanted else ():
        hexed = [key.hex() for key in wanted]
        for row in connection.get(name, hexed, fields, STRONG).values():
            yield bytes.fromhex(row["key"]), row
            wanted.discard(bytes.fromhex(row["key"]))
    if names is None or not wanted:
        return
    try:
        hexed = [key.hex() for key in wanted]
        for row in connection.where(names.passages, "vector_key", hexed, ["vector_key", *fields]):
            key = bytes.fromhex(row["vector_key"])
            if key in wanted:
                wanted.discard(key)
                yield key, row
    except CollectionGoneError:  # no passage was ever stored
        return


def _staged(connection: Connection) -> list[str]:
    return [name for name in connection.collections() if name.startswith(STAGED)]
