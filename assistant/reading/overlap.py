"""How much of a question's words a text holds, whatever their endings."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from threading import Lock

import snowballstemmer

from index.terms import content_words

_STEMMING = Lock()  # the stemmer keeps the word that it works on: two at once would mix them up


def stems(text: str) -> frozenset[str]:
    """The stems of the content words (Snowball's English stemmer)."""
    words = [part.casefold() for word in content_words(text) for part in re.split(r"\W", word)]
    return frozenset(map(stem, filter(None, words)))


def share(asked: frozenset[str], text: str) -> float:
    """The part of the stems asked for that stand in the text, 0 to 1; 0 when none are asked for."""
    return len(asked & stems(text)) / len(asked) if asked else 0.0


@lru_cache(maxsize=50_000)  # words are for ever new where articles and questions are
def stem(word: str) -> str:
    """The stem of one word in lower case."""
    with _STEMMING:
        return str(_stemmer().stemWord(word))


@cache
def _stemmer() -> snowballstemmer.stemmer:
    return snowballstemmer.stemmer("english")
