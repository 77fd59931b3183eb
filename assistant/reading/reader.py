"""What reads: passages into the sentences that answer; a text for whether it says yes or no."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Place
    from assistant.reading.finding import Finding
    from index import Article, Hit


@dataclass(frozen=True, slots=True)
class Quote:
    """Words that answer, and where the reader says they stand.

    Attributes:
        text: the words; the check compares them with `getattr(article, field)[start:end]`.
        score: how well they answer, 0 to 1.
        copies: other printings of the story that may hold the words too; the check looks them up.
        field: where they stand: in the article's text, or in its headline.
        speaker: who says them, where the article attributes them to somebody.
    """

    article: Article
    start: int
    end: int
    text: str
    score: float
    copies: tuple[Article, ...] = ()
    field: Place = "text"
    speaker: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """The quotes that answer, best first; none when nothing does.

    Attributes:
        short: the words within the first quote that answer by themselves; None where the whole
            sentence answers better.
        nearest: when nothing answers, the passages that come nearest, at most three; none when
            nothing comes near.
        findings: all that was found in the passages, likely or not, for the judge and whoever
            composes an answer; empty where a reader of another kind only quotes.
        threshold: the least probability at which one of them is quoted.
    """

    quotes: tuple[Quote, ...] = ()
    short: str | None = None
    nearest: tuple[Quote, ...] = ()
    findings: tuple[Finding, ...] = ()
    threshold: float = 0.0


class Entailment(NamedTuple):
    """How likely a text says yes, says no, or leaves it open; they add up to 1."""

    yes: float
    no: float
    open: float


class Entails(Protocol):
    """Judges texts by a question of yes or no: the seam for a model."""

    def judge(self, question: str, texts: Sequence[str]) -> list[Entailment]:
        """What each text, which may stand under a heading, says to the question."""


class Reader(Protocol):
    """Finds the answer in passages and quotes it: the seam for a better reader."""

    @property
    def name(self) -> str:
        """What it is called in `Answer.model`."""

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        """The sentences that answer, from the passages found, which come best first."""
