"""Copies in Milvus: links between articles, each good for one version of both.

A story is told from the links and the articles' heads whenever it is asked for, and written down
nowhere: two writers cannot overwrite each other's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.store.milvus.connection import STRONG
from index.store.milvus.rows import (
    HEAD,
    SKETCH,
    Head,
    article_from,
    article_key,
    bands_of,
    sketch_of,
)
from index.store.milvus.schema import NOTHING
from index.stories.copies import StoryText, compare
from index.stories.printings import Place, Printing, tell_stories

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from typing import Any

    from index.records import Article
    from index.store.interface import SplitArticle
    from index.store.milvus.connection import Connection
    from index.store.milvus.schema import Names
    from index.stories.copies import Shares

_MOST_LOOKED_UP = 500  # sketches; the likeliest copies have the most bands in common
_MOST_COMPARED = 50  # texts; what has more copies than that is linked to its story many times over
LINK = ["one", "other", "one_version", "other_version", "share"]


def read_heads(
    connection: Connection, names: Names, keys: Iterable[str], level: str
) -> dict[str, Head]:
    """The heads of the articles that are there, by key."""
    rows = connection.get(names.articles, list(keys), HEAD, level)
    return {key: Head.of(row) for key, row in rows.items() if row["version"]}


def read_articles(
    connection: Connection, names: Names, heads: Collection[Head], level: str
) -> dict[str, Article]:
    """Whole articles, by key; without those that were replaced meanwhile.

    Raises:
        StorageError: one is not what was stored.
    """
    wanted = [key for head in heads for key in head.piece_keys]
    pieces = connection.get(names.texts, wanted, ["piece"], level)
    return {
        head.key: article_from(head, [pieces[key]["piece"] for key in head.piece_keys])
        for head in heads
        if all(key in pieces for key in head.piece_keys)
    }


def places_of(
    connection: Connection, names: Names, heads: Mapping[str, Head], level: str
) -> tuple[dict[str, Place], dict[str, Head]]:
    """Where these articles stand among their copies, by key, and the heads of these copies."""
    known, ahead = dict(heads), set(heads)
    shares: dict[tuple[str, str], float] = {}
    while ahead:
        found = [row for row in connection.where(names.links, "one", ahead, LINK) if row["other"]]
        others = {row["other"] for row in found} - known.keys()
        known |= read_heads(connection, names, others, level)
        shares |= good_links(found, {key: head.version for key, head in known.items()})
        ahead = others & known.keys()
    return tell(known, shares), known


def good_links(
    rows: Iterable[Mapping[str, Any]], versions: Mapping[str, str]
) -> dict[tuple[str, str], float]:
    """The shares of links between versions that are there."""
    return {
        (row["one"], row["other"]): row["share"]
        for row in rows
        if versions.get(row["one"]) == row["one_version"]
        and versions.get(row["other"]) == row["other_version"]
    }


def tell(heads: Mapping[str, Head], shares: Mapping[tuple[str, str], float]) -> dict[str, Place]:
    """The place of each article, by key; these must be whole groups."""
    numbers = {key: number for number, key in enumerate(heads)}
    printings = {
        numbers[key]: Printing(head.id, head.told["outlet"], head.published, head.updated)
        for key, head in heads.items()
    }
    linked = {
        (numbers[one], numbers[other]): share
        for (one, other), share in shares.items()
        if (other, one) in shares  # the other half may not be served yet
    }
    places = tell_stories(printings, linked)
    return {key: places[number] for key, number in numbers.items()}


def link_copies(
    connection: Connection, names: Names, splits: Sequence[SplitArticle], change: str
) -> set[str]:
    """Find the copies of articles that can be seen already, and write the links down.

    Returns:
        The ids of those that are copies of one that was there before, or that stands before them.
    """
    splits = [each for each in splits if each.sketch.minhash]
    likely = _likely_copies(connection, names, splits)
    wanted = {key for keys in likely for key in keys} | {
        article_key(each.article.id) for each, keys in zip(splits, likely, strict=True) if keys
    }
    heads = read_heads(connection, names, wanted, STRONG)
    texts = {
        key: StoryText(article)
        for key, article in read_articles(connection, names, heads.values(), STRONG).items()
    }
    order = {article_key(each.article.id): number for number, each in enumerate(splits)}
    copies: set[str] = set()
    links: list[dict[str, Any]] = []
    compared: dict[frozenset[str], bool] = {}
    for split, keys in zip(splits, likely, strict=True):
        key = article_key(split.article.id)
        for other in keys:
            pair = frozenset((key, other))
            if pair not in compared and {key, other} <= texts.keys():
                shares = compare(texts[key], texts[other])
                compared[pair] = shares is not None
                if shares:
                    links += _link_rows(heads[key], heads[other], shares, change)
            if compared.get(pair) and order.get(other, -1) < order[key]:
                copies.add(split.article.id)
    connection.put(names.links, links)
    return copies


def _likely_copies(
    connection: Connection, names: Names, splits: Sequence[SplitArticle]
) -> list[list[str]]:
    """For each article, the keys of those that may be its copies, the likeliest first."""
    if not splits:
        return []
    keys = [article_key(each.article.id) for each in splits]
    queries = [bands_of(each.sketch, key) for each, key in zip(splits, keys, strict=True)]
    found = connection.search(
        names.articles, "bands", queries, _MOST_LOOKED_UP, ["key", *SKETCH], level=STRONG
    )
    likely = []
    for split, key, hits in zip(splits, keys, found, strict=True):
        shares = [
            (share, row["key"])
            for row, _ in hits
            if row["key"] != key and (share := sketch_of(row).may_hold(split.sketch))
        ]
        likely.append([other for _, other in sorted(shares, reverse=True)[:_MOST_COMPARED]])
    return likely


def _link_rows(one: Head, other: Head, shares: Shares, change: str) -> list[dict[str, Any]]:
    return [
        {
            "key": first.key + second.key,
            "one": first.key,
            "other": second.key,
            "one_version": first.version,
            "other_version": second.version,
            "share": share,
            "change": change,
            "nothing": NOTHING,
        }
        for first, second, share in ((one, other, shares.of_one), (other, one, shares.of_other))
    ]
