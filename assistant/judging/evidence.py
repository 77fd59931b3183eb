"""What of the passages a sentence rests on: the sentences that say most of what it says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from assistant.judging.names import Name, names, spelled, word_list
from assistant.judging.quantities import Quantity, quantities
from assistant.reading.overlap import stem
from index.splitting import Span, sentences
from index.terms import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from index import Article, Hit

_LONGEST_FILLER = 6  # words
_MOST_SENTENCES = 3  # that one written sentence may rest on
_NEWLY_COVERED = 2  # stems that a further sentence must add, not all of them names
_NEGATIONS = frozenset(word_list("negations"))


@dataclass(frozen=True)
class Words:
    """A sentence taken apart: a written one, or one of an article."""

    text: str

    @cached_property
    def spelled(self) -> list[tuple[str, int]]:
        """Words in one spelling, and where each starts."""
        return spelled(self.text)

    @cached_property
    def tokens(self) -> tuple[str, ...]:
        """The words alone."""
        return tuple(word for word, _ in self.spelled)

    @cached_property
    def there(self) -> frozenset[str]:
        """The words, each once."""
        return frozenset(self.tokens)

    @cached_property
    def plain(self) -> str:
        """The words in order, a space on both ends."""
        return f" {' '.join(self.tokens)} "

    @cached_property
    def stems(self) -> frozenset[str]:
        """The stems of the words that carry meaning, figures apart."""
        figures = {
            place
            for each in self.quantities
            for place in range(each.start, each.start + len(each.text))
        }
        return frozenset(
            stem(word)
            for word, start in self.spelled
            if start not in figures and word not in STOP_WORDS and len(word) > 1
        )

    @cached_property
    def pairs(self) -> frozenset[tuple[str, str]]:
        """Neighbouring stems, stop words left out."""
        kept = [stem(word) for word in self.tokens if word not in STOP_WORDS]
        return frozenset(pairwise(kept))

    @cached_property
    def quantities(self) -> list[Quantity]:
        """The figures."""
        return quantities(self.text)

    @cached_property
    def names(self) -> list[Name]:
        """The names."""
        return names(self.text)

    @cached_property
    def negations(self) -> int:
        """How often it denies something."""
        bare = (word.replace("'", "") for word in self.tokens)
        return sum(word in _NEGATIONS for word in bare)


@dataclass(frozen=True)
class SourceSentence(Words):
    """One sentence of an article: `article.text[start:end] == text`."""

    article: Article
    start: int
    end: int
    passage: int


@dataclass(frozen=True)
class Given:
    """A passage that the chat model was given, under its number."""

    number: int
    hit: Hit

    @cached_property
    def said(self) -> tuple[SourceSentence, ...]:
        """Its sentences."""
        article, passage = self.hit.article, self.hit.passage
        spans = sentences(article.text, Span(passage.start, passage.end), article.language)
        return tuple(
            SourceSentence(
                article.text[each.start : each.end], article, each.start, each.end, self.number
            )
            for each in spans
        )

    @cached_property
    def words(self) -> Words:
        """The passage as one."""
        return Words(self.hit.passage.text)

    @cached_property
    def around(self) -> Words:
        """What else the model was told of it: outlet, authors, headline and day."""
        article = self.hit.article
        told = [article.publisher, *article.authors, article.title, self.day.text]
        return Words(" . ".join(filter(None, told)))

    @cached_property
    def day(self) -> Words:
        """The day, month or year of publication."""
        if not (day := self.hit.article.published):
            return Words("")
        named = f"{day.first:%A %B %Y}" if day.first == day.last else f"{day.first:%Y}"
        return Words(f"{day.label} . {named}")


@dataclass(frozen=True)
class Evidence:
    """The sentences that a claim rests on, best first, and the passages they are taken from."""

    said: tuple[SourceSentence, ...]
    given: tuple[Given, ...]

    @cached_property
    def words(self) -> Words:
        """The sentences as one text."""
        return Words(" ".join(each.text for each in self.said))

    @cached_property
    def context(self) -> Words:
        """The passages whole, with outlet, headline and day: where a "he" may be named."""
        return Words(
            " . ".join(part.text for each in self.given for part in (each.words, each.around))
        )

    @cached_property
    def day(self) -> Words:
        """The days of publication alone."""
        return Words(" . ".join(each.day.text for each in self.given))


def find_evidence(claim: Words, given: Sequence[Given]) -> Evidence | None:
    """The sentences of these passages that say most of a claim; None when they have none.

    Further sentences join the best one only for words of the claim that it lacks, and never for a
    figure or a name alone: that a figure stands somewhere does not mean it is the right one.
    """
    every = [said for each in given for said in each.said]
    if not every:
        return None
    common = claim.stems
    best = max(every, key=lambda said: _likeness(claim, said))
    chosen, covered = [best], best.stems & common
    named = {stem(word) for name in claim.names for word in name.words}
    while len(chosen) < _MOST_SENTENCES:
        rest = [said for said in every if said not in chosen]
        if not rest:
            break
        more = max(rest, key=lambda said: len((said.stems & common) - covered - named))
        added = (more.stems & common) - covered
        if len(added) < _NEWLY_COVERED or not added - named:
            break
        chosen.append(more)
        covered |= added
    used = {said.passage for said in chosen}
    return Evidence(tuple(chosen), tuple(each for each in given if each.number in used))


def _likeness(claim: Words, said: SourceSentence) -> float:
    figures = sum(any(one.agrees(other) for other in said.quantities) for one in claim.quantities)
    return (
        len(claim.stems & said.stems)
        + 0.5 * len(claim.pairs & said.pairs)
        + 0.25 * figures
        - 0.001 * len(said.tokens)
    )


class Filler(NamedTuple):
    """What stands in a place: as it is written, and in the words' one spelling."""

    text: str
    words: tuple[str, ...]


def slot_fillers(claim: Words, start: int, length: int, said: Iterable[Words]) -> list[Filler]:
    """What stands in an article's sentences where the claim has a name or figure.

    The place is told by the words around: the same word on both sides, and one more of them on
    either side.

    Args:
        start, length: characters of the claim that the name or figure takes.
    """
    at = [n for n, (_, offset) in enumerate(claim.spelled) if start <= offset < start + length]
    if not at:
        return []
    left, right = _around(claim.tokens, at[0], at[-1])
    fillers = []
    for each in said:
        tokens = each.tokens
        for begin in range(len(tokens)):
            for end in range(begin, min(begin + _LONGEST_FILLER, len(tokens))):
                near_left, near_right = _around(tokens, begin, end)
                if near_left[1] != left[1] or near_right[0] != right[0]:
                    continue
                if near_left[0] == left[0] or near_right[1] == right[1]:
                    fillers.append(_filler(each, begin, end))
                    break
    return fillers


def _filler(said: Words, begin: int, end: int) -> Filler:
    """With the signs before and after, such as $ and %."""
    spelled = said.spelled
    start = spelled[begin][1]
    while start and not said.text[start - 1].isspace() and not said.text[start - 1].isalnum():
        start -= 1
    stop = spelled[end + 1][1] if end + 1 < len(spelled) else len(said.text)
    return Filler(said.text[start:stop], said.tokens[begin : end + 1])


def _around(
    tokens: Sequence[str], first: int, last: int
) -> tuple[tuple[str, str], tuple[str, str]]:
    padded = ["^", "^", *tokens, "$", "$"]
    return (padded[first], padded[first + 1]), (padded[last + 3], padded[last + 4])


_DOUBLE = re.compile(r"[“”„‟＂«»「」『』]|``|''")
_SINGLE = re.compile(r"[‘’‚‛‹›]")
_QUOTED = re.compile(r"\"([^\"]+)(?:\"|$)|(?<!\w)'((?:[^']|'(?=\w))+)'(?!\w)")


def quoted_words(text: str) -> list[str]:
    """What stands in quotation marks of any kind, in order; one left open ends with the text."""
    plain = _SINGLE.sub("'", _DOUBLE.sub('"', text))
    return [double or single for double, single in _QUOTED.findall(plain)]
