"""An editor's checklist: from what was found to what a reader is told, read from top to bottom.

Each step answers one kind of question, or leaves it to the next. All of it works on verbatim
sentences with their offsets, without a chat model.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.composing.chronology import answer_how_long, answer_with_timeline
from assistant.composing.comparisons import answer_comparison
from assistant.composing.composition import Composition, Material, speaker_label
from assistant.composing.day_words import age_of, with_dates
from assistant.composing.denials import (
    answer_none,
    answer_successor,
    answer_unknown,
    correct_presupposition,
)
from assistant.composing.lists import answer_with_list
from assistant.composing.question_forms import in_another_language
from assistant.composing.sayings import (
    answer_what_was_said,
    answer_who_said,
    answer_whose_answer,
)
from assistant.composing.tables import answer_from_table
from assistant.composing.versions import answer_what_differs, line_up
from assistant.composing.yes_or_no import answer_yes_or_no

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.reading.reader import Quote

    Step = Callable[[Material], Composition | None]

CHECKLIST: tuple[Step, ...] = (
    in_another_language,
    answer_with_timeline,
    answer_what_differs,
    answer_whose_answer,
    answer_comparison,
    answer_yes_or_no,
    answer_what_was_said,
    answer_who_said,
    correct_presupposition,
    answer_none,
    answer_successor,
    answer_from_table,
    answer_with_list,
    answer_how_long,
    line_up,
    answer_unknown,
)


def compose(material: Material) -> Composition:
    """The composition of the first step that knows the kind of question; else the reading's own."""
    for step in CHECKLIST:
        composition = step(material)
        if composition is not None:
            return composition
    return from_reading(material)


def from_reading(material: Material) -> Composition:
    """What the reading model found, with the speaker it belongs to and the dates of its days."""
    reading = material.reading
    if not reading.quotes:
        return Composition(nearest=reading.nearest)
    quotes = tuple(with_speaker(material, each) for each in reading.quotes)
    first, short = quotes[0], reading.short
    lead = ""
    if short:
        at = first.text.find(short)
        published = first.article.published.iso if first.article.published else None
        lead = with_dates(short, first.text, at, published) if at >= 0 else short
        if first.speaker and first.speaker.split()[-1] not in short:
            lead += f", says {speaker_label(first.speaker)}"
        lead += age_of(material, first.article)
    return Composition(quotes, short=short, lead=lead, speaker=first.speaker)


def with_speaker(material: Material, quote: Quote) -> Quote:
    """The quote with the one who says it, from the sentence on that tells who "he" is."""
    stands = quote.article.text[quote.start : quote.end] == quote.text
    if quote.field != "text" or not stands:
        return quote
    statement = material.statement_at(quote.article.id, quote.start)
    if statement is None:
        return quote
    start = min(quote.start, statement.opener)
    return replace(
        quote,
        start=start,
        text=quote.article.text[start : quote.end],
        speaker=statement.said.speaker if statement.said else quote.speaker,
    )
