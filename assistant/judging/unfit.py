"""What stands in an article and is no evidence: its own questions, and quizzes."""

from __future__ import annotations

import re

_OPTIONS = re.compile(r"(?:^|\s)\(?[aA1][.)]\s\S[^\n]{0,200}?\s\(?[bB2][.)]\s\S")
_ASKS = re.compile(r"\?[\"”’')\]]*\s*$")
_TOLD = re.compile(
    r"(?i)\b(?:said|asked|asks|told|says|wondered|wrote)\b"
    r"|^\W*(?:(?:who|what) (?:is|was)|why|how|where)\b"
)


def is_no_evidence(text: str) -> str:
    """Why nothing in a sentence counts; empty when it may."""
    line = " ".join(text.split())
    if _OPTIONS.search(line):
        return "a choice of answers"
    if _ASKS.search(line) and not _TOLD.search(line) and not re.search(r"[.!] ", line):
        return "a question"
    return ""
