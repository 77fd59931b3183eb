"""Copies in Milvus: which articles print one text, and where each stands among its copies.

Each article's row names those that it may be a copy of; two are copies where each names the other.
So a row of an earlier version, which names what no longer names it, needs no cleaning up.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.store.milvus.milvus_client import STRONG
from index.store.milvus.milvus_reading import read_articles, read_heads
from index.store.milvus.milvus_rows import SKETCH, Head, article_key, bands_of, sketch_of
from index.stories.copies import MAX_SKETCHES, StoryText, compare, likeliest
from index.stories.printings import Printing, tell_stories

if TYPE_CHECKING:
    from collections.abc import Mapping

    from index.store.interface import SplitArticle
    from index.store.milvus.milvus_client import MilvusClient
    from index.store.milvus.milvus_collections import CollectionSet

    Links = dict[str, dict[str, float]]


def tell_copies(
    client: MilvusClient,
    names: CollectionSet,
    put: Mapping[str, SplitArticle],
    stored: Mapping[str, Head],
    before: Mapping[str, Head],
) -> tuple[set[str], dict[str, Head]]:
    """The copies of articles, by key, and the stories of all that are or were linked to them.

    Args:
        stored: the articles put, as they are to be stored.
        before: as they were stored until now, those that are removed among them.

    Returns:
        The ids of those that are copies of one that was there, or that stands before them in `put`;
        the articles put, placed; and of the others those whose rows change.
    """
    touched = put.keys() | before.keys()
    copies, links = _find_copies(client, names, put, before.keys() - put.keys())
    heads = {key: replace(head, links=links.get(key, {})) for key, head in stored.items()}
    ahead = links.keys() | {other for head in before.values() for other in head.links}
    known: dict[str, Head] = {}
    while ahead := ahead - heads.keys() - touched:
        found = read_heads(client, names, ahead, STRONG)
        known |= found
        for key, head in found.items():
            kept = {other: share for other, share in head.links.items() if other not in touched}
            heads[key] = replace(head, links=kept | links.get(key, {}))
        ahead = {other for key in found for other in heads[key].links}
    printings = {
        key: Printing(head.id, head.facts["outlet"], head.published, head.updated)
        for key, head in heads.items()
    }
    shares = {
        (key, other): share
        for key, head in heads.items()
        for other, share in head.links.items()
        if other in heads and key in heads[other].links
    }
    for key, place in tell_stories(printings, shares).items():
        newer = article_key(place.newer) if place.newer else ""
        heads[key] = replace(heads[key], story=place.story, newer=newer)
    return copies, {key: head for key, head in heads.items() if key in put or head != known[key]}


def _find_copies(
    client: MilvusClient, names: CollectionSet, put: Mapping[str, SplitArticle], removed: set[str]
) -> tuple[set[str], Links]:
    """The ids of the copies; and how much of each article stands in each copy, both ways."""
    asked = {key: each.sketch for key, each in put.items() if each.sketch.minhash}
    bands = [bands_of(sketch, key) for key, sketch in asked.items()]
    hits = (
        client.search(names.articles, "bands", bands, MAX_SKETCHES, ["key", *SKETCH], level=STRONG)
        if asked
        else []
    )
    likely, elsewhere = {}, removed | put.keys()
    for (key, sketch), found in zip(asked.items(), hits, strict=True):
        rows = [row for row, _ in found if row["version"] and row["key"] not in elsewhere]
        others = {row["key"]: sketch_of(row) for row in rows} | asked
        del others[key]
        likely[key] = likeliest(sketch, others)
    stored = {key for keys in likely.values() for key in keys} - put.keys()
    articles = read_articles(client, names, stored, STRONG)
    articles |= {key: put[key].article for key in likely}
    texts = {key: StoryText(each) for key, each in articles.items() if likely.get(key, True)}
    order = {key: number for number, key in enumerate(put)}
    copies: set[str] = set()
    links: Links = {}
    for key, keys in likely.items():
        for other in keys:
            if other not in texts or order.get(other, -1) > order[key]:
                continue  # it is compared when its turn comes
            if shares := compare(texts[key], texts[other]):
                links.setdefault(key, {})[other] = round(shares.of_one, 6)
                links.setdefault(other, {})[key] = round(shares.of_other, 6)
                copies.add(put[key].article.id)
    return copies, links
