"""Articles into passages: cut between sentences, with exact character offsets.

A passage is a run of neighbouring sentences of up to `PASSAGE_CHARACTERS`, about what
all-MiniLM-L6-v2 reads at once (256 word pieces). The last sentence of one passage opens the next,
so that a sentence keeps the neighbour that says who "he" is. Sentence boundaries come from
sentencex (Wikimedia), which knows abbreviations and gives offsets.

Boilerplate stays in the article's text, which is kept as it came, but never becomes a passage:
nobody should be answered with a newsletter offer, and an address is no evidence.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import sentencex

from index.records import Article, Passage
from index.word_lists import alternatives

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SPLITTER_VERSION = "2"
"""Kept in the index: a new version makes `rebuild` split every article again."""

NO_STORY = "nothing but contact, copyright and similar lines: no article in it"
"""What to say of an article that `has_story` is false of."""

PASSAGE_CHARACTERS = 900
_PARAGRAPH_CHARACTERS = 10_000  # sentencex takes time with the square of some odd texts
_OVERLAP_CHARACTERS = 250  # a longer sentence is not repeated: it would be most of the next passage
_BLANK_LINE = r"(?>\r\n|[\n\r])[^\S\n\r]*[\n\r]\s*"
_WRAPPED_CHARACTERS = (
    100  # lines all shorter than this are hard-wrapped prose, not one paragraph each
)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters `start` to `end` (exclusive) of a text."""

    start: int
    end: int


def split(article: Article) -> list[Passage]:
    """The article's passages, in reading order; empty when it is boilerplate from end to end."""
    return [
        Passage(article.id, span.start, span.end, article.text[span.start : span.end])
        for run in _runs_of_sentences(article.text, article.language)
        for span in _pack(run)
    ]


def has_story(article: Article) -> bool:
    """Whether anything in the article is more than boilerplate."""
    text = article.text
    return any(not is_boilerplate(text[each.start : each.end]) for each in paragraphs(text))


def paragraphs(text: str) -> Iterator[Span]:
    """The paragraphs of a text, trimmed of white space.

    Blank lines separate them. Single line breaks do too, unless the text is hard-wrapped.
    """
    lines = text.splitlines()
    # In this order: most texts have a long line near the top, and then the others are not read.
    wrapped = all(len(line) <= _WRAPPED_CHARACTERS for line in lines) and not all(
        map(str.strip, lines)
    )
    separator = _BLANK_LINE if wrapped else r"[\n\r\u2028\u2029]+"
    start = 0
    gaps = map(re.Match.span, re.finditer(separator, text))
    for end, after in chain(gaps, [(len(text), len(text))]):
        span = _trim(text, start, end)
        if span.start < span.end:
            yield span
        start = after


def sentences(text: str, span: Span, language: str | None = None) -> list[Span]:
    """The sentences of a paragraph or passage, trimmed; offsets count from the text's start."""
    found = (
        _trim(text, part.start + each["start_index"], part.start + each["end_index"])
        for part in _pieces(text, span, _PARAGRAPH_CHARACTERS)
        for each in sentencex.get_sentence_boundaries(language or "en", text[part.start : part.end])
    )
    return [each for each in found if each.start < each.end]


def _runs_of_sentences(text: str, language: str | None) -> Iterator[list[Span]]:
    """Neighbouring sentences with no boilerplate between them, none too long for a passage."""
    run: list[Span] = []
    for paragraph in paragraphs(text):
        if is_boilerplate(text[paragraph.start : paragraph.end]):
            if run:
                yield run
            run = []
        else:
            for sentence in sentences(text, paragraph, language):
                run.extend(_pieces(text, sentence, PASSAGE_CHARACTERS))
    if run:
        yield run


def _pack(run: Sequence[Span]) -> Iterator[Span]:
    first = 0
    for position, sentence in enumerate(run):
        if position > first and sentence.end - run[first].start > PASSAGE_CHARACTERS:
            last = run[position - 1]
            yield Span(run[first].start, last.end)
            repeats = (
                position - 1 > first
                and last.end - last.start <= _OVERLAP_CHARACTERS
                and sentence.end - last.start <= PASSAGE_CHARACTERS
            )
            first = position - 1 if repeats else position
    yield Span(run[first].start, run[-1].end)


def _pieces(text: str, span: Span, longest: int) -> Iterator[Span]:
    """The span itself, or pieces of it cut at white space: a table, a list, unpunctuated text."""
    start = span.start
    while span.end - start > longest:
        gap = max(text.rfind(" ", start + 1, start + longest), 0)
        end = gap or start + longest
        yield _trim(text, start, end)
        start = _trim(text, end, span.end).start
    yield Span(start, span.end)


def _trim(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Span(start, end)


_BOILERPLATE_CHARACTERS = (
    400  # characters; anything longer that starts like boilerplate is a real paragraph
)

_STARTS = re.compile(rf"[\W_]*{alternatives('boilerplate_starts')}", re.IGNORECASE)
_SHORT_LINE_CHARACTERS = 160  # characters; the longest line that a page puts around its story
# Whole lines, so that a sentence which only begins so stays in the story.
_SHORT_LINES = re.compile(rf"[\W_]*{alternatives('boilerplate_lines')}[\W_]*", re.IGNORECASE)
# The credit that ends a caption. Without a full stop, which would end a sentence about an agency.
_CREDIT = re.compile(
    r".*(?:\((?:AP|PA)\ Photo/[^()]+\)|\bREUTERS/[A-Z][\w.’'\ -]{1,40}"
    r"|(?:/|\bvia\ |\()(?:Getty\ Images|AFP|Shutterstock|Alamy)(?:/[\w\ ]+)?\)?)\s*",
    re.VERBOSE,
)
_ANYWHERE = re.compile(
    r"all\ rights\ reserved|may\ not\ be\ (?:published|reproduced|redistributed)"
    r"|you\ agree\ to\ (?:our|the|its)\b",
    re.IGNORECASE | re.VERBOSE,
)


def is_boilerplate(paragraph: str) -> bool:
    """Whether a whole paragraph is no part of a story.

    A contact, credit or copyright line, a caption, a button's words, a pointer to another story, an
    offer of a newsletter or of cookies.
    """
    if len(paragraph) > _BOILERPLATE_CHARACTERS:
        return False
    if len(paragraph) <= _SHORT_LINE_CHARACTERS and _SHORT_LINES.fullmatch(paragraph):
        return True
    return bool(
        _STARTS.match(paragraph) or _ANYWHERE.search(paragraph) or _CREDIT.fullmatch(paragraph)
    )
