"""RealTime QA's files: which questions are asked, and which articles are searched."""

from __future__ import annotations

import json
import lzma
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.data import DataError, sample
from benchmarks.realtimeqa import Corpus, listed_corpus, read_questions, whole_corpus

if TYPE_CHECKING:
    from pathlib import Path

HARBOUR = "The harbour at Ostrel moved 412 crates on Monday. Dockers had asked for more cranes."
ARTICLES: list[dict[str, Any]] = [
    {"id": 11, "title": "Ostrel harbour", "publish_date": "2022/06/06", "text": HARBOUR},
    {"id": 12, "title": "Crates", "text": "All 412 crates left the harbour at Ostrel by train."},
    {"id": 13, "title": "Cranes", "text": "The harbour at Ostrel will buy two cranes next year."},
    {"id": 21, "title": "Race", "text": "Mira Tolvane won the Velm cycling race by a wheel."},
    {"id": 22, "title": "A page without text", "text": " \n "},
    {"id": 31, "title": "Frost", "text": "A late frost destroyed the cherry orchards of Skerry."},
]
QUESTIONS: list[dict[str, Any]] = [
    {
        "id": "a",
        "date": "2022/06/10",
        "question": "How many crates did the harbour at Ostrel move?",
        "answer": ["412"],
        "gcs_article_ids": [12, 13],
        "gold_article_ids": [11],
        "answer_string_article_ids": [11, 12],
    },
    {
        "id": "b",
        "date": "2022/07/02",
        "question": "Who won the Velm cycling race?",
        "answer": ["Mira Tolvane"],
        "gcs_article_ids": [21, 22],
        "answer_string_article_ids": [21],
    },
    {
        "id": "c",
        "date": "2022/07/02",
        "question": "All of these moved crates EXCEPT which?",
        "answer": ["Velm"],
        "answer_string_article_ids": [21],
    },
    {
        "id": "d",
        "date": "2022/07/03",
        "question": "Which bird nests on the lighthouse?",
        "answer": ["a gannet"],
        "gcs_article_ids": [13],
        "gold_article_ids": [31],
    },
]


def write_data(
    folder: Path,
    articles: list[dict[str, Any]] = ARTICLES,
    questions: list[dict[str, Any]] = QUESTIONS,
) -> Path:
    """A data folder of these articles and questions; what a row leaves out is usual or empty."""
    folder.mkdir()
    web = {"url": "https://www.fenland.example/news", "publish_date": ""}
    none: dict[str, list[int]] = {
        "gcs_article_ids": [],
        "gold_article_ids": [],
        "answer_string_article_ids": [],
    }
    with lzma.open(folder / "articles.jsonl.xz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(web | row) + "\n" for row in articles)
    lines = "".join(json.dumps(none | row) + "\n" for row in questions)
    (folder / "questions.jsonl").write_text(lines, "utf-8")
    return folder


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "quiz")


def test_questions_with_except_are_skipped(data: Path) -> None:
    assert [question.id for question in read_questions(data)] == ["a", "b", "d"]


def test_a_question_knows_its_day_and_its_articles(data: Path) -> None:
    first, *_, last = read_questions(data)
    assert first.asked == date(2022, 6, 10)
    assert first.month == "2022-06"
    assert first.answers == ("412",)
    assert first.listed == {"11", "12", "13"}
    assert first.answering == {"11", "12"}
    assert first.gold == {"11"}
    assert last.listed == {"13", "31"}
    assert last.answering == frozenset()


def test_an_article_keeps_the_id_that_the_questions_know(data: Path) -> None:
    articles = {article.id: article for article in whole_corpus(data)}
    assert articles.keys() == {"11", "12", "13", "21", "31"}  # 22 holds nothing
    assert articles["11"].text == HARBOUR
    assert articles["11"].title == "Ostrel harbour"
    assert articles["11"].publisher == "fenland.example"
    assert str(articles["11"].published) == "2022-06-06"
    assert articles["12"].published is None
    assert len(whole_corpus(data).ids) == len(ARTICLES)


@pytest.mark.parametrize("day", ["2022/02/30", "soon", "0000/00/00", "2022/6/1"])
def test_an_impossible_day_is_unknown(tmp_path: Path, day: str) -> None:
    data = write_data(tmp_path / "quiz", [ARTICLES[0] | {"publish_date": day}])
    (article,) = whole_corpus(data)
    assert article.published is None


def test_text_with_nul_characters_is_no_article(tmp_path: Path) -> None:
    data = write_data(tmp_path / "quiz", [ARTICLES[0] | {"text": "a\0b"}, ARTICLES[1]])
    assert [article.id for article in whole_corpus(data)] == ["12"]


@pytest.mark.parametrize(
    ("url", "publisher"),
    [
        ("http://News.Example:80/a", "news.example"),
        ("no address", None),
        ("http://[broken", None),
    ],
)
def test_the_publisher_is_the_host(tmp_path: Path, url: str, publisher: str | None) -> None:
    (article,) = whole_corpus(write_data(tmp_path / "quiz", [ARTICLES[0] | {"url": url}]))
    assert article.publisher == publisher


def test_a_sample_searches_the_articles_listed_for_it(data: Path) -> None:
    _, race, _ = read_questions(data)
    corpus = listed_corpus(data, [race])
    assert corpus.ids == {"21", "22"}
    assert [article.id for article in corpus] == ["21"]


def test_a_corpus_is_read_anew_each_time(data: Path) -> None:
    corpus = Corpus(data, frozenset({"31", "11"}))
    assert [article.id for article in corpus] == [article.id for article in corpus] == ["11", "31"]


def test_two_articles_with_one_id_are_refused(tmp_path: Path) -> None:
    data = write_data(tmp_path / "quiz", [*ARTICLES, ARTICLES[0]])
    with pytest.raises(DataError, match="2 articles have the id 11"):
        whole_corpus(data)


@pytest.mark.parametrize("name", ["questions.jsonl", "articles.jsonl.xz"])
@pytest.mark.parametrize("damage", [None, b"\xff", b"{not json", b'{"id": 1}\n'])
def test_damaged_data_is_told_in_one_line(data: Path, name: str, damage: bytes | None) -> None:
    file = data / name
    if damage is None:
        file.unlink()
    elif file.suffix == ".xz" and damage != b"\xff":
        file.write_bytes(lzma.compress(damage))
    else:
        file.write_bytes(damage)
    with pytest.raises(DataError) as told:
        (read_questions if "questions" in name else whole_corpus)(data)
    assert name in str(told.value)
    assert "\n" not in str(told.value)


def test_a_sample_is_always_the_same_and_keeps_the_order() -> None:
    items = list(range(100))
    drawn = sample(items, 10)
    assert drawn == sample(items, 10) == sorted(drawn)
    assert len(set(drawn)) == 10
    assert drawn != items[:10]
    assert sample(items, None) == sample(items, 1000) == items
