"""What copies of one story do to a search: they take one place, and are named beside it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest

from index import Filters, Hit, NewsIndex, PublicationDate
from tests.fakes import HashedWords, article, topics
from tests.wire import EDITED, INDEPENDENT, PARAGRAPHS, UPDATED, WIRE, wire

if TYPE_CHECKING:
    from pathlib import Path

OUTLETS = [f"The {name} {kind}" for name in "ABCDEFGHIJ" for kind in ("Post", "Mail", "Sun")]
QUESTION = "How many drowned when the ferry Lady Orrin sank at Velmouth?"


def printed(text: str, outlet: str) -> str:
    """The text as one of many outlets prints it: with words of its own between the paragraphs."""
    first, *others = text.split("\n\n")
    return "\n\n".join([f"{outlet} brings you this report.", first, *others])


@pytest.fixture
def crowded(folder: Path, embeddings: HashedWords) -> NewsIndex:
    """A story that thirty outlets printed, another report of it, and other news."""
    index = NewsIndex(folder, embeddings)
    index.add([wire(printed(WIRE, outlet), publisher=outlet) for outlet in OUTLETS])
    index.add([wire(INDEPENDENT, publisher="The Corran Times", title="Ferry founders")])
    index.add(topics())
    return index


def test_copies_leave_room_for_others(crowded: NewsIndex) -> None:
    hits = crowded.search(QUESTION, limit=8)
    assert len(hits) == 8
    counts = crowded.counts()
    assert (counts.articles, counts.stories, counts.publishers) == (36, 7, 36)
    outlets = {hit.article.publisher for hit in hits}
    assert "The Corran Times" in outlets
    wires = [hit for hit in hits if hit.article.publisher in OUTLETS]
    assert len(wires) <= 3, "the story has three passages"
    assert len({hit.story for hit in wires}) == 1
    assert {hit.story for hit in hits if hit not in wires}.isdisjoint(hit.story for hit in wires)


def test_the_other_outlets_stand_beside_the_hit(crowded: NewsIndex) -> None:
    best = crowded.search(QUESTION, limit=8)[0]
    assert {best.article.publisher, *(each.publisher for each in best.copies)} == set(OUTLETS)
    assert len(best.copies) == len(OUTLETS) - 1
    assert best.article.text[best.passage.start : best.passage.end] == best.passage.text


def test_only_copies_that_the_filter_admits_stand_beside_it(crowded: NewsIndex) -> None:
    best = crowded.search(QUESTION, within=Filters(publishers=tuple(OUTLETS[3:5])))[0]
    assert {best.article.publisher, *(each.publisher for each in best.copies)} == {*OUTLETS[3:5]}


def test_scores_fall_and_ranks_are_not_lost_to_copies(crowded: NewsIndex) -> None:
    hits = crowded.search(QUESTION, limit=8)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    best_other = next(hit for hit in hits if hit.article.publisher == "The Corran Times")
    assert best_other.score > 2 / (60 + 12), "thirty copies before it would have cost it thirty"


def test_copies_cut_at_other_places_count_once_too(folder: Path, embeddings: HashedWords) -> None:
    index = NewsIndex(folder, embeddings)
    lead = "The whole coast is in mourning, writes our correspondent from the quay. " * 5
    index.add([wire(), wire(f"{lead}\n\n{WIRE}", publisher="Mail")])
    own = index.search(QUESTION, within=Filters(publishers=("Mail",)))
    hits = index.search(QUESTION)
    assert len(hits) < len(own) + len(
        index.search(QUESTION, within=Filters(publishers=("Reuling",)))
    )
    for place, hit in enumerate(hits):
        for other in hits[:place]:
            assert hit.passage.text.strip() not in other.passage.text
    assert any(hit.copies for hit in hits)


def test_the_parts_of_one_article_stay_apart(folder: Path, embeddings: HashedWords) -> None:
    index = NewsIndex(folder, embeddings)
    index.add([wire()])
    alone = len(index.search(QUESTION))
    assert alone >= 2
    index.add([wire(EDITED, publisher="Mail")])
    assert len(index.search(QUESTION)) <= alone + 1


def test_a_copy_with_another_figure_says_something_new(
    folder: Path, embeddings: HashedWords
) -> None:
    index = NewsIndex(folder, embeddings)
    index.add([wire(), wire(WIRE.replace("least 19 of", "least 27 of"), publisher="Mail")])
    tolls = [hit for hit in index.search(QUESTION) if "drowned" in hit.passage.text]
    assert {"19" in hit.passage.text for hit in tolls} == {True, False}
    assert len({hit.story for hit in tolls}) == 1, "but it is one story all the same"
    assert index.counts().stories == 1


def test_a_copy_with_a_paragraph_of_its_own_says_something_new(
    folder: Path, embeddings: HashedWords
) -> None:
    index = NewsIndex(folder, embeddings)
    own = "The last ferry to sink here was the Maid of Corran, whose bell hangs in the church."
    index.add([wire(), wire(f"{PARAGRAPHS[0]}\n\n{own}\n\n{PARAGRAPHS[1]}", publisher="Mail")])
    assert index.counts().stories == 1
    assert any(own in hit.passage.text for hit in index.search(QUESTION))


def test_an_update_is_shown_and_the_older_version_is_not(
    folder: Path, embeddings: HashedWords
) -> None:
    index = NewsIndex(folder, embeddings)
    old, new = wire(published="2021-03-04"), wire(UPDATED, published="2021-03-05")
    index.add([new, old, *topics()])
    hits = index.search(QUESTION)
    assert old.id not in {hit.article.id for hit in hits}
    assert old not in {each for hit in hits for each in hit.copies}
    assert hits[0].article == new
    assert index.article(old.id) == old
    before = index.search(QUESTION, within=Filters(until=date(2021, 3, 4)))
    assert before[0].article == old


def test_a_version_is_later_by_the_date_of_its_update(
    folder: Path, embeddings: HashedWords
) -> None:
    index = NewsIndex(folder, embeddings)
    old = wire(published="2021-03-04", url="https://reuling.example/1")
    new = replace(
        wire(UPDATED, published="2021-03-04", url="https://reuling.example/2"),
        updated=PublicationDate("2021-03-05"),
    )
    index.add([new, old])
    assert {hit.article for hit in index.search(QUESTION)} == {new}


def test_an_article_without_copies_is_its_own_story(news: NewsIndex) -> None:
    for hit in news.search("opens to visitors"):
        assert (hit.story, hit.copies) == (hit.article.id, ())
    lone = article()
    passage = news.search("comet")[0].passage
    assert Hit(passage, lone, 0.0).story == lone.id


def test_copies_are_reported_and_counted(folder: Path, embeddings: HashedWords) -> None:
    index = NewsIndex(folder, embeddings)
    report = index.add([wire(), *topics(), wire(EDITED, publisher="Mail")])
    assert (report.added, report.copies, report.articles) == (7, 1, 7)
    short = wire("\n\n".join(PARAGRAPHS[:4]), publisher="Times")
    report = index.add([wire(), short, article("Something else.", url=topics()[0].url)])
    assert (report.added, report.copies, report.unchanged) == (2, 1, 1)
    assert index.add([short]).copies == 0, "it was there already"
    assert index.counts().stories == 7
    index.add([article("Nothing yet.", url="https://sun.example/1")])
    turned = index.add([wire(publisher="Sun", url="https://sun.example/1")])
    assert (turned.replaced, turned.copies) == (1, 0), "they are counted among the added"
    assert index.rebuild([wire(), short]).copies == 0
    assert NewsIndex(folder / "other", embeddings).rebuild([wire(), short]).copies == 1


def test_a_new_way_to_find_copies_is_applied_by_a_rebuild(
    folder: Path, embeddings: HashedWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    index = NewsIndex(folder, embeddings)
    with monkeypatch.context() as blind:
        blind.setattr("index.store.sqlite_stories.compare", lambda one, other: None)
        index.add([wire(), wire(EDITED, publisher="Mail")])
    assert index.counts().stories == 2
    assert index.rebuild().embedded == 0
    assert index.counts().stories == 2
    monkeypatch.setattr("index.news_index.COPIES_VERSION", "next")
    embeddings.embedded.clear()
    index.rebuild()
    assert index.counts().stories == 1
    assert embeddings.embedded == []
