"""What is kept of a conversation: frozen records, to and from JSON."""

from __future__ import annotations

from textwrap import shorten
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from assistant import Answer
from web.chat.conversation_html import Turn
from web.chat.filters import read_filters

Verdict = Literal["", "up", "down"]
"""What a reader thought of an answer; empty while nothing was said."""

LONGEST_NAME = 80
LONGEST_NOTE = 2_000
"""Characters."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True)


class KeptTurn(_Record):
    """A question and what came of it, as `web.chat.conversation_html.Turn` has it.

    Attributes:
        filters: what was given to `Assistant.stream` beside question and history.
        stopped: whether the reader stopped the answer.
        when: when it was asked, ISO 8601 with the offset from UTC.
        verdict, note: what the reader thought of the answer.
    """

    id: str
    question: str
    answer: Answer | None = None
    error: str = ""
    stopped: bool = False
    filters: dict[str, Any] = Field(default_factory=dict)
    when: str = ""
    verdict: Verdict = ""
    note: str = ""

    @classmethod
    def of(cls, turn: Turn) -> KeptTurn:
        """What is kept of a turn."""
        return cls(
            id=turn.id,
            question=clean(turn.question),
            answer=turn.answer,
            error=clean(turn.error),
            stopped=turn.stopped,
            filters={name: held for name, held in turn.within.scope().items() if held},
            when=turn.when,
        )

    def turn(self) -> Turn:
        """The turn as it was."""
        return Turn(
            self.question,
            self.answer,
            self.error,
            finished=True,
            stopped=self.stopped,
            within=read_filters(self.filters),
            id=self.id,
            when=self.when,
        )


class Heading(_Record):
    """A line of the list.

    Attributes:
        changed: when something was last said, ISO 8601 in UTC.
        turns: how many questions were asked.
        found: where what was searched for stands, the first word of it between \\x02 and \\x03.
    """

    id: str
    name: str
    changed: str
    turns: int
    found: str = ""


class Conversation(_Record):
    """A whole conversation, oldest turn first."""

    id: str
    name: str
    changed: str
    turns: tuple[KeptTurn, ...] = ()


def name_after(question: str) -> str:
    """A name for the conversation that begins with this question."""
    return tidy(question) or "A conversation"


def tidy(name: str) -> str:
    """A name on one line, not too long; empty where nothing is left."""
    line = " ".join(clean(name).split())
    short = shorten(line, LONGEST_NAME, placeholder="…")
    return f"{line[: LONGEST_NAME - 1]}…" if short == "…" != line else short


def clean(text: str) -> str:
    """The text without halves of characters, which can be neither stored nor sent."""
    return text.encode("utf-8", "replace").decode()
