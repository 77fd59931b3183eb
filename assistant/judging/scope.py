"""Whether a sentence denies the words found in it, or tells them as no more than possible."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.judging.asked import lemmas
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from assistant.judging.answer_words import AnswerWords
    from assistant.judging.asked import Asked

_CLAUSE_ENDS = re.compile(
    r"[;:]|\s[–—-]\s|(?<=[a-z\d]{2})[.!?…][\"”’]?\s(?=[A-Z“\"])|,?\s\b(?:but|although|though|while|whereas|because)\b"
    r"|,\s(?:and|which|who|as)\b"
)
_NOT = re.compile(
    r"(?i)(?<!-)\b(?:not|never|nor|neither|cannot|no longer|hardly|\w+n[’']t)\b(?!-)"
    r"(?!\s+(?:only|just|merely|least|until|till|before|later|fewer|less|more|even|rul))"
)
# What these deny is all that follows in the clause.
_DENIES = re.compile(
    r"(?i)\b(?:denied|denies|deny|denying|denials?|ruled out|rules? out|ruling out|rejected"
    r"|rejects?|dismissed|dismisses|refuted|refutes?|disputed|disputes|no (?:evidence|sign|signs"
    r"|indication|proof|suggestion|question)|unlikely|rather than|instead of|in place of|far from"
    r"|failed to|fails to|refused to|declined to|wrongly|falsely|untrue|nothing to do with"
    r"|not (?:true|the case)|stopped short of|yet to)\b"
)
_NOT_DENIED = re.compile(r"(?i)\b(?:not|never|cannot|could not be|\w+n[’']t) (?:be )?$")
# Behind words that are the subject: "wild boar were unlikely to be ...".
_DENIED_OF_SUBJECT = re.compile(
    r"(?i)^[\s,”\"’]*(?:(?:itself|himself|herself|themselves|also|however)\s)?(?:was|were|is|are"
    r"|has|have|had|been|did|does|do|will|would|could|can|may|might|should)?\s?(?:(?:been|be"
    r"|also)\s)?(?P<not>not|never|unlikely|ruled out|wrongly|falsely|\w+n[’']t)\b(?P<rest>[^,;.]*)"
)
# Behind those who did not do it: "Pelland refused to sign", "Ada Roe may sign next year".
_DID_NOT = re.compile(
    r"(?i)^\s(?:(?:has|have|had|all|both|also)\s){0,3}(?P<not>refus(?:ed|es?)|declin(?:ed|es?)|fail(?:ed|s)?"
    r"|reject(?:ed|s)?|oppos(?:ed|es?)|vot(?:ed|es?) against)\s(?P<rest>[^,;.]*)"
)
_NOT_YET = re.compile(
    r"(?i)^\s(?:(?:both|all|also)\s)?(?:(?-i:may)|might|could|will|should|must|(?P<asked>to)|(?:(?:is|are|was|were)\s)?"
    r"(?:due|set|plan\w*|hop\w+|want\w*|intend\w*|expect\w*|threaten\w*|promis\w+|agreed)\sto)\s"
    r"(?:\w+\s)?(?P<what>\w+)"
)
_SOME_OF = (
    r"\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|\d+|most|some|many|half"
    r"|several|few|none|any|part) (?:out )?of"
)
# Before several of whom it is not said which: "one of the towns Besk and Orn".
_ONE_OF = re.compile(rf"(?i){_SOME_OF}(?: the| these)?(?: \w+)?(?: the)? $")
_ASKS_THEM = re.compile(
    r"(?i)\b(?:ask(?:ed|s)|urg(?:ed|es)|called on|want(?:ed|s)?|invit(?:ed|es)|told"
    r"|expect(?:ed|s)?|press(?:ed|es))\b"
)
_EXCEPTED = re.compile(r"(?i)\b(?:until|till|before|unless|except)\b")
_NOBODY = re.compile(r"(?i)\W*(?:no|nobody|none|no one)\b")
_BUT_SOME = re.compile(
    r"(?i)^\s*(?:else|other)\b|\b(?:until|till|before|unless|except|but|besides|apart from"
    r"|other than|since)\b"
)
_MODAL = re.compile(
    r"(?i)\b(?:(?-i:may)|might|could|possibly|perhaps|linked (?:with|to)|rumou?red|speculat\w+"
    r"|(?:considering|considered|thought about)\s\w+ing)\b"
)
_AHEAD = re.compile(
    r"(?i)\b(?:plans?|planned|planning|hopes?|hoped|hoping|wants?|wanted|intends?|intended|expects?"
    r"|expected|due|set|scheduled|aims?|aimed|vowed|vows|promised|promises|pledged|threatened"
    r"|threatens|offered|offers|proposed|proposes|decided|agreed|voted|applied|asked|seeking|sought"
    r"|prepar\w+|urged|called on|refused|tried|trying|attempt\w+|failed)\s+(?:[\w’']+\s){0,3}?to\s+"
    r"(?P<what>\w+)"
)
_SOUGHT = re.compile(r"(?i)\b(?:applied|applies|asked|bid|sought|requested|proposed|decided)\b")
_WILL = re.compile(
    r"(?i)\b(?:will|would|shall|is to|are to|was to|were to|going to)\s+(?P<what>\w+)"
)
_STILL_AHEAD = re.compile(
    r"(?i)\b(?:will|(?:is|are) (?:(?:expected|likely|due|set|scheduled|supposed|forecast) )?to)\b"
)
_AND_VERB = re.compile(
    r"\sand\s(?=(?:[\w,]+\s){0,3}?(?:is|are|was|were|has|have|had|will|would)\b)"
)
_COUNT = re.compile(r"(?i)\d|\b(?:none|nobody|no one|no|one|two|three|four|five|six|seven|eight)\b")
_SHOWN = 40  # characters of what is told of a reason
_ASKS_CAUSE = re.compile(
    r"(?i)\bwhat (?:(?:has |had )?(?:caused|triggered|sparked|started|led to|set off)"
    r"|(?:is|was) the (?:[a-z]+ )?cause of) (?:the |an? |its )?"
    r"(?P<event>(?:(?!(?:in|at|of|on|near|to|for|from|that|which)\b)[\w’'-]++ ?)+)"
    r"(?:to (?P<verb>\w+))?"
)
_DOERS = frozenset({"person", "name", "thing", "place"})


def denial(asked: Asked, words: AnswerWords) -> str:
    """The words of a sentence that deny what was found in it; empty when nothing does.

    A question that is itself about what is not so ("Which part was not damaged?") is left alone,
    and so are words that hold the denial ("none", "not known").
    """
    if _NOBODY.match(words.text) and (some := but_some(words.after)):
        return some
    if asked.negated or _NOT.search(words.text) or _DENIES.search(words.text):
        return ""
    clause = _clause_before(words)
    for found in _DENIES.finditer(clause):
        if not _NOT_DENIED.search(clause[: found.start()]):
            return found.group()
    for found in _NOT.finditer(clause):
        between = clause[found.end() :]
        if _governs(asked, between):
            return found.group()
    behind = _DENIED_OF_SUBJECT.match(words.after)
    if behind and asked.kind not in {"count", "money", "time", "duration", "number"}:
        strong = behind["not"].lower() in {"unlikely", "ruled out", "wrongly", "falsely"}
        if strong or stems(behind["rest"]) & asked.stems:
            return behind["not"]
    several = asked.kind in _DOERS and re.search(r",? and |, ", words.text)
    if several and (part := _ONE_OF.search(words.before)):
        return part.group()
    refused = _DID_NOT.match(words.after) if asked.kind in _DOERS else None
    if refused and not re.search(rf"(?i)\b{refused['not'].split()[-1]}\b", asked.text):
        return refused["not"] if _governs(asked, refused["rest"], first=True) else ""
    return ""


def but_some(predicate: str) -> str:
    """The words behind "no one" by which somebody did it: "no one else", "no one until"."""
    found = _BUT_SOME.search(predicate)
    return found.group().strip() if found else ""


def hedge(asked: Asked, words: AnswerWords) -> str:
    """The words that make it less than a fact, where a fact was asked for; empty when none do.

    "may have", "is linked with", and what is planned, agreed or expected when the question asks for
    what was done.
    """
    if not asked.settled or asked.negated:
        return ""
    clause = _clause_before(words)
    if asked.kind == "duration" and (ahead := _STILL_AHEAD.search(clause)):
        return ahead.group()
    if modal := _MODAL.search(clause):
        return modal.group()
    behind = _NOT_YET.match(words.after) if asked.kind in _DOERS else None
    ahead_of_them = behind and (not behind["asked"] or _ASKS_THEM.search(clause))
    if behind and ahead_of_them and lemmas(behind.group()) & asked.predicates:
        return behind.group().strip()
    around = clause_of(words) if asked.kind in {"time", "duration"} else clause
    for pattern in (_AHEAD, _WILL):
        for found in pattern.finditer(around):
            if lemmas(found["what"]) & asked.predicates:
                return found.group()
    if asked.kind == "time" and (sought := _SOUGHT.search(around)):
        return "" if lemmas(around) & asked.predicates else sought.group()  # "joined", "applied"
    return ""


def another_event(asked: Asked, words: AnswerWords) -> str:
    """The words that tie a time to something else than what was asked about.

    "Norland applied because of the war in May 2019" tells no time of the application: what is asked
    about stands in another clause.
    """
    own = clause_of(words)
    if asked.kind == "count":
        return _counts_in_another(asked, own) if words.text in _AND_VERB.split(own)[0] else ""
    if asked.kind not in {"time", "duration"} or not asked.predicates:
        return ""
    others = words.sentence.replace(own, " ")
    if asked.predicates & lemmas(own) or not asked.predicates & lemmas(others):
        return ""
    return own.strip()[:_SHOWN]


def _counts_in_another(asked: Asked, clause: str) -> str:
    """The part of a clause that a count stands in, where what is asked is told in the other one.

    "Eleven people were hurt and none was killed" counts eleven hurt.
    """
    parts = _AND_VERB.split(clause)
    done = asked.predicates - asked.counted
    if len(parts) != 2 or not done:
        return ""
    one, other = parts
    if done & lemmas(one) or not done & lemmas(other) or not _COUNT.search(other):
        return ""
    return one.strip()[:_SHOWN]


def _governs(asked: Asked, between: str, *, first: bool = False) -> bool:
    """Whether a "not" reaches over what stands between it and the words.

    It does where the verb that follows it is the question's, or no more than one word that carries
    meaning lies between.

    Args:
        first: whether only the first of them decides.
    """
    if _EXCEPTED.search(between):
        return False
    content = re.findall(r"[^\W\d_][\w’'-]*", between)
    carrying = [word for word in content if stems(word)]
    if len(carrying) <= 1 and not first:
        return True
    return bool(carrying and stems(carrying[0]) & asked.stems)


def clause_of(words: AnswerWords) -> str:
    """The clause that the words stand in."""
    return f"{_clause_before(words)}{words.text}{_clause_after(words)}"


def _clause_before(words: AnswerWords) -> str:
    """The sentence before the words, from the beginning of their clause on."""
    begins = [found.end() for found in _CLAUSE_ENDS.finditer(words.before)]
    return words.before[begins[-1] if begins else 0 :]


def _clause_after(words: AnswerWords) -> str:
    """The sentence behind the words, to the end of their clause."""
    found = _CLAUSE_ENDS.search(words.after)
    return words.after[: found.start()] if found else words.after
