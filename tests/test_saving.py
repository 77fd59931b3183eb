"""What is saved of a damaged file: every article that is still there, and a name for each other."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from index import NewsIndex
from index.keeping import check
from index.keeping.check import UNKNOWN
from tests.fakes import HashedWords, article

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from index.records import Article

PAGE = 4096
ARTICLES = 300
REMOVED = range(10, 300, 25)
THINGS = ("tarn", "quay", "ferry", "mill", "lantern", "quarry", "heron", "gate")


@dataclass(frozen=True)
class Stored:
    """The file of an index, and the articles in it; others were removed before."""

    data: bytes
    articles: dict[str, Article]

    def pages(self, name: str) -> tuple[list[int], list[int]]:
        """The pages of a table or an index: those that lead to others, and the leaves."""
        inner: list[int] = []
        leaves: list[int] = []
        for page in self._tree(self._root(name)):
            (inner if self.at(page)[0] in {0x02, 0x05} else leaves).append(page)
        return inner, leaves

    def at(self, page: int) -> bytes:
        """A page; the first is 1."""
        return self.data[(page - 1) * PAGE : page * PAGE]

    def without(self, *pages: int) -> bytes:
        """The file, with zeros in these pages."""
        data = bytearray(self.data)
        for page in pages:
            data[(page - 1) * PAGE : page * PAGE] = bytes(PAGE)
        return bytes(data)

    def cut(self, kept: float) -> bytes:
        """The beginning of the file."""
        return self.data[: int(len(self.data) * kept) // PAGE * PAGE]

    def _root(self, name: str) -> int:
        with closing(sqlite3.connect(":memory:")) as connection:
            connection.deserialize(self.data)
            query = "SELECT rootpage FROM sqlite_master WHERE name = ?"
            row = connection.execute(query, (name,)).fetchone()
        return int(row[0]) if row else 1

    def _tree(self, page: int) -> Iterator[int]:
        yield page
        start, data = (100 if page == 1 else 0), self.at(page)
        if data[start] in {0x02, 0x05}:
            for place in range(int.from_bytes(data[start + 3 : start + 5], "big")):
                pointer = start + 12 + 2 * place
                cell = int.from_bytes(data[pointer : pointer + 2], "big")
                yield from self._tree(int.from_bytes(data[cell : cell + 4], "big"))
            yield from self._tree(int.from_bytes(data[start + 8 : start + 12], "big"))


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Stored:
    """An index that articles were added to and removed from."""
    folder, chance = tmp_path_factory.mktemp("stored"), random.Random(7)
    index = NewsIndex(folder, HashedWords())
    added = [
        article(
            f"In Velmor {number} the council spoke of "
            + " ".join(
                f"{chance.choice(THINGS)}{chance.randrange(900)}"
                for _ in range(chance.choice([30, 90, 400]))
            ),
            title=f"Velmor report {number}",
        )
        for number in range(ARTICLES + len(REMOVED))
    ]
    index.add(added)
    index.remove([added[number].id for number in REMOVED])
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    there = {each.id: each for n, each in enumerate(added) if n not in REMOVED}
    data = bytearray((folder / "index.sqlite3").read_bytes())
    data[18:20] = bytes([1, 1])  # no write-ahead log: so it can be read from memory
    return Stored(bytes(data), there)


def save(stored: Stored, data: bytes, folder: Path) -> tuple[int, list[str]]:
    """Repair a file; how many articles it then has, all as they were added, and the lost ones."""
    folder.mkdir()
    (folder / "index.sqlite3").write_bytes(data)
    assert not check(folder).whole
    health = check(folder, HashedWords())
    assert not any(each.damage for each in health.left)
    saved = {each.id: each for each in NewsIndex(folder, HashedWords()).articles()}
    assert saved.items() <= stored.articles.items()
    titles = {each.title for each in saved.values()}
    assert not titles & set(health.lost)
    assert check(folder).whole
    return len(saved), list(health.lost)


ONE_LEAF: dict[str, Callable[[Stored], bytes]] = {
    "first of the articles": lambda it: it.without(it.pages("articles")[1][0]),
    "in the middle of the articles": lambda it: it.without(it.pages("articles")[1][50]),
    "last of the articles": lambda it: it.without(it.pages("articles")[1][-1]),
    "of the index on ids": lambda it: it.without(it.pages("sqlite_autoindex_articles_1")[1][2]),
    "of the articles and of the index on ids": lambda it: it.without(
        it.pages("articles")[1][1], it.pages("sqlite_autoindex_articles_1")[1][0]
    ),
    "of the passages and of the articles": lambda it: it.without(
        it.pages("articles")[1][1], it.pages("passages")[1][1]
    ),
}
OTHERS: dict[str, tuple[int, Callable[[Stored], bytes]]] = {
    "what leads to the articles": (300, lambda it: it.without(it.pages("articles")[0][0])),
    "what leads to their ids": (
        300,
        lambda it: it.without(it.pages("sqlite_autoindex_articles_1")[0][0]),
    ),
    "both": (
        300,
        lambda it: it.without(
            it.pages("articles")[0][0], it.pages("sqlite_autoindex_articles_1")[0][0]
        ),
    ),
    "what leads to the ids, and an article": (
        297,
        lambda it: it.without(
            it.pages("articles")[1][1], it.pages("sqlite_autoindex_articles_1")[0][0]
        ),
    ),
    "a quarter is left": (50, lambda it: it.cut(0.25)),
    "half is left": (125, lambda it: it.cut(0.5)),
    "three quarters are left": (200, lambda it: it.cut(0.75)),
}


@pytest.mark.parametrize("leaf", ONE_LEAF)
def test_one_leaf_costs_the_articles_in_it(stored: Stored, tmp_path: Path, leaf: str) -> None:
    saved, lost = save(stored, ONE_LEAF[leaf](stored), tmp_path / "index")
    assert saved >= ARTICLES * 0.95
    assert saved + len(lost) == ARTICLES
    assert UNKNOWN not in lost


@pytest.mark.parametrize("damage", OTHERS)
def test_what_no_page_leads_to_is_saved(stored: Stored, tmp_path: Path, damage: str) -> None:
    least, spoil = OTHERS[damage]
    saved, lost = save(stored, spoil(stored), tmp_path / "index")
    assert saved >= least
    assert saved + len(lost) == ARTICLES
    assert UNKNOWN not in lost


def test_of_a_file_that_lost_its_tables(stored: Stored, tmp_path: Path) -> None:
    inner, leaves = stored.pages("sqlite_master")
    for number, page in enumerate([*inner, *leaves]):
        saved, lost = save(stored, stored.without(page), tmp_path / str(number))
        assert saved == ARTICLES
        assert lost in ([], [UNKNOWN])


def test_a_number_that_cannot_be_right_is_not_counted_up_to(stored: Stored, tmp_path: Path) -> None:
    folder = tmp_path / "index"
    folder.mkdir()
    file = folder / "index.sqlite3"
    file.write_bytes(stored.data)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("UPDATE sqlite_sequence SET seq = 1 << 61 WHERE name = 'articles'")
        connection.commit()
    claims = Stored(file.read_bytes(), stored.articles)
    leaf, ids = claims.pages("articles")[1][1], claims.pages("sqlite_autoindex_articles_1")[0][0]
    saved, lost = save(claims, claims.without(leaf, ids), tmp_path / "claims")
    assert saved >= ARTICLES * 0.95
    assert UNKNOWN not in lost
    assert saved + len(lost) == ARTICLES
