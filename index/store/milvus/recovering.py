"""What a killed process has left behind, put right by the next one that opens the index.

An article whose head it had written stays, and its copies are found; what no head names is deleted,
and a set that it was filling goes. The change then counts as made.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from index.store.interface import SplitArticle
from index.store.milvus.connection import STRONG, CollectionGoneError
from index.store.milvus.schema import Names
from index.store.milvus.stories import link_copies, read_articles, read_heads
from index.store.milvus.writing import count_change, drop_strays
from index.stories.copies import StoryText

if TYPE_CHECKING:
    from index.store.milvus.connection import Connection
    from index.store.milvus.root import Intent, Root


def recover(connection: Connection, root: Root) -> None:
    """Finish what was interrupted; doing it twice, or two processes at once, does no harm."""
    current = root.current(STRONG)
    for names in root.abandoned_sets():
        if current is None or names != current.names:
            drop_set(connection, names)
        root.end_set(names)
    for intent in root.interrupted():
        root.take(intent)
        if current is not None and intent.set == current.names.set:
            with suppress(CollectionGoneError):
                _finish(connection, current.names, intent)
        root.end(intent.change, intent.rows)


def drop_set(connection: Connection, names: Names) -> None:
    """Remove a set that does not count."""
    for each in names.all:
        with suppress(CollectionGoneError):
            connection.drop(each)


def _finish(connection: Connection, names: Names, intent: Intent) -> None:
    rows = connection.where(names.articles, "change", [intent.change], [])
    seen = [row["key"] for row in rows]
    heads = read_heads(connection, names, seen, STRONG)
    articles = read_articles(connection, names, heads.values(), STRONG).values()
    splits = [SplitArticle(each, (), (), StoryText(each).sketch()) for each in articles]
    link_copies(connection, names, splits, intent.change)
    drop_strays(connection, names, intent.articles)
    count_change(connection, intent.change)
