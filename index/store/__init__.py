"""Where articles, passages and vectors are kept: an interface, and SQLite with FAISS behind it."""

from index.store.interface import Change, Manifest, SplitArticle, Store
from index.store.sqlite_store import SQLiteStore

__all__ = ["Change", "Manifest", "SQLiteStore", "SplitArticle", "Store"]
