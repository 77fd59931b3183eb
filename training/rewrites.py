"""Questions of conversations, as they were asked and as people rewrote them to stand alone.

The file is `rewrite.jsonl.xz`: a line holds source, history (texts), question and rewrite. TREC
CAsT 2019 and 2020 have the user's turns alone; CANARD's history begins with the title and the
section of the encyclopedia article that both speakers had before them, which are given as two turns
of the user; in all others the user and the assistant take turns.

One CAsT or CANARD conversation in three is held out: nothing is fitted or chosen on it, and
`benchmarks/followup.py` measures on these. A conversation is told by its first text, so that all
conversations about one article, and all that begin alike, are on the same side.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from assistant.question import Question, Turn
from assistant.reading.overlap import stem
from index.terms import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping

_HELD_OUT_PARTS = 3
_WORD = re.compile(r"[^\W_]+")
_USER_ALONE = frozenset({"cast2019", "cast2020"})

# Function words that rewrites add and index/terms.py has no need to list;
# searching for them finds nothing that the question is about.
FUNCTION_WORDS = STOP_WORDS | frozenset(
    """
    against along alongside although amid among amongst apart aside beside besides between beyond
    concerning despite during either except however neither nor onto per regarding since though
    through throughout toward towards unless unlike upon versus via whether within without yet
    """.split()
)


@dataclass(frozen=True, slots=True)
class Rewrite:
    """A question with its history, and the same question as a person rewrote it.

    Attributes:
        group: tells the conversation.
    """

    source: str
    group: str
    question: Question
    rewrite: str

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> Rewrite:
        """From a line of the file."""
        source, texts, text = row["source"], row["history"], row["question"]
        if source in _USER_ALONE:
            roles = ["user"] * len(texts)
        elif source.startswith("canard"):
            roles = (["user", "user"] + ["user", "assistant"] * len(texts))[: len(texts)]
        else:
            roles = (["user", "assistant"] * len(texts))[: len(texts)]
        turns = tuple(map(Turn, roles, texts))
        return cls(source, texts[0] if texts else text, Question(text, turns), row["rewrite"])

    @property
    def is_measurable(self) -> bool:
        """Whether it is of CAsT or CANARD, of which some are held out."""
        return self.source.startswith(("cast", "canard"))

    @property
    def measured(self) -> bool:
        """Whether it is held out: nothing is fitted or chosen on it."""
        if not self.is_measurable:
            return False
        digest = hashlib.sha256(self.group.casefold().encode()).hexdigest()
        return int(digest, 16) % _HELD_OUT_PARTS == 0

    @property
    def stood_alone(self) -> bool:
        """Whether the person left the question as it was, but for case and punctuation."""
        return _folded(self.question.text) == _folded(self.rewrite)

    @property
    def added(self) -> frozenset[str]:
        """The stems of the content words that the person added."""
        return content_stems(self.rewrite) - content_stems(self.question.text)


def content_stems(text: str, function_words: frozenset[str] = FUNCTION_WORDS) -> frozenset[str]:
    """The stems of a text's words, in lower case, without function words and single letters."""
    folded = (word.casefold() for word in _WORD.findall(text))
    return frozenset(
        stem(word)
        for word in folded
        if word not in function_words and (len(word) > 1 or word.isdigit())
    )


def count_words(text: str) -> int:
    """All words, function words too."""
    return len(_WORD.findall(text))


def _folded(text: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(text)]
