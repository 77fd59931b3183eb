"""Several threads and processes at one index: each sees a whole state, old or new."""

from __future__ import annotations

import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from index import NewsIndex
from index.store import sqlite_rows
from index.store.word_index import WordIndex
from tests.fakes import HashedWords, article, long_article, topics
from tests.wire import wire

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from index.reports import Report
    from index.store import Change

ALL = "opens to visitors in spring"


def seen(index: NewsIndex) -> set[str]:
    return {hit.article.title for hit in index.search(ALL, 50)}


@pytest.mark.parametrize("reader", ["same object", "another object"])
def test_readers_keep_the_old_state_until_the_change_is_whole(
    news: NewsIndex,
    folder: Path,
    embeddings: HashedWords,
    monkeypatch: pytest.MonkeyPatch,
    reader: str,
) -> None:
    halfway, go_on = threading.Event(), threading.Event()
    write_manifest = sqlite_rows.write_manifest

    def wait_before_the_last_statement(*given: object) -> None:
        halfway.set()
        assert go_on.wait(30)
        write_manifest(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sqlite_rows, "write_manifest", wait_before_the_last_statement)
    index = news if reader == "same object" else NewsIndex(folder, embeddings)
    old, new = seen(index), article(f"A ferry {ALL}.", title="Ferry")
    assert len(old) == 5
    with ThreadPoolExecutor(1) as pool:
        change = pool.submit(news.rebuild, [new])
        assert halfway.wait(30)
        for _ in range(3):
            assert seen(index) == old
            assert index.counts().articles == 5
            assert {each.title for each in index.articles()} == old
        go_on.set()
        change.result(30)
    assert seen(index) == {"Ferry"}
    assert index.counts().articles == 1


def test_a_listing_that_has_begun_is_of_one_state(news: NewsIndex) -> None:
    listing = news.articles()
    first = next(listing)
    news.rebuild([article("A ferry sank.", title="Ferry")])
    assert {first.title, *(each.title for each in listing)} == {each.title for each in topics()}
    assert [each.title for each in news.articles()] == ["Ferry"]


def test_a_search_that_has_begun_is_of_one_state(
    news: NewsIndex, folder: Path, embeddings: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    writer, changed = NewsIndex(folder, embeddings), threading.Event()
    search_words = WordIndex.search

    def change_between_both_searches(*given: object) -> object:
        found = search_words(*given)  # type: ignore[arg-type]
        if not changed.is_set():
            changed.set()
            writer.rebuild([article(f"A ferry {ALL}.", title="Ferry")])
        return found

    monkeypatch.setattr(WordIndex, "search", change_between_both_searches)
    hits = news.search(ALL, 50)
    assert changed.is_set()
    assert {hit.article.title for hit in hits} == {each.title for each in topics()}
    assert all(hit.similarity is not None and hit.bm25 is not None for hit in hits)
    assert seen(news) == {"Ferry"}


def test_many_threads_search_while_one_adds(folder: Path, embeddings: HashedWords) -> None:
    index = NewsIndex(folder, embeddings)
    index.add([long_article(0)])
    done = threading.Event()

    def search() -> int:
        searches = 0
        while not done.is_set() or not searches:
            for hit in index.search("crates harbour", 50):
                assert hit.article.text[hit.passage.start : hit.passage.end] == hit.passage.text
            searches += 1
        return searches

    with ThreadPoolExecutor(4) as pool:
        searching = [pool.submit(search) for _ in range(4)]
        for number in range(1, 15):
            index.add([long_article(number)])
            if number % 3 == 0:
                index.remove([long_article(number).id])
        done.set()
        assert all(each.result(60) for each in searching)
    assert index.counts().articles == 11


def test_threads_that_add_at_once_lose_nothing(folder: Path, embeddings: HashedWords) -> None:
    index = NewsIndex(folder, embeddings)
    together = threading.Barrier(4)

    def add(number: int) -> int:
        together.wait(30)
        return index.add([long_article(number), long_article(number + 100)]).added

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(add, range(4))) == [2, 2, 2, 2]
    assert index.counts().articles == 8


def test_copies_that_are_added_at_once_find_each_other(
    folder: Path, embeddings: HashedWords
) -> None:
    outlets = ("Reuling", "The Corran Times", "The Ostwick Mail", "The Fenland Courier")
    together = threading.Barrier(len(outlets))

    def add(outlet: str) -> int:
        index = NewsIndex(folder, embeddings)
        together.wait(30)
        return index.add([wire(publisher=outlet)]).copies

    with ThreadPoolExecutor(len(outlets)) as pool:
        assert sorted(pool.map(add, outlets)) == [0, 1, 1, 1]
    counts = NewsIndex(folder, embeddings).counts()
    assert (counts.articles, counts.stories) == (4, 1)


def test_two_processes_that_write_at_once_lose_nothing(
    folder: Path, root: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    ranges = ["0 40", "20 60"]  # some articles are added by both
    processes = [
        subprocess.Popen(
            [python, "-m", "tests.drivers.adder"],
            cwd=root,
            env=child_environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in ranges
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process, each in zip(processes, ranges, strict=True):
        assert process.stdin is not None
        process.stdin.write(f"{folder} {each} 8\n")
        process.stdin.close()
        process.stdin = None
    reader = NewsIndex(folder, HashedWords())
    while any(process.poll() is None for process in processes):
        list(reader.articles())  # a third one reads meanwhile
    for process in processes:
        out, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        assert out.endswith("ended 0\n"), errors
    assert reader.counts().articles == 60
    assert reader.rebuild().unchanged == 60
    assert len({hit.article.id for hit in reader.search("crates", 50)}) > 1


def test_a_change_elsewhere_is_seen_without_a_restart(
    news: NewsIndex, folder: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    assert len(seen(news)) == 5
    program = """
import sys
from index import NewsIndex
from tests.fakes import HashedWords, article, topics
index = NewsIndex(sys.argv[1], HashedWords())
index.add([article("The museum opens to visitors in spring.", title="Museum")])
index.remove([topics()[0].id])
"""
    subprocess.run([python, "-c", program, folder], env=child_environment, check=True, timeout=60)
    assert "Museum" in seen(news)
    assert topics()[0].title not in seen(news)


def test_a_rebuild_begun_before_a_change_takes_it_in(
    news: NewsIndex, folder: Path, embeddings: HashedWords
) -> None:
    other = NewsIndex(folder, HashedWords(32, model="another"))
    commit = other._store.commit
    meddled: list[Report] = []

    def commit_late(change: Change) -> set[str]:
        if not meddled:
            meddled.append(news.add([article(f"A ferry {ALL}.", title="Ferry")]))
        return commit(change)

    other._store.commit = commit_late  # type: ignore[method-assign]
    assert other.rebuild().articles == 6
    assert len(seen(other)) == 6
