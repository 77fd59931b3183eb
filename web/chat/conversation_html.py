"""A conversation: its turns, and what the page is sent of it, which is only what changed.

What is added to the log is read out by screen readers. So each part of a turn has a place of its
own, to which the page only ever adds: a finished sentence is read once, a draft never.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from itertools import count as counting
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.composing.wording import count
from web.chat.answer_card import (
    list_nearest,
    show_abstention,
    show_draft,
    show_lead,
    show_sentences,
    show_small_print,
    show_sources,
    show_tools,
)
from web.chat.filters import Within, write_link
from web.parts import NOTHING, passage_id, show_about_source, show_error

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant import Assistant
    from assistant.answer import Answer, Citation, Near

_STOPPED = "Stopped. What had arrived by then stands above."
_STOPPED_AT_ONCE = "Stopped before anything had arrived."
_AROUND = 150  # characters on either side: enough to see what is spoken of
_LONGEST = 420  # of the quoted words
_MEANWHILE = Markup('<p class="dl-small">Nearest by a first search, not read yet:</p>')
_sent = counting(1)


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
    return Markup(
        '<section class="dl-turn dl-{level}" id="turn-{number}" data-finished="{finished}" '
        'aria-labelledby="turn-{number}-question">'
        '<h2 class="dl-question" id="turn-{number}-question" dir="auto">{question}</h2>'
        '<div class="dl-lead">{lead}</div><div class="dl-answer">{sentences}</div>'
        '<div class="dl-drafting" aria-live="off">{draft}</div><div class="dl-end">{end}</div>'
        '<div class="dl-doing" aria-live="off">{doing}</div>'
        '<div class="dl-passages" aria-live="off">{passages}</div></section>'
    ).format(
        number=number,
        level=_level(answer),
        finished="yes" if turn.finished else "no",
        question=turn.question,
        lead=show_lead(number, answer, turn.when) if answer else "",
        sentences=_show_quotes(number, answer) if answer else "",
        draft=show_draft(answer, stopped=turn.stopped, finished=turn.finished)
        if answer or turn.finished
        else _show_waiting(turn.others, turn.nearest),
        end=_show_end(number, turn),
        doing=_show_doing(turn) if turn.finished else "",
        passages=NOTHING.join(
            show_passage(number, each, turn.around.get(each.number))
            for each in (answer.citations if answer else ())
        ),
    )


def _show_quotes(number: int, answer: Answer) -> Markup:
    """The sentences; folded where a timeline has told them already."""
    shown = show_sentences(number, answer.sentences, answer)
    if not answer.timeline:
        return shown
    return Markup(
        '<details class="dl-quotes-of"><summary>The same as quotes</summary>{}</details>'
    ).format(shown)


def _show_waiting(others: int, nearest: Sequence[Near]) -> Markup:
    """That there is work; where others are answered first, how many, and what to read meanwhile."""
    doing = f"{count(others, 'question')} before yours…" if others else "Reading the articles…"
    said = Markup('<p class="dl-pending">{}</p>').format(doing)
    return said + (_MEANWHILE + list_nearest(nearest) if nearest else NOTHING)


def _level(answer: Answer | None) -> str:
    """How certain it is, for all to see: "answered", "unsure", "nothing"; "begun" before."""
    if answer is None:
        return "begun"
    if answer.abstention is None:
        return "answered"
    return "unsure" if answer.abstention.unsure or answer.quotes else "nothing"


def _show_end(number: int, turn: ShownTurn) -> Markup:
    parts, answer = [], turn.answer
    if answer:
        if answer.failure:
            parts.append(show_error(answer.failure))
        if answer.abstention:
            narrowed = turn.within.narrowed
            parts.append(show_abstention(number, answer, turn.elsewhere, narrowed=narrowed))
        elif answer.quotes:
            parts.append(show_sentences(number, answer.quotes, answer, beneath=True))
    if turn.stopped:
        said = (
            _STOPPED
            if answer and (answer.sentences or answer.quotes or answer.draft)
            else _STOPPED_AT_ONCE
        )
        parts.append(Markup('<p class="dl-small dl-stopped">{}</p>').format(said))
    if turn.error:
        parts.append(show_error(turn.error))
    if answer and turn.finished and not turn.stopped:
        parts += [show_small_print(answer), show_sources(answer)]
    return NOTHING.join(parts)


def _show_doing(turn: ShownTurn) -> Markup:
    """What can be done with a turn; the page shows the first half under the last turn only.

    A link holds the question as it was made to stand alone.
    """
    asked = turn.answer.standalone_question if turn.answer else turn.question
    return Markup(
        '<button type="button" class="dl-quiet dl-last" data-do="retry">Retry</button>'
        '<button type="button" class="dl-quiet dl-last" data-do="edit">Edit question</button>'
        '<button type="button" class="dl-quiet dl-last" data-do="link" data-link="{}">Copy link'
        "</button>{}"
        '<span class="dl-told" role="status"></span>'
    ).format(write_link(asked, turn.within), show_tools(turn.id, turn.answer))


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


def show_passage(turn: int, citation: Citation, around: Around | None) -> Markup:
    """The quote in its surroundings, with outlet and date; its citation brings it up."""
    said = citation.quote if len(citation.quote) <= _LONGEST else f"{citation.quote[:_LONGEST]}…"
    beside = around or Around()
    return Markup(
        '<div class="dl-passage" role="tooltip" popover="manual" id="{}">'
        '<p class="dl-passage-text" dir="auto">{}<strong>{}</strong>{}</p>'
        '<p class="dl-passage-from" dir="auto">{}</p></div>'
    ).format(
        passage_id(turn, citation.number),
        beside.before,
        " ".join(said.split()),
        beside.after,
        show_about_source(citation),
    )


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
