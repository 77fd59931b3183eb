"""A collection of any size, grown from a real one.

The real index is copied, and articles are invented until there are enough passages. Each repeats
the passages of a real article, changed: the vector is moved by differences of the vectors of real
passages nearby, so that it stays where real ones lie, and the words are half its own and half a
neighbour's. How far it is moved was chosen on the real collection: 15,464 of its passages grown to
61,857 have distances between neighbours, and need as many clusters looked into for a given recall,
as the 61,857 real ones do (`benchmarks/RESULTS.md`).
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from index import Passage
from index.store import sqlite_listing as lists
from index.store import sqlite_rows as rows
from index.store.interface import SplitArticle
from index.store.sqlite_vectors import VectorRows, insert_vectors
from index.stories.copies import Sketch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from index import Article

    Vectors = NDArray[np.float32]

_NEIGHBOURS = 24  # real passages that are nearby
_PAIRS = 2  # of them, whose differences move a vector
_MOVED = 0.8
_TOGETHER = 2_000  # articles in one transaction


@dataclass(frozen=True, slots=True)
class _Real:
    """What is grown from: articles, and by passage its words, its vector and its neighbours."""

    articles: Sequence[tuple[Article, NDArray[np.int64]]]
    words: Sequence[str]
    vectors: Vectors
    neighbours: NDArray[np.int64]


def grow(home: Path, folder: Path, passages: int, tell: Callable[[int], None]) -> None:
    """Make an index of so many passages in a folder, from the index in `home`.

    Args:
        tell: told how many passages there are by now.
    """
    folder.mkdir(parents=True)
    path, real = folder / "index.sqlite3", (home / "index.sqlite3").absolute()
    with (
        closing(sqlite3.connect(f"{real.as_uri()}?mode=ro", uri=True)) as original,
        closing(sqlite3.connect(path, isolation_level=None)) as connection,
    ):
        original.backup(connection)
        lists.add_functions(connection)
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute("PRAGMA cache_size = -800000")
        known = _read(connection)
        chance = np.random.default_rng(1906)
        there, number = len(known.words), 0
        while there < passages:
            connection.execute("BEGIN IMMEDIATE")
            stamp, manifest = rows.read_stamp(connection), rows.read_manifest(connection)
            assert manifest is not None
            for _ in range(_TOGETHER):
                article, own = known.articles[number % len(known.articles)]
                own = own[: passages - there]
                number += 1
                if len(own):
                    split, vectors = _invent(known, article, own, number, chance)
                    keyed = dict(zip(split.keys, vectors, strict=True))
                    insert_vectors(connection, keyed)
                    rows.insert_article(connection, split)
                    there += len(own)
            rows.write_manifest(connection, manifest, stamp)
            connection.execute("COMMIT")
            tell(there)
        connection.execute("BEGIN IMMEDIATE")
        lists.list_articles(connection)
        connection.execute("COMMIT")


def move(
    vectors: Vectors,
    own: NDArray[np.int64],
    neighbours: NDArray[np.int64],
    chance: np.random.Generator,
) -> Vectors:
    """New vectors, of length 1, one near each of `own` (rows of `vectors`)."""
    moved = vectors[own].copy()
    for _ in range(_PAIRS):
        one, other = (
            neighbours[own, chance.integers(0, neighbours.shape[1], len(own))] for _ in range(2)
        )
        moved += _MOVED / np.sqrt(_PAIRS) * (vectors[one] - vectors[other])
    moved /= np.linalg.norm(moved, axis=1, keepdims=True)
    return moved


def find_neighbours(vectors: Vectors) -> NDArray[np.int64]:
    """The rows nearest to each row, itself left out."""
    import faiss

    index = faiss.IndexFlatIP(vectors.shape[1])
    index.add(vectors)
    parts = [
        index.search(vectors[start : start + 1_000], _NEIGHBOURS + 1)[1][:, 1:]
        for start in range(0, len(vectors), 1_000)
    ]
    return np.concatenate(parts)


def _read(connection: sqlite3.Connection) -> _Real:
    stored = VectorRows(connection, rows.read_stamp(connection))
    ids = stored.ids()
    vectors = stored.vectors(ids)
    row_of = {int(number): row for row, number in enumerate(ids)}
    articles, words = [], [""] * len(ids)
    for article in map(
        rows.article_from,
        connection.execute(f"SELECT {rows.ARTICLE} FROM articles ORDER BY number"),  # noqa: S608
    ):
        own = []
        for number, start, end in connection.execute(
            'SELECT id, start, "end" FROM passages WHERE article_id = ? ORDER BY id', (article.id,)
        ):
            words[row_of[number]] = article.text[start:end]
            own.append(row_of[number])
        articles.append((article, np.array(own, np.int64)))
    return _Real(articles, words, vectors, find_neighbours(vectors))


def _invent(
    real: _Real,
    article: Article,
    own: NDArray[np.int64],
    number: int,
    chance: np.random.Generator,
) -> tuple[SplitArticle, Vectors]:
    texts = list(_mixed_words(real, own, chance))
    ends = np.cumsum([len(text) + 2 for text in texts]) - 2
    identity = f"https://invented.example/{number}"
    invented = replace(article, text="\n\n".join(texts), id=identity, url=identity)
    passages = tuple(
        Passage(identity, int(end) - len(text), int(end), text)
        for text, end in zip(texts, ends, strict=True)
    )
    keys = tuple(f"{number}/{place}".encode() for place in range(len(own)))
    split = SplitArticle(invented, passages, keys, Sketch(b"", 0))  # copies are not looked for
    return split, move(real.vectors, own, real.neighbours, chance)


def _mixed_words(real: _Real, own: NDArray[np.int64], chance: np.random.Generator) -> Iterator[str]:
    for each in own:
        other = real.words[real.neighbours[each, chance.integers(0, _NEIGHBOURS)]].split()
        words = real.words[each].split()
        yield " ".join(words[: len(words) // 2] + other[len(other) // 2 :]) or "-"
