"""A quote must stand verbatim at its offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answer import Citation, Near, Sentence, Source, source_fields
from index.stories.copies import words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.reading.reader import Quote
    from index import Article


def check_quotes(quotes: Sequence[Quote]) -> Iterator[tuple[Sentence, Citation | None]]:
    """Each quote as a sentence with its citation.

    One whose words are not those of the article at its offsets is kept, marked unsupported and
    given no citation. A copy is named beside it only when it prints the same words.
    """
    number = 0
    for quote in quotes:
        if not _stands(quote):
            yield Sentence(text=quote.text, support="unsupported"), None
            continue
        number += 1
        citation = Citation(
            **source_fields(quote.article),
            number=number,
            field=quote.field,
            quote=quote.text,
            start=quote.start,
            end=quote.end,
            score=quote.score,
            copies=tuple(Source.of(each) for each in quote.copies if _prints(each, quote.text)),
            speaker=quote.speaker,
        )
        yield Sentence(text=quote.text, citations=(number,), support="supported"), citation


def check_nearest(quotes: Sequence[Quote]) -> tuple[Near, ...]:
    """The passages that come nearest; one whose words are not the article's is left out."""
    return tuple(
        Near(
            **source_fields(each.article),
            field=each.field,
            quote=each.text,
            start=each.start,
            end=each.end,
        )
        for each in quotes
        if _stands(each)
    )


def check_short(short: str | None, citations: Sequence[Citation]) -> str | None:
    """The short answer, if it stands in the first quote shown; otherwise there is none."""
    return short if short and citations and short in citations[0].quote else None


def _prints(article: Article, text: str) -> bool:
    """Whether an article holds the same words in the same order, however they are punctuated.

    Copies of a story are not copies of each of its sentences: an outlet may have cut or changed
    this one.
    """
    words = " ".join(words_of(text))
    return bool(words) and f" {words} " in f" {' '.join(words_of(article.text))} "


def _stands(quote: Quote) -> bool:
    """Whether the words are the article's at exactly these offsets, which lie within the field."""
    whole: str = getattr(quote.article, quote.field)
    there = whole[quote.start : quote.end] == quote.text
    return 0 <= quote.start < quote.end <= len(whole) and there
