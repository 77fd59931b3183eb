"""A conversation: its turns, and what the page is sent of it, which is only what changed.

What is added to the log is read out by screen readers. So each part of a turn has a place of its
own, to which the page only ever adds: a finished sentence is read once, a draft never.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count as counting
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from assistant.composing.day_words import tell_days
from assistant.composing.wording import elsewhere
from assistant.writing import written_wording
from web.chat import answer_card
from web.chat.answer_card import plot, tell_age
from web.chat.answer_text import write_footnoted, write_quote
from web.chat.filters import Within, write_link
from web.parts import NOTHING, render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant import Assistant
    from assistant.answer import Answer, Citation, Near

_AROUND = 150  # characters on either side: enough to see what is spoken of
_LONGEST = 420  # of the quoted words
_sent = counting(1)
_TOOLS = {
    "card": answer_card,
    "written": written_wording,
    "elsewhere": elsewhere,
    "tell_days": tell_days,
    "shorten": lambda quote: quote if len(quote) <= _LONGEST else f"{quote[:_LONGEST]}…",
    "write_quote": write_quote,
    "write_footnoted": write_footnoted,
}
"""What the template of a turn calls."""


@dataclass(frozen=True, slots=True)
class Around:
    """The words before and after a quote; an ellipsis where the article goes on."""

    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ShownTurn:
    """A question and what came of it.

    Attributes:
        answer: as much of it as has arrived; None while nothing has.
        error: why there will be none, in one line.
        finished: whether more will come.
        stopped: whether the reader stopped it.
        within: where it was asked.
        elsewhere: what lies outside the filters, where they kept an answer from it.
        others, nearest: how many are answered before it, and what may be read meanwhile.
        around: what stands around the quotes, by the number of their citations.
        id: names it where it is kept; nobody can guess it.
        when: when it was asked, ISO 8601 with the offset from UTC.
    """

    question: str
    answer: Answer | None = None
    error: str = ""
    finished: bool = False
    stopped: bool = False
    within: Within = field(default_factory=Within)
    elsewhere: Markup = NOTHING
    others: int = 0
    nearest: tuple[Near, ...] = ()
    around: Mapping[int, Around] = field(default_factory=dict)
    id: str = field(default_factory=token_urlsafe)
    when: str = field(default_factory=lambda: datetime.now().astimezone().isoformat("T", "seconds"))


def answers(turns: Sequence[ShownTurn]) -> list[Answer]:
    """The conversation as `Assistant.stream` takes it, oldest first."""
    return [turn.answer for turn in turns if turn.answer is not None]


def history(turns: Sequence[ShownTurn]) -> list[dict[str, str]]:
    """The conversation in roles and contents, for other programs."""
    messages = []
    for turn in turns:
        if turn.answer is not None:
            messages.append({"role": "user", "content": turn.question})
            messages.append({"role": "assistant", "content": turn.answer.said})
    return messages


def show_conversation(turns: Sequence[ShownTurn]) -> Markup:
    """The whole conversation, for the page's script to put in place of what it shows.

    It differs each time, so that the page sees that it was sent again.
    """
    shown = NOTHING.join(show_turn(number, turn) for number, turn in enumerate(turns, start=1))
    return Markup('<div data-sent="{}">{}</div>').format(next(_sent), shown)


def show_turn(number: int, turn: ShownTurn) -> Markup:
    """One turn, the `number`th of its conversation."""
    answer = turn.answer
    given: dict[str, Any] = {"number": number, "turn": turn, "answer": answer}
    if answer:
        by_number = {each.number: each for each in answer.citations}
        given |= {
            "cited": lambda said: [by_number[each] for each in said.citations if each in by_number],
            "old": tell_age(answer, turn.when),
            "plotted": plot(answer.versions),
        }
    # A link holds the question as it was made to stand alone.
    asked = answer.standalone_question if answer else turn.question
    return render(
        "turn",
        level=_level(answer),
        link=write_link(asked, turn.within),
        **given,
        **_TOOLS,
    )


def _level(answer: Answer | None) -> str:
    """How certain it is, for all to see: "answered", "unsure", "nothing"; "begun" before."""
    if answer is None:
        return "begun"
    if answer.abstention is None:
        return "answered"
    return "unsure" if answer.abstention.unsure or answer.quotes else "nothing"


def look_around(
    assistant: Assistant, citations: Sequence[Citation], known: Mapping[int, Around]
) -> dict[int, Around]:
    """By the number of each citation, what stands around its words in the article, by offsets.

    Args:
        known: what was looked up before.
    """
    found = dict(known)
    for citation in citations:
        if citation.number not in found:
            article = assistant.index.article(citation.article_id)
            text = getattr(article, citation.field) if article else ""
            if text[citation.start : citation.end] == citation.quote:
                found[citation.number] = Around(
                    _before(text, citation.start), _after(text, citation.end)
                )
    return found


def _before(text: str, start: int) -> str:
    first = max(0, start - _AROUND)
    words = text[first:start]
    if first:  # from a whole word on
        words = f"…{words[words.find(' ') :]}" if " " in words else "…"
    return _fold(words)


def _after(text: str, end: int) -> str:
    words = text[end : end + _AROUND]
    if end + _AROUND < len(text):
        words = f"{words[: words.rfind(' ')]} …" if " " in words else "…"
    return _fold(words)


def _fold(words: str) -> str:
    """White space folded, with what separates the words from the quote kept."""
    folded = " ".join(words.split())
    return f"{' ' if words[:1].isspace() else ''}{folded}{' ' if words[-1:].isspace() else ''}"
