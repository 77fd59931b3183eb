"""A question and what was said before it, into a question that stands alone.

Without a chat model: a question that leans on the conversation ("and when did he say that?") takes
along the content words of the questions back to the last one that stood alone.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from index.words import content_words

if TYPE_CHECKING:
    from assistant.question import Question

_LEANING = re.compile(
    r"\b(?:it|its|he|him|his|she|her|hers|they|them|their|theirs|this|that|these|those|there|then"
    r"|instead|else|another|others?|same|one|ones|so|also|too|both|either|such)\b"
    r"|^(?:why|when|where|who|how)\W*(?:not|exactly)?\W*$|^(?:what|how) about\b"
    r"|^(?:and|but|or)\b",
    re.IGNORECASE,
)
_FEWEST_WORDS = 2  # a question with fewer content words names no topic
_CARRIED_WORDS = 8


def stand_alone(question: Question) -> str:
    """The question as it is to be searched: unchanged when it stands alone already."""
    earlier = [turn.text for turn in question.history if turn.role == "user"]
    if not earlier or not _leans(question.text):
        return question.text
    own = {word.casefold() for word in content_words(question.text)}
    carried: list[str] = []
    for text in reversed(earlier):
        for word in content_words(text):
            if word.casefold() not in own and len(carried) < _CARRIED_WORDS:
                own.add(word.casefold())
                carried.append(word)
        if not _leans(text):
            break  # what came before it was another topic
    return f"{question.text} ({' '.join(carried)})" if carried else question.text


def _leans(text: str) -> bool:
    return bool(_LEANING.search(text)) or len(content_words(text)) < _FEWEST_WORDS
