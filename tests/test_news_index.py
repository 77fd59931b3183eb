"""Adding, removing, rebuilding: what is counted, what is embedded, what is left alone."""

from __future__ import annotations

import re
import sqlite3
import threading
from contextlib import closing
from itertools import count, islice
from typing import TYPE_CHECKING

import pytest

from index import (
    Article,
    DatelineError,
    Filters,
    IndexMissingError,
    ModelMismatchError,
    NewsIndex,
    PublicationDate,
    SourceError,
    news_index,
)
from index.adding import changes
from index.loading import LoadOptions
from index.records import Listing
from index.reports import Interrupted, Progress
from index.store.sqlite_connections import Connections
from index.store.sqlite_listing import add_functions
from tests.fakes import HashedWords, article, long_article, topics

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.reports import Report
    from index.store import Change

URL = "https://paper.example/a"


def titles(index: NewsIndex) -> set[str]:
    return {each.title for each in index.articles()}


def test_adding_again_adds_and_embeds_nothing(news: NewsIndex, embeddings: HashedWords) -> None:
    assert len(embeddings.embedded) == 5
    report = news.add(topics())
    assert (report.added, report.replaced, report.unchanged) == (0, 0, 5)
    assert report.embedded == 0
    assert (report.articles, report.passages) == (5, 5)
    assert len(embeddings.embedded) == 5
    assert news.status().counts.articles == 5


def test_new_content_takes_the_place_of_the_old(news: NewsIndex) -> None:
    news.add([article("The ferry sank.", title="Old", url=URL)])
    report = news.add([article("The ferry was raised.", title="New", url=URL)])
    assert (report.added, report.replaced, report.unchanged) == (0, 1, 0)
    assert "Old" not in titles(news)
    assert "New" in titles(news)


def test_only_passages_that_changed_are_embedded(folder: Path, embeddings: HashedWords) -> None:
    index = NewsIndex(folder, embeddings)
    before = long_article(1, paragraphs=8)
    index.add([article(before.text, title="Harbour", url=URL)])
    passages = len(embeddings.embedded)
    assert passages > 5
    embeddings.embedded.clear()
    index.add([article(before.text + "\n\nA last word.", title="Harbour", url=URL)])
    assert 1 <= len(embeddings.embedded) <= 2


def test_metadata_alone_embeds_nothing(news: NewsIndex, embeddings: HashedWords) -> None:
    news.add([article("The ferry sank.", url=URL, publisher="One")])
    embeddings.embedded.clear()
    report = news.add([article("The ferry sank.", url=URL, publisher="Two")])
    assert (report.replaced, report.embedded, embeddings.embedded) == (1, 0, [])
    assert news.article(URL) == article("The ferry sank.", url=URL, publisher="Two")


def test_the_same_article_twice_in_one_go(folder: Path, embeddings: HashedWords) -> None:
    index = NewsIndex(folder, embeddings)
    old, new = article("Old text.", url=URL), article("New text.", url=URL)
    report = index.add([old, old, new])
    assert (report.added, report.replaced, report.unchanged) == (1, 1, 1)
    stored = index.article(URL)
    assert stored is not None
    assert stored.text == "New text."


def test_texts_shared_by_articles_are_embedded_once(folder: Path, embeddings: HashedWords) -> None:
    copies = [article("A wire story.", url=f"https://{name}.example/x") for name in "abc"]
    report = NewsIndex(folder, embeddings).add(copies)
    assert (report.added, report.embedded) == (3, 1)


def test_an_article_of_nothing_but_boilerplate_is_skipped(news: NewsIndex) -> None:
    report = news.add([article("©2021 The Fenland Courier\n\nRead more: all of it")])
    assert report.added == 0
    assert [type(each) for each in report.skipped] == [SourceError]


def test_progress_counts_up(folder: Path, embeddings: HashedWords) -> None:
    seen: list[Progress] = []
    NewsIndex(folder, embeddings).add(topics(), progress=seen.append)
    assert [each.done for each in seen] == [0, 1, 2, 3, 4, 5]
    assert {each.total for each in seen} == {5}


def test_a_stream_has_no_total(folder: Path, embeddings: HashedWords) -> None:
    seen: list[Progress] = []
    NewsIndex(folder, embeddings).add(iter(topics()), progress=seen.append)
    assert [(each.done, each.total) for each in seen] == [(n, None) for n in range(1, 6)]


def test_progress_counts_what_is_skipped_or_stored_already(news: NewsIndex, tmp_path: Path) -> None:
    seen: list[Progress] = []
    missing = tmp_path / "missing.txt"
    news.add([*topics()[:2], missing, article("One more.")], progress=seen.append)
    assert [(each.done, each.total) for each in seen] == [(n, 4) for n in range(5)]


def test_the_total_is_what_files_and_records_hold(
    folder: Path, embeddings: HashedWords, tmp_path: Path
) -> None:
    news = tmp_path / "news"
    news.mkdir()
    for name in "ab":
        (news / f"{name}.txt").write_text(f"The ferry {name} sank.")
    sources: list[Path | Article] = [news, article("One more.")]
    for given, total in ((sources, 3), (iter(sources), None)):
        seen: list[Progress] = []
        NewsIndex(folder / str(total), embeddings).add(given, progress=seen.append)
        first = 1 if total is None else 0  # a stream is not announced
        told = [(each.done, each.total) for each in seen]
        assert told == [(n, total) for n in range(first, 4)]


def test_files_are_drawn_from_an_endless_stream(
    folder: Path, embeddings: HashedWords, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_BATCH_PASSAGES", 4)
    file = tmp_path / "a.csv"
    file.write_text("schlagzeile,text\nOne,The first story.\nTwo,The second story.\n")

    def endless() -> Iterator[Path | Article]:
        for number in count():
            yield file
            yield long_article(number)

    def enough(now: Progress) -> None:
        if now.done == 9:
            raise KeyboardInterrupt

    index = NewsIndex(folder, embeddings)
    with pytest.raises(Interrupted) as caught:
        index.add(endless(), options=LoadOptions(columns={"title": "schlagzeile"}), progress=enough)
    assert {"One", "Two", "Harbour report 0"} <= titles(index)
    assert caught.value.report.unchanged >= 2, "the file again"


def test_progress_tells_only_what_is_stored(folder: Path, embeddings: HashedWords) -> None:
    index = NewsIndex(folder, embeddings)
    behind: list[Progress] = []

    def look(now: Progress) -> None:
        if index.counts().articles < now.done:
            behind.append(now)

    index.add([long_article(number) for number in range(30)], progress=look)
    assert behind == []


def test_an_endless_stream_is_added_as_it_comes(folder: Path, embeddings: HashedWords) -> None:
    drawn: list[int] = []

    def endless() -> Iterator[Article]:
        for number in count():
            drawn.append(number)
            yield long_article(number)

    def enough(now: Progress) -> None:
        if now.done == 50:
            raise KeyboardInterrupt

    index = NewsIndex(folder, embeddings)
    with pytest.raises(Interrupted):
        index.add(endless(), progress=enough)
    assert len(drawn) < 50 + 100, "no further ahead than a few batches"


def test_what_was_stored_before_an_interruption_stays(
    folder: Path, embeddings: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_BATCH_PASSAGES", 1)

    def interrupt(now: Progress) -> None:
        if now.done == 3:
            raise KeyboardInterrupt

    index = NewsIndex(folder, embeddings)
    before = threading.active_count()
    with pytest.raises(Interrupted) as caught:
        index.add(topics(), progress=interrupt)
    assert threading.active_count() == before
    report = caught.value.report
    assert (report.added, report.articles) == (3, 3)
    again = index.add(topics())
    assert (again.added, again.unchanged, again.articles) == (2, 3, 5)


def test_what_a_source_raises_is_raised_and_the_rest_is_stored(
    folder: Path, embeddings: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "_BATCH_PASSAGES", 1)

    def failing() -> Iterator[Article]:
        yield from topics()[:2]
        raise ZeroDivisionError

    index = NewsIndex(folder, embeddings)
    before = threading.active_count()
    with pytest.raises(ZeroDivisionError):
        index.add(failing())
    assert index.counts().articles == 2
    assert threading.active_count() == before


def test_unchanged_articles_cost_no_query_each(
    news: NewsIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements: list[str] = []
    connect = Connections._connect

    def counted(self: Connections) -> sqlite3.Connection:
        connection = connect(self)
        connection.set_trace_callback(statements.append)
        return connection

    monkeypatch.setattr(Connections, "_connect", counted)
    news._store._connections._idle.clear()  # type: ignore[attr-defined]
    assert news.add(topics() * 100).unchanged == 500
    assert len(statements) < 50


# Removing


def test_removing_by_the_beginning_of_an_id(news: NewsIndex) -> None:
    chosen = topics()[2]
    report = news.remove([chosen.id[:12]])
    assert (report.removed, report.articles) == (1, 4)
    assert chosen.title not in titles(news)


@pytest.mark.parametrize("wrong", ["", "no such id", "https://"])
def test_one_wrong_id_and_nothing_is_removed(news: NewsIndex, wrong: str) -> None:
    news.add([article("One.", url=f"{URL}1"), article("Two.", url=f"{URL}2")])
    with pytest.raises(DatelineError, match="nothing was done"):
        news.remove([topics()[0].id, wrong])
    assert news.counts().articles == 7


def test_a_whole_id_wins_over_longer_ones(news: NewsIndex) -> None:
    news.add([article("One.", url=URL), article("Two.", url=f"{URL}/b")])
    assert news.remove([URL]).removed == 1
    assert news.article(f"{URL}/b") is not None


def test_nothing_to_remove_from(folder: Path, embeddings: HashedWords) -> None:
    with pytest.raises(IndexMissingError):
        NewsIndex(folder, embeddings).remove(["x"])


# Rebuilding


def test_rebuilding_what_is_as_it_should_be_embeds_nothing(
    news: NewsIndex, embeddings: HashedWords
) -> None:
    embeddings.embedded.clear()
    generation = news._store.generation()
    report = news.rebuild()
    assert (report.unchanged, report.embedded, embeddings.embedded) == (5, 0, [])
    assert news._store.generation() == generation


def test_rebuilding_from_sources_holds_these_and_no_others(
    news: NewsIndex, embeddings: HashedWords
) -> None:
    embeddings.embedded.clear()
    report = news.rebuild([*topics()[:2], article("A new one.", title="New")])
    assert (report.added, report.removed, report.unchanged) == (1, 3, 2)
    assert titles(news) == {*(each.title for each in topics()[:2]), "New"}
    assert len(embeddings.embedded) == 1


def test_rebuilding_takes_columns_too(news: NewsIndex, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("schlagzeile,text\nOne,The first story.\n")
    options = LoadOptions(columns={"title": "schlagzeile"})
    assert news.rebuild(iter([tmp_path / "a.csv"]), options=options).removed == 5
    assert titles(news) == {"One"}


def test_a_source_that_cannot_be_loaded_removes_nothing(news: NewsIndex, tmp_path: Path) -> None:
    report = news.rebuild([*topics()[:2], tmp_path / "missing.txt"])
    assert (report.removed, report.articles) == (0, 5)
    assert len(report.skipped) == 1


def test_nothing_to_rebuild_from_leaves_everything(news: NewsIndex, tmp_path: Path) -> None:
    with pytest.raises(DatelineError, match=r"as it was.*missing\.txt"):
        news.rebuild([tmp_path / "missing.txt"])
    assert news.counts().articles == 5


def test_rebuilding_into_a_new_folder(folder: Path, embeddings: HashedWords) -> None:
    index = NewsIndex(folder, embeddings)
    with pytest.raises(IndexMissingError):
        index.rebuild()
    assert index.rebuild(topics()).added == 5


def test_another_model_is_refused_until_a_rebuild(news: NewsIndex, folder: Path) -> None:
    other = NewsIndex(folder, HashedWords(32, model="another"))
    for attempt in (lambda: other.add(topics()), lambda: other.search("comet")):
        with pytest.raises(ModelMismatchError, match="dateline rebuild") as caught:
            attempt()
        assert "hashed words" in str(caught.value)
        assert "another" in str(caught.value)
    assert news.search("comet")[0].article.title == "News of the observatory"
    report = other.rebuild()
    assert report.embedded == 5
    assert other.search("comet astronomers")[0].article.title == "News of the observatory"
    with pytest.raises(ModelMismatchError):
        news.search("comet")


def test_an_emptied_index_can_change_its_model_too(news: NewsIndex, folder: Path) -> None:
    news.remove([each.id for each in topics()])
    other = NewsIndex(folder, HashedWords(32, model="another"))
    with pytest.raises(ModelMismatchError):
        other.add(topics())
    other.rebuild()
    assert other.add(topics()).added == 5


def test_another_splitter_cuts_everything_anew(
    news: NewsIndex, folder: Path, embeddings: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news_index, "SPLITTER_VERSION", "next")
    news.add([article("Added since.", title="Since")])
    embeddings.embedded.clear()
    generation = news._store.generation()
    report = news.rebuild()
    assert (report.unchanged, report.embedded) == (6, 0), "the texts are the same: not embedded"
    assert news._store.generation() == generation + 1, "but every article was split again"
    manifest = news.status().manifest
    assert manifest is not None
    assert manifest.splitter == "next"


def test_a_rebuild_that_another_change_overtook_is_worked_out_again(
    news: NewsIndex, folder: Path, embeddings: HashedWords
) -> None:
    meddler = NewsIndex(folder, embeddings)
    meddled: list[bool] = []

    class Meddled(HashedWords):
        def embed_documents(self, texts: list[str]) -> list[list[float]]:
            if not meddled:
                meddled.append(True)
                meddler.add([article("Meanwhile, rain.", title="Meanwhile")])
            return super().embed_documents(texts)

    other = NewsIndex(folder, Meddled(model="another"))
    report = other.rebuild()
    assert meddled
    assert report.articles == 6
    assert "Meanwhile" in titles(other)
    assert other.search("rain")[0].article.title == "Meanwhile"


def test_vectors_that_another_process_dropped_are_embedded_again(
    folder: Path, embeddings: HashedWords
) -> None:
    shared = article("A wire story.", url="https://a.example/x")
    copy = article("A wire story.", url="https://b.example/x")
    index, meddler = NewsIndex(folder, embeddings), NewsIndex(folder, embeddings)
    index.add([shared])
    commit = index._store.commit
    removed: list[Report] = []

    def commit_late(change: Change) -> set[str]:
        if not removed:
            removed.append(meddler.remove([shared.id]))
        return commit(change)

    index._store.commit = commit_late  # type: ignore[method-assign]
    report = index.add([copy])
    assert removed
    assert (report.added, report.embedded, report.articles) == (1, 1, 1)
    assert index.search("wire story")[0].article == copy


# Looking


def test_looking_at_nothing_makes_nothing(folder: Path, embeddings: HashedWords) -> None:
    index = NewsIndex(folder, embeddings)
    assert index.article("x") is None
    assert list(index.articles()) == []
    assert index.counts().articles == 0
    assert index.status().manifest is None
    with pytest.raises(IndexMissingError, match="dateline add"):
        index.search("x")
    assert not folder.exists()


def test_hits_carry_both_scores(news: NewsIndex) -> None:
    hits = news.search("comet that nobody expected", limit=3)
    assert len(hits) == 3
    assert hits[0].article.title == "News of the observatory"
    assert hits[0].bm25 is not None
    assert hits[0].bm25 > 0
    assert hits[0].similarity is not None
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_a_filter_that_admits_nothing_finds_nothing(news: NewsIndex) -> None:
    assert news.search("comet", within=Filters(publishers=("Nobody",))) == []


def test_how_dates_were_found_is_kept(folder: Path, embeddings: HashedWords) -> None:
    dated = Article(
        text="A story about a bridge.",
        published=PublicationDate("2021-03-04"),
        published_from="JSON-LD",
        updated=PublicationDate("2021-03-05T10:00:00+01:00"),
        updated_from="feed",
    )
    index = NewsIndex(folder, embeddings)
    index.add([dated])
    assert index.article(dated.id) == dated


def test_progress_of_what_nobody_can_count(
    tmp_path: Path, folder: Path, embeddings: HashedWords
) -> None:
    seen: list[Progress] = []
    (tmp_path / "a.csv").write_text("title,text\nA,One story.\nB,Another story.\n")
    NewsIndex(folder, embeddings).add([tmp_path / "a.csv"], progress=seen.append)
    assert [(each.done, each.total, each.title) for each in seen] == [
        (1, None, "A"),
        (2, None, "B"),
    ]


def test_what_a_page_shows_at_first_reads_no_text_and_the_newest_articles_only_theirs(
    news: NewsIndex, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many articles there are: nothing is put in order that an index does not hold so."""
    news.add(long_article(number) for number in range(20))
    connect, asked = Connections._connect, list[str]()

    def traced(self: Connections) -> sqlite3.Connection:
        connection = connect(self)
        connection.set_trace_callback(asked.append)
        return connection

    monkeypatch.setattr(Connections, "_connect", traced)
    index = NewsIndex(folder, HashedWords())
    shown = index.generation(), index.counts(), index.listing(Listing(most=200)).articles
    assert len(shown[2]) == 25
    assert index.outlets()
    assert index.days()
    assert not [each for each in asked if re.search(r"\btext\b", each)]
    drawn = list(islice(index.articles(), 3))
    assert [each.id for each in drawn] == [each.id for each in shown[2][:3]]
    assert sum(bool(re.search(r"\btext\b", each)) for each in asked) == 3
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        add_functions(connection)
        plans = [
            (each, step[-1])
            for each in asked
            if each.startswith("SELECT") and " FROM listed " in each and "GROUP BY" not in each
            for step in connection.execute(f"EXPLAIN QUERY PLAN {each}")
        ]
    assert plans
    assert not [each for each in plans if "TEMP B-TREE" in each[1]]
