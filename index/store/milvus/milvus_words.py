"""The words that Milvus ranks by: stemmed and folded here, so that every Milvus finds the same.

Milvus counts and ranks them (its own BM25). It could stem too, in an analyzer; Milvus Lite knows no
stemmer and passes over one without a word, so that what the tests find would not be what a cluster
finds. The stemmer and the folding are those of the embedded store: Porter's, without accents.
"""

from __future__ import annotations

import re
import threading
from functools import lru_cache
from typing import Any

from index.records import fold
from index.terms import content_words

_TOKEN = re.compile(r"[^\W_]+")
_COMPOUND = re.compile(r"[^\W_]+(?:[’'.\-&][^\W_]+)*")
_MOST_BYTES = 65_000  # of a Milvus text; no passage has as many
_MOST_WORDS = 64
_stemming = threading.local()


def searched_words(*texts: str) -> str:
    """The words of a passage as they are kept, in order."""
    found = [word for text in texts for each in _COMPOUND.findall(text) for word in _forms(each)]
    joined = " ".join(found)
    return joined.encode()[:_MOST_BYTES].decode(errors="ignore")


def asked_words(text: str) -> str:
    """A question's words that carry meaning, as they are looked for; empty when there are none."""
    forms = (form for word in content_words(text)[:_MOST_WORDS] for form in _forms(word))
    return " ".join(dict.fromkeys(forms))


def _forms(word: str) -> tuple[str, ...]:
    """A word's stem; for "S-400" also the whole of it as one: Milvus knows no phrases."""
    parts = _TOKEN.findall(fold(word))
    if len(parts) < 2:
        return tuple(map(_stem, parts))
    telling = [_stem(part) for part in parts if len(part) > 1]
    return (*telling, "".join(parts))


@lru_cache(100_000)
def _stem(word: str) -> str:
    stemmer: Any = getattr(_stemming, "stemmer", None)
    if stemmer is None:
        import snowballstemmer

        stemmer = _stemming.stemmer = snowballstemmer.stemmer(
            "porter"
        )  # it keeps state: a thread's own
    stem: str = stemmer.stemWord(word)
    return stem
