"""A conversation as HTML: each sentence as a quote with its source, each citation as a button.

What is added to the log is read out by screen readers. So each part of a turn has a place of its
own, to which the page only ever adds: a finished sentence is read once, a draft never.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from secrets import token_urlsafe
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.composing.wording import MOST_NAMED, count, count_outlets, describe_source, elsewhere
from assistant.writing.written_wording import (
    MARKS,
    QUOTES_BENEATH,
    UNCHECKED,
    describe_dropped,
    describe_verdict,
)
from web.chat.link import write_link
from web.chat.passage import Around, passage_id, show_passage
from web.chat.within import Within
from web.conversations.tools import show_tools
from web.parts import show_error, show_source

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from assistant.answer import Abstention, Answer, Citation, Searched, Sentence, Source

_DOUBTS = {
    "unsupported": "Not supported: no article searched says this.",
    "partly": "Only partly supported by the article cited.",
}
_STOPPED = "Stopped. What had arrived by then stands above."
_STOPPED_AT_ONCE = "Stopped before anything had arrived."
_STOPPED_DRAFT = "Stopped before this was checked"
_NOTHING = Markup("")


@dataclass(frozen=True, slots=True)
class Turn:
    """A question and what came of it.

    Attributes:
        answer: as much of it as has arrived; None while nothing has.
        error: why there will be none, in one line.
        finished: whether more will come.
        stopped: whether the reader stopped it.
        within: where it was asked.
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
    around: Mapping[int, Around] = field(default_factory=dict)
    id: str = field(default_factory=token_urlsafe)
    when: str = field(default_factory=lambda: datetime.now().astimezone().isoformat("T", "seconds"))


def answers(turns: Sequence[Turn]) -> list[Answer]:
    """The conversation as `Assistant.stream` takes it, oldest first."""
    return [turn.answer for turn in turns if turn.answer is not None]


def history(turns: Sequence[Turn]) -> list[dict[str, str]]:
    """The conversation in roles and contents, for other programs."""
    messages = []
    for turn in turns:
        if turn.answer is not None:
            messages.append({"role": "user", "content": turn.question})
            messages.append({"role": "assistant", "content": turn.answer.said})
    return messages


def show_conversation(turns: Sequence[Turn]) -> Markup:
    """The whole conversation; what is added to it is read out by screen readers."""
    return Markup(
        '<div class="dl-log" role="log" aria-live="polite" aria-label="Conversation">{}</div>'
    ).format(
        _join(
            _show_turn(number, turn, last=number == len(turns))
            for number, turn in enumerate(turns, start=1)
        )
    )


def _show_turn(number: int, turn: Turn, *, last: bool) -> Markup:
    citations = turn.answer.citations if turn.answer else ()
    return Markup(
        '<section class="dl-turn" id="turn-{0}" data-finished="{1}" '
        'aria-labelledby="turn-{0}-question">'
        '<h2 class="dl-question" id="turn-{0}-question" dir="auto">{2}</h2>'
        '<div class="dl-short-answer">{3}</div><div class="dl-answer">{4}</div>'
        '<div class="dl-drafting" aria-live="off">{5}</div><div class="dl-end">{6}</div>'
        '<div class="dl-doing" aria-live="off"><div class="dl-again">{7}</div>'
        '<div class="dl-judging">{8}</div></div>'
        '<div class="dl-passages" aria-live="off">{9}</div></section>'
    ).format(
        number,
        "yes" if turn.finished else "no",
        turn.question,
        _show_short(turn.answer),
        _show_sentences(number, turn.answer.sentences, turn.answer) if turn.answer else "",
        _show_draft(turn),
        _show_end(number, turn),
        _show_again(turn) if last and turn.finished else "",
        show_tools(turn) if turn.finished else "",
        _join(show_passage(number, each, turn.around.get(each.number)) for each in citations),
    )


def _show_short(answer: Answer | None) -> Markup:
    if answer is None or not answer.short:
        return _NOTHING
    return Markup('<p class="dl-short" dir="auto"><strong>{}</strong></p>').format(
        " ".join(answer.short.split())
    )


def _show_end(number: int, turn: Turn) -> Markup:
    parts, answer = [], turn.answer
    if answer:
        if answer.failure:
            parts.append(show_error(answer.failure))
        if answer.abstention:
            parts.append(_show_abstention(answer.abstention))
        if answer.quotes:
            parts.append(Markup('<p class="dl-small">{}</p>').format(QUOTES_BENEATH))
            parts.append(_show_sentences(number, answer.quotes, answer))
    if turn.stopped:
        said = _STOPPED if answer and (answer.sentences or answer.draft) else _STOPPED_AT_ONCE
        parts.append(Markup('<p class="dl-small dl-stopped">{}</p>').format(said))
    if turn.error:
        parts.append(show_error(turn.error))
    if answer and turn.finished and not turn.stopped:
        parts.append(_show_small_print(answer))
    return _join(parts)


def _show_again(turn: Turn) -> Markup:
    """What can be done with the last question; a link holds what was made to stand alone."""
    asked = turn.answer.standalone_question if turn.answer else turn.question
    return Markup(
        '<button type="button" class="dl-quiet" data-do="retry">Retry</button> '
        '<button type="button" class="dl-quiet" data-do="edit">Edit question</button> '
        '<button type="button" class="dl-quiet" data-do="link" data-link="{}">Copy link</button> '
        '<span class="dl-told" role="status"></span>'
    ).format(write_link(asked, turn.within))


def _show_sentences(turn: int, sentences: Sequence[Sentence], answer: Answer) -> Markup:
    by_number = {citation.number: citation for citation in answer.citations}
    return _join(
        _show_sentence(turn, each, [by_number[number] for number in each.citations])
        for each in sentences
    )


def _show_draft(turn: Turn) -> Markup:
    """What the chat model has written of its next sentence."""
    if turn.answer is None:
        waiting = not turn.finished
        return Markup('<p class="dl-pending">Reading the articles…</p>') if waiting else _NOTHING
    if not turn.answer.draft:
        return _NOTHING
    return Markup(
        '<figure class="dl-sentence dl-draft"><blockquote class="dl-written">'
        '<p dir="auto"><span class="dl-words">{}</span></p></blockquote>'
        '<p class="dl-check">… {}</p></figure>'
    ).format(turn.answer.draft, _STOPPED_DRAFT if turn.stopped else UNCHECKED)


def _show_verdict(sentence: Sentence) -> Markup:
    """The verdict in a mark and words, neither of which needs colour."""
    if sentence.written is None:
        doubt = _DOUBTS.get(sentence.support, "")
        return Markup('<p class="dl-doubt">{}</p>').format(doubt) if doubt else _NOTHING
    return Markup('<p class="{}" dir="auto"><span aria-hidden="true">{}</span> {}</p>').format(
        "dl-check" if sentence.support == "supported" else "dl-doubt",
        MARKS[sentence.support],
        describe_verdict(sentence),
    )


def _show_sentence(turn: int, sentence: Sentence, citations: Sequence[Citation]) -> Markup:
    quoted = any(citation.quote == sentence.text for citation in citations)
    return Markup(
        '<figure class="dl-sentence dl-{}"><blockquote class="{}">'
        '<p dir="auto"><span class="dl-words">{}</span>{}</p></blockquote>{}{}{}</figure>'
    ).format(
        sentence.support,
        "dl-quoted" if quoted else "dl-written",
        " ".join(sentence.text.split()),
        _join(_show_chip(turn, citation) for citation in citations),
        _show_verdict(sentence),
        Markup('<figcaption dir="auto">{}</figcaption>').format(
            "; ".join(dict.fromkeys(map(describe_source, citations)))
        )
        if citations
        else _NOTHING,
        _join(map(_show_copies, citations)),
    )


def _show_copies(citation: Citation) -> Markup:
    """The other outlets that print the quoted words, each of them a button."""
    others = list(elsewhere(citation).items())
    if not others:
        return _NOTHING
    named = Markup(", ").join(
        Markup(
            '<button type="button" class="dl-copy" dir="auto" data-article="{}">{}</button>'
        ).format(source.article_id, outlet)
        for outlet, source in others[:MOST_NAMED]
    )
    rest = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    return Markup('<p class="dl-also">Also in: {}{} <span>{}</span></p>').format(
        named, rest, count_outlets(citation)
    )


def _show_chip(turn: int, citation: Citation) -> Markup:
    return Markup(
        ' <button type="button" class="dl-chip" id="turn-{0}-citation-{1}" data-turn="{0}" '
        'data-citation="{1}" aria-label="Citation {1}: show these words in {2}" '
        'aria-describedby="{3}">[{1}]</button>'
    ).format(turn, citation.number, _name(citation), passage_id(turn, citation.number))


def _show_abstention(abstention: Abstention) -> Markup:
    nearest = Markup('<p class="dl-small">Nearest articles:</p><ul class="dl-nearest">{}</ul>')
    return Markup(
        '<div class="dl-abstention"><p class="dl-verdict">I found no answer. {}</p>'
        '<p class="dl-small">Searched {}.</p>{}</div>'
    ).format(
        abstention.reason,
        _describe_search(abstention.searched),
        nearest.format(_join(map(show_source, abstention.nearest)))
        if abstention.nearest
        else _NOTHING,
    )


def _describe_search(searched: Searched) -> str:
    words = [count(searched.articles, "article")]
    if searched.articles and searched.first_day and searched.last_day:
        days = dict.fromkeys(map(_day, (searched.first_day, searched.last_day)))
        words.append(f"published {' to '.join(days)}")
    if searched.article_ids:
        words.append("chosen one by one")
    if searched.publishers:
        words.append(f"in {' or '.join(searched.publishers)}")
    if searched.since:
        words.append(f"from {_day(searched.since)} on")
    if searched.until:
        words.append(f"up to {_day(searched.until)}")
    return ", ".join(words)


def _show_small_print(answer: Answer) -> Markup:
    notes = []
    if answer.standalone_question != " ".join(answer.question.split()):
        notes.append(f"Searched for: {answer.standalone_question}")
    if any(each.written for each in answer.sentences):
        notes.append(f"Written by {answer.model}, each sentence checked against the articles")
    if dropped := describe_dropped(answer.dropped_citations):
        notes.append(dropped)
    if "total" in answer.timings:
        done = "Answered" if answer.answered else "Searched"
        notes.append(f"{done} in {answer.timings['total'] / 1000:.2f} s")
    return Markup('<p class="dl-small dl-took" dir="auto">{}</p>').format(" · ".join(notes))


def _name(source: Source) -> str:
    about = describe_source(source)
    return about if about == source.title else f"“{source.title}”, {about}"


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"


def _join(parts: Iterable[Markup]) -> Markup:
    return _NOTHING.join(parts)
