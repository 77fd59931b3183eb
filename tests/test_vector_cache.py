"""The FAISS file is a cache: gone, cut short, garbled or old, it changes no result."""

from __future__ import annotations

import contextlib
import logging
import os
import shutil
import sqlite3
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from index import Filters, NewsIndex
from index.errors import StorageError
from index.keeping import check
from index.models.embedding import encode
from index.store import lineage, sqlite_vectors, vector_index
from index.store.vector_clusters import Sizes
from tests.fakes import HashedWords, article, long_article, topics, vectors_read

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    import numpy as np
    from numpy.typing import NDArray

QUERIES = ("comet astronomers", "crates of the harbour", "opens to visitors in spring")


def results(index: NewsIndex) -> list[list[tuple[str, int, float | None, float | None]]]:
    return [
        [
            (hit.article.id, hit.passage.start, hit.similarity, hit.bm25)
            for hit in index.search(each)
        ]
        for each in QUERIES
    ]


def the_file(folder: Path) -> Path:
    (file,) = (folder / "vectors").iterdir()
    return file


@pytest.fixture
def filled(news: NewsIndex) -> NewsIndex:
    news.add([long_article(1), long_article(2)])
    return news


def test_one_file_for_the_present_state(filled: NewsIndex, folder: Path) -> None:
    before = the_file(folder)
    filled.add([article("One more.")])
    assert the_file(folder).name != before.name
    assert the_file(folder).suffix == ".faiss"


def missing(file: Path) -> None:
    file.unlink()


def no_folder(file: Path) -> None:
    file.unlink()
    file.parent.rmdir()


def truncated(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def garbage(file: Path) -> None:
    file.write_bytes(b"\x80\x04garbage" * 500)


def one_bit(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def a_folder_of_its_name(file: Path) -> None:
    file.unlink()
    file.mkdir()


DAMAGES = (missing, no_folder, truncated, emptied, garbage, one_bit, a_folder_of_its_name)


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_changes_no_result_and_embeds_nothing(
    filled: NewsIndex, folder: Path, damage: Callable[[Path], None]
) -> None:
    expected = results(filled)
    damage(the_file(folder))
    embeddings = HashedWords()
    again = NewsIndex(folder, embeddings)
    assert results(again) == expected
    assert embeddings.embedded == list(QUERIES)
    again.add([article("One more.")])
    files = [file for file in (folder / "vectors").iterdir() if file.is_file()]
    assert len(files) == 1, "a good file stands there again"
    assert len(again.search("one more")) > 0


def test_an_old_file_is_not_taken_for_the_present_one(
    filled: NewsIndex, folder: Path, embeddings: HashedWords
) -> None:
    old = the_file(folder)
    data = old.read_bytes()
    filled.remove([topics()[4].id])
    expected = results(filled)
    the_file(folder).unlink()
    old.write_bytes(data)
    again = NewsIndex(folder, embeddings)
    assert results(again) == expected
    assert "News of the observatory" not in {
        hit.article.title for query in QUERIES for hit in again.search(query, 50)
    }


def test_the_file_of_another_index_is_not_taken_for_ours(
    filled: NewsIndex, folder: Path, tmp_path: Path, embeddings: HashedWords
) -> None:
    expected = results(filled)
    other = NewsIndex(tmp_path / "other", embeddings)
    other.add([long_article(7)])
    other.add([long_article(8)])  # as many changes as ours has seen
    foreign = the_file(tmp_path / "other")
    ours = the_file(folder)
    ours.unlink()
    (folder / "vectors" / foreign.name).write_bytes(foreign.read_bytes())
    assert results(NewsIndex(folder, embeddings)) == expected


def test_a_cache_that_cannot_be_written_is_no_error(
    news: NewsIndex, folder: Path, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    the_file(folder).unlink()
    (folder / "vectors").rmdir()
    (folder / "vectors").write_text("in the way")
    with caplog.at_level(logging.WARNING):
        assert news.add([article("One more.", title="More")]).added == 1
    assert "was not written" in caplog.text
    assert news.search("one more")[0].article.title == "More"
    assert NewsIndex(folder, HashedWords()).search("one more")[0].article.title == "More"


def test_a_process_that_goes_on_need_not_read_the_file(
    filled: NewsIndex, folder: Path, embeddings: HashedWords
) -> None:
    writer = NewsIndex(folder, embeddings)
    for number in range(5):
        writer.add([article(f"Ferry {number} sank.", title=f"Ferry {number}")])
        the_file(folder).unlink()
        writer.remove([topics()[number].id])
        found = {hit.article.title for hit in filled.search(f"ferry {number} sank", 50)}
        assert f"Ferry {number}" in found
        assert topics()[number].title not in found


def test_what_a_killed_process_left_is_swept(filled: NewsIndex, folder: Path) -> None:
    old, new = folder / "vectors" / "1.2.tmp", folder / "vectors" / "3.4.tmp"
    for file in (old, new):
        file.write_bytes(b"half an index")
    before = time.time() - 3_600
    os.utime(old, (before, before))
    filled.add([article("One more.")])
    assert not old.exists()
    assert new.exists()  # somebody may be writing it
    os.utime(new, (before, before))
    NewsIndex(folder, HashedWords()).search("comet")
    assert not new.exists()


# Catching up


@pytest.fixture
def _written_seldom(filled: NewsIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    """Here a small index is treated as a large one is."""
    monkeypatch.setattr(vector_index, "SIZES", Sizes(behind_share=10))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The numbers of the passages whose vectors are read from the store."""
    return vectors_read(monkeypatch)


def titles(index: NewsIndex, query: str = "ferry comet harbour") -> set[str]:
    return {hit.article.title for hit in index.search(query, 50) if hit.similarity is not None}


def fresh(folder: Path) -> list[list[tuple[str, int, float | None, float | None]]]:
    """What is found when no file is there to start from."""
    for file in (folder / "vectors").iterdir():
        file.unlink()
    return results(NewsIndex(folder, HashedWords()))


@pytest.mark.usefixtures("_written_seldom")
def test_a_small_change_leaves_the_file_and_it_is_caught_up(
    filled: NewsIndex, folder: Path, read: list[int]
) -> None:
    written = the_file(folder)
    passages = filled.counts().passages
    filled.add([article("A ferry sank.", title="Ferry")])
    filled.remove([topics()[4].id])
    assert the_file(folder) == written
    read.clear()
    embeddings = HashedWords()
    again = NewsIndex(folder, embeddings)
    found = results(again)
    assert read == [passages + 1], "only what came since"
    assert embeddings.embedded == list(QUERIES)
    assert "Ferry" in titles(again)
    assert topics()[4].title not in titles(again)
    assert the_file(folder) == written, "reading writes nothing"
    assert found == fresh(folder)


def test_a_large_change_writes_the_file(filled: NewsIndex, folder: Path, read: list[int]) -> None:
    filled.add([long_article(number) for number in range(3, 6)])
    read.clear()
    assert results(NewsIndex(folder, HashedWords())) == results(filled)
    assert read == []


@pytest.mark.usefixtures("_written_seldom")
def test_however_many_small_changes_there_were_the_file_is_caught_up(
    filled: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch, read: list[int]
) -> None:
    monkeypatch.setattr(lineage, "MAX_STATES", 3)
    first, passages = the_file(folder), filled.counts().passages
    for number in range(5):
        filled.add([article(f"Ferry {number} sank.", title=f"Ferry {number}")])
    filled.remove([topics()[0].id])
    assert the_file(folder) == first
    expected = results(filled)
    read.clear()
    assert results(NewsIndex(folder, HashedWords())) == expected
    assert read == [*range(passages + 1, passages + 6)], "only what came since"
    assert check(folder).findings == ()


@pytest.mark.usefixtures("_written_seldom")
def test_the_file_of_another_history_is_not_caught_up(
    filled: NewsIndex, folder: Path, tmp_path: Path
) -> None:
    """Passage numbers are the same in both, and their words are not."""
    other = tmp_path / "other"
    shutil.copytree(folder, other)
    theirs = NewsIndex(other, HashedWords())
    theirs.add([article("The harbour opens to visitors.", title="Theirs")])
    (other / "vectors" / the_file(other).name).unlink()
    theirs._store.flush()
    filled.add([article("A ferry sank.", title="Ferry")])
    filled.add([article("It rained.", title="Rain")])
    the_file(folder).unlink()
    file = the_file(other)
    shutil.copyfile(file, folder / "vectors" / file.name)
    assert results(NewsIndex(folder, HashedWords())) == fresh(folder)


@pytest.mark.usefixtures("_written_seldom")
@pytest.mark.parametrize("damaged", ["{", "[[1]]", "[]", '[["1-x", 5]]', None])
def test_damage_to_what_tells_of_the_changes_changes_no_result(
    filled: NewsIndex, folder: Path, damaged: str | None
) -> None:
    filled.add([article("A ferry sank.", title="Ferry")])
    filled.remove([topics()[4].id])
    with contextlib.closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        connection.execute("DELETE FROM manifest WHERE name = 'lineage'")
        if damaged is not None:
            connection.execute("INSERT INTO manifest VALUES ('lineage', ?)", (damaged,))
        connection.commit()
    again = NewsIndex(folder, HashedWords())
    found = results(again)
    assert topics()[4].title not in titles(again)
    again.add([article("It rained.", title="Rain")])
    assert results(NewsIndex(folder, HashedWords())) == results(again)
    again.remove([each.id for each in again.articles() if each.title == "Rain"])
    assert found == fresh(folder)


@pytest.mark.usefixtures("_written_seldom")
def test_fewer_changes_told_than_there_were_are_not_believed(
    filled: NewsIndex, folder: Path, read: list[int]
) -> None:
    filled.add([article("A ferry sank.", title="Ferry")])
    with contextlib.closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        connection.execute("UPDATE manifest SET value = replace(value, ', 1]', ', 0]')")
        connection.commit()
    read.clear()
    found = results(NewsIndex(folder, HashedWords()))
    assert len(read) == filled.counts().passages, "all of them, from the store"
    assert found == fresh(folder)


@pytest.mark.usefixtures("_written_seldom")
def test_a_file_of_an_earlier_state_is_whole(filled: NewsIndex, folder: Path) -> None:
    filled.add([article("A ferry sank.", title="Ferry")])
    filled.remove([topics()[4].id])
    assert check(folder).findings == ()


WRITER = """
import sys
from index import NewsIndex
from index.store import vector_index
from index.store.vector_clusters import Sizes
from tests.fakes import HashedWords, article
vector_index.SIZES = Sizes(behind_share=10)
index = NewsIndex(sys.argv[1], HashedWords())
for line in sys.stdin:
    number = int(line)
    index.add([article(f"Ferry {number} sank.", title=f"Ferry {number}")])
    old = [each.id for each in index.articles() if each.title == f"Ferry {number - 1}"]
    index.remove(old)
    print("done", flush=True)
"""


@pytest.mark.usefixtures("_written_seldom")
def test_two_processes_that_change_and_read_in_turn(
    filled: NewsIndex, folder: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    written = the_file(folder)
    with subprocess.Popen(
        [python, "-c", WRITER, folder],
        env=child_environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as writer:
        assert writer.stdin
        assert writer.stdout
        for number in range(4):
            print(number, file=writer.stdin, flush=True)
            assert writer.stdout.readline() == "done\n"
            filled.add([article(f"Harbour {number} froze.", title=f"Harbour {number}")])
            for reader in (filled, NewsIndex(folder, HashedWords())):
                ferries = {each for each in titles(reader) if each.startswith("Ferry")}
                assert ferries == {f"Ferry {number}"}
                assert f"Harbour {number}" in titles(reader)
        writer.stdin.close()
        assert writer.wait(30) == 0
    assert the_file(folder) == written
    assert results(filled) == fresh(folder)


def test_a_failure_while_catching_up_leaves_no_vector_twice(
    filled: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results(filled)
    NewsIndex(folder, HashedWords()).add([article(f"Comet {each}.") for each in range(6)])
    monkeypatch.setattr("index.store.sqlite_vectors.PORTION_VECTORS", 2)
    with monkeypatch.context() as failing:
        vectors, left = sqlite_vectors.VectorRows.vectors, [1]

        def some(self: sqlite_vectors.VectorRows, ids: NDArray[np.int64]) -> NDArray[np.float32]:
            if left[0] == 0:
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_IOERR
                raise error
            left[0] -= 1
            return vectors(self, ids)

        failing.setattr(sqlite_vectors.VectorRows, "vectors", some)
        with pytest.raises(StorageError, match="disk I/O error"):
            filled.search("comet")
    vector = encode(filled.embeddings, ["comet"])[0]
    numbers = [each for each, _ in filled._store.search("", vector, 100, Filters()).by_meaning]
    assert len(numbers) == len(set(numbers)) == filled.counts().passages
