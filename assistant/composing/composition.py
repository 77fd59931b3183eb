"""What composing works on, and what it hands on: the material and the composition."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from assistant.composing.statements import Statement, statements
from assistant.reading.overlap import stems
from assistant.reading.reader import Quote

if TYPE_CHECKING:
    from datetime import date

    from assistant.answer import About, Event, MemberList, Part, Verdict, Version
    from assistant.reading.reader import Reading
    from index import Hit


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
    """

    question: str
    as_of: date
    hits: tuple[Hit, ...]
    reading: Reading
    asked_if_differ: bool = False
    asked_if_agreed: bool = True
    asked_who_said: bool = False
    written: bool = False

    @cached_property
    def statements(self) -> list[Statement]:
        """The sentences of the articles found, and their headlines."""
        return statements(self.hits)

    @cached_property
    def asked(self) -> frozenset[str]:
        """The stems of the question."""
        return stems(self.question)

    @cached_property
    def found(self) -> frozenset[tuple[str, int]]:
        """Where the reading model found something: article and beginning of the sentence."""
        return frozenset((each.article.id, each.start) for each in self.reading.findings)

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
        return {
            "verdict": self.verdict,
            "versions": self.versions,
            "differs": self.differs,
            "speaker": self.speaker,
            "timeline": self.timeline,
            "list": self.members,
            "about": self.about,
            "parts": self.parts,
        }


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
        speaker=statement.said.speaker if statement.said else None,
    )


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
