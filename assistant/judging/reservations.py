"""What keeps a sentence that seems to say yes or no from saying so: by rule, against a false one.

It is told of another, at another time, in another number, of more or fewer than are asked about, of
a post that is not held, of a thing done to the one who is asked to have done it.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from assistant.judging.asked import NOT_SO, PREPOSITION, others_named, times_named
from assistant.judging.names import OF_MANY, fold, in_order, lacking, spelled
from assistant.judging.polar_question import DAY, DONE_BY, same_figures, swapped
from assistant.judging.roles import in_post
from assistant.judging.scope import PART_OF
from assistant.judging.synonyms import find, means_the_same, opposite, tokens
from assistant.reading.overlap import stem, stems
from index.terms import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from assistant.judging.names import Name
    from assistant.judging.polar_question import PolarQuestion

_ALL = re.compile(r"(?i)\b(?:all|every\w*|each|both|entire(?:ly)?|whole|unanimous\w*|none)\b")
_NOT_ALL = re.compile(
    r"(?i)\b(?:most|some|several|many|half|part(?:s|ly|ial\w*)?|few(?:er)?|except|apart from"
    r"|other than|(?:all|every\w*|nobody|none|no one|nothing) but|not (?:all|every\w*)|nearly"
    r"|almost|\d+ (?:percent|per cent))\b|%"
)
_ANY = re.compile(r"\b(?:[Aa]ny(?:one|body|thing|where)?|ever|somebody|someone)\b")
_NONE = re.compile(
    r"(?i)\b(?:no|nobody|none|nothing|nowhere|never|without|neither|nor|not (?:\w+ )?(?:an?y?|one"
    r"|once|a single)\w*|n[’']t (?:\w+ )?any\w*|zero|all|every\w*|each)\b"
)
_SOME = re.compile(r"(?i)\W*(?:there|an?|some)\b")
_OBLIGED = re.compile(
    r"(?i)\b(?:ha(?:ve|s|d) to|must|need\w*|requir\w*|obliged|mandatory|compulsory|forced)\b"
)
_NEVER = re.compile(r"(?i)\b(?:never|ever|first|always)\b")
_SINGLED = re.compile(
    r"(?i)\b(?:only|sole(?:ly)?|alone|first|second|third|last(?! (?:week|month|year|night|\w+day))"
    r"|final|main(?:ly)?|most|(?<!at )least|same|identical|different|separate"
    r"|(?!(?:for|har|con|inter|in|ar|pro|re|man|sug|t|w|r|n|gu|b|dig|mid|p|ch|qu|hon|mod|v)est\b)"
    r"[a-z]+est|best|worst|majority)\b"
)
_ONE_OF_THEM = re.compile(
    r"(?i)\b(?:one|some|two|three|many|several) of (?:the |its |their )?(?:[\w’'-]+ ){0,3}$"
    r"|\bamong "
    r"(?:the )?(?:\w+ )?$|\b(?:second|third|fourth|fifth|sixth|\d+th|nearly|almost|not"
    r"|not even)[ -]"
    r"(?:the )?$|\bnext (?:to )?$"
)
_BUT_FOR = re.compile(
    r"\b(?:after|behind|except|apart from|outside|bar|but for|with)(?: the)? [A-Z]|\bas "
)
_ALIKE = [
    {"only", "sole", "solely", "alone"}, {"largest", "biggest"}, {"same", "identical"},
    {"last", "final", "latest"},
]  # fmt: skip
_NEGATION = re.compile(
    r"(?i)\b(?:not|never|no|nobody|none|nothing|neither|without|cannot|\w+n[’']t|den(?:y|ies|ied)"
    r"|untrue|false(?:ly)?|wrong(?:ly)?|unless|until|but|ruled out|far from|doubt\w*|disput\w*"
    r"|(?:serious|bad|critical|severe|direct|ful|complete|entire|immediate|necessari|official"
    r"|formal|public)ly)\b"
)
_NOT_TOLD_AS_SO = re.compile(
    r"(?i)\b(?:if|unless|whether|would have|provided|assuming|false|falsely|wrongly|untrue|hoax"
    r"|fake|rumou?rs?|satir\w+|prank|fiction\w*|film|movie|novel|thriller|drill|rehears\w+"
    r"|simulat\w+|practised|fears?|in theory|supposedly|hypothetical\w*|rather than|instead of|in "
    r"place of|rarely|seldom|hardly|barely|scarcely|few times|sometimes|occasionally)\b|^\W*(?:had"
    r"|should|were) "
)
_WON_OVER = re.compile(r"\b(?:victory|win|triumph) (?:over|against)\b")
_MAY = re.compile(r"(?i)\b(?:(?<!\bin )(?<!\bon )may(?! \d|\W*$)|might|could|perhaps|possibly)\b")
_BECAUSE = re.compile(r"(?i)\b(?:because|due to|owing to|in order to|as a result of|thanks to)\b")
_APART = 6  # words
_CAUSE = re.compile(
    r"(?i)\b(?:because|due|owing|result\w*|thanks|caus\w+|blam\w+|over|after|led|as|since|for)\b"
)

_TO_WHOM = re.compile(
    r"(?i)\b(to|from|in|into|for|against|with|without|before|after)(?: the| an?| its"
    r"| their)? ([\w-]+)"
)
_CONTRARY = defaultdict(
    tuple,
    {
        "to": ("from",), "from": ("to", "for"), "for": ("against",), "against": ("for", "with"),
        "with": ("without", "against"), "before": ("after",), "after": ("before",),
    },
)  # fmt: skip
_STANDS_FOR = re.compile(r"\W*(?:He|She|It|They|His|Her|Its|Their)\b")
_SAID_THAT = re.compile(r"\b(?:said|says) that ")
_OWNS = re.compile(r"(?:.|..)?[’']s?(?: |$)")
_BESIDE = re.compile(
    r"(?i)\b(?:of|for|as|than|like|with|near|beside|against|from|unlike|after|before"
    r"|behind)(?: the)?"
    r"(?: [a-z]+){0,2} $"
)


@dataclass(frozen=True, slots=True)
class Said:
    """What seems to say yes or no.

    Attributes:
        clause: the part of the sentence that says it.
        near: the headline and the sentences before.
        published: the article's first day.
        speaker: who says it.
        named: words that are names in the article, though they open the sentence.
    """

    yes: bool
    sentence: str
    clause: str
    near: str
    published: date | None = None
    speaker: str = ""
    named: frozenset[str] = frozenset()


def reservation(asked: PolarQuestion, said: Said, *, sure: bool = False) -> str:
    """Why it does not say so; empty where nothing is known against it.

    Args:
        sure: whether a model is sure that it says so, and knows better where words belong.
    """
    return next(_reservations(asked, said, sure=sure), "")


def _reservations(asked: PolarQuestion, said: Said, *, sure: bool) -> Iterator[str]:
    if NOT_SO.search(asked.text):
        yield "a denial is asked about"
    if not _as_many(asked, said):
        yield "more or fewer are asked about"
    if said.yes and not _singled_out(asked, said):
        yield "it is not said to be the only one, or the most"
    here = [stem(word) for word in tokens(said.sentence)]
    if said.yes and asked.still and opposite(stem("ongoing"), here) is not None:
        yield "it has ended"
    if not sure and not said.yes and len(_NEGATION.findall(said.clause)) > 1:
        yield "denied twice"
    for found in _NOT_TOLD_AS_SO.finditer(said.sentence):
        word = found.group().lower().strip()
        if word not in asked.text.lower() and (said.yes or word not in {"unless", "would have"}):
            yield f"not told as so: {found.group()}"
    if asked.subject is None and _WON_OVER.search(said.clause):
        yield "a contest that is told from the other side"
    if not said.yes and _MAY.search(said.clause):
        yield "no more than possible"
    if said.yes and not in_post(asked, said.sentence, said.clause):
        yield "the post is not theirs"
    if swapped(asked, said.clause):
        yield "it was done to them"
    if not _same_time(asked, said):
        yield "another time"
    if said.yes and not same_figures(asked, said.clause):
        yield "another figure"
    if other := _another(asked, said):
        yield f"told of {other}"
    because, by = _BECAUSE.search(asked.text), DONE_BY.search(asked.text)
    if not sure and said.yes and (pair := _torn(asked, said, here)):
        yield f"not told together: {pair}"
    if because and not (
        stems(asked.text[because.end() :]) <= set(here) and _CAUSE.search(said.sentence)
    ):
        yield "not told as the reason"
    if by and all(find(key, here) is None for key in stems(by["whom"])):
        yield "not told of the one who did it"


def _torn(asked: PolarQuestion, said: Said, here: list[str]) -> str:
    """Two neighbouring words of the question that are far apart: "dangerous trucks"."""
    near = [stem(word) for word in tokens(said.near)]
    words = re.findall(r"[\w’'-]+|[^\w\s]", asked.text)
    for one, other in pairwise(words):
        keys = [stem(fold(each)) for each in (one, other)]
        if other == words[-1] and asked.passive:
            continue  # "was the crown of Orba saved?"
        if not one[0].islower() or not other[0].islower() or set(keys) - set(asked.weights):
            continue
        first, second = ([n for n, w in enumerate(here) if means_the_same(w, key)] for key in keys)
        if second and not first and find(keys[0], near) is None:
            before = [here[n - 1] for n in second if n]
            if before and all(each not in STOP_WORDS and each.isalpha() for each in before):
                return f"{one} {other}"
        if first and second and min(abs(a - b) for a in first for b in second) > _APART:
            return f"{one} {other}"
    return ""


def _as_many(asked: PolarQuestion, said: Said) -> bool:
    """Whether all are told of where all are asked about, and none at all where any are."""
    if _ALL.search(asked.text):
        if said.yes:
            part = _NOT_ALL.search(said.sentence) or PART_OF.search(said.sentence)
            return bool(_ALL.search(said.clause)) and not part
        return any(each.search(said.clause) for each in (_NOT_ALL, PART_OF, _NONE))
    if said.yes:
        part = PART_OF.search(said.clause)
        if part and not _ANY.search(asked.text) and part.group() not in asked.text:
            return False
        return not _OBLIGED.search(asked.text) or bool(_OBLIGED.search(said.sentence))
    if re.search(r"\bever\b", asked.text):
        return bool(_NEVER.search(said.clause))
    some = _ANY.search(asked.text) or _SOME.match(asked.text)
    return not some or bool(_NONE.search(said.clause))


def _singled_out(asked: PolarQuestion, said: Said) -> bool:
    for found in _SINGLED.finditer(asked.text):
        word = found.group().lower()
        same = next((group for group in _ALIKE if word in group), {word})
        there = [
            each
            for each in re.finditer(rf"(?i)\b(?:{'|'.join(same)})\b", said.sentence)
            if not _ONE_OF_THEM.search(said.sentence[: each.start()])
            and not _BUT_FOR.search(said.sentence[each.end() :])
        ]
        if not there:
            return False
    return True


def _same_time(asked: PolarQuestion, said: Said) -> bool:
    """Whether it is told of the time that is asked about, or of no other and printed then."""
    told, near = times_named(said.sentence), times_named(said.near)
    day = said.published
    printed = {
        "year": {str(day.year)} if day else set(),
        "month": {day.strftime("%B").lower()} if day else set(),
        "weekday": {day.strftime("%A").lower()} if day else set(),
    }
    for unit, wanted in times_named(asked.text).items():
        if wanted and not wanted <= (told[unit] or near[unit] | printed[unit]):
            return False
    wanted_days = _days(asked.text)
    return wanted_days <= (_days(said.sentence) or _days(said.near)) or bool(
        day and wanted_days == {(str(day.day), day.strftime("%B").lower())}
    )


def _days(text: str) -> set[tuple[str, str]]:
    return {
        (each["day"] or each["number"], (each["month"] or each["us"]).lower())
        for each in DAY.finditer(text)
    }


def _another(asked: PolarQuestion, said: Said) -> str:
    """Who is told of in place of one that the question names; empty where it is no other."""
    plain = in_order(said.sentence)
    asked_words = {word for each in asked.named_things for word in each.words}
    who = {word for word, _ in spelled(said.speaker)}
    others = others_named(said.sentence, frozenset(), said.named)
    stands_for = _STANDS_FOR.match(said.sentence)
    for each in asked.named_things:
        missing = set(lacking(each, plain))
        telling = {word for word in each.words if word not in OF_MANY} or set(each.words)
        if not missing:
            continue
        placed = bool(PREPOSITION.search(asked.text[: asked.text.find(each.text)]))
        for other in others:
            shares = bool(set(other.words) & set(each.words)) and set(other.words) - asked_words
            if shares and not set(other.words) <= who:
                return other.text
            known = stands_for or set(other.words) & (asked_words | who)
            there_too = bool(PREPOSITION.search(said.sentence[: other.start]))
            if telling <= missing and not known and placed == there_too:
                return other.text
    told = _placed(said.sentence)
    for preposition, whom in _placed(asked.text) - told:
        if any(whose == whom and before in _CONTRARY[preposition] for before, whose in told):
            return f"{preposition} {whom}"
        for before, rival in told:
            new = rival not in asked.text and not any(times_named(rival).values())
            if before == preposition and whom[0].isupper() and rival[0].isupper() and new:
                return rival
    return _beside(asked, others, said, who)


def _placed(text: str) -> set[tuple[str, str]]:
    """Prepositions with the word that follows: ("to", "Orba")."""
    return {(each[1].lower(), each[2]) for each in _TO_WHOM.finditer(text)}


def _beside(asked: PolarQuestion, others: list[Name], said: Said, who: set[str]) -> str:
    """Who stands where the one asked about would, who is only named beside: "like the Marlow"."""
    if asked.subject is None:
        return ""
    told_from = found.end() if (found := _SAID_THAT.search(said.sentence)) else 0
    own = [e for e in others if set(e.words) & set(asked.subject.words) and e.start >= told_from]
    if own and all(_OWNS.match(said.sentence[each.start + len(each.text) - 2 :]) for each in own):
        owned = re.search(re.escape(asked.subject.text) + r"[’']", asked.text)
        return "" if owned or _OWNS.search(asked.subject.text) else "what is theirs"
    if not own or not all(_BESIDE.search(said.sentence[: each.start]) for each in own):
        return ""
    first = others[0]
    known = set(first.words) & ({w for n in asked.named_things for w in n.words} | who)
    return "" if known or PREPOSITION.search(said.sentence[: first.start]) else first.text
