"""A question's words as an FTS5 query: any of its content words, the commonest words left out."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[’'.\-&][^\W_]+)*")
_MOST_WORDS = 64  # a pasted paragraph is searched by its first words

# The function words of English questions; they match everywhere and say nothing.
STOP_WORDS = frozenset(
    """
    a about after all also am an and any are as at be because been before being but by can could did
    do does doing done for from had has have having he her hers him his how i if in into is it its
    just may me might more most must my no nor not now of off on once only or other our out over own
    said same say says shall she should so some such than that the their them then there these they
    this those to too under until up us very was we were what when where which while who whom whose
    why will with would you your tell give list name according
    """.split()
)


def content_words(text: str) -> list[str]:
    """The words that carry meaning, as written, each once (compared in lower case)."""
    words = {word.casefold(): word for word in reversed(_WORD.findall(text))}
    return [word for folded, word in reversed(words.items()) if folded not in STOP_WORDS]


def search_words(text: str) -> list[str]:
    """The content words that a text is searched by."""
    return content_words(text)[:_MOST_WORDS]


def match_expression(words: Iterable[str]) -> str:
    """FTS5 text that matches any of the words; empty when there is none.

    Every word is quoted, so nothing that a user types is FTS5 syntax. A word with inner
    punctuation ("S-400", "F-35s") becomes a phrase of its parts.
    """
    return " OR ".join(f'"{word}"' for word in words)
