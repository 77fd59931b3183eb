"""Search by words: what is found, and that tantivy's files are never more than a cache."""

from __future__ import annotations

import os
import shutil
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from assistant import Assistant
from index import Hit, NewsIndex
from index.keeping import back_up, check, restore
from index.records import Filters
from index.store import word_index
from tests.fakes import FirstSentences, HashedWords, article

if TYPE_CHECKING:
    from pathlib import Path

SHIPS = ("ferry", "tanker", "trawler", "barge", "yacht", "sloop")


@pytest.fixture(params=["written", "recent"])
def news(
    request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> NewsIndex:
    """Sixty articles on a harbour; every tenth is on a ship of its own."""
    if request.param == "written":
        monkeypatch.setattr(word_index, "WRITTEN_AFTER_PASSAGES", 1)
    index = NewsIndex(folder, HashedWords())
    index.add(
        article(
            f"The harbour was busy on day {n}. " + (f"A {SHIPS[n // 10]} sank. " * (n % 10 == 0))
        )
        for n in range(60)
    )
    return index


def by_words(news: NewsIndex, text: str, limit: int) -> list[str]:
    found = news.search(text, limit)
    return [hit.passage.text for hit in sorted(found, key=lambda hit: -(hit.bm25 or 0)) if hit.bm25]


def test_what_has_the_rare_word_comes_first(news: NewsIndex) -> None:
    assert "tanker" in by_words(news, "Which tanker sank in the harbour?", 5)[0]


def test_common_words_still_fill_the_places(news: NewsIndex) -> None:
    assert len(by_words(news, "harbour tanker", 40)) == 40


def test_a_filter_that_leaves_no_rare_word_still_finds(news: NewsIndex) -> None:
    (chosen,) = [each for each in news.articles() if "day 7." in each.text]
    within = Filters(articles=(chosen.id,))
    (hit,) = news.search("harbour tanker", 5, within)
    assert hit.article.id == chosen.id
    assert hit.bm25


def test_words_are_counted_anew_as_the_index_grows(news: NewsIndex) -> None:
    by_words(news, "harbour tanker", 5)
    news.add(article(f"Tanker {n} left the harbour.") for n in range(100))
    found = by_words(news, "harbour tanker day", 5)
    assert any("day" in each for each in found)


def test_what_came_since_is_found_and_what_went_is_not(news: NewsIndex) -> None:
    assert len(by_words(news, "tanker harbour", 5)) == 5
    news.add([article("The tanker Ida left the harbour.")])
    assert "Ida" in by_words(news, "tanker harbour", 5)[0]
    news.remove([each.id for each in news.articles() if "tanker" in each.text])
    left = by_words(news, "tanker harbour", 5)
    assert len(left) == 5
    assert not any("tanker" in each for each in left)
    news.remove([each.id for each in news.articles()][:50])
    assert len(by_words(news, "tanker harbour", 40)) == len(list(news.articles()))


def test_filters_keep_what_they_admit(folder: Path) -> None:
    news = NewsIndex(folder, HashedWords())
    news.add(
        article(
            " ".join(f"Harbour {n} word{n * 50 + each}." for each in range(50)),
            publisher=("Reuling", "Corran Times")[n % 2],
            published=f"2024-05-{n % 30 + 1:02}",
        )
        for n in range(60)
    )
    for filters in (
        Filters(since=date(2024, 5, 20)),
        Filters(until=date(2024, 5, 3)),
        Filters(publishers=("REULING",)),
        Filters(publishers=("Corran Times",), since=date(2024, 5, 10), until=date(2024, 5, 12)),
        Filters(articles=tuple(each.id for each in news.articles())[::3]),
    ):
        expected = {each.id for each in news.articles() if filters.admits(each)}
        found = news.search("harbour", 60, filters)
        assert {hit.article.id for hit in found if hit.bm25} == expected


@pytest.fixture
def written(folder: Path, monkeypatch: pytest.MonkeyPatch) -> NewsIndex:
    """Thirty articles, their words in tantivy's files."""
    monkeypatch.setattr(word_index, "WRITTEN_AFTER_PASSAGES", 20)
    index = NewsIndex(folder, HashedWords())
    index.add(article(f"The {SHIPS[n % 6]} left the harbour on day {n}.") for n in range(30))
    return index


def made(folder: Path) -> Path:
    (path,) = (folder / "words").iterdir()
    return path


def damage(folder: Path, kind: str) -> None:
    for file in made(folder).iterdir():
        data = file.read_bytes()
        if kind == "gone":
            file.unlink()
        elif kind == "emptied":
            file.write_bytes(b"")
        elif kind == "cut" and len(data) > 40:
            file.write_bytes(data[:20])
        elif kind == "altered" and file.suffix in {".idx", ".term", ".fast", ".fieldnorm"}:
            file.write_bytes(bytes(255 - each for each in data[:-150]) + data[-150:])
        elif kind == "other text" and file.suffix == ".json":
            file.write_text("{}")


@pytest.mark.parametrize("kind", ["gone", "emptied", "cut", "altered", "other text"])
@pytest.mark.parametrize("at_work", [True, False])
def test_damaged_files_are_made_again(
    written: NewsIndex, folder: Path, kind: str, at_work: bool
) -> None:
    expected = by_words(written, "tanker harbour", 30)
    damage(folder, kind)
    index = written if at_work else NewsIndex(folder, HashedWords())
    index.add(article(f"The mayor spoke of {n}.") for n in range(30))
    assert by_words(index, "tanker harbour", 30) == expected
    assert by_words(NewsIndex(folder, HashedWords()), "tanker harbour", 30) == expected
    check(folder, HashedWords())
    assert check(folder).findings == ()


def test_large_files_are_checked_beside_the_search(
    written: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = by_words(written, "tanker harbour", 30)
    monkeypatch.setattr(word_index, "_CHECKED_AT_ONCE_BYTES", 0)
    (file,) = made(folder).glob("*.fieldnorm")
    data = file.read_bytes()
    file.write_bytes(bytes(255 - each for each in data[:-150]) + data[-150:])
    index = NewsIndex(folder, HashedWords())
    index.search("harbour")
    assert index._store._words._damaged.wait(10)  # type: ignore[attr-defined]
    assert by_words(index, "tanker harbour", 30) == expected


def test_a_folder_that_cannot_be_written_is_searched(
    written: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = by_words(written, "tanker harbour", 30)
    access = os.access
    monkeypatch.setattr(
        os, "access", lambda path, mode: "words" not in str(path) and access(path, mode)
    )
    assert by_words(NewsIndex(folder, HashedWords()), "tanker harbour", 30) == expected
    shutil.rmtree(folder / "words")
    (folder / "words").write_text("in the way")
    assert by_words(NewsIndex(folder, HashedWords()), "tanker harbour", 30) == expected


def test_a_process_that_reads_follows_one_that_writes(written: NewsIndex, folder: Path) -> None:
    reader = NewsIndex(folder, HashedWords())
    assert by_words(reader, "ferryman", 5) == []
    files = made(folder)
    for number in range(60):
        written.add([article(f"The ferryman rowed {number} times.")])
        assert len(by_words(reader, "ferryman", 100)) == number + 1
    written.remove([each.id for each in written.articles() if "rowed 3 " in each.text])
    assert len(by_words(reader, "ferryman", 100)) == 59
    assert made(folder) == files, "followed, not made anew"


def test_what_came_since_is_weighed_as_if_it_had_been_there(
    written: NewsIndex, folder: Path
) -> None:
    """Scores of passages in the files and beside them, against those of one index with all."""
    written.add(article(f"The harbour of {SHIPS[n]}s and a pilot.") for n in range(6))
    found = written.search("tanker harbour pilot", 50)
    shutil.rmtree(folder / "words")
    assert {hit.passage: hit.bm25 for hit in found} == {
        hit.passage: pytest.approx(hit.bm25, rel=0.25)
        for hit in NewsIndex(folder, HashedWords()).search("tanker harbour pilot", 50)
    }


def test_what_was_stored_before_a_kill_is_found_after_it(
    written: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = made(folder)
    with monkeypatch.context() as killed:
        killed.setattr(word_index.WordIndex, "write", lambda *_: None)
        written.add(article(f"The ferryman rowed {n} times.") for n in range(40))
        written.remove([each.id for each in written.articles() if "tanker" in each.text])
    for _ in range(2):
        index = NewsIndex(folder, HashedWords())
        assert len(by_words(index, "ferryman", 60)) == 40
        assert not any("tanker" in each for each in by_words(index, "tanker harbour", 60))
        index.add([article("The mayor spoke.")])  # which writes them
    assert made(folder) == before, "followed, not made anew"
    files = index._store._words._view.written  # type: ignore[attr-defined]
    assert files.passages == index.counts().passages, "none twice, and none that is gone"


def test_while_another_process_writes_words_nothing_waits(written: NewsIndex, folder: Path) -> None:
    reader = NewsIndex(folder, HashedWords())
    assert by_words(reader, "ferryman", 5) == []
    index = reader._store._words._view.written.index  # type: ignore[attr-defined]
    writer = index.writer(15_000_000, 1)
    written.add(article(f"The ferryman rowed {n} times.") for n in range(40))
    assert len(by_words(reader, "ferryman", 60)) == 40
    del writer
    written.add([article("The mayor spoke.")])
    assert len(by_words(reader, "ferryman", 60)) == 40


def test_another_store_in_the_same_place_is_not_taken_for_the_first(
    news: NewsIndex, folder: Path, tmp_path: Path
) -> None:
    other = NewsIndex(tmp_path / "other", HashedWords())
    other.add(article(f"A {ship} sank. Nobody saw it.") for ship in reversed(SHIPS))
    back_up(tmp_path / "other", tmp_path / "kept.zip")
    assert "tanker" in by_words(news, "tanker", 5)[0]
    restore(tmp_path / "kept.zip", folder)
    (hit,) = by_words(news, "tanker", 5)
    assert hit == "A tanker sank. Nobody saw it."


def test_the_newest_headlines_are_known_before_anybody_asks(
    news: NewsIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []
    search = NewsIndex.search

    def noted(self: NewsIndex, query: str, *rest: Any, **named: Any) -> list[Hit]:
        read.append(query)
        return search(self, query, *rest, **named)

    monkeypatch.setattr(NewsIndex, "search", noted)
    assistant = Assistant(index=news, reader=FirstSentences())
    assistant.warm_up()
    assert assistant.models == "loaded"
    assert read == [" ".join(["Bridge approved"] * 8)] * 7 + [" ".join(["Bridge approved"] * 4)]


def test_an_index_that_is_not_there_is_no_error_when_warming_up(folder: Path) -> None:
    assistant = Assistant(index=NewsIndex(folder, HashedWords()), reader=FirstSentences())
    assistant.warm_up()
    assert assistant.models == "loaded"


def test_an_older_copy_in_its_place_is_not_taken_for_the_newer_one(
    folder: Path, tmp_path: Path
) -> None:
    news = NewsIndex(folder, HashedWords())
    news.add(article(f"A {ship} sank.") for ship in SHIPS)
    shutil.copytree(folder, tmp_path / "older")
    news.add([article("The ferryman rowed.")])
    assert by_words(news, "ferryman", 5)
    shutil.rmtree(folder)
    (tmp_path / "older").rename(folder)
    NewsIndex(folder, HashedWords()).add([article("The mayor spoke.")])  # under the same number
    assert by_words(news, "ferryman", 5) == []
