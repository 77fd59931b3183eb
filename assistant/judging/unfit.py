"""What stands in an article and is no evidence: teasers, captions, quizzes, consent."""

from __future__ import annotations

import re

_TEASER = re.compile(
    r"(?i)^\W{0,3}(?:more|related|read more|dig deeper|go deeper|see also|also read|watch|listen"
    r"|quiz"
    r"|poll|photos?|pictures?|images?|caption|video|graphic|file photo|gallery|recommended"
    r"|up next|don['’]t miss|in case you missed it|subscribe|sign up|advertisement)\s?(?:[:|–—-]|$)"
)
_OPTIONS = re.compile(r"(?:^|\s)\(?[a-dA1][.)]\s\S[^\n]{0,200}?\s\(?[b-eB2][.)]\s\S")
_ASKS = re.compile(r"\?[\"”’')\]]*\s*$")
_TO_READER = re.compile(
    r"(?i)\b(?:would you like|do you want to|sign up|subscribe (?:to|now|here)|enter your"
    r"|we will use your|your (?:e-?mail|inbox|consent|browser|personal data|subscription)"
    r"|our (?:newsletter|weekly letter|cookies|privacy policy|partners may)"
    r"|by (?:clicking|continuing|signing up)|you (?:can )?(?:consent|unsubscribe))\b"
)
_CORRECTS = re.compile(
    r"(?i)^\W*(?:correction|clarification|editor['’]?s['’]? note)\b|\ban earlier version of"
)
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
    if _TEASER.match(line):
        return "a teaser or a caption"
    if _TO_READER.search(line):
        return "said to the reader"
    if _CORRECTS.search(line):
        return "what an earlier version said"
    return ""
