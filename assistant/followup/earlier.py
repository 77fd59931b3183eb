"""What an earlier answer said, without what is written around it."""

from __future__ import annotations

import re

# As assistant/composing/wording.py and the templates in prompts/ write it, white space folded.
_ABSTENTION = re.compile(
    r"I found no answer\.|I am not sure\. These passages|No passage clearly"
    r"|No article searched answers|No article lies within the chosen"
    r"|There are no articles yet|The chat model (?:found no answer|wrote nothing)"
)
_REFUTED = re.compile(r"(?<![^.!?])[^.!?]*[.!?]?\s*\(✗ [^)]*\)|\(◐ [^)]*\)")
_SOURCES = re.compile(r"> (?:— |Also in: |\(not found in )[^>]*")
_CITATION = re.compile(r"(?<!\\)\[\d+(?:, ?\d+)*\]")
_MARKUP = re.compile(r"\\(?=[^\w\s])|\*\*|(?<!\\)`|(?:^|(?<=\s))[>#]+ ")


def said_in(answer: str) -> str:
    """The sentences of an answer, without citation numbers, sources, verdicts and markup.

    Nothing of an abstention, which tells of articles that answer nothing, nor of a written sentence
    that was not supported.
    """
    if _ABSTENTION.match(answer):
        return ""
    said = _REFUTED.sub("", answer)
    return _MARKUP.sub("", _CITATION.sub("", _SOURCES.sub("", said)))
