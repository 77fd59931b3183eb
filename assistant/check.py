"""Nothing is shown as supported unless it is: a quote must stand verbatim at its offsets."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answer import Citation, Sentence, source_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.reader import Quote


def check_quotes(quotes: Sequence[Quote]) -> Iterator[tuple[Sentence, Citation | None]]:
    """Each quote as a sentence with its citation.

    One whose words are not those of the article at its offsets is kept, marked unsupported and
    given no citation.
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
            quote=quote.text,
            start=quote.start,
            end=quote.end,
            score=quote.score,
        )
        yield Sentence(text=quote.text, citations=(number,), support="supported"), citation


def _stands(quote: Quote) -> bool:
    """Whether the words are the article's at exactly these offsets, which lie within its text."""
    there = quote.article.text[quote.start : quote.end] == quote.text
    return 0 <= quote.start < quote.end <= len(quote.article.text) and there
