"""The abstention benchmark: what is removed stays unfound, and its rates and areas are right."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks import abstention
from benchmarks.abstention import Asked, area_under_roc, areas, rates
from benchmarks.realtimeqa import read_questions, whole_corpus
from benchmarks.removal import RemovingRetriever, answer_bearing
from index import Filters, NewsIndex
from tests.fakes import HashedWords, long_article
from tests.test_benchmarks_news import Machine, printed
from tests.test_benchmarks_realtimeqa import ARTICLES, QUESTIONS, write_data

if TYPE_CHECKING:
    from pathlib import Path

ASKED = [
    Asked(True, 0.9, 0.1, 0.7),
    Asked(True, 0.3, 0.5, 0.7),
    Asked(False, 0.8, 0.0, 0.7),
    Asked(True, 0.2, 0.2, 0.7),
]


@pytest.mark.parametrize(
    ("threshold", "declined", "kept"),
    [(0.0, 0, 1), (0.2, 0.5, 1), (0.25, 0.75, 2 / 3), (0.6, 1, 1 / 3), (0.95, 1, 0)],
)
def test_rates_by_hand(threshold: float, declined: float, kept: float) -> None:
    assert rates(ASKED, threshold) == {
        "declined": pytest.approx(declined),
        "declined_listed": float(threshold > 0.7),
        "kept": pytest.approx(kept),
    }


def test_areas_by_hand() -> None:
    # right 0.9 0.3 0.2 against 0.1 0.5 0.0 0.2: 4 + 3 + 2.5 pairs of 12; 0.8 beats all four
    assert areas(ASKED) == {
        "auroc": pytest.approx(9.5 / 12),
        "auroc_all": pytest.approx(13.5 / 16),
        "auroc_listed": pytest.approx(1 / 3),  # 0.9 alone beats 0.7
    }


def test_no_cases_no_figures() -> None:
    assert area_under_roc([], [0.5]) is None
    assert area_under_roc([0.5], []) is None
    assert rates([], 0.2) == {"declined": None, "declined_listed": None, "kept": None}


@pytest.fixture
def many(folder: Path, embeddings: HashedWords) -> NewsIndex:
    index = NewsIndex(folder, embeddings)
    index.add([long_article(number) for number in range(8)])
    return index


QUERY = "Which harbour moved crates before dawn?"


def test_what_is_removed_is_not_found_and_as_much_comes_back(many: NewsIndex) -> None:
    own = many.as_retriever(limit=10)
    before = own.invoke(QUERY)
    removed = frozenset(each.metadata["article_id"] for each in before[:3])
    after = RemovingRetriever(retriever=own, removed=removed).invoke(QUERY)
    assert len(after) == len(before) == 10
    assert not removed & {each.metadata["article_id"] for each in after}
    kept = [each for each in before if each.metadata["article_id"] not in removed]
    assert [each.page_content for each in after[: len(kept)]] == [e.page_content for e in kept]


def test_nothing_removed_changes_nothing(many: NewsIndex) -> None:
    own = many.as_retriever(limit=10)
    assert RemovingRetriever(retriever=own, removed=frozenset()).invoke(QUERY) == own.invoke(QUERY)


def test_filters_reach_the_index(many: NewsIndex) -> None:
    retriever = RemovingRetriever(retriever=many.as_retriever(), removed=frozenset())
    found = retriever.invoke(QUERY, within=Filters(publishers=("Outlet 3",)))
    assert {each.metadata["publisher"] for each in found} == {"Outlet 3"}


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


def test_each_question_is_asked_with_and_without_its_articles(
    tmp_path: Path, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_data(tmp_path / "quiz")
    abstention.main([str(data), "--json", "--home", str(tmp_path / "kept")])
    found = printed(capsys)
    assert found["ours"].keys() == {
        *("declined", "declined_listed", "kept", "auroc", "auroc_all", "auroc_listed", "right")
    }
    assert found["plain"].keys() - found["ours"].keys() == {
        "sentence_auroc",
        "sentence_auroc_all",
        "sentence_auroc_listed",
    }
    assert found["questions"] == 2  # the one with "except" and the one without articles are not
    assert found["articles"] == 5
    # With their articles gone, the reader finds neither "412" nor "Mira Tolvane" where it asks.
    assert found["ours"]["right"] == 1
    assert found["ours"]["auroc"] == found["ours"]["auroc_all"] == 1
    assert found["ours"]["kept"] == 1
    assert (found["plain"]["declined"], found["plain"]["kept"]) == (0, 1)
    assert found["plain"]["right"] == 0.5  # not the crates: the cranes share more words
    assert found["plain"]["auroc"] == found["plain"]["sentence_auroc"] == 1
    thresholds = [each["threshold"] for each in found["by_threshold"]]
    assert (thresholds[0], thresholds[-1]) == (0.05, 0.6)
    declined = [each["declined"] for each in found["by_threshold"]]
    assert declined == sorted(declined)


def test_the_editors_own_article_is_removed_too(
    tmp_path: Path, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    # The search's list misses the article that answers; only the editor's link names it.
    question = QUESTIONS[1] | {"gold_article_ids": [21], "answer_string_article_ids": [13]}
    data = write_data(tmp_path / "quiz", ARTICLES, [question])
    abstention.main([str(data), "--json", "--home", str(tmp_path / "kept")])
    found = printed(capsys)
    for system in ("ours", "plain"):
        assert found[system]["right"] == 1
        assert found[system]["auroc"] == 1


def test_an_article_that_nobody_listed_bears_the_answer_by_its_words(
    tmp_path: Path, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    unlisted = {"id": 23, "title": "Velm", "text": "Who won the race? MIRA TOLVANE."}
    data = write_data(tmp_path / "quiz", [*ARTICLES, unlisted], [QUESTIONS[1]])
    question = read_questions(data)[0]
    assert question.answer_bearing == {"21"}
    assert answer_bearing(whole_corpus(data), [question]) == {"b": {"21", "23"}}
    abstention.main([str(data), "--json", "--home", str(tmp_path / "kept")])
    assert printed(capsys)["removed"] == 2


def test_a_sample_indexes_only_the_articles_listed_for_it(
    tmp_path: Path, machine: Machine, capsys: pytest.CaptureFixture[str]
) -> None:
    data = write_data(tmp_path / "quiz")
    abstention.main([str(data), "--month", "2022-07", "--limit", "1"])
    shown = capsys.readouterr().out
    assert "a description, not a tuning" in shown
    assert "1 questions; 1 articles indexed, 1 skipped" in shown
    assert not any("412" in each for each in machine.ours.embedded)
