"""Whether words are of the kind asked for: a duration is no date, a person is no number.

Each rule only says what cannot be right. Words that none of them knows are let pass.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.judging.answer_words import SPANS_OF_TIME, AnswerWords
from assistant.judging.asked import times_named
from assistant.judging.names import DATELINE
from assistant.judging.quantities import CURRENCIES, quantities
from assistant.reading.overlap import stem, stems

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.judging.asked import Asked
    from assistant.judging.quantities import Quantity

_LENGTHS = frozenset("kilometre mile metre foot".split())
_MEASURES = _LENGTHS | frozenset("tonne kilogram degree".split())
_NOT_ANY = re.compile(
    r"(?i)^\W*(?:(?:no|not|none|nobody|nothing|zero|nil|any|all|both|each|every|several|dozens?|scores"
    r"|hundreds|thousands|tens|millions|billions|few|a few|many|most|some|half|an?|another|one"
    r"|once|twice|single|couple|pair|trio|never|always|daily|weekly|monthly|yearly|annually)\b)"
)
_ANY = re.compile(
    r"(?i)\b(?:no|none|nobody|nothing|zero|several|dozens?|scores|hundreds|thousands|tens|millions"
    r"|billions|few|many|half|once|twice|single|couple|pair|trio|never|daily|weekly)\b"
)
_ANCHORED = re.compile(
    r"(?i)\b(?:ago|after|before|later|earlier|since|until|till|within|from now|next|last|this|past"
    r"|following|previous|in|by|during|into|once|when|as soon as|while|between|every)\b"
)
_TIME_WORDS = re.compile(
    r"(?i)\b(?:today|tonight|yesterday|tomorrow|now|soon|overnight|midnight|noon|midday|dawn|dusk"
    r"|sunrise|sunset|morning|afternoon|evening|night|weekend|spring|summer|autumn|winter|fall"
    r"|christmas|easter|ramadan|decades?|century|centuries|\w+days?|months?|weeks?|years?|hours?"
    r"|minutes?|eve|annually|immediately|never|always|early|late|recently)\b"
)
_DURATION_WORDS = re.compile(
    r"(?i)\b(?:decades?|centur(?:y|ies)|generations?|seconds?|minutes?|hours?|days?|nights?|weeks?"
    r"|fortnight|months?|years?|overnight|indefinitely|forever|permanently|for life|life|season"
    r"|term|briefly|since|until|from .+ to|between .+ and)\b"
)
_SHARE = re.compile(
    r"(?i)%|per ?cent|\b(?:half|third|quarter|fifth|tenth|majority|most|all|none|one in|out of"
    r"|in every|two-thirds|three-quarters|fraction|minority)\b"
)
_TITLE = re.compile(
    r"(?:\b(?:Mr|Mrs|Ms|Dr|Sir|Dame|Lord|Lady|President|Minister|Captain|Professor|Judge|Inspector"
    r"|Governor|Senator|General|Colonel|Pope|Chancellor|Councillor|Mayor)\.?)\s*$"
)
_TITLED = re.compile(
    r"\b(?:Mr|Mrs|Ms|Dr|Sir|Dame|President|Minister|Captain|Professor|Judge|Governor|Gov|Senator|Sen"
    r"|General|Pope|Mayor|Rep)\.?\s[A-Z]"
)
_ORDINAL = re.compile(
    r"(?i)(?:an?|the|his|her|its|their)?\s?\b(?:\d+(?:st|nd|rd|th)|first|second|third|fourth|fifth"
    r"|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth)\b"
)
_LONGER_NAME = re.compile(r"\s([A-Z][\w-]+)")
_GOES_ON = re.compile(
    r"(?:President|Prime|Minister|King|Queen|Governor|Mayor|Foreign|City|County|State|Island|Islands"
    r"|Province|Valley|Beach|Republic|On|In|At|The|A|He|She|It|They|But|And|Monday|Tuesday|Wednesday"
    r"|Thursday|Friday|Saturday|Sunday|Attorney|Supreme|Senate|Congress|Parliament)\b"
)
_LOCATIVE = re.compile(r"(?i)\b(?:in|at|near|across|outside|inside|throughout) (?:the )?$")
_FIGURE = re.compile(r"\d")
_NUMBER_AND_NOUN = re.compile(r"[\s-]{1,3}((?:[^\W\d_][\w’'-]*\s?){1,4})")
_SCORE = re.compile(r"\d{1,3}\s?[-–:]\s?\d{1,3}")
_CLAUSE = re.compile(
    r"(?i)\W{0,3}(?:it|he|she|they|we|i|there)\s(?:\w+\s)?(?:is|are|was|were|has|have|had|will|would|did"
    r"|does|can|could|may|might|should|must|\w+ed)\b"
)
_TOLD = re.compile(
    r"(?i)\b(?:sa(?:y|ys|id)|tell|told|claim\w*|think|warn\w*|happen\w*|announce\w*|find|found)\b"
)
_NEXT_SENTENCE = re.compile(r"[a-z\d]{2}[.!?][\"”’]?\s+[A-Z“\"]")
_FIRST_IN = re.compile(
    r"(?i)\b(?:first|worst|biggest|largest|deadliest|highest|lowest)\b[^.;]{0,80}\bin (?:the )?"
    r"(?:past |last |more than |over |nearly |almost |about )?$"
)
_LASTED = re.compile(
    r"(?i)(?:and |but |so )?(?:for )?how long (?:was|were|did)\b(?!.*\b(?:take|have)\b)"
)
_LONGEST_LIST = 12  # words; what is longer is no list of names
_LONGEST_NAME = 4  # words; what is longer may be a clause that gives a reason


def misfit(asked: Asked, words: AnswerWords) -> str:
    """Why the words cannot be of the kind asked for; empty when they may be."""
    if why := _badly_cut(asked, words):
        return why
    rule = _RULES.get(asked.kind)
    if rule and (why := rule(asked, words)):
        return why
    if asked.kind in {"reason", "manner", "whole", "time"} or _TOLD.search(asked.text):
        return ""
    return "a clause is no name of a thing" if _CLAUSE.match(words.text) else ""


def _badly_cut(asked: Asked, words: AnswerWords) -> str:
    """Why the words are none to be set in bold; where a sentence answers, they never are."""
    if asked.kind in {"reason", "manner", "whole"}:
        return ""
    dateline = DATELINE.match(words.sentence)
    if dateline and words.start < dateline.end():
        return "a dateline"
    if _NEXT_SENTENCE.search(words.text):
        return "words of two sentences"
    if asked.kind in {"person", "place", "name"} and len(words.text.split()) > _LONGEST_LIST:
        return "too long for a name"
    return ""


def _count(asked: Asked, words: AnswerWords) -> str:
    of_time = asked.counted & {stem(unit) for unit in SPANS_OF_TIME}
    units = words.units - {each for each in words.units if stem(each) in asked.counted}
    if any(each in CURRENCIES for each in units) and not _counts_money(asked):
        return "money is no count"
    if "percent" in units:
        return "a share is no count"
    if units & SPANS_OF_TIME and not of_time:
        return "a length of time is no count of them"
    if units & _MEASURES:
        return "a measure is no count"
    if not words.figures and not _NOT_ANY.search(words.text):
        return "no number"
    if _ORDINAL.fullmatch(words.text) or (words.only_figure and _ORDINAL.search(words.text)):
        return "a place in a row is no count"
    if _part_of_name(words):
        return "part of a name, or an age"
    if words.dated and not of_time and all(_is_date(each, words) for each in words.figures):
        return "a date is no count"
    if _counts_other(asked, words):
        return "another number counts them"
    return ""


def _amount_of(asked: Asked, words: AnswerWords) -> str:
    """Whether a bare figure is told of something else than what "how much" asks for."""
    bare = words.figures and not words.units
    if bare and asked.counted and not asked.counted & stems(words.sentence):
        return "the figure is of something else"
    return ""


def _part_of_name(words: AnswerWords) -> bool:
    """Whether the figure belongs to a name or an age: "Messier 87", "Ada Quill, 34,"."""
    if words.units or not re.fullmatch(r"\W*\d+\W*", words.text):
        return False
    named = re.search(r"(?:\A|\n)[^\w\n]*+\w.*\s[A-Z][\w-]+\s$", words.before)
    aged = re.search(r"[A-Z][\w’'-]{1,60},\s$", words.before) and re.match(r",\s", words.after)
    return bool(named or aged) and not re.match(r"\s[a-z]", words.after)


def _counts_money(asked: Asked) -> bool:
    return any(stem(each) in asked.counted for each in (*CURRENCIES, "crown", "dollars", "euros"))


def _is_date(figure: Quantity, words: AnswerWords) -> bool:
    around = words.sentence[max(0, figure.start - 12) : figure.start + len(figure.text) + 14]
    return not figure.unit and any(times_named(around).values())


def _counts_other(asked: Asked, words: AnswerWords) -> bool:
    """Whether the words' number counts something else, while another one counts what is asked."""
    if not asked.counted or not words.figures:
        return False
    own = [_noun_after(each, words.sentence) for each in words.figures]
    if any(asked.counted & each or not each for each in own):
        return False
    others = [each for each in quantities(words.sentence) if each not in words.figures]
    return any(asked.counted & _noun_after(each, words.sentence) for each in others)


def _noun_after(figure: Quantity, sentence: str) -> frozenset[str]:
    """The stems of the words that follow a figure up to the end of its phrase."""
    behind = sentence[figure.start + len(figure.text) :]
    found = _NUMBER_AND_NOUN.match(behind)
    if not found:
        return frozenset()
    kept: list[str] = []
    for word in found[1].split():
        if re.fullmatch(
            r"(?i)(?:were|was|are|is|had|have|has|and|or|in|on|at|from|who|that|to)", word
        ):
            break
        kept.append(stem(word.casefold().strip("’'")))
    return frozenset(kept)


def _money(_: Asked, words: AnswerWords) -> str:
    if words.units & CURRENCIES:
        return ""
    if words.units:
        return "money has a currency"
    if not words.figures:
        return "" if re.search(r"(?i)nothing|free|half|double|twice", words.text) else "no sum"
    return "a date is no sum" if words.only_date else ""


def _share(_: Asked, words: AnswerWords) -> str:
    if _SHARE.search(words.text) or (words.figures and _SHARE.search(words.after[:12])):
        return ""
    return "no share" if words.units or words.only_date or not words.figures else ""


def _amount(asked: Asked, words: AnswerWords) -> str:
    if words.only_date:
        return "a date is no amount"
    if words.named and not words.figures:
        return "a name is no amount"
    return "part of a name, or an age" if _part_of_name(words) else _amount_of(asked, words)


def _measure(_: Asked, words: AnswerWords) -> str:
    if words.units & CURRENCIES:
        return "money is no measure"
    if words.only_date:
        return "a date is no measure"
    if _part_of_name(words):
        return "part of a name, or an age"
    return "" if words.figures or _FIGURE.search(words.text) else "no figure"


def _age(_: Asked, words: AnswerWords) -> str:
    if words.units - {"year", "month", "week", "day"}:
        return "no age"
    return "" if words.figures or _FIGURE.search(words.text) else "no age"


def _duration(asked: Asked, words: AnswerWords) -> str:
    if words.units & (CURRENCIES | {"percent", "tonne", "kilogram", "degree"}):
        return "no length of time"
    if _FIRST_IN.search(words.before):
        return "the time since it last happened"
    if _LASTED.match(asked.text) and re.search(r"(?i)\bwithin $", words.before):
        return "a time by which something is due"
    if words.units & (SPANS_OF_TIME | _LENGTHS) or _DURATION_WORDS.search(words.text):
        return ""
    if _DURATION_WORDS.search(words.before[-12:]) or _DURATION_WORDS.match(
        words.after.lstrip(" -")
    ):
        return ""
    if words.only_date:
        return "a date is no length of time"
    return "" if words.figures or re.search(r"(?i)long|brief|short", words.text) else "no length"


def _time(asked: Asked, words: AnswerWords) -> str:
    if words.units & (CURRENCIES | {"percent"} | _MEASURES):
        return "no time"
    if re.search(r"(?i)\b(?:what|which) year\b", asked.text) and not (
        re.search(r"\d{4}|\d0s", words.text) or _ANCHORED.search(words.text)
    ):
        return "no year"
    if words.dated or _ANCHORED.search(words.text):
        return ""
    if words.units & SPANS_OF_TIME:
        near = f"{words.before[-14:]} {words.after[:14]}"
        return "" if _ANCHORED.search(near) else "a length of time is no date"
    if _TIME_WORDS.search(words.text) or _FIGURE.search(words.text):
        return ""
    return "" if _ANCHORED.search(words.before[-14:]) else "no time"


def _person(_: Asked, words: AnswerWords) -> str:
    if words.only_figure or (words.figures and words.units and not words.named):
        return "a figure is no person"
    if words.only_date and not words.named:
        return "a date is no person"
    if words.named and len(words.text.split()) <= _LONGEST_NAME and _LOCATIVE.search(words.before):
        return "a place is no person"
    return ""


def _place(_: Asked, words: AnswerWords) -> str:
    if words.only_figure or (words.only_date and not words.named):
        return "no place"
    if words.named and (_TITLE.search(words.before) or _TITLED.search(words.text)):
        return "a person is no place"
    longer = _LONGER_NAME.match(words.after)
    if words.named and longer and not _GOES_ON.match(longer[1]):
        return "part of a longer name"
    return ""


def _name(_: Asked, words: AnswerWords) -> str:
    if words.only_figure or (words.only_date and not words.named):
        return "no name"
    return (
        ""
        if any(each.isupper() for each in words.text) or _FIGURE.search(words.text)
        else "no name"
    )


def _reason(_: Asked, words: AnswerWords) -> str:
    short = len(words.text.split()) <= _LONGEST_NAME
    if short and (words.only_figure or (words.only_date and not words.named)):
        return "a figure is no reason"
    return ""


def _number(_: Asked, words: AnswerWords) -> str:
    if words.figures or _FIGURE.search(words.text) or _NOT_ANY.search(words.text):
        return "a date is no figure" if words.only_date and not _SCORE.search(words.text) else ""
    return "no figure" if words.named or words.only_date else ""


_RULES: dict[str, Callable[[Asked, AnswerWords], str]] = {
    "count": _count,
    "money": _money,
    "share": _share,
    "amount": _amount,
    "measure": _measure,
    "age": _age,
    "duration": _duration,
    "time": _time,
    "person": _person,
    "place": _place,
    "reason": _reason,
    "manner": _reason,
    "number": _number,
    "name": _name,
}


def lacks_kind(asked: Asked, sentence: str) -> str:
    """Why nothing in a sentence can be of the kind asked for; empty when something may be."""
    whole = AnswerWords(sentence, 0, len(sentence))
    if asked.kind in {"count", "money", "share", "amount", "age", "number"}:
        if not whole.figures and not _FIGURE.search(sentence) and not _ANY.search(sentence):
            return "no number in the sentence"
    elif asked.kind == "duration":
        spans = whole.units & (SPANS_OF_TIME | _LENGTHS)
        if not spans and not _DURATION_WORDS.search(sentence) and not whole.dated:
            return "no length of time in the sentence"
    return ""
