"""Search by words where some of them stand in most passages."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from assistant import Assistant
from index import Hit, NewsIndex
from index.keeping import back_up, check, restore
from index.records import Filters
from index.searching.query_words import match_expression, search_words
from index.store import sqlite_words, word_postings
from index.store.sqlite_words import WordSearch
from index.store.word_postings import WordPostings
from tests.fakes import FirstSentences, HashedWords, article

if TYPE_CHECKING:
    from pathlib import Path

SHIPS = ("ferry", "tanker", "trawler", "barge", "yacht", "sloop")


@pytest.fixture(params=["words remembered", "many passages"])
def news(
    request: pytest.FixtureRequest, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> NewsIndex:
    """Sixty articles on a harbour; every tenth is on a ship of its own."""
    if request.param == "many passages":
        monkeypatch.setattr(sqlite_words, "_FEW", 0)
        monkeypatch.setattr(sqlite_words, "_COMMON", 0.05)
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


@pytest.mark.parametrize("text", ["tanker harbour", "busy", "day-7 sank harbour busy", "Harbours"])
@pytest.mark.parametrize("every", [1, 3])
def test_the_scores_are_fts5_s(news: NewsIndex, folder: Path, text: str, every: int) -> None:
    ids = tuple(each.id for each in news.articles())[::every]
    within = Filters(articles=ids) if every > 1 else Filters()
    search = WordSearch()
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        asked = match_expression(search_words(text))
        expected = dict(sqlite_words._best(connection, asked, 100, within))
        for _ in range(2):  # read, and remembered
            found = search.search(connection, text, 20, within)
            best = sorted(expected.values(), reverse=True)[:20]
            assert [score for _, score in found] == pytest.approx(best, rel=1e-5)
            assert all(score == pytest.approx(expected[number]) for number, score in found)


def test_no_more_is_remembered_than_there_is_room_for(
    news: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(word_postings, "_MOST", 250)
    postings = WordPostings()
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        for ship in SHIPS * 3:
            assert len(postings.search(connection, [ship, "harbour", "busy"], 90, Filters())) == 60
            kept = [each.size for each in postings._kept.values()]
            assert sum(kept) == postings._size <= 250


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


def test_words_that_were_mended_are_found(folder: Path) -> None:
    news = NewsIndex(folder, HashedWords())
    news.add(article(f"A {ship} sank.") for ship in SHIPS)
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        connection.execute("INSERT INTO passages_fts (passages_fts) VALUES ('delete-all')")
        connection.commit()
    assert by_words(news, "tanker", 5) == []
    check(folder, HashedWords())
    assert by_words(news, "tanker", 5) == ["A tanker sank."]


def test_words_are_weighed_anew_when_most_passages_have_gone(folder: Path) -> None:
    news = NewsIndex(folder, HashedWords())
    news.add(article(f"Tanker {number} lay in the harbour.") for number in range(150))
    news.add(article(f"The mayor spoke {number} times.") for number in range(10))
    search = WordSearch()
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        search.search(connection, "tanker mayor", 5, Filters())
        news.remove([each.id for each in news.articles() if "Tanker" in each.text])
        news.add([article("The tanker Ida sank.")])
        expected = sqlite_words._best(
            connection, match_expression(["tanker", "mayor"]), 5, Filters()
        )
        found = search.search(connection, "tanker mayor", 5, Filters())
    assert [number for number, _ in found] == [number for number, _ in expected]
    assert [score for _, score in found] == pytest.approx([score for _, score in expected])


def test_a_search_that_began_before_a_change_finds_what_was_there(folder: Path) -> None:
    news = NewsIndex(folder, HashedWords())
    news.add(article(f"A {ship} sank.") for ship in SHIPS)
    search = WordSearch()
    with (
        closing(sqlite3.connect(folder / "index.sqlite3", isolation_level=None)) as before,
        closing(sqlite3.connect(folder / "index.sqlite3", isolation_level=None)) as after,
    ):
        before.execute("BEGIN")
        before.execute("SELECT count(*) FROM passages").fetchone()
        news.remove([each.id for each in news.articles() if "tanker" in each.text])
        assert search.search(after, "tanker", 5, Filters()) == []
        assert len(search.search(before, "tanker", 5, Filters())) == 1
        assert search.search(after, "tanker", 5, Filters()) == []
