"""From texts and questions to the terms that are searched: the same for both.

Scripts without spaces between words are searched by pairs of neighbouring characters, as is usual
(Lucene's CJKBigramFilter); single characters are kept too, since in Chinese many are words.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tantivy import TextAnalyzer

_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[’'.\-&][^\W_]+)*")
_MOST_WORDS = 64  # a pasted paragraph is searched by its first words

_TERM_BYTES = 80  # a longer run of letters is no word that anybody asks for

# Each script's own runs: in Japanese a word mostly begins where the script changes. Korean puts
# spaces, but hangs particles on its words.
_UNSPACED = re.compile(
    "[\u2e80-\u2fdf\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+"
    "|[\u3040-\u309f]+|[\u30a0-\u30fa\u30fc-\u30ff]+|[\uac00-\ud7af]+"
    "|[\u0e00-\u0e7f]+|[\u0e80-\u0eff]+|[\u1000-\u109f]+|[\u1780-\u17ff]+"
)

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


def query_terms(text: str) -> list[list[str]]:
    """What a question is searched by: terms, those of one word together ("S-400": "s", "400")."""
    text = _composed(text)
    found = [[term] for run in _UNSPACED.findall(text) for term in _pairs(run) or [run]]
    for word in search_words(_UNSPACED.sub(" ", text)):
        terms = analyzer().analyze(word)
        if len(terms) > 1 and terms[-1] == "s" and word[-2:-1] in {"'", "’"}:
            terms.pop()  # what is the minister's is of the minister
        found.append(terms)
    return [list(terms) for terms in dict.fromkeys(map(tuple, found)) if terms]


def indexed_text(text: str) -> str:
    """A text as `analyzer` is given it: with spaces around characters and pairs of them in
    scripts that have none.
    """
    text = _composed(text)
    try:
        text.encode("cp1252")  # twenty times as quick as to look for characters of other scripts
    except UnicodeEncodeError:
        return _UNSPACED.sub(lambda run: f" {' '.join([*run[0], *_pairs(run[0])])} ", text)
    return text


@cache
def analyzer() -> TextAnalyzer:
    """From a text to its terms: accents go, and the endings of English words (Porter's stemmer)."""
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    return (
        TextAnalyzerBuilder(Tokenizer.simple())
        .filter(Filter.remove_long(_TERM_BYTES))
        .filter(Filter.ascii_fold())  # first: it knows the Turkish İ, whose small letter is two
        .filter(Filter.lowercase())
        .filter(Filter.stemmer("english"))
        .build()
    )


def _composed(text: str) -> str:
    """Letters and their accents as one character, which the analyzer then folds."""
    return text if text.isascii() else unicodedata.normalize("NFKC", text)


def _pairs(run: str) -> list[str]:
    return [run[start : start + 2] for start in range(len(run) - 1)]
