"""An editor's checklist: from what was found to what a reader is told, read from top to bottom.

Each step answers one kind of question, or leaves it to the next. All of it works on verbatim
sentences with their offsets, without a chat model.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.composing.chronology import answer_how_long, answer_with_timeline
from assistant.composing.comparisons import answer_comparison
from assistant.composing.composition import (
    Composition,
    Material,
    Statement,
    day_of,
    quote_of,
    same_event,
    speaker_label,
)
from assistant.composing.day_words import age_of, label_of, with_dates
from assistant.composing.denials import (
    answer_none,
    answer_successor,
    answer_unknown,
    correct_presupposition,
)
from assistant.composing.figures import OUT_OF_DATE, figures_of, figures_told, same_kind
from assistant.composing.lists import answer_with_list
from assistant.composing.question_forms import in_another_language
from assistant.composing.sayings import (
    answer_what_was_said,
    answer_who_said,
    answer_whose_answer,
    is_by,
    told_by,
)
from assistant.composing.tables import answer_from_table
from assistant.composing.versions import answer_what_differs, line_up, newest_first
from assistant.composing.yes_or_no import answer_yes_or_no
from assistant.judging.names import fold, name_words
from assistant.judging.quantities import quantities
from assistant.judging.synonyms import share_of_meaning
from assistant.reading.agreement import to_reading
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.reading.reader import Quote

    Step = Callable[[Material], Composition | None]

_NOT_THAT = re.compile(r"(?i)\b(?:not|rather than|instead of)\b(?P<what>[^,;.]{2,60})")
_COVERED = 0.75


def answer_by_one_speaker(material: Material) -> Composition | None:
    """What is found in the words of the one named: "How many, according to X?"; else None."""
    who, reading = told_by(material.question), material.reading
    if not who or not reading.findings:
        return None
    own = [
        each
        for each in reading.findings
        if (told := material.statement_at(each.article.id, each.start)) and is_by(told, who)
    ]
    if own:
        theirs = to_reading(material.question, own, material.hits, reading.threshold)
        return from_reading(replace(material, reading=theirs))
    named = any(fold(who.split()[-1]) in name_words(each.text) for each in reading.quotes)
    return None if named else material.unsure


def answer_superseded(material: Material) -> Composition | None:
    """The figure of a later article that says which one it follows: "84, up from 26"; else None."""
    figures = figures_told(material)
    if not figures:
        return None
    old = figures[0]
    for each in material.statements:
        first = old.statement
        if each.day <= first.day or each.field != "text" or not same_event(material, each, first):
            continue
        at = [
            told.start
            for told in quantities(each.text)
            if told.value == old.quantity.value and OUT_OF_DATE.search(each.text[: told.start])
        ]
        new = [told for told in figures_of(each, old.relevance) if same_kind(told, old)]
        if not at or not new:
            continue
        figure = min(new, key=lambda told: abs(told.quantity.start - at[0]))
        if not material.accepts(each, figure.quantity.text):
            continue
        quotes = (quote_of(each, figure.relevance), *material.reading.quotes)
        reading = replace(material.reading, quotes=quotes, short=figure.quantity.text)
        return line_up(replace(material, reading=reading)) or newest_first(material, figure, [old])
    return None


def answer_corrected(material: Material) -> Composition | None:
    """What a later article says it was instead: "a cable, not a candle"; else both quotes."""
    first = next(iter(material.reading.quotes), None)
    if first is None:
        return None
    short = material.reading.short or ""
    told = stems(short or first.text) - material.asked
    since = day_of(first.article)
    for each in material.statements:
        if each.article.id == first.article.id or each.field != "text" or each.day < since:
            continue
        denied = [stems(found["what"]) - material.asked for found in _NOT_THAT.finditer(each.text)]
        about = share_of_meaning(material.question, each.text) >= _COVERED
        if not about or not any(words and words <= told for words in denied):
            continue
        words = _found_in(material, each) if short and since < each.day else ""
        lead = f"{words} ({label_of(each.article)}). Earlier: {short} ({label_of(first.article)})."
        quotes = (quote_of(each, first.score), first)
        return Composition(quotes, short=words or None, lead=lead if words else "")
    return None


def _found_in(material: Material, statement: Statement) -> str:
    """The likeliest words that may answer in a statement; empty for none."""
    there = [
        each
        for each in material.reading.findings
        if each.article.id == statement.article.id and each.start == statement.start
        if each.judgement.words_ok and each.judgement.sentence_ok
    ]
    return max(there, key=lambda each: each.probability).words if there else ""


CHECKLIST: tuple[Step, ...] = (
    in_another_language,
    answer_with_timeline,
    answer_what_differs,
    answer_whose_answer,
    answer_comparison,
    answer_yes_or_no,
    answer_what_was_said,
    answer_who_said,
    answer_by_one_speaker,
    correct_presupposition,
    answer_none,
    answer_successor,
    answer_from_table,
    answer_with_list,
    answer_how_long,
    answer_superseded,
    line_up,
    answer_corrected,
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
