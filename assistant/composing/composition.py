"""What composing works on, and what it hands on: statements, the material, the composition.

A statement is a sentence of an article that may be evidence, as a reader meets it: with its
speaker. What says nothing that counts is left out (`is_no_evidence`), and subheadings too.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from assistant.composing.day_words import age_of
from assistant.judging.judge import is_no_evidence, judge
from assistant.judging.names import names, spelled
from assistant.judging.speakers import Attribution, attribute
from assistant.reading.finding import Finding
from assistant.reading.overlap import stems
from assistant.reading.reader import Quote
from index.splitting import Span, is_boilerplate, paragraphs, sentences

if TYPE_CHECKING:
    from assistant.answer import About, Event, MemberList, Part, Place, Verdict, Version
    from assistant.reading.reader import Entails, Reading
    from index import Article, Hit

_WHOLE = 20_000  # characters: a longer article is looked at around its passages only
_AROUND = 2_000
_MOST_ARTICLES = 8
_ENDS = re.compile(r"[.!?…]['\"”’)\]]*$")
_SUBHEADING_WORDS = 9
_SAME_EVENT_DAYS = 200


@dataclass(frozen=True)
class Statement:
    """One sentence of an article: `getattr(article, field)[start:end] == text`.

    Attributes:
        number: its place among the sentences of the article; -1 for the headline.
        said: who says it where the article attributes it to somebody; None in the paper's voice.
        opener: where a quote has to begin for a reader to know who "he" or "it" is.
        hit: the passage that was found and holds it, or the first one of its article.
    """

    article: Article
    hit: Hit
    start: int
    end: int
    number: int
    said: Attribution | None = None
    opener: int = 0
    field: Place = "text"

    @property
    def text(self) -> str:
        """The sentence."""
        return str(getattr(self.article, self.field))[self.start : self.end]

    @property
    def key(self) -> tuple[str, str]:
        """The same for its copies: one sentence in several printings of a story."""
        return self.hit.story, " ".join(self.text.split()).casefold()

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of its content words."""
        return stems(self.text)

    @property
    def speaker(self) -> str | None:
        """Who says it; None in the paper's own voice."""
        return self.said.speaker if self.said else None

    @property
    def denied(self) -> bool:
        """Whether it tells what somebody denies."""
        return self.said is not None and self.said.manner == "denies"

    @property
    def day(self) -> str:
        """The article's first day in ISO 8601; empty when unknown."""
        return day_of(self.article)


@dataclass(frozen=True, slots=True)
class _Place:
    start: int
    end: int
    opener: int
    said: Attribution | None


def is_subheading(paragraph: str) -> bool:
    """Whether a paragraph is a few words that no full stop ends: a line above others."""
    line = " ".join(paragraph.split())
    return (
        len(line.split()) <= _SUBHEADING_WORDS and not _ENDS.search(line) and "|" not in paragraph
    )


def statements(hits: Sequence[Hit], *, most: int = _MOST_ARTICLES) -> list[Statement]:
    """The headlines and sentences of the articles found, best article first, each in its order."""
    found: list[Statement] = []
    for first, around in _articles(hits)[:most]:
        article = first.article
        if article.title and not is_no_evidence(article.title):
            found.append(Statement(article, first, 0, len(article.title), -1, field="title"))
        spans = ((hit.passage.start, hit.passage.end) for hit in around)
        found += [
            Statement(
                article, _holding(around, each), each.start, each.end, n, each.said, each.opener
            )
            for n, each in enumerate(_places(article, tuple(spans)))
        ]
    return found


def _articles(hits: Sequence[Hit]) -> list[tuple[Hit, list[Hit]]]:
    by_article: dict[str, list[Hit]] = {}
    for hit in hits:
        by_article.setdefault(hit.article.id, []).append(hit)
    return [(each[0], each) for each in by_article.values()]


def _holding(hits: Sequence[Hit], place: _Place) -> Hit:
    holding = (hit for hit in hits if hit.passage.start <= place.start < hit.passage.end)
    return next(holding, hits[0])


@lru_cache(256)
def _places(article: Article, passages: tuple[tuple[int, int], ...]) -> tuple[_Place, ...]:
    """The article's sentences that may be evidence, with who says them."""
    text = article.text
    near = [(0, len(text))]
    if len(text) > _WHOLE:
        near = [(start - _AROUND, end + _AROUND) for start, end in passages]
    spans: list[Span] = []
    for paragraph in paragraphs(text):
        whole = text[paragraph.start : paragraph.end]
        if not any(start < paragraph.end and paragraph.start < end for start, end in near):
            continue
        if is_boilerplate(whole) or is_subheading(whole) or is_no_evidence(whole[:200]):
            continue
        spans += sentences(text, paragraph, article.language)
    said = attribute(text, [(each.start, each.end) for each in spans])
    return tuple(
        _Place(each.start, each.end, opener, attribution)
        for each, (attribution, opener) in zip(spans, said, strict=True)
        if not is_no_evidence(text[each.start : each.end])
    )


@lru_cache(256)
def _known_in(question: str, article: Article) -> bool:
    there = {word for word, _ in spelled(f"{article.title} {article.text}")}
    return all(set(name.words) <= there for name in names(f"x {question}") if name.sure)


@dataclass(frozen=True)
class Material:
    """A question with what was found for it.

    Attributes:
        question: as it is understood, so that it stands alone.
        as_of: the day it is asked.
        hits: the passages found, best first.
        reading: what the reading model found in them.
        asked_if_differ: whether the question is if the sources differ on it.
        asked_if_agreed: whether it is if they agree.
        asked_who_said: whether the question is who says what answers it.
        written: whether a chat model is to write from it.
        entails: judges whether a text says yes or no; without it neither is said.
    """

    question: str
    as_of: date
    hits: tuple[Hit, ...]
    reading: Reading
    asked_if_differ: bool = False
    asked_if_agreed: bool = True
    asked_who_said: bool = False
    written: bool = False
    entails: Entails | None = None

    @cached_property
    def statements(self) -> list[Statement]:
        """The sentences of the articles found, and their headlines."""
        return statements(self.hits)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The stems of the question."""
        return stems(self.question)

    @property
    def unsure(self) -> Composition:
        """No answer: what was found comes nearest."""
        return Composition(nearest=self.reading.quotes or self.reading.nearest)

    def known_in(self, article: Article) -> bool:
        """Whether an article knows every name of the question."""
        return _known_in(self.question, article)

    def accepts(self, statement: Statement, words: str, end: int = 0) -> bool:
        """Whether the judge lets words of a statement answer, as it judges what a model found.

        Args:
            end: where the sentences end that tell it, if after the statement.
        """
        end = max(end, statement.end)
        found = Finding(statement.hit, statement.start, end, words, (), 1.0, field=statement.field)
        return judge(self.question, found).ok

    def age_of(self, article: Article) -> str:
        """ " (as of 18 Sep 2025)" where it is asked about now and an article is older."""
        return age_of(article, self.question, self.as_of)

    def findings_in(self, place: Statement | Quote) -> list[Finding]:
        """What the reading model found in a sentence, likeliest first."""
        inside = [
            each
            for each in self.reading.findings
            if each.article.id == place.article.id
            and each.field == place.field
            and each.start <= place.start < each.end
        ]
        return sorted(inside, key=lambda each: -each.probability)

    def statement_at(self, article_id: str, start: int) -> Statement | None:
        """The statement of an article that holds this place in its text."""
        return next(
            (
                each
                for each in self.statements
                if each.article.id == article_id
                and each.field == "text"
                and each.start <= start < each.end
            ),
            None,
        )


@dataclass(frozen=True, slots=True)
class Composition:
    """An answer before its quotes are checked; see `Answer` for the fields.

    Attributes:
        quotes: what is cited; in all other parts a citation is its place here, from 1.
        nearest: where there is no answer, the passages to show as the nearest.
        reason: why there is none, where it is not that no article answers.
    """

    quotes: tuple[Quote, ...] = ()
    short: str | None = None
    lead: str = ""
    verdict: Verdict | None = None
    versions: tuple[Version, ...] = ()
    differs: tuple[Version, ...] = ()
    speaker: str | None = None
    timeline: tuple[Event, ...] = ()
    members: MemberList | None = None
    about: About | None = None
    parts: tuple[Part, ...] = ()
    nearest: tuple[Quote, ...] = ()
    reason: str = ""

    def told(self) -> dict[str, Any]:
        """The fields of an `Answer` whose citations all stand."""
        own = ("verdict", "versions", "differs", "speaker", "timeline", "about", "parts")
        return {name: getattr(self, name) for name in own} | {"list": self.members}


def day_of(article: Article) -> str:
    """An article's first day in ISO 8601; empty when unknown."""
    return article.published.first.isoformat() if article.published else ""


def quote_of(statement: Statement, score: float, *, opened: bool = True) -> Quote:
    """A statement as a quote, from the sentence on that says who "he" is."""
    text = str(getattr(statement.article, statement.field))
    start = statement.opener if opened and statement.field == "text" else statement.start
    return Quote(
        statement.article,
        start,
        statement.end,
        text[start : statement.end],
        score,
        copies=statement.hit.copies,
        field=statement.field,
        speaker=statement.speaker,
    )


def same_event(material: Material, one: Statement, other: Statement) -> bool:
    """Whether two articles tell of one event: the names asked about, shared words, near days."""
    return _same_event(material.question, one.article, other.article)


@lru_cache(256)
def _same_event(question: str, one: Article, other: Article) -> bool:
    if one.id == other.id:
        return True
    words = {word for word, _ in spelled(f"{one.title} {one.text[:3000]}")}
    asked = [name for name in names(f"x {question}") if name.sure]
    if any(not set(name.words) & words for name in asked):
        return False
    if one.published and other.published:
        apart = abs((one.published.first - other.published.first).days)
        if apart > _SAME_EVENT_DAYS:
            return False
    lead = f"{one.title} {one.text[:400]}"
    shared = stems(lead) & stems(f"{other.title} {other.text[:400]}")
    return len(shared) >= 2


def context_of(statement: Statement, among: Sequence[Statement], before: int = 2) -> str:
    """The headline, the article's first sentence, and those before a statement."""
    near = [
        each.text
        for each in among
        if each.article.id == statement.article.id
        and each.field == "text"
        and (statement.number - before <= each.number < statement.number or each.number == 0)
    ]
    return " . ".join([statement.article.title, *near])


def speaker_label(speaker: str) -> str:
    """A speaker as a sentence names them: "The ministry" -> "the ministry"."""
    first, _, rest = speaker.partition(" ")
    lowered = first.lower() in {"the", "a", "an", "its", "his", "her", "their", "some", "many"}
    return f"{first.lower()} {rest}" if lowered and rest else speaker
