"""What is kept of a conversation: frozen records, JSON, and files to take away."""

from __future__ import annotations

import json
import re
import unicodedata
from textwrap import shorten
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from assistant import Answer
from assistant.composing.wording import escape
from web.chat.answer_text import write_footnoted
from web.chat.conversation_html import ShownTurn, history
from web.chat.filters import read_filters

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant import Assistant


Verdict = Literal["", "up", "down"]
"""What a reader thought of an answer; empty while nothing was said."""

LONGEST_NAME = 80
LONGEST_NOTE = 2_000
"""Characters."""


class _KeptRecord(BaseModel):
    model_config = ConfigDict(frozen=True)


class KeptTurn(_KeptRecord):
    """A question and what came of it, as `web.chat.conversation_html.ShownTurn` has it.

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
    def of(cls, turn: ShownTurn) -> KeptTurn:
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

    def turn(self) -> ShownTurn:
        """The turn as it was."""
        return ShownTurn(
            self.question,
            self.answer,
            self.error,
            finished=True,
            stopped=self.stopped,
            within=read_filters(self.filters),
            id=self.id,
            when=self.when,
        )


class Heading(_KeptRecord):
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


class KeptConversation(_KeptRecord):
    """A whole conversation, oldest turn first."""

    id: str
    name: str
    changed: str
    turns: tuple[KeptTurn, ...] = ()


def tidy(name: str) -> str:
    """A name on one line, not too long; empty where nothing is left."""
    line = " ".join(clean(name).split())
    short = shorten(line, LONGEST_NAME, placeholder="…")
    return f"{line[: LONGEST_NAME - 1]}…" if short == "…" != line else short


def clean(text: str) -> str:
    """The text without halves of characters, which can be neither stored nor sent."""
    return text.encode("utf-8", "replace").decode()


_LONGEST_STEM = 60
_THOUGHT = {"up": "Marked as helpful", "down": "Marked as wrong"}


class Download(NamedTuple):
    """A file, made in the browser from its text."""

    name: str
    media_type: str
    text: str


def export_markdown(conversation: KeptConversation, assistant: Assistant) -> Download:
    """One conversation, to be read: a heading for each question."""
    authors = _authors(conversation.turns, assistant)
    parts = [f"# {escape(conversation.name)}"]
    for turn in conversation.turns:
        parts += [f"## {escape(turn.question)}", *_write_turn(turn, authors)]
    return Download(f"{_stem(conversation.name)}.md", "text/markdown", "\n\n".join(parts) + "\n")


def export_json(conversation: KeptConversation, assistant: Assistant) -> Download:
    """One conversation, whole: each `answer` in it is an `assistant.Answer` in JSON.

    `authors` stand beside it, by article id, where the index knows them still.
    """
    turns = [
        turn.model_dump(mode="json") | {"authors": _authors([turn], assistant)}
        for turn in conversation.turns
    ]
    whole = {"name": conversation.name, "changed": conversation.changed, "turns": turns}
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    return Download(f"{_stem(conversation.name)}.json", "application/json", text)


def export_test_set(conversations: Iterable[KeptConversation]) -> Download:
    """Each judged answer as a line: what was asked, what came, what was thought of it."""
    lines = [
        json.dumps(_case(conversation.turns[:number], turn, turn.answer), ensure_ascii=False)
        for conversation in conversations
        for number, turn in enumerate(conversation.turns)
        if turn.verdict and turn.answer
    ]
    return Download("dateline-judged.jsonl", "application/jsonl", "".join(f"{x}\n" for x in lines))


def _write_turn(turn: KeptTurn, authors: Mapping[str, Sequence[str]]) -> list[str]:
    parts = [_write_scope(turn)]
    if turn.answer:
        parts.append(write_footnoted(turn.answer, authors))
    if turn.error:
        parts.append(escape(turn.error))
    if turn.verdict:
        note = f": {escape(turn.note)}" if turn.note.strip() else ""
        parts.append(f"({_THOUGHT[turn.verdict]}{note})")
    return [part for part in parts if part]


def _write_scope(turn: KeptTurn) -> str:
    said = [f"Asked {turn.when[:16].replace('T', ' ')}"] if turn.when else []
    for name, value in turn.filters.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        said.append(f"{name} {shown}")
    return f"({escape('; '.join(said))})" if said else ""


def _case(before: Sequence[KeptTurn], turn: KeptTurn, answer: Answer) -> dict[str, Any]:
    return {
        "question": turn.question,
        "filters": turn.filters,
        "as_of": turn.when[:10] or None,
        "history": history([each.turn() for each in before]),
        "expected": {
            "answered": answer.answered,
            "short": answer.short,
            "citations": [
                each.model_dump(include={"article_id", "quote", "start", "end"})
                for each in answer.citations
            ],
        },
        "verdict": turn.verdict,
        "note": turn.note,
    }


def _authors(turns: Iterable[KeptTurn], assistant: Assistant) -> Mapping[str, Sequence[str]]:
    cited = (each.article_id for turn in turns if turn.answer for each in turn.answer.citations)
    articles = {each: assistant.index.article(each) for each in dict.fromkeys(cited)}
    return {each: found.authors for each, found in articles.items() if found and found.authors}


def _stem(name: str) -> str:
    """A file name's beginning: letters and digits that every system takes."""
    plain = unicodedata.normalize("NFKC", name)
    words = "-".join(re.findall(r"[^\W_]+", plain))[:_LONGEST_STEM].strip("-").lower()
    return f"dateline-{words or 'conversation'}"
