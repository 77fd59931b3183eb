"""An index moved from one store to the other: the same articles, vectors and answers."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from assistant import Assistant, Settings
from assistant.cli import main
from index import DatelineError, Filters, IndexMissingError, NewsIndex
from index.adding.changes import move
from index.models.embedding import encode
from index.reports import Progress, Tally
from index.splitting import SPLITTER_VERSION
from index.store import Manifest, SQLiteStore
from index.store.milvus import milvus_reading
from index.stories.copies import COPIES_VERSION
from tests.fakes import HashedWords, article, topics
from tests.milvus import milvus_store
from tests.test_store_contract import WORDS, printings, put, remove

if TYPE_CHECKING:
    from pathlib import Path

    from index.store import Store

EVERYTHING = Filters()
PRESENT = Manifest("hashed words", "digest", SPLITTER_VERSION, COPIES_VERSION)


def facts(store: Store) -> object:
    """What a reader sees of an index."""
    vector = encode(WORDS, ["ferry opens in spring"])[0]
    found = store.search("ferry opens in spring", vector, 100, EVERYTHING)
    return (
        store.manifest(),
        dict(store.content_hashes()),
        store.counts(EVERYTHING),
        # A tie of equal days is broken by each store as it likes.
        sorted(store.articles(EVERYTHING), key=lambda each: each.id),
        [each.published for each in store.articles(EVERYTHING)],
        {found.passages[number][0] for number, _ in found.by_words},
        {(found.passages[number][0], round(score, 3)) for number, score in found.by_meaning},
        found.stories,
    )


@pytest.fixture
def stores(folder: Path) -> dict[str, Store]:
    return {"sqlite": SQLiteStore(folder / "sqlite"), "milvus": milvus_store(folder / "milvus")}


@pytest.mark.parametrize("names", [("sqlite", "milvus"), ("milvus", "sqlite")])
def test_an_index_is_moved_as_it_is(stores: dict[str, Store], names: tuple[str, str]) -> None:
    source, target = (stores[name] for name in names)
    put(source, *topics(), *printings().values(), manifest=PRESENT)
    put(target, topics()[0], article("What was there before.", title="Gone"), manifest=PRESENT)
    told: list[Progress] = []
    tally = Tally()
    move(source, target, tally, told.append)
    assert facts(target) == facts(source)
    assert (tally.added, tally.unchanged, tally.removed, tally.embedded) == (8, 1, 1, 0)
    assert (told[-1].done, told[-1].total) == (9, 9)
    assert target.generation() == 2
    remove(target, topics()[0].id)
    assert target.counts(EVERYTHING).articles == 8, "it is an index like any other"


@pytest.mark.parametrize("names", [("sqlite", "milvus"), ("milvus", "sqlite")])
def test_a_move_that_was_stopped_goes_on_from_there(
    stores: dict[str, Store], names: tuple[str, str]
) -> None:
    source, target = (stores[name] for name in names)
    put(source, *topics(), manifest=PRESENT)

    def stop(_: Progress) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        move(source, target, Tally(), stop)
    assert target.counts(EVERYTHING).articles == 0, "nobody sees half of it"
    asked: list[int] = []
    read = source.vectors
    source.vectors = lambda keys: asked.append(len(keys)) or read(keys)  # type: ignore[method-assign,func-returns-value]
    move(source, target, Tally(), None)
    assert sum(asked) == 0, "the vectors were there already"
    assert target.counts(EVERYTHING).articles == 5


def test_what_cannot_be_moved_is_told(stores: dict[str, Store]) -> None:
    with pytest.raises(IndexMissingError, match=r"There is no index in .*sqlite"):
        move(stores["sqlite"], stores["milvus"], Tally(), None)
    put(stores["sqlite"], *topics())
    with pytest.raises(DatelineError, match="another version of Dateline"):
        move(stores["sqlite"], stores["milvus"], Tally(), None)
    with pytest.raises(DatelineError, match="is this index itself"):
        move(stores["sqlite"], stores["sqlite"], Tally(), None)


def test_the_command_moves_both_ways(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    NewsIndex(tmp_path / "old", HashedWords()).add(topics())

    def dateline(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["dateline", *words])
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capsys.readouterr()
        return int(caught.value.code or 0), out + err

    uri = f"milvus://{tmp_path}/news.db"
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("INDEX_URI", uri)
    status, told = dateline("rebuild", "--from", str(tmp_path / "old"))
    assert (status, "5 articles" in told) == (0, True), told
    status, told = dateline("status")
    assert f"Index: {uri}" in told
    assert "5 articles" in told
    status, told = dateline("backup", str(tmp_path / "b.zip"))
    assert status == 1
    assert "INDEX_URI names a Milvus" in told
    status, told = dateline("rebuild", "--from", str(tmp_path / "old"), "some.txt")
    assert status == 2
    status, told = dateline("rebuild", "--from", str(tmp_path / "nowhere"))
    assert (status, "There is no index in" in told) == (1, True)
    monkeypatch.delenv("INDEX_URI")
    status, told = dateline("rebuild", "--from", uri)
    assert (status, "5 articles" in told) == (0, True), told
    assert SQLiteStore(tmp_path / "home").counts(EVERYTHING).articles == 5


def test_answers_from_milvus_are_verbatim(samples: Assistant, tmp_path: Path) -> None:
    embeddings = samples.index.embeddings
    store = milvus_store(tmp_path)
    index = NewsIndex(tmp_path, embeddings, store=store)
    source = samples.settings.open_store(str(samples.settings.home))
    assert index.move_from(source).embedded == 0
    assistant = Assistant(Settings(home=tmp_path), index=index)
    for question in ("Why does Turkey want the S-400?", "What is the price of a dragon egg?"):
        answer, before = assistant.answer(question), samples.answer(question)
        assert answer.answered == before.answered
        assert [each.quote for each in answer.citations][:1] == [
            each.quote for each in before.citations
        ][:1]
        for citation in answer.citations:
            cited = index.article(citation.article_id)
            assert cited
            assert cited.text[citation.start : citation.end] == citation.quote
    assert assistant.answer("Why does Turkey want the S-400?").citations


def test_what_is_replaced_while_it_is_moved_is_not_left_out(
    stores: dict[str, Store], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = stores["milvus"], stores["sqlite"]
    address = "https://paper.example/ferry"
    put(source, article("The ferry sank.", title="Old", url=address), manifest=PRESENT)
    read = milvus_reading.read_articles
    replaced: list[bool] = []

    def replacing(*given: object) -> object:
        if not replaced:
            replaced.append(True)
            new = article("The ferry was raised.", title="New", url=address)
            put(milvus_store(folder / "milvus"), new, manifest=PRESENT)
        return read(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("index.store.milvus.milvus_store.read_articles", replacing)
    move(source, target, Tally(), None)
    assert [each.title for each in target.articles(EVERYTHING)] == ["New"]
