"""One story: its outlets, first and last report, what they agree and differ on, and its days.

A story is what the index holds near to one article: its copies, and what other outlets reported of
the same event within some days, told by headline and beginning. Nothing of it is written anew:
each line is an article's own sentence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from assistant import DatelineError
from web.parts import render, show_article, tell

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from markupsafe import Markup

    from assistant import Assistant
    from index import Article

_HITS = 24
_DAYS = timedelta(days=21)  # between the article and what may belong to its story
_NEAR = 0.42  # cosine similarity to headline and beginning
_BEGINNING = 300  # characters
_MOST_REPORTS = 20
_MOST_FIGURES = 8
_SENTENCE = re.compile(r"[^.!?\n]+(?:\.\d[^.!?\n]*)*[.!?]?")
_NUMBER = (
    r"(?<![\w.,])(?P<number>(?:(?i:at least|about|nearly|almost|more than|over|up to) )?"
    r"(?:\d[\d,.]*\d|\d)(?:\s+(?:million|billion|thousand|percent|per cent))?)"
)
_FATES = {
    "dead": r"dead|deaths?|died|killed|killing|kill|kills|fatalities",
    "hurt": r"hurt|injured|injuring|wounded|wounding|injuries",
    "missing": r"missing|unaccounted for",
    "arrested": r"arrested|arrests|arresting|detained|detaining",
    "displaced": r"displaced|homeless|evacuated|evacuating",
}
"""What befalls people, in whatever words: reports count it in many."""
_FATED = [
    (fate, re.compile(form.format(words=words, number=_NUMBER)))
    for fate, words in _FATES.items()
    for form in (
        r"\b(?:{words})[ \u00a0]+{number}\b",
        r"\bnumber of [^.;\d]{{0,40}}\b(?:{words})\b[^.;\d]{{0,80}} (?:to|at|is|was) {number}\b",
        r"{number}[ \u00a0]+(?:of )?(?:(?!and\b|or\b|but\b)[a-z]+ ){{0,2}}(?:{words})\b",
    )
]
_FATED.append(("dead", re.compile(rf"\b(?:death )?toll\b[^.;\d]{{0,60}} {_NUMBER}\b")))
_YEAR = re.compile(r"(?:19|20)\d\d")
_FIGURE = re.compile(
    rf"{_NUMBER}[ \u00a0]+(?:of the |of its )?(?P<counted>(?:[a-z]+ )?[a-z]{{3,}}s)\b"
)
"""A number and what it counts: "2.3 million refugees", "2,750 tonnes"."""


@dataclass(frozen=True, slots=True)
class _Figure:
    number: str
    sentence: str
    article: Article


_Counted = tuple[str, list[_Figure]]


def show_story(assistant: Assistant, article_id: str, opened: int) -> Markup:
    """The story that an article is part of, as a panel."""
    panel: dict[str, Any] = {"opened": opened, "shown": "", "label": "Story"}
    try:
        article = assistant.index.article(article_id)
        if article is None:
            return show_article(None, opened=opened)
        reports = _find_reports(assistant, article)
    except DatelineError as error:
        return render("story", failure=tell(error), **panel)
    agree, differ = _line_up(reports)
    return render(
        "story",
        failure="",
        article=article,
        reports=reports,
        outlets=sorted({each.publisher for each in reports if each.publisher}),
        agree=agree[:_MOST_FIGURES],
        differ=differ[:_MOST_FIGURES],
        beginning=lambda each: next(iter(_SENTENCE.findall(each.text.strip())), "").strip(),
        **panel,
    )


def _find_reports(assistant: Assistant, article: Article) -> list[Article]:
    """The article, its copies and what is near to it, the earliest first."""
    found: dict[str, Article] = {article.id: article}
    query = f"{article.title} {article.text[:_BEGINNING]}"
    for hit in assistant.index.search(query, _HITS):
        near = hit.similarity is None or hit.similarity >= _NEAR
        if hit.article.id == article.id or (near and _same_days(article, hit.article)):
            found.setdefault(hit.article.id, hit.article)
            for copy in hit.copies:
                found.setdefault(copy.id, copy)
    reports = list(found.values())[:_MOST_REPORTS]
    return sorted(
        reports, key=lambda each: each.published.first.isoformat() if each.published else "9"
    )


def _same_days(one: Article, other: Article) -> bool:
    if one.published is None or other.published is None:
        return False
    return (
        other.published.first - one.published.last <= _DAYS
        and one.published.first - other.published.last <= _DAYS
    )


def _line_up(reports: Iterable[Article]) -> tuple[list[_Counted], list[_Counted]]:
    """The figures that two outlets or more give, one of each article: those that agree, the others.

    What most articles count comes first.
    """
    found: dict[str, list[_Figure]] = {}
    for article in reports:
        seen: set[str] = set()
        for sentence in (article.title, *_SENTENCE.findall(article.text)):
            for counted, number in _count(sentence):
                if counted not in seen:
                    seen.add(counted)
                    number = " ".join(number.split())
                    number = number[:1].lower() + number[1:]
                    figure = _Figure(number, sentence.strip(), article)
                    found.setdefault(counted, []).append(figure)
    agree: list[_Counted] = []
    differ: list[_Counted] = []
    for counted, figures in sorted(found.items(), key=lambda each: -len(each[1])):
        if len({each.article.publisher for each in figures}) > 1:
            same = len({_digits(each.number) for each in figures}) == 1
            (agree if same else differ).append((counted, figures))
    return agree, differ


def _count(sentence: str) -> Iterator[tuple[str, str]]:
    """What a sentence counts, and how many: ("dead", "at least 78")."""
    fated: set[int] = set()
    for fate, pattern in _FATED:
        told = pattern.search(sentence)
        if told and told.start("number") not in fated:
            fated.add(told.start("number"))
            yield fate, told["number"]
    for figure in _FIGURE.finditer(sentence):
        if figure.start("number") not in fated and not _YEAR.fullmatch(figure["number"]):
            yield figure["counted"].split()[-1], figure["number"]


def _digits(number: str) -> str:
    """Without "about", which no two reports differ by."""
    return number[next(place for place, each in enumerate(number) if each.isdigit()) :]
