"""A chat model's text as it comes: cut into sentences, its citation marks read, its markup dropped.

The text is a stranger's: it is taken for plain words, and nothing in it is ever rendered.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import sentencex

from assistant.judging import Claim
from assistant.writing.quoting import without_invisible

if TYPE_CHECKING:
    from collections.abc import Iterator

NO_ANSWER = "NO ANSWER"
"""What the model is to write when no passage answers."""

_TELLING = 12  # characters
_LONGEST = 1_200  # characters of one sentence; what has no end is cut
_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|and|[-–])\s*(?:passages?\s*)?\d{1,3})*"
_MARK = re.compile(
    rf"\s*(?:[\[【]\s*(?:passages?\s*|sources?\s*|\^)?({_NUMBERS})\s*[\]】]"
    rf"|\((?:passages?|sources?)\s*({_NUMBERS})\))",  # "(47)" alone may be an age
    re.IGNORECASE,
)
_ONLY_MARKS = re.compile(rf"(?:{_MARK.pattern})+[.\s]*", re.IGNORECASE)
_EMPHASIS = re.compile(r"\*{1,3}|_{2,3}|`+|^\s*(?:#{1,6}|[-*+•]|>|\d{1,2}[.)])\s+", re.MULTILINE)
_MOST_IN_RANGE = 20


class Sentences:
    """Collects what a model writes and gives its sentences as they are finished.

    A sentence is finished once the next one has begun, since its citation may follow its full stop.

    Attributes:
        draft: what has been written since the last finished sentence, in plain words.
    """

    def __init__(self) -> None:
        self._rest = ""

    @property
    def draft(self) -> str:
        """The sentence that is being written."""
        return plain(_MARK.sub("", self._rest))

    def feed(self, text: str) -> Iterator[Claim]:
        """Take in more text; gives the sentences that it finishes."""
        if not text.strip() and (not self._rest or self._rest[-1:].isspace()):
            # More white space: some small models write it for ever.
            if "\n" not in text or self._rest[-1:] in {"", "\n"}:
                return
            self._rest = self._rest.rstrip()
            text = "\n"
        self._rest += text
        *finished, rest = _cut(self._rest)
        held = bool(finished) and len(rest) < _TELLING and len(finished[-1]) <= _LONGEST
        if held and not finished[-1].endswith("\n"):
            rest = finished.pop() + rest  # "Mr. H": too little to tell a new sentence by
        self._rest = rest
        yield from map(_claim, filter(_says_something, finished))

    def close(self) -> list[Claim]:
        """What is left: the last sentence, and one before it that was held back."""
        rest, self._rest = self._rest, ""
        return [_claim(part) for part in _cut(rest) if _says_something(part)]


def plain(text: str) -> str:
    """The words alone, on one line: no emphasis, list or heading marks, nothing invisible."""
    return without_invisible(_EMPHASIS.sub("", text))


def _cut(text: str) -> list[str]:
    """Sentences, the last of them perhaps unfinished; marks go with the sentence before."""
    parts: list[str] = []
    for line in text.splitlines(keepends=True):
        marks = _EMPHASIS.match(line)
        opening = line[: marks.end()] if marks else ""  # "1. " is no sentence
        bounds = sentencex.get_sentence_boundaries("en", line[len(opening) :])
        cut = [
            line[len(opening) + each["start_index"] : len(opening) + each["end_index"]]
            for each in bounds
        ] or [line[len(opening) :]]
        cut[0] = opening + cut[0]
        parts += cut
    kept: list[str] = []
    for part in parts:
        if kept and (not _says_something(part) or _ONLY_MARKS.fullmatch(part.strip())):
            kept[-1] += part
            continue
        mark = re.match(rf"(?:{_MARK.pattern})+[.]?", part, re.IGNORECASE)
        if kept and mark and not kept[-1].endswith("\n"):
            kept[-1] += mark.group()
            part = part[mark.end() :]
        kept.append(part)
    if kept and kept[-1].endswith("\n") and _says_something(kept[-1]):
        kept.append("")  # a line break ends a sentence
    if kept and len(kept[-1]) > _LONGEST:
        kept.append("")
    return kept or [""]


def _says_something(text: str) -> bool:
    return any(each.isalnum() for each in _MARK.sub("", text))


def _claim(text: str) -> Claim:
    cited = tuple(
        dict.fromkeys(n for mark in _MARK.finditer(text) for n in _numbers(mark[1] or mark[2]))
    )
    words = re.sub(r"\s+([.,;:!?])", r"\1", plain(_MARK.sub("", text)))
    return Claim(words, cited)


def _numbers(listed: str) -> Iterator[int]:
    for part in re.split(r",|;|and", re.sub(r"(?i)passages?", "", listed)):
        ends = [int(each) for each in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= _MOST_IN_RANGE:
            yield from range(ends[0], ends[1] + 1)
        else:
            yield from ends
