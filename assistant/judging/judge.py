"""Is it an answer? Each finding of the reader is judged before it counts.

What can be settled by rule is settled here, from top to bottom: whether the article knows those
that are asked about, whether the sentence is evidence at all and holds the kind of thing asked for,
and whether the words found are of that kind, not denied, not only possible, and not another one's.
Where only the words fail, their sentence may still be quoted; where the sentence fails, it is no
answer.
"""

from __future__ import annotations

import logging
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.judging.aboutness import (
    another_object,
    another_place,
    another_role,
    another_time,
    unknown_name,
)
from assistant.judging.answer_words import AnswerWords
from assistant.judging.asked import ask_for
from assistant.judging.fitting import lacks_kind, misfit
from assistant.judging.roles import wrong_part
from assistant.judging.scope import another_event, denial, hedge
from assistant.logistic import chance, log_odds
from assistant.reading.agreement import to_reading
from assistant.reading.finding import Judgement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.judging.asked import Asked
    from assistant.reading.finding import Finding
    from assistant.reading.reader import Reading
    from index import Article, Hit

_LOG = logging.getLogger(__name__)
_WORDS_FAIL = 1.5
"""How much the log-odds of a finding fall whose words fail: another one in reach goes before it.

Not fitted: what the rules say is no more than that the words are wrong.
"""


def judge(question: str, finding: Finding) -> Judgement:
    """Whether a finding may count, by rule.

    Args:
        question: as it stands alone.
    """
    asked = ask_for(question)
    against = _against_sentence(asked, finding)
    if against:
        return _noted(question, finding, Judgement(False, False, tuple(against)))
    doubts = [_against_words(asked, words, finding.article) for words in _places(finding)]
    best = min(doubts, key=len, default=[])
    said = Judgement(words_ok=not best, reasons=tuple(best))
    return _noted(question, finding, said)


def judge_findings(question: str, findings: Sequence[Finding]) -> list[Finding]:
    """The findings with what is said of each; those whose words fail are less likely."""
    judged = [(each, judge(question, each)) for each in findings]
    return [
        replace(
            each,
            judgement=said,
            probability=each.probability
            if said.words_ok
            else chance(log_odds(each.probability) - _WORDS_FAIL),
        )
        for each, said in judged
    ]


def judge_reading(question: str, reading: Reading, hits: Sequence[Hit]) -> Reading:
    """What is left of a reading once each of its findings was judged.

    A reader that only quotes, and tells of no findings, is taken at its word.
    """
    if not reading.findings:
        return reading
    judged = judge_findings(question, reading.findings)
    return to_reading(question, judged, hits, reading.threshold)


def _against_sentence(asked: Asked, finding: Finding) -> list[str]:
    name = unknown_name(asked, finding.article)
    unknown = f"the article does not know {name}" if name else ""
    why = (unknown, is_no_evidence(finding.text), lacks_kind(asked, finding.text))
    return [each for each in why if each]


def _against_words(asked: Asked, words: AnswerWords, article: Article) -> list[str]:
    rules = (
        ("{}", misfit(asked, words)),
        ("denied by “{}”", denial(asked, words)),
        ("no more than possible: “{}”", hedge(asked, words)),
        ("the time of “{}”", another_event(asked, words)),
        ("told of {}", another_time(asked, words, article)),
        ("told of {}", another_place(asked, words)),
        ("told of {}", another_object(asked, words)),
        ("the role is {}’s", another_role(asked, words)),
        ("{}", wrong_part(asked, words, article)),
    )
    return [why.format(found) for why, found in rules if found]


def _places(finding: Finding) -> list[AnswerWords]:
    """Each place in the sentences where the words stand."""
    whole = re.compile(rf"(?<!\w){re.escape(finding.words)}(?!\w)")
    found = list(whole.finditer(finding.text)) or list(
        re.finditer(re.escape(finding.words), finding.text)
    )
    return [AnswerWords(finding.text, *each.span()) for each in found if each.group()]


def _noted(question: str, finding: Finding, said: Judgement) -> Judgement:
    if said.reasons:
        _LOG.debug("%r: %r in %r: %s", question, finding.words, finding.text, said.reasons)
    return said


_TEASER = re.compile(
    r"(?i)^\W{0,3}(?:more|related|read more|dig deeper|go deeper|see also|also read|watch|listen"
    r"|quiz|poll|photos?|pictures?|images?|caption|video|graphic|file photo|gallery|recommended"
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
