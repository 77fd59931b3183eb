"""Which store an index is kept in, told by DATELINE_INDEX_URI."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import StorageError
from index.store.sqlite_store import SQLiteStore

if TYPE_CHECKING:
    from pathlib import Path

    from index.store.interface import Store


def open_store(uri: str | None, folder: Path, token: str | None = None) -> Store:
    """The store that a URI names (StorageError); nothing is reached or made yet.

    Args:
        uri: None for SQLite in `folder`, else that of a Milvus (see `milvus_client`).
        token: for the Milvus: `user:password`, or an API key.
    """
    folder = folder.expanduser()
    if uri is None:
        return SQLiteStore(folder)
    from index.store.milvus import MilvusStore, parse_address

    if not uri.strip().lower().startswith("milvus"):
        raise StorageError(
            "DATELINE_INDEX_URI must begin with milvus:// (see .env.example); without it the index "
            "is in DATELINE_HOME."
        )
    return MilvusStore(parse_address(uri), folder, token)
