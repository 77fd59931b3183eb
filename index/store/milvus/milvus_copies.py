"""Copies in Milvus: which articles print one text, and where each stands among its copies.

Each article's row names those that it may be a copy of; two are copies where each names the other.
So a row of an earlier version, which names what no longer names it, needs no cleaning up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.store.milvus.milvus_client import STRONG
from index.store.milvus.milvus_rows import (
    SKETCH,
    Head,
    article_from,
    article_key,
    bands_of,
    sketch_of,
)
from index.store.milvus.milvus_search import read_heads
from index.store.sqlite_stories import MAX_SKETCHES, MAX_TEXTS
from index.stories.copies import StoryText, compare
from index.stories.printings import Printing, tell_stories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.store.interface import SplitArticle
    from index.store.milvus.milvus_client import MilvusClient
    from index.store.milvus.milvus_collections import CollectionSet

    Links = dict[str, dict[str, float]]


def find_copies(
    client: MilvusClient, names: CollectionSet, put: Mapping[str, SplitArticle], removed: set[str]
) -> tuple[set[str], Links]:
    """The copies of articles, by key, among each other and among those that are stored.

    Args:
        removed: keys of articles that do not count any more.

    Returns:
        The ids of those that are copies of one that was there, or that stands before them in `put`;
        and for each article that has a copy how much of it stands in that one, both ways.
    """
    likely = _likely_copies(client, names, put, removed)
    stored = {key for keys in likely.values() for key in keys} - put.keys()
    fields = ["id", "content_hash", "version", "record"]
    rows = client.get(names.articles, stored, fields, STRONG) if stored else {}
    texts = {key: StoryText(article_from(row)) for key, row in rows.items() if row["version"]}
    texts |= {key: StoryText(put[key].article) for key in put if likely[key]}
    order = {key: number for number, key in enumerate(put)}
    copies: set[str] = set()
    links: Links = {}
    for key, others in likely.items():
        for other in others:
            if other not in texts or order.get(other, -1) > order[key]:
                continue  # it is compared when its turn comes
            if shares := compare(texts[key], texts[other]):
                links.setdefault(key, {})[other] = round(shares.of_one, 6)
                links.setdefault(other, {})[key] = round(shares.of_other, 6)
                copies.add(put[key].article.id)
    return copies, links


def _likely_copies(
    client: MilvusClient, names: CollectionSet, put: Mapping[str, SplitArticle], removed: set[str]
) -> dict[str, list[str]]:
    """For each article the keys of those that may be its copies, the likeliest first."""
    asked = {key: each for key, each in put.items() if each.sketch.minhash}
    likely: dict[str, list[str]] = {key: [] for key in put}
    if not asked:
        return likely
    queries = [bands_of(each.sketch, key) for key, each in asked.items()]
    fields = ["key", "version", *SKETCH]
    found = client.search(names.articles, "bands", queries, MAX_SKETCHES, fields, level=STRONG)
    for (key, split), hits in zip(asked.items(), found, strict=True):
        sketches = {
            row["key"]: sketch_of(row)
            for row, _ in hits
            if row["version"] and row["key"] not in removed and row["key"] not in put
        }
        sketches |= {other: each.sketch for other, each in asked.items() if other != key}
        shares = [
            (share, other)
            for other, sketch in sketches.items()
            if (share := sketch.may_hold(split.sketch))
        ]
        likely[key] = [other for _, other in sorted(shares, reverse=True)[:MAX_TEXTS]]
    return likely


def place_articles(
    client: MilvusClient,
    names: CollectionSet,
    put: Mapping[str, Head],
    before: Mapping[str, Head],
    links: Links,
) -> tuple[dict[str, Head], dict[str, Head]]:
    """The stories of articles, and of all that are or were linked to them.

    Args:
        put: the articles as they are to be stored, with their new links.
        before: as they were stored until now, those that are removed among them.
        links: new ones, from both ends.

    Returns:
        The articles put, placed; and the others whose rows change.
    """
    touched = put.keys() | before.keys()
    linked = {other for head in [*put.values(), *before.values()] for other in head.links}
    known: dict[str, Head] = {}
    heads, ahead = dict(put), linked | links.keys()
    while ahead := ahead - heads.keys() - touched:
        found = read_heads(client, names, ahead, STRONG)
        known |= found
        for key, head in found.items():
            kept = {other: share for other, share in head.links.items() if other not in touched}
            heads[key] = replace(head, links=kept | links.get(key, {}))
        ahead = {other for key in found for other in heads[key].links}
    placed = _place(heads)
    others = {key: placed[key] for key in known if placed[key] != known[key]}
    return {key: placed[key] for key in put}, others


def _place(heads: Mapping[str, Head]) -> dict[str, Head]:
    """Articles with their stories told; these must be whole groups."""
    numbers = {key: number for number, key in enumerate(heads)}
    printings = {
        numbers[key]: Printing(head.id, head.facts["outlet"], head.published, head.updated)
        for key, head in heads.items()
    }
    shares = {
        (numbers[key], numbers[other]): share
        for key, head in heads.items()
        for other, share in head.links.items()
        if other in heads and key in heads[other].links
    }
    places = tell_stories(printings, shares)
    return {
        key: replace(
            head,
            story=places[numbers[key]].story,
            newer=article_key(newer) if (newer := places[numbers[key]].newer) else "",
        )
        for key, head in heads.items()
    }
