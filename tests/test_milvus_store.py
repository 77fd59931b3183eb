"""What is Milvus' own: long texts, conditions, several writers, readers while it is rebuilt."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import Article, Filters, NewsIndex
from index.adding.preparation import prepare
from index.errors import StorageError
from index.models.embedding import encode
from index.records import Listing
from index.store import Change, Manifest
from index.store.milvus import (
    MilvusStore,
    milvus_collections,
    milvus_list,
    milvus_writer,
    parse_address,
)
from index.store.milvus.milvus_client import STRONG, MilvusClient, quoted
from index.store.milvus.milvus_collections import (
    ALIAS,
    STATE,
    CollectionSet,
    asked_words,
    searched_words,
)
from index.store.milvus.milvus_rows import SCHEMA_VERSION, State, article_key, cut
from tests.fakes import HashedWords, article, topics
from tests.milvus import milvus_store, served_milvus
from tests.test_store_contract import (
    EVERYTHING,
    MANIFEST,
    WORDS,
    found,
    printings,
    put,
    remove,
    stories,
    titles,
    vectors_of,
    versions,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.store import Store
    from index.store.interface import SplitArticle
    from index.store.milvus.milvus_rows import Row


@pytest.fixture
def store(folder: Path) -> MilvusStore:
    return milvus_store(folder)


def client_of(store: MilvusStore) -> MilvusClient:
    return store._client


def names_of(store: MilvusStore) -> CollectionSet:
    names = store._names()
    assert names
    return names


def strays(store: MilvusStore) -> set[str]:
    """Keys of passages that no article's row names."""
    client, names = client_of(store), names_of(store)
    expected = {
        f"{row['key']}{row['version']}{number:06}"
        for row in client.rows(names.articles, 'version != ""', ["version", "passages"])
        for number in range(row["passages"])
    }
    if names.passages not in client.collections():
        return set()
    return {row["key"] for row in client.rows(names.passages, 'article != ""', [])} - expected


def check_whole(store: Store) -> set[str]:
    """Every article that is listed is whole and found by both searches; their titles."""
    found = check_articles(store)
    assert store.counts(EVERYTHING).articles == len(found)
    return found


def check_articles(store: Store) -> set[str]:
    """The same, of an index that is being changed just now."""
    listed = titles(store)
    for each in store.articles(EVERYTHING):
        expected = {(one.start, one.end) for one in prepare(each, MANIFEST).passages}
        within = Filters(articles=(each.id,))
        candidates = store.search(each.title, encode(WORDS, [each.title])[0], 1000, within)
        for ranking in (candidates.by_words, candidates.by_meaning):
            spans = {candidates.passages[number][0] for number, _ in ranking}
            assert {(one.start, one.end) for one in spans} == expected
        for passage, cited in candidates.passages.values():
            assert cited.text[passage.start : passage.end] == passage.text
    assert len(set(listed)) == len(listed)
    return set(listed)


# Texts


@given(st.text(), st.integers(4, 20))
def test_a_text_is_cut_between_characters(text: str, most: int) -> None:
    pieces = list(cut(text, most))
    assert "".join(pieces) == text
    assert all(0 < len(piece.encode()) <= most for piece in pieces)


def test_a_text_longer_than_milvus_can_hold_comes_back_verbatim(store: MilvusStore) -> None:
    line = "Der Fährmann sah 🚢 über die Ærø-Bucht: „Łódź“, sagte er, e\u0301 und \u2028 weiter. "
    text = "\r\n\r\n".join(line * 20 + f"Absatz {number}." for number in range(80))
    assert len(text.encode()) > 2 * 65_535
    (split,) = put(store, article(text, title="Lang"))
    after = store.article(split.article.id)
    assert after is not None
    assert after.text == text
    assert len(split.passages) > 50
    candidates = store.search("Absatz 79", encode(WORDS, ["Absatz 79"])[0], 10, EVERYTHING)
    assert "Absatz 79." in candidates.passages[candidates.by_words[0][0]][0].text
    assert check_whole(store) == {"Lang"}


def test_a_text_that_is_not_what_was_stored_is_never_quoted(store: MilvusStore) -> None:
    (split, *_) = put(store, *topics())
    client, names = client_of(store), names_of(store)
    key = article_key(split.article.id)
    (row,) = client.get(names.articles, [key], ["record"]).values()
    changed = [each.replace("opens", "shuts") for each in row["record"]]
    assert changed != row["record"]
    client.put(names.articles, [{"key": key, "record": changed}], partial=True)
    for ask in (
        lambda: store.article(split.article.id),
        lambda: found(store, "opens to visitors"),
        lambda: titles(store),
    ):
        with pytest.raises(StorageError, match="is not what was stored"):
            ask()


def test_an_id_that_is_too_long_is_refused_and_nothing_changes(store: MilvusStore) -> None:
    put(store, topics()[0])
    long = Article(text="Words.", id="https://a.example/" + "ö" * 40_000)
    with pytest.raises(StorageError, match="Milvus cannot hold it"):
        put(store, long)
    assert check_whole(milvus_store(store.location)) == {topics()[0].title}
    assert strays(store) == set()


# Conditions

HOSTILE = [
    "' or 1 == 1 or article == '",
    '"] or version != "',
    "{article}",
    "\\",
    "a'; drop collection dateline",
    "%",
    "_%",
    "\n",
    "ё' || '",
    "\u202e]",
]


def test_no_id_or_outlet_is_read_as_a_condition(store: MilvusStore) -> None:
    each_hostile = [
        article(f"Ferry {n}.", title=f"{n}", publisher=text, url=None)
        for n, text in enumerate(HOSTILE)
    ]
    articles = [
        Article(text=each.text, title=each.title, publisher=each.publisher, id=text)
        for each, text in zip(each_hostile, HOSTILE, strict=True)
    ]
    put(store, *articles)
    for number, text in enumerate(HOSTILE):
        for within in (Filters(articles=(text,)), Filters(publishers=(text,))):
            assert found(store, "ferry", within) == ({f"{number}"}, {f"{number}"})
            assert titles(store, within) == [f"{number}"]
        assert found(store, "ferry", Filters(publishers=(text + "x",))) == (set(), set())
        stored = store.article(text)
        assert stored
        assert stored.id == text
    remove(store, *HOSTILE)
    assert titles(store) == []


def test_only_digests_go_into_a_condition() -> None:
    assert quoted(["a1", "ff"]) == "['a1', 'ff']"
    for text in ("a'", "", "ё", "a b"):
        with pytest.raises(ValueError, match="digests"):
            quoted([text])


# Words


def test_words_are_folded_and_stemmed_as_the_embedded_store_does() -> None:
    assert searched_words("São Paulo", "REPAIRED bridges") == "sao paulo repair bridg"
    assert asked_words("What did the engineers say of the S-400?") == "engin 400 s400"
    assert "s400" in searched_words("An S-400 battery").split()
    assert asked_words("?!") == asked_words("the of") == ""


# Several at once


def test_two_writers_at_once_lose_nothing(folder: Path) -> None:
    copies = list(printings().values())
    shelves = [
        [article(f"Harbour note {n} of {w}.", title=f"{w}{n}") for n in range(6)] + copies[w::2]
        for w in range(2)
    ]
    start = threading.Barrier(2, timeout=20)

    def write(shelf: list[Article]) -> None:
        mine = milvus_store(folder)
        start.wait()
        for each in shelf:
            put(mine, each)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, shelves))
    store = milvus_store(folder)
    everything = {each.title for shelf in shelves for each in shelf}
    assert check_whole(store) == everything
    assert store.generation() == len(everything)
    assert frozenset(each.title for each in copies) in stories(store), "copies found across both"
    assert strays(store) == set()


def test_of_two_writers_of_one_article_one_wins_and_it_is_whole(folder: Path) -> None:
    start = threading.Barrier(2, timeout=20)

    def write(which: str) -> None:
        mine = milvus_store(folder)
        start.wait()
        for n in range(5):
            text = f"The {which} ferry {n} sank at dawn."
            put(mine, article(text, title=which, url="https://paper.example/a"))

    put(milvus_store(folder), topics()[0])
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(write, ["red", "blue"]))
    store = milvus_store(folder)
    assert check_whole(store) in ({topics()[0].title, "red"}, {topics()[0].title, "blue"})
    assert (
        len(found(store, "ferry sank at dawn", Filters(articles=("https://paper.example/a",)))[0])
        == 1
    )


def test_a_reader_sees_a_rebuild_whole_or_not_at_all(folder: Path) -> None:
    put(milvus_store(folder), *topics())
    expected = {each.title for each in topics()}
    seen: list[set[str]] = []
    done = threading.Event()

    def read() -> None:
        mine = milvus_store(folder)
        while not done.is_set():
            words, meaning = found(mine, "opens to visitors in spring")
            seen.extend((words, meaning, set(titles(mine))))

    with ThreadPoolExecutor(1) as pool:
        reading = pool.submit(read)
        writer = milvus_store(folder)
        for generation in range(1, 4):
            other = Manifest("hashed words", "digest", "1", f"{generation}")
            split = [prepare(each, other) for each in topics()]
            writer.commit(Change(manifest=other, put=split, replace=True, expect=generation))
        done.set()
        reading.result()
    assert len(seen) > 6
    assert all(each == expected for each in seen)
    names = names_of(writer)
    assert client_of(writer).collections() == {names.articles, names.passages}


def test_what_is_added_while_a_rebuild_fills_its_collections_is_not_lost(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(milvus_store(folder), *topics()[:2])
    adding = milvus_store(folder)
    point = MilvusClient.point_alias
    late: list[threading.Thread] = []

    def point_while_another_adds(client: MilvusClient, alias: str, collection: str) -> None:
        late.append(threading.Thread(target=put, args=(adding, topics()[2])))
        late[0].start()
        point(client, alias, collection)

    other = Manifest("hashed words", "digest", "1", "2")
    split = [prepare(each, other) for each in topics()[:2]]
    with monkeypatch.context() as adding_meanwhile:
        adding_meanwhile.setattr(MilvusClient, "point_alias", point_while_another_adds)
        milvus_store(folder).commit(Change(manifest=other, put=split, replace=True))
    late[0].join(20)
    assert check_whole(milvus_store(folder)) == {each.title for each in topics()[:3]}


# The list of articles


def test_the_list_is_made_again_when_it_is_lost_or_damaged(store: MilvusStore) -> None:
    put(store, *topics(), *printings().values())
    before = store.counts(EVERYTHING), store.listing(Listing(order="title")), store.outlets()
    file = store.location / "milvus-articles.sqlite3"
    assert file.is_file()
    for content in (None, b"nothing like a database" * 500):
        for each in store.location.glob("milvus-articles*"):
            each.unlink()
        if content:
            file.write_bytes(content)
        again = milvus_store(store.location)
        assert (
            again.counts(EVERYTHING),
            again.listing(Listing(order="title")),
            again.outlets(),
        ) == before


def listed(file: Path) -> list[tuple[object, ...]]:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute(
            "SELECT id, story, updated, url, newer IS NULL FROM articles ORDER BY id"
        ).fetchall()


def test_a_list_of_an_earlier_version_is_made_again(store: MilvusStore) -> None:
    put(store, *topics(), *printings().values(), *versions())
    before, file = sorted(titles(store)), store.location / "milvus-articles.sqlite3"
    rows = listed(file)
    assert any(url for *_, url, _ in rows)
    assert not all(newest for *_, newest in rows)
    with closing(sqlite3.connect(file)) as connection, connection:
        (tag,) = connection.execute("SELECT value FROM manifest WHERE name = 'list of'").fetchone()
        said = " ".join(tag.split()[:2])  # the store and its collections, and no version
        connection.execute("UPDATE manifest SET value = ? WHERE name = 'list of'", (said,))
        connection.execute("UPDATE articles SET updated = NULL, url = NULL, newer = NULL")
    assert sorted(titles(milvus_store(store.location))) == before
    assert listed(file) == rows


def test_a_list_that_is_damaged_within_stops_no_write(store: MilvusStore) -> None:
    put(store, *topics()[:4])
    file = store.location / "milvus-articles.sqlite3"
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        (size,) = connection.execute("PRAGMA page_size").fetchone()
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'articles'"
        start = (connection.execute(query).fetchone()[0] - 1) * size
    data = file.read_bytes()
    file.write_bytes(
        data[:start] + b"\x07" * size + data[start + size :]
    )  # it opens, and that is all
    again = milvus_store(store.location)
    put(again, topics()[4])
    assert check_whole(again) == {each.title for each in topics()}


@pytest.mark.parametrize("whole", [True, False])
def test_a_list_that_is_lost_during_a_change_loses_nothing(
    store: MilvusStore, monkeypatch: pytest.MonkeyPatch, whole: bool
) -> None:
    put(store, topics()[0])
    calls = iter(range(100))

    def insert(articles: sqlite3.Connection, row: Row) -> int:
        if next(calls) == 4:
            articles.execute("SELECT * FROM a_table_that_is_lost")
        return milvus_list.insert(articles, row)

    monkeypatch.setattr(milvus_writer, "ARTICLES_PER_PORTION", 2)
    monkeypatch.setattr(milvus_writer, "insert", insert)
    split = [prepare(each, MANIFEST) for each in [*topics(), *printings().values()]]
    put_again = Change(
        manifest=MANIFEST, put=iter(split), vectors=vectors_of(*split), replace=whole
    )
    store.commit(put_again)
    assert next(calls) > 5
    expected = stories(store)
    assert check_whole(store) == {each.article.title for each in split}
    other = MilvusStore(store._client.address, store.location / "elsewhere")
    assert stories(other) == expected
    assert sorted(titles(other)) == sorted(titles(store))


def test_a_rebuild_whose_articles_cannot_all_be_drawn_changes_nothing(
    store: MilvusStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, *topics())
    monkeypatch.setattr(milvus_writer, "ARTICLES_PER_PORTION", 1)

    def draw() -> Iterator[SplitArticle]:
        yield prepare(topics()[0], MANIFEST)
        b"\xff".decode()  # as SQLite's errors tell of a damaged file

    with pytest.raises(StorageError):
        store.commit(Change(manifest=MANIFEST, put=draw(), replace=True))
    assert check_whole(store) == {each.title for each in topics()}


def test_an_index_that_was_deleted_and_made_again_has_a_list_of_its_own(folder: Path) -> None:
    store = milvus_store(folder)
    put(store, *topics())
    assert len(titles(store)) == 5
    client = client_of(store)
    for name in client.collections():
        client.drop(name)
    again = milvus_store(folder)
    assert not again.exists()
    put(again, topics()[0])
    assert titles(again) == [topics()[0].title]


def test_an_index_whose_alias_is_gone_keeps_its_articles(folder: Path) -> None:
    store = milvus_store(folder)
    put(store, *topics()[:4])
    client_of(store)._call("drop_alias", ALIAS)
    again = milvus_store(folder)
    put(again, topics()[4])
    assert len(titles(again)) == 5


def test_a_collection_of_a_like_name_is_somebody_elses(folder: Path) -> None:
    store = milvus_store(folder)
    put(store, *topics()[:2])
    client = client_of(store)
    name = f"{names_of(store).articles}_kept"
    milvus_collections._create(client, name, milvus_collections._ARTICLE_FIELDS)
    put(milvus_store(folder), topics()[2])
    assert name in client.collections()


@pytest.mark.parametrize("version", [2, 1])
def test_an_index_of_the_last_version_opens_and_an_older_one_does_not(
    folder: Path, version: int
) -> None:
    store = milvus_store(folder)
    put(store, *topics())
    client, names = client_of(store), names_of(store)
    state = State.of(client.get(names.articles, [STATE], ["record"], STRONG)[STATE])
    client.put(names.articles, [replace(state, schema=version).row()])
    again = milvus_store(folder)
    if version == 1:
        with pytest.raises(StorageError, match="another version"):
            titles(again)
        return
    assert len(titles(again)) == 5
    put(again, topics()[0])
    written = State.of(client.get(names.articles, [STATE], ["record"], STRONG)[STATE])
    assert written.schema == SCHEMA_VERSION


# Over the network


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with served_milvus(tmp_path / "served.db") as port:
        yield port


def test_a_server_is_used_as_a_file_is(port: int, folder: Path) -> None:
    store = MilvusStore(parse_address(f"milvus://127.0.0.1:{port}"), folder)
    assert not store.exists()
    index = NewsIndex(folder, HashedWords(), store=store)
    assert index.add(topics()).added == 5
    assert index.search("comet astronomers")[0].article.title == "News of the observatory"
    other = MilvusStore(parse_address(f"milvus://127.0.0.1:{port}"), folder / "other")
    assert other.counts(EVERYTHING).articles == 5
    missing = MilvusStore(parse_address(f"milvus://127.0.0.1:{port}/no_such"), folder)
    with pytest.raises(StorageError, match="no_such"):
        missing.exists()
