"""What an earlier answer said, without what is written around it."""

from __future__ import annotations

import re

# As assistant/wording.py and prompts/abstention.md write it, with white space folded.
_ABSTENTION = re.compile(
    r"I found no answer\.|No article searched answers|No article lies within the chosen"
    r"|There are no articles yet"
)
_SOURCES = re.compile(r"> (?:— |Also in: |\(not found in )[^>]*")
_CITATION = re.compile(r"(?<!\\)\[\d+(?:, ?\d+)*\]")
_MARKUP = re.compile(r"\\(?=[^\w\s])|\*\*|(?<!\\)`|(?:^|(?<=\s))[>#]+ ")


def said_in(answer: str) -> str:
    """The sentences of an answer, without citation numbers, sources and markup.

    Nothing of an abstention: it tells of articles that answer nothing.
    """
    if _ABSTENTION.match(answer):
        return ""
    return _MARKUP.sub("", _CITATION.sub("", _SOURCES.sub("", answer)))
