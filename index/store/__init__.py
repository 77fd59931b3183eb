"""Where articles, passages and vectors are kept: an interface, and two engines behind it."""

from index.store.interface import Change, Manifest, SplitArticle, Store
from index.store.opening import open_store
from index.store.sqlite_store import SQLiteStore

__all__ = ["Change", "Manifest", "SQLiteStore", "SplitArticle", "Store", "open_store"]
