"""Adding, removing, rebuilding: what is counted, what is embedded, what is left alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index import (
    DatelineError,
    Filter,
    IndexMissingError,
    ModelMismatchError,
    NewsIndex,
    SourceError,
    news_index,
)
from index.reports import Progress
from tests.fakes import HashedWords, article, long_article, topics

if TYPE_CHECKING:
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
    assert [each.done for each in seen] == [1, 2, 3, 4, 5]
    assert {each.total for each in seen} == {5}


def test_what_was_stored_before_an_interruption_stays(
    folder: Path, embeddings: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(news_index, "_BATCH_PASSAGES", 1)

    def interrupt(now: Progress) -> None:
        if now.done == 3:
            raise KeyboardInterrupt

    index = NewsIndex(folder, embeddings)
    with pytest.raises(KeyboardInterrupt):
        index.add(topics(), progress=interrupt)
    assert index.counts().articles in {2, 3}
    assert index.add(topics()).articles == 5


# Removing


def test_removing_by_the_beginning_of_an_id(news: NewsIndex) -> None:
    chosen = topics()[2]
    report = news.remove([chosen.id[:12]])
    assert (report.removed, report.articles) == (1, 4)
    assert chosen.title not in titles(news)


@pytest.mark.parametrize("wrong", ["", "no such id", "https://"])
def test_one_wrong_id_and_nothing_is_removed(news: NewsIndex, wrong: str) -> None:
    news.add([article("One.", url=f"{URL}1"), article("Two.", url=f"{URL}2")])
    with pytest.raises(DatelineError, match="nothing was removed"):
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

    def commit_late(change: Change) -> None:
        if not removed:
            removed.append(meddler.remove([shared.id]))
        commit(change)

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
    assert news.search("comet", within=Filter(publishers=("Nobody",))) == []
