"""Vectors in clusters: a large index finds what a small one does, and is as hard to spoil.

Here an index is large from 40 passages on. All its clusters are looked into, except where a test
says so: what is found must then be what comparing with every vector finds.
"""

from __future__ import annotations

import random
import threading
from datetime import date
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np
import pytest

from index import NewsIndex
from index.keeping import check
from index.records import Filters
from index.store import vector_clusters, vector_index
from index.store.vector_clusters import Sizes
from index.store.vector_files import VectorFiles, read_file
from tests.fakes import HashedWords, article, vectors_read

if TYPE_CHECKING:
    from pathlib import Path

    from index import Article

    Found = list[list[tuple[float, int]]]

LARGE = Sizes(exact_up_to=40, clusters=4, probed_share=1.0, behind=20, behind_share=0.2)
SMALL = Sizes()
WORDS = [
    f"{first}{second}" for first in "bcdfgklmnprstv" for second in ("arn", "ilt", "ost", "une")
]
QUERIES = ("barn tilt most", "dune in the frost of a carn", "the lune and the karn")
WITHIN = (
    Filters(),
    Filters(since=date(2021, 5, 1)),
    Filters(until=date(2021, 2, 20)),
    Filters(publishers=("Outlet 3",)),
)


def stories(first: int, last: int) -> list[Article]:
    made = []
    for number in range(first, last):
        chance = random.Random(number)
        text = " ".join(chance.choices(WORDS, k=90)) + f" number{number}."
        made.append(
            article(
                text,
                title=f"Story {number}",
                publisher=f"Outlet {number % 9}",
                published=f"2021-{number % 9 + 1:02}-{number % 28 + 1:02}",
            )
        )
    return made


@pytest.fixture(autouse=True)
def _large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_index, "SIZES", LARGE)


@pytest.fixture
def large(folder: Path) -> NewsIndex:
    index = NewsIndex(folder, HashedWords())
    index.add(stories(0, 120))
    return index


@pytest.fixture
def learnt(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many vectors each learning of clusters was over."""
    learn, seen = vector_clusters.train_clusters, []

    def noting(rows: object, shuffled: object, *rest: object) -> object:
        seen.append(len(shuffled))  # type: ignore[arg-type]
        return learn(rows, shuffled, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(vector_index, "train_clusters", noting)
    return seen


def the_file(folder: Path) -> Path:
    (file,) = (folder / "vectors").iterdir()
    return file


def nearest(index: NewsIndex, within: Filters = WITHIN[0], limit: int = 10) -> Found:
    """What each question's vector finds, words left aside."""
    found = []
    for query in QUERIES:
        vector = np.array(index.embeddings.embed_query(query), np.float32)
        vector /= np.linalg.norm(vector)
        candidates = index._store.search("", vector, limit, within)
        rounded = [(-round(score, 4), number) for number, score in candidates.by_meaning]
        found.append(sorted(rounded))
    return found


def exact(folder: Path, within: Filters = WITHIN[0], limit: int = 10) -> Found:
    """The same, by comparing with every vector in the store."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(vector_index, "SIZES", SMALL)
        patch.setattr(VectorFiles, "read", lambda self, lineage: iter(()))
        return nearest(NewsIndex(folder, HashedWords()), within, limit)


def has_clusters(folder: Path) -> bool:
    return read_file(the_file(folder)).of is not None


def test_it_finds_what_comparing_with_all_finds(large: NewsIndex, folder: Path) -> None:
    assert has_clusters(folder)
    for within in WITHIN:
        for limit in (1, 10, 500):
            expected = exact(folder, within, limit)
            for index in (large, NewsIndex(folder, HashedWords())):
                assert nearest(index, within, limit) == expected


def test_a_filter_that_leaves_few_loses_none_of_them(
    large: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the nearest cluster would be looked into; what is left may lie in all the others."""
    monkeypatch.setattr(vector_index, "SIZES", Sizes(exact_up_to=40, clusters=4, probed_share=0.1))
    index = NewsIndex(folder, HashedWords())
    assert nearest(index, limit=100) != exact(folder, limit=100), "or else nothing is tested"
    for each in large.articles(Filters(publishers=("Outlet 3", "Outlet 5"))):
        only = Filters(articles=(each.id,))
        assert nearest(index, only) == exact(folder, only)
    few = Filters(publishers=("Outlet 7",))
    assert nearest(index, few, 5) == exact(folder, few, 5)


def test_articles_come_and_go_without_learning_anew(
    large: NewsIndex, folder: Path, learnt: list[int]
) -> None:
    written = the_file(folder)
    other = NewsIndex(folder, HashedWords())
    nearest(other)
    large.add(stories(200, 206))
    large.remove([each.id for each in large.articles() if each.title in {"Story 3", "Story 4"}])
    assert the_file(folder) == written, "that is less than 20 passages"
    for index in (large, other, NewsIndex(folder, HashedWords())):
        for within in WITHIN:
            assert nearest(index, within, 200) == exact(folder, within, 200)
    large.add(stories(206, 240))
    assert the_file(folder) != written
    assert has_clusters(folder)
    assert check(folder).findings == ()
    for index in (large, other, NewsIndex(folder, HashedWords())):
        assert nearest(index, limit=200) == exact(folder, limit=200)
    assert learnt == [], "the clusters of the first file still fit"


def test_clusters_are_learnt_anew_when_there_are_many_more(
    large: NewsIndex, folder: Path, learnt: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes = Sizes(exact_up_to=40, clusters=4, probed_share=1.0, behind=20, retrained_growth=2)
    monkeypatch.setattr(vector_index, "SIZES", sizes)
    large.add(stories(200, 300))
    assert learnt == []
    large.add(stories(300, 360))
    assert learnt == [280]
    assert nearest(large) == exact(folder)


def test_it_grows_into_clusters_and_shrinks_out_of_them(folder: Path, learnt: list[int]) -> None:
    index = NewsIndex(folder, HashedWords())
    index.add(stories(0, 30))
    reader = NewsIndex(folder, HashedWords())
    assert nearest(reader) == exact(folder)
    assert not has_clusters(folder)
    index.add(stories(30, 90))
    assert learnt == [90]
    for each in (index, reader, NewsIndex(folder, HashedWords())):
        assert nearest(each) == exact(folder)
    assert has_clusters(folder)
    index.remove([each.id for each in [*index.articles()][:70]])
    assert not has_clusters(folder)
    for each in (index, reader, NewsIndex(folder, HashedWords())):
        assert nearest(each) == exact(folder)


@pytest.mark.parametrize("place", [0.05, 0.5, 0.999])
def test_damage_anywhere_is_named_and_changes_no_result(
    large: NewsIndex, folder: Path, place: float
) -> None:
    assert check(folder).findings == ()
    expected = nearest(large)
    file = the_file(folder)
    data = bytearray(file.read_bytes())
    data[int(len(data) * place)] ^= 1
    file.unlink()  # whoever has it open goes on with what was there
    file.write_bytes(data)
    assert nearest(NewsIndex(folder, HashedWords())) == expected
    assert not file.exists()
    assert nearest(large) == expected
    large.add(stories(500, 501))
    assert has_clusters(folder)
    assert check(folder).findings == ()


def test_damage_is_found_when_a_cluster_is_first_looked_into(
    large: NewsIndex,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """Not on opening: a file of a gigabyte is not read for that."""
    monkeypatch.setattr("index.store.vector_files.BLOCK", 512)
    large.add(stories(300, 360))  # written in smaller blocks
    expected = nearest(large)
    file = the_file(folder)
    whole = read_file(file)
    lists: Any = faiss.downcast_InvertedLists(whole.index.invlists)
    data = bytearray(file.read_bytes())
    data[lists.lists.at(2).offset + 100] ^= 0xFF
    file.unlink()
    file.write_bytes(data)
    read_file(file)
    caplog.clear()
    assert nearest(NewsIndex(folder, HashedWords())) == expected
    assert "damaged" in caplog.text


def test_answers_go_on_while_clusters_are_learnt(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = NewsIndex(folder, HashedWords())
    index.add(stories(0, 30))
    learning, go_on = threading.Event(), threading.Event()
    learn = vector_clusters.train_clusters

    def slow(*given: object) -> object:
        learning.set()
        assert go_on.wait(30)
        return learn(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(vector_index, "train_clusters", slow)
    adding = threading.Thread(target=index.add, args=(stories(30, 90),))
    adding.start()
    assert learning.wait(30)
    for reader in (index, NewsIndex(folder, HashedWords())):
        assert nearest(reader) == exact(folder)
    go_on.set()
    adding.join(30)
    assert has_clusters(folder)
    assert nearest(index) == exact(folder)


def test_nothing_is_read_from_the_store_but_what_may_be_nearest(
    large: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read = vectors_read(monkeypatch)
    index = NewsIndex(folder, HashedWords())
    nearest(index)
    assert read == []
    large.add(stories(600, 602))
    nearest(index)
    assert read == [121, 122], "the others are in the file"


def test_a_filter_that_leaves_none_of_the_clusters_finds_what_came_since(
    large: NewsIndex, folder: Path
) -> None:
    (new,) = stories(700, 701)
    large.add([new])
    written = read_file(the_file(folder))
    only = Filters(articles=(new.id,))
    assert len(written.ids) == 120, "it is not in a cluster yet"
    for index in (large, NewsIndex(folder, HashedWords())):
        assert nearest(index, only) == exact(folder, only) != [[], [], []]
        assert nearest(index, Filters(since=date(2030, 1, 1))) == [[], [], []]
