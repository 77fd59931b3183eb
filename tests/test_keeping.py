"""The check: whole when whole; each kind of damage is seen, named and mended."""

from __future__ import annotations

import contextlib
import importlib
import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from index import NewsIndex
from index.errors import StorageError
from index.keeping import check
from index.keeping.check import UNKNOWN
from tests.fakes import HashedWords, long_article, topics
from tests.wire import wire

if TYPE_CHECKING:
    from pathlib import Path

check_module = importlib.import_module("index.keeping.check")  # the function hides it
MANY = [*topics(), *(long_article(number) for number in range(20))]
QUERIES = ("comet astronomers", "crates of the harbour", "opens to visitors in spring")


@pytest.fixture
def filled(news: NewsIndex, folder: Path) -> NewsIndex:
    """Topics, articles of several passages, and copies of one story."""
    news.add([long_article(1), long_article(2)])
    news.add([wire(publisher=name) for name in ("Reuling", "The Corran Times")])
    return news


def change(folder: Path, statement: str, *values: object) -> None:
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        connection.execute(statement, values)
        connection.commit()


def results(index: NewsIndex) -> list[list[tuple[str, int, float | None]]]:
    return [
        sorted(
            (hit.article.id, hit.passage.start, hit.similarity) for hit in index.search(each, 50)
        )
        for each in QUERIES
    ]


def test_a_whole_index_is_found_whole(filled: NewsIndex, folder: Path) -> None:
    filled.remove([long_article(1).id])
    health = check(folder)
    assert health.whole
    assert health.findings == ()
    assert health.articles == filled.counts().articles == 8
    assert health.passages == filled.counts().passages


VECTOR = "(SELECT vector_key FROM passages ORDER BY id LIMIT 1)"
DAMAGES = {
    "a word of an article": (
        "articles",
        "UPDATE articles SET text = replace(text, 'comet', 'meteor') WHERE text LIKE '%comet%'",
    ),
    "bytes that are not UTF-8": (
        "articles",
        "UPDATE articles SET text = CAST(x'ff41ff' AS TEXT) WHERE number = 5",
    ),
    "a day": ("articles", "UPDATE articles SET published_last = '2031-01-01' WHERE number = 2"),
    "an offset": ("passages", "UPDATE passages SET start = start + 1 WHERE id = 3"),
    "an offset past the end": ("passages", 'UPDATE passages SET "end" = 999999 WHERE id = 3'),
    "a lost vector": ("passages", f"DELETE FROM vectors WHERE key = {VECTOR}"),
    "a vector cut short": (
        "vectors",
        f"UPDATE vectors SET vector = substr(vector, 1, 100) WHERE key = {VECTOR}",
    ),
    "a vector that is no number": (
        "vectors",
        "UPDATE vectors SET vector = CAST(x'007e' || substr(vector, 3) AS BLOB) "
        f"WHERE key = {VECTOR}",
    ),
    "a passage of nothing": ("passages", "UPDATE passages SET article_id = 'gone' WHERE id = 7"),
    "a passage lost": ("passages", "DELETE FROM passages WHERE id = 7"),
    "a range that is too short": ("passages", "UPDATE passage_ranges SET last = first"),
    "an article without its range": ("passages", "DELETE FROM passage_ranges WHERE article = 6"),
    "a story": ("stories", "UPDATE articles SET story = id"),
    "a band": ("stories", "DELETE FROM bands WHERE article = 3"),
    "a copy linked one way": ("stories", "DELETE FROM copies WHERE article = 8"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_seen_and_mended(filled: NewsIndex, folder: Path, damage: str) -> None:
    part, statement = DAMAGES[damage]
    expected = results(filled)
    change(folder, statement)
    seen = check(folder)
    assert not seen.whole
    assert part in {each.part for each in seen.findings if each.damage}
    assert seen.mended == ()

    embeddings = HashedWords()
    health = check(folder, embeddings)
    assert [each for each in health.left if each.damage] == []
    assert health.mended
    assert check(folder).whole
    lost = 1 if damage in {"a word of an article", "bytes that are not UTF-8"} else 0
    assert len(health.lost) == lost
    assert health.whole == (not lost)
    index = NewsIndex(folder, HashedWords())
    assert index.counts().articles == 9 - lost
    if not lost:
        assert results(index) == expected
        assert len(embeddings.embedded) <= 2
    index.add([*topics()])
    assert check(folder).whole


def test_an_index_that_was_emptied_is_whole(filled: NewsIndex, folder: Path) -> None:
    ids = [each.id for each in filled.articles()]
    for some in (ids[:5], ids[5:]):
        filled.remove(some)
        assert check(folder).findings == ()
    filled.add(topics())
    assert check(folder).findings == ()


def test_an_altered_article_is_named_and_never_quoted(filled: NewsIndex, folder: Path) -> None:
    change(folder, "UPDATE articles SET text = replace(text, 'comet', 'meteor') WHERE number = 5")
    index = NewsIndex(folder, HashedWords())
    with pytest.raises(StorageError, match=r"damaged.*check --repair"):
        index.search("astronomers observatory")
    health = check(folder, HashedWords())
    assert health.lost == ("News of the observatory",)
    assert all("meteor" not in hit.passage.text for hit in index.search("astronomers", 50))


def test_vectors_of_no_passage_are_a_note(filled: NewsIndex, folder: Path) -> None:
    change(folder, "INSERT INTO vectors SELECT x'00', vector FROM vectors LIMIT 1")
    health = check(folder)
    assert health.whole
    assert [each.part for each in health.findings] == ["vectors"]
    assert check(folder, HashedWords()).left == ()


def garble(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def test_a_damaged_cache_is_no_damage(filled: NewsIndex, folder: Path) -> None:
    expected = results(filled)
    (file,) = (folder / "vectors").iterdir()
    garble(file)
    assert check(folder).findings == ()
    assert results(NewsIndex(folder, HashedWords())) == expected, "it was not used"
    assert not file.exists(), "and is made again"


def test_damaged_conversations_are_told(filled: NewsIndex, folder: Path) -> None:
    file = folder / "conversations.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("CREATE TABLE said (words TEXT)")
        connection.commit()
    assert check(folder).whole
    file.write_bytes(file.read_bytes()[:100] + b"\xee" * 8000)
    assert [each.part for each in check(folder).findings] == ["conversations"]


def spoil(data: bytearray, chance: random.Random, how: str, begin: int = 0) -> bytes:
    """A file damaged in one of the ways in which disks, copies and people damage them."""
    pages = len(data) // 4096
    if how == "cut short":
        return bytes(data[: chance.randrange(pages // 4, pages) * 4096])
    for _ in range(3):
        start = chance.randrange(begin, len(data) - 4096)
        page = start // 4096 * 4096
        if how == "random bytes":
            length = chance.choice([1, 16, 600, 4096])
            data[start : start + length] = chance.randbytes(length)
        elif how == "a bit":
            data[start] ^= 1 << chance.randrange(8)
        elif how == "pages of zeros":
            data[page : page + 4096] = bytes(4096)
        elif how == "a page of elsewhere":
            other = chance.randrange(pages) * 4096
            data[page : page + 4096] = data[other : other + 4096]
    return bytes(data)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The file of a whole index."""
    folder = tmp_path_factory.mktemp("sound")
    NewsIndex(folder, HashedWords()).add(MANY)
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return (folder / "index.sqlite3").read_bytes()


def check_spoilt(folder: Path, data: bytes) -> None:
    """Never a wrong answer: a clear error, or words that stand in an article that was added."""
    folder.mkdir()
    (folder / "index.sqlite3").write_bytes(data)
    added = {each.text for each in MANY}  # an article's hash does not tell of its id

    def look(index: NewsIndex) -> None:
        for query in QUERIES:
            for hit in index.search(query, 50):
                assert hit.article.text in added
                assert hit.passage.text in hit.article.text
        assert {each.text for each in index.articles()} <= added

    with contextlib.suppress(StorageError):
        look(NewsIndex(folder, HashedWords()))
    try:
        health = check(folder, HashedWords())
    except StorageError as error:
        if "nothing can be saved" in str(error):
            return
        raise
    assert [each for each in health.left if each.damage] == []
    index = NewsIndex(folder, HashedWords())
    look(index)
    lost = [each for each in health.lost if each != UNKNOWN]
    assert index.counts().articles + len(lost) == len(MANY) or UNKNOWN in health.lost, health
    assert index.add(MANY).articles == len(MANY)
    assert check(folder).whole


@pytest.mark.parametrize("seed", range(4))
def test_random_bytes_over_random_pages(tmp_path: Path, sound: bytes, seed: int) -> None:
    begin = 0 if seed == 0 else 4096
    spoilt = spoil(bytearray(sound), random.Random(seed), "random bytes", begin)
    check_spoilt(tmp_path / "index", spoilt)


@pytest.mark.slow
@pytest.mark.parametrize(
    "how", ["random bytes", "a bit", "pages of zeros", "a page of elsewhere", "cut short"]
)
def test_sixty_damaged_files(tmp_path: Path, sound: bytes, how: str) -> None:
    """Twelve of each kind."""
    for seed in range(12):
        spoilt = spoil(bytearray(sound), random.Random(f"{how} {seed}"), how)
        check_spoilt(tmp_path / str(seed), spoilt)


@pytest.mark.parametrize("kept", [0.9, 0.25])
def test_a_file_cut_short_gives_what_is_left_of_it(tmp_path: Path, kept: float) -> None:
    articles = [*topics(), *(long_article(number) for number in range(100))]
    folder = tmp_path / "index"
    NewsIndex(folder, HashedWords()).add(articles)
    file = folder / "index.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for each in folder.glob("index.sqlite3-*"):
        each.unlink()
    data = file.read_bytes()
    file.write_bytes(data[: int(len(data) * kept) // 4096 * 4096])
    assert not check(folder).whole
    health = check(folder, HashedWords())
    assert [each for each in health.left if each.damage] == []
    index = NewsIndex(folder, HashedWords())
    there = {each.id: each.text for each in index.articles()}
    assert there.items() <= {each.id: each.text for each in articles}.items()
    assert len(there) >= len(articles) * kept * 2 / 3, "what the file still has is saved"
    assert len(there) + len(health.lost) == len(articles) or health.lost[-1] == UNKNOWN
    assert health.lost
    assert index.add(articles).articles == len(articles)
    assert check(folder).whole


def test_a_file_of_which_nothing_is_left_wants_a_backup(filled: NewsIndex, folder: Path) -> None:
    file = folder / "index.sqlite3"
    file.write_bytes(file.read_bytes()[:4096])
    with pytest.raises(StorageError, match=r"nothing can be saved.*dateline restore"):
        check(folder, HashedWords())


def test_what_is_added_while_an_index_is_made_anew_is_not_lost(
    filled: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    change(folder, "UPDATE articles SET story = id")
    late = [long_article(9)]
    made = check_module.make_anew

    def while_another_adds(*given: Any, **named: Any) -> Any:
        done = made(*given, **named)
        if late:
            NewsIndex(folder, HashedWords()).add([late.pop()])
        return done

    monkeypatch.setattr(check_module, "make_anew", while_another_adds)
    health = check(folder, HashedWords())
    assert health.whole
    assert filled.article(long_article(9).id)
    assert check(folder).findings == ()
