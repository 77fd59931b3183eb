"""One answer as HTML: what it says, the quotes that say it, and how certain that is.

Three levels that differ at a glance and without colour: answered, its words in bold and again in
the quote; unsure, the nearest passages in grey; nothing found.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING

from markupsafe import Markup

from assistant.composing.day_words import tell_days
from assistant.composing.wording import MOST_NAMED, count, describe_source, elsewhere
from assistant.writing.written_wording import (
    MARKS,
    QUOTES_BENEATH,
    UNCHECKED,
    describe_dropped,
    describe_verdict,
)
from index import PublicationDate
from web.chat.answer_text import write_footnoted, write_quote
from web.chat.overview_strips import (
    show_about,
    show_chip,
    show_members,
    show_parts,
    show_timeline,
    show_versions,
)
from web.parts import NOTHING, page_file, show_about_source, show_source, tell_day

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Answer, Citation, Near, Searched, Sentence, Source

_DOUBTS = {
    "unsupported": "Not supported: no article searched says this.",
    "partly": "Only partly supported by the article cited.",
}
_STOPPED_DRAFT = "Stopped before this was checked"
_WIDER = Markup(
    '<p><button type="button" class="dl-boxed" data-do="widen">Ask without the filters</button></p>'
)
_UNSURE = "No article says this outright; these come nearest."
_ABOUT_NOW = re.compile(
    r"\b(?:still|now|today|current(?:ly)?|latest|at the moment|this (?:week|month|year))\b"
    r"|^(?:is|are|does|do|has|have|who is|what is|where is)\b",
    re.IGNORECASE,
)
_OLD_DAYS = 30  # after which a question about now is told how old its answer is


def show_lead(turn: int, answer: Answer, when: str) -> Markup:
    """What the answer says before its quotes, and what its figures, days and members are."""
    return NOTHING.join(
        [
            _show_words(answer),
            _show_age(answer, when),
            show_parts(turn, answer),
            show_versions(turn, answer),
            show_members(turn, answer),
            show_timeline(turn, answer),
            show_about(answer),
        ]
    )


def show_sentences(
    turn: int, sentences: Sequence[Sentence], answer: Answer, *, beneath: bool = False
) -> Markup:
    """Each sentence as a quote with its source, or as a chat model wrote it with its verdict.

    Args:
        beneath: whether they stand beneath a written answer, which is said.
    """
    by_number = {citation.number: citation for citation in answer.citations}
    shown = NOTHING.join(
        _show_sentence(turn, each, [by_number[number] for number in each.citations], answer)
        for each in sentences
    )
    head = Markup('<p class="dl-small">{}</p>').format(QUOTES_BENEATH) if beneath else NOTHING
    return head + shown


def show_draft(answer: Answer | None, *, stopped: bool, finished: bool) -> Markup:
    """What the chat model has written of its next sentence."""
    if answer is None:
        return NOTHING
    if not answer.draft:
        if finished or answer.sentences or not answer.quotes:
            return NOTHING
        return Markup('<p class="dl-pending">{} is writing…</p>').format(answer.model)
    return Markup(
        '<figure class="dl-sentence dl-draft"><blockquote class="dl-written">'
        '<p dir="auto"><span class="dl-words">{}</span></p></blockquote>'
        '<p class="dl-check">… {}</p></figure>'
    ).format(answer.draft, _STOPPED_DRAFT if stopped else UNCHECKED)


def show_abstention(turn: int, answer: Answer, elsewhere: Markup, *, narrowed: bool) -> Markup:
    """Why there is no answer, what was searched, and what comes nearest.

    Args:
        elsewhere: what lies outside the filters.
        narrowed: whether there are filters, which it is offered to take off.
    """
    abstention = answer.abstention
    if abstention is None:
        return NOTHING
    head = NOTHING if abstention.unsure else Markup('<p class="dl-small">Nearest articles:</p>')
    quotes = show_sentences(turn, answer.quotes, answer, beneath=True) if answer.quotes else NOTHING
    verdict = (
        _UNSURE if abstention.unsure else f"Nothing found. {abstention.reason.strip().rstrip('.')}."
    )
    return Markup(
        '<div class="dl-abstention"><p class="dl-verdict">{}</p>{}'
        '<p class="dl-small">Searched {}.</p>{}{}{}</div>'
    ).format(
        verdict,
        head + list_nearest(abstention.nearest) if abstention.nearest else NOTHING,
        _describe_search(abstention.searched),
        elsewhere,
        _WIDER if narrowed else NOTHING,
        quotes,
    )


def show_small_print(answer: Answer) -> Markup:
    """What was searched for, who wrote it, how long it took."""
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


def show_sources(answer: Answer) -> Markup:
    """What each number stands for, which only a printed page needs: it has nothing to click."""
    rows = NOTHING.join(
        Markup('<li value="{}" dir="auto">{}</li>').format(
            each.number, ", ".join(filter(None, [_name(each), each.url]))
        )
        for each in answer.citations
    )
    return Markup('<ol class="dl-sources">{}</ol>').format(rows) if rows else NOTHING


def show_tools(turn_id: str, answer: Answer | None) -> Markup:
    """Copy the answer, and say what one thinks of it; the page shows what was said."""
    if answer is None:
        return Markup('<span class="dl-tools" data-turn-id="{}" hidden></span>').format(turn_id)
    return page_file("tools.html").format(turn=turn_id, copied=write_footnoted(answer))


def _show_words(answer: Answer) -> Markup:
    short = " ".join((answer.short or "").split())
    lead = " ".join(answer.lead.split()) or short
    if answer.verdict is None and len(answer.versions) > 1:
        lead = _name_newest(answer) or lead  # the strip tells the others
    elif answer.verdict is None and len(answer.differs) > 1:
        return NOTHING  # the strip tells all of it
    if not lead:
        return NOTHING
    before, said, after = lead.partition(short) if short else (lead, "", "")
    return Markup('<p class="dl-short" dir="auto">{}{}{}</p>').format(
        before, Markup("<strong>{}</strong>").format(said) if said else "", after
    )


def _name_newest(answer: Answer) -> str:
    """ "135 (Hamad Hassan, 6 Aug 2020)": the figure of the newest article, and whose it is."""
    newest, short = answer.versions[0], " ".join((answer.short or "").split())
    day = PublicationDate(newest.published).label if newest.published else ""
    whose = ", ".join(filter(None, [newest.speaker or newest.publisher, day]))
    return f"{short} ({whose})" if short and whose else short


def _show_age(answer: Answer, when: str) -> Markup:
    """How old the newest source of a question about now is, where it is not of these days."""
    days = [PublicationDate(each.published).last for each in answer.citations if each.published]
    if not answer.answered or not days or not _ABOUT_NOW.search(answer.question.strip()):
        return NOTHING
    asked = datetime.fromisoformat(when).date() if when else date.today()
    age = (asked - max(days)).days
    if age < _OLD_DAYS:
        return NOTHING
    said = (
        count(age // 365, "year")
        if age >= 365
        else count(age // 30, "month")
        if age >= 60
        else count(age, "day")
    )
    return Markup('<p class="dl-age">The newest article here is {} old.</p>').format(said)


def _show_verdict(sentence: Sentence) -> Markup:
    """The verdict in a mark and words, neither of which needs colour."""
    if sentence.written is None:
        doubt = _DOUBTS.get(sentence.support, "")
        return Markup('<p class="dl-doubt">{}</p>').format(doubt) if doubt else NOTHING
    return Markup('<p class="{}" dir="auto"><span aria-hidden="true">{}</span> {}</p>').format(
        "dl-check" if sentence.support == "supported" else "dl-doubt",
        MARKS[sentence.support],
        describe_verdict(sentence),
    )


def _show_sentence(
    turn: int, sentence: Sentence, citations: Sequence[Citation], answer: Answer
) -> Markup:
    quoted = any(citation.quote == sentence.text for citation in citations)
    chips = NOTHING.join(
        show_chip(turn, each.number, f": show these words in {_name(each)}", own=True)
        for each in citations
    )
    words = _show_quoted(sentence.text, answer.short if quoted else None)
    marks = Markup("“{}”") if quoted else Markup("{}")
    return Markup(
        '<figure class="dl-sentence dl-{}"><blockquote class="{}">'
        '<p dir="auto">{}{}</p></blockquote>{}{}</figure>'
    ).format(
        sentence.support,
        "dl-quoted" if quoted else "dl-written",
        marks.format(Markup('<span class="dl-words">{}</span>').format(words)),
        chips,
        _show_verdict(sentence),
        NOTHING.join(_show_source_of(each, quoted=quoted) for each in citations),
    )


def _show_quoted(text: str, short: str | None) -> Markup | str:
    """The words of a quote, those that answer in bold."""
    said, words = " ".join(text.split()), " ".join((short or "").split())
    place = said.find(words) if words else -1
    if place < 0:
        return said
    return Markup('{}<strong class="dl-said">{}</strong>{}').format(
        said[:place], words, said[place + len(words) :]
    )


def _show_source_of(citation: Citation, *, quoted: bool) -> Markup:
    """Who says it, outlet and date; the other outlets; and what can be done with the quote."""
    speaker = (
        Markup('<span class="dl-speaker" dir="auto">{}</span> · ').format(citation.speaker)
        if citation.speaker
        else NOTHING
    )
    tools = Markup(
        '<span class="dl-quote-tools">'
        '<button type="button" class="dl-quiet" data-quote="{}">Copy quote</button>'
        '<button type="button" class="dl-quiet" data-only="{}" data-title="{}">'
        'Ask this article</button><button type="button" class="dl-quiet" data-story="{}">Story'
        "</button></span>"
    ).format(write_quote(citation), citation.article_id, citation.title, citation.article_id)
    days = tell_days(citation.quote, citation.published)  # which Tuesday
    return Markup(
        '<figcaption>{}<span class="dl-from" dir="auto">{}</span>{}</figcaption>{}{}'
    ).format(
        speaker,
        show_about_source(citation),
        f" ({days})" if days else "",
        _show_copies(citation),
        tools if quoted else "",
    )


def _show_copies(citation: Citation) -> Markup:
    """The other outlets that print the quoted words, each of them a button; many are folded."""
    others = list(elsewhere(citation).items())
    if not others:
        return NOTHING
    named = Markup(", ").join(
        Markup(
            '<button type="button" class="dl-copy" dir="auto" data-article="{}">{}</button>'
        ).format(source.article_id, outlet)
        for outlet, source in others[: 4 * MOST_NAMED]
    )
    if len(others) == 1:
        return Markup('<p class="dl-also">Also in {}</p>').format(named)
    rest = f" and {len(others) - 4 * MOST_NAMED} more" if len(others) > 4 * MOST_NAMED else ""
    return Markup(
        '<details class="dl-also"><summary>Also in {}</summary><p>{}{}</p></details>'
    ).format(count(len(others), "other outlet"), named, rest)


def list_nearest(nearest: Sequence[Near]) -> Markup:
    """Articles that come near, and the words of each that do."""
    shown = NOTHING.join(show_source(each, each.quote or "") for each in nearest)
    return Markup('<ul class="dl-nearest">{}</ul>').format(shown)


def _describe_search(searched: Searched) -> str:
    words = [count(searched.articles, "article")]
    if searched.articles and searched.first_day and searched.last_day:
        days = dict.fromkeys(map(tell_day, (searched.first_day, searched.last_day)))
        words.append(f"published {' to '.join(days)}")
    if searched.article_ids:
        words.append("chosen one by one")
    if searched.publishers:
        words.append(f"in {' or '.join(searched.publishers)}")
    if searched.since:
        words.append(f"from {tell_day(searched.since)} on")
    if searched.until:
        words.append(f"up to {tell_day(searched.until)}")
    return ", ".join(words)


def _name(source: Source) -> str:
    about = describe_source(source)
    return about if about == source.title else f"“{source.title}”, {about}"
