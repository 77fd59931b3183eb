"""A filter as a condition on passages, in digests and numbers only."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.store.milvus.connection import quoted
from index.store.milvus.rows import article_key, outlet_key

if TYPE_CHECKING:
    from index.records import Filters
    from index.store.milvus.rows import Head


def condition_of(within: Filters) -> str:
    """`Filters.admits` as Milvus reads it; empty for everything."""
    parts = []
    if within.since:
        parts.append(f"last >= {within.since.toordinal()}")
    if within.until:
        parts.append(f"first > 0 and first <= {within.until.toordinal()}")
    if within.publishers:
        parts.append(f"outlet in {quoted(sorted(set(map(outlet_key, within.publishers))))}")
    if within.articles:
        parts.append(f"article in {quoted(sorted(set(map(article_key, within.articles))))}")
    return " and ".join(parts)


def admits(within: Filters, head: Head) -> bool:
    """`Filters.admits` of an article of which only the head is known."""
    if within.articles and head.id not in within.articles:
        return False
    publisher = head.told["publisher"]
    names = {name.casefold() for name in within.publishers}
    if names and (publisher is None or publisher.casefold() not in names):
        return False
    if not (within.since or within.until):
        return True
    published = head.published
    return published is not None and (
        (within.since is None or published.last >= within.since)
        and (within.until is None or published.first <= within.until)
    )
