"""RealTime QA (Kasai et al., 2023): weekly news-quiz questions, and web articles found for them.

A data folder holds two files of JSON lines:

- `questions.jsonl`: id, date (yyyy/mm/dd), question, answer [text], gold_article_ids (what the
  quiz's editor linked), gcs_article_ids (what a web search returned), answer_string_article_ids
  (those of them that contain the answer's words);
- `articles.jsonl.xz`: id, url, title, publish_date (yyyy/mm/dd, "" or wrong), text.

Questions with "except" in them are skipped, as in the published open-answer figures.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from benchmarks.data import DataError, read_json_lines
from index import Article, PublicationDate

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_QUESTIONS, _ARTICLES = "questions.jsonl", "articles.jsonl.xz"
_ID_LISTS = ("gcs_article_ids", "gold_article_ids", "answer_string_article_ids")
_FIELDS = {
    _QUESTIONS: {"id", "date", "question", "answer", *_ID_LISTS},
    _ARTICLES: {"id", "url", "title", "publish_date", "text"},
}


@dataclass(frozen=True, slots=True)
class NewsQuestion:
    """One open question.

    Attributes:
        asked: the day of the quiz.
        answers: any one of them is right.
        listed: ids of all articles that were found for it.
        answering: ids of those that contain an answer's words.
        gold: ids of those that the quiz's editor linked.
    """

    id: str
    asked: date
    text: str
    answers: tuple[str, ...]
    listed: frozenset[str]
    answering: frozenset[str]
    gold: frozenset[str]

    @property
    def month(self) -> str:
        """The month of the quiz: "2022-06"."""
        return self.asked.isoformat()[:7]

    @property
    def answer_bearing(self) -> frozenset[str]:
        """Ids of the articles that answer it, in these words or in others."""
        return self.answering | self.gold


@dataclass(frozen=True, slots=True)
class Corpus:
    """Articles of a data folder, read from its file one by one each time they are iterated.

    Attributes:
        data: the folder.
        ids: which of its articles; some may hold nothing that is an article, and are left out.
    """

    data: Path
    ids: frozenset[str]

    def __iter__(self) -> Iterator[Article]:
        """The articles, in the file's order."""
        for row in _rows(self.data, _ARTICLES):
            if str(row["id"]) in self.ids and (article := _article(row)):
                yield article


def read_questions(data: Path) -> list[NewsQuestion]:
    """The open questions, in the file's order.

    Raises:
        DataError: the file is missing or is not what it should be.
    """
    rows = _rows(data, _QUESTIONS)
    return [_question(row) for row in rows if "except" not in row["question"].lower()]


def whole_corpus(data: Path) -> Corpus:
    """Every article of a data folder.

    Raises:
        DataError: the file is missing or is not what it should be, or two articles share an id.
    """
    counts = Counter(str(row["id"]) for row in _rows(data, _ARTICLES))
    for article_id, count in counts.items():
        if count > 1:
            raise DataError(f"{data / _ARTICLES}: {count} articles have the id {article_id}")
    return Corpus(data, frozenset(counts))


def listed_corpus(data: Path, questions: Iterable[NewsQuestion]) -> Corpus:
    """The articles that were found for these questions."""
    return Corpus(data, frozenset[str]().union(*(question.listed for question in questions)))


def _rows(data: Path, name: str) -> Iterator[dict[str, Any]]:
    return read_json_lines(data / name, _FIELDS[name])


def _question(row: dict[str, Any]) -> NewsQuestion:
    searched, gold, answering = (frozenset(map(str, row[name])) for name in _ID_LISTS)
    return NewsQuestion(
        id=row["id"],
        asked=date.fromisoformat(row["date"].replace("/", "-")),
        text=row["question"],
        answers=tuple(row["answer"]),
        listed=gold | answering | searched,
        answering=answering,
        gold=gold,
    )


def _article(row: dict[str, Any]) -> Article | None:
    """The article, under the id that the questions know it by; None when it is not one."""
    try:
        return Article(
            text=row["text"],
            title=row["title"],
            publisher=_publisher(row["url"]),
            published=_published(row["publish_date"]),
            url=row["url"],
            id=str(row["id"]),
        )
    except ValueError:
        return None


def _publisher(url: str) -> str | None:
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None


def _published(day: str) -> PublicationDate | None:
    try:
        return PublicationDate(day.replace("/", "-"))
    except ValueError:
        return None
