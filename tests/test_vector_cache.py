"""The FAISS file is a cache: gone, cut short, garbled or old, it changes no result."""

from __future__ import annotations

import logging
import os
import time
from typing import TYPE_CHECKING

import pytest

from index import NewsIndex
from tests.fakes import HashedWords, article, long_article, topics

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

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
