"""What keeps a sentence that seems to say yes or no from saying so: by rule, against a false one.

It is told of another, at another time, in another number, of more or fewer than are asked about, of
a post that is not held, of a thing done to the one who is asked to have done it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.judging.asked import lemmas, times_named
from assistant.judging.names import OF_MANY, lacking, names, spelled
from assistant.judging.polar_question import PREPOSITION
from assistant.judging.quantities import quantities
from assistant.judging.synonyms import find, means_the_same, opposite, tokens
from assistant.reading.overlap import stem, stems

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from assistant.judging.names import Name
    from assistant.judging.polar_question import PolarQuestion
    from assistant.judging.quantities import Quantity

_ALL = re.compile(r"(?i)\b(?:all|every\w*|each|both|entire(?:ly)?|whole|unanimous\w*|none)\b")
_NOT_ALL = re.compile(
    r"(?i)\b(?:most|some|several|many|half|part(?:s|ly|ial\w*)?|few(?:er)?|except|apart from|other than"
    r"|(?:all|every\w*|nobody|none|no one|nothing) but|not (?:all|every\w*)|nearly|almost"
    r"|(?:\w+|\d+) (?:out )?of (?:the|its|their|\d+|two|three|four|five|six|seven|eight|nine|ten)"
    r"|\d+ (?:percent|per cent))\b|%"
)
_ANY = re.compile(r"(?i)\b(?:any(?:one|body|thing|where)?|ever|somebody|someone)\b")
_NONE = re.compile(
    r"(?i)\b(?:no|nobody|none|nothing|nowhere|never|without|neither|nor|not (?:\w+ )?(?:an?y?|one|once"
    r"|a single)\w*|n[’']t (?:\w+ )?any\w*|zero|all|every\w*|each)\b"
)
_SOME = re.compile(r"(?i)\W*(?:there|an?|some)\b")
_OBLIGED = re.compile(
    r"(?i)\b(?:ha(?:ve|s|d) to|must|need\w*|requir\w*|obliged|mandatory|compulsory|forced)\b"
)
_NEVER = re.compile(r"(?i)\b(?:never|ever|first|always)\b")
_SINGLED = re.compile(
    r"(?i)\b(?:only|sole(?:ly)?|alone|first|second|third|last(?! (?:week|month|year|night|\w+day))"
    r"|final|main(?:ly)?|most|least|same|identical|different|separate"
    r"|(?!(?:for|har|con|inter|in|ar|pro|re|man|sug|t|w|r|n|gu|b|dig|mid|p|ch|qu|hon|mod|v)est\b)"
    r"[a-z]+est|best|worst|majority)\b"
)
_ONE_OF_THEM = re.compile(
    r"(?i)\b(?:one|some|two|three|many|several) of (?:the |its |their )?(?:[\w’'-]+ ){0,3}$|\bamong "
    r"(?:the )?(?:\w+ )?$|\b(?:second|third|fourth|fifth|sixth|\d+th|nearly|almost|not|not even)[ -]"
    r"(?:the )?$|\bnext (?:to )?$"
)
_ALIKE = [
    {"only", "sole", "solely", "alone"}, {"largest", "biggest"}, {"same", "identical"},
    {"last", "final", "latest"},
]  # fmt: skip
_DENIED_IN_QUESTION = re.compile(
    r"(?i)\b(?:not|never|without|no|nobody|none|nothing|neither|nor|cannot|non|\w+n[’']t)\b"
)
_NEGATION = re.compile(
    r"(?i)\b(?:not|never|no|nobody|none|nothing|neither|without|cannot|\w+n[’']t|den(?:y|ies|ied)"
    r"|untrue|false(?:ly)?|wrong(?:ly)?|unless|until|but|ruled out|far from)\b"
)
_NOT_TOLD_AS_SO = re.compile(
    r"(?i)\b(?:if|unless|whether|would have|provided|assuming|false|falsely|wrongly|untrue|hoax|fake"
    r"|rumou?rs?|satir\w+|prank|fiction\w*|film|movie|novel|thriller|drill|rehears\w+|simulat\w+"
    r"|practised|fears?|in theory|supposedly|hypothetical\w*|rather than|instead of|in place of"
    r"|rarely|seldom|hardly|barely|scarcely|few times|sometimes|occasionally)\b|^\W*(?:had|should|were) "
)
_MAY = re.compile(r"(?i)\b(?:(?<!\bin )(?<!\bon )may(?! \d|\W*$)|might|could|perhaps|possibly)\b")
_ROLE = (
    r"(?:leader|head|chief|president|chair(?:man|woman|person)?|minister|director|boss|coach|manager"
    r"|captain|mayor|governor|owner|secretary|chancellor|king|queen|champion|treasurer|judge|editor"
    r"|bishop|pope|ambassador|senator|sheriff|commissioner|premier|speaker|founder|rector|dean)"
)
_ASKS_POST = re.compile(rf"\b{_ROLE}\b")
_NOT_IN_POST = re.compile(
    r"(?i)\b(?:former(?:ly)?|ex|deputy|vice|acting|interim|caretaker|candidate|nominee|hopeful"
    r"|would-be|elect|designate|assistant|shadow|incoming|next|future|late|retired|ousted|outgoing"
    r"|one-?time|previous(?:ly)?|aspiring|running|runs? for|race|bid|contender|challenger|rival"
    r"|st(?:an|oo)d(?:s|ing)? for|seek\w*|sought|until|once|wife|husband|widow|son|daughter|brother"
    r"|sister|father|mother|aide|spokes\w+|adviser|successor|predecessor|succeed\w*|replac\w*"
    r"|nominat\w+|wants?|hopes?|lost|beat\w*|defeat\w*|resign\w*|quit|stepp?\w* down|will|would)\b"
)
_WAS = re.compile(r"\b(?:was|were|had been|served)\b")
_BE = r"\b(?:is|are|was|were|been|being|be|got|gets?)(?: [a-z]+ly)?(?: not| also| never)? "
_OBJECT = re.compile(r" (?:the|an?|his|her|its|their|[A-Z]|\d)")
_MORE = re.compile(
    r"(?i)\b(?:(?P<more>(?:more|greater|larger|higher|longer) than|over|above|at least|no fewer than)"
    r"|(?P<less>(?:fewer|less|smaller|lower|shorter) than|under|below|up to|at most))\W*$"
)
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december)"
_DAY = re.compile(rf"(?i)\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<month>{_MONTH})\b"
                  rf"|\b(?P<us>{_MONTH}) (?P<number>\d{{1,2}})\b")  # fmt: skip
_CONTRASTS = re.compile(r"\b(?:while|whereas|but|although|though)\b|;|, and\b")
_AGE = re.compile(r"(?:\b[Aa]ged?|\b(?:man|woman|boy|girl|child|pensioner) of|\b[A-Z]\w+,) $")
_BECAUSE = re.compile(r"(?i)\b(?:because|due to|owing to|in order to|as a result of|thanks to)\b")
_BY = re.compile(r"\bby (?P<whom>[^,]+)$")
_CAUSE = re.compile(
    r"(?i)\b(?:because|due|owing|result\w*|thanks|caus\w+|blam\w+|over|after|led|as|since|for)\b"
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


def reservation(asked: PolarQuestion, said: Said) -> str:
    """Why it does not say so; empty where nothing is known against it."""
    return next(_reservations(asked, said), "")


def _reservations(asked: PolarQuestion, said: Said) -> Iterator[str]:
    if _DENIED_IN_QUESTION.search(asked.text):
        yield "a denial is asked about"
    if not _as_many(asked, said):
        yield "more or fewer are asked about"
    if said.yes and not _singled_out(asked, said):
        yield "it is not said to be the only one, or the most"
    here = [stem(word) for word in tokens(said.sentence)]
    if said.yes and asked.still and opposite(stem("ongoing"), here) is not None:
        yield "it has ended"
    if not said.yes and len(_NEGATION.findall(said.clause)) > 1:
        yield "denied twice"
    for found in _NOT_TOLD_AS_SO.finditer(said.sentence):
        if found.group().lower().strip() not in asked.text.lower():
            yield f"not told as so: {found.group()}"
    if not said.yes and _MAY.search(said.clause):
        yield "no more than possible"
    if said.yes and not _in_post(asked, said):
        yield "the post is not theirs"
    if _swapped(asked, said.clause):
        yield "it was done to them"
    if not _same_time(asked, said):
        yield "another time"
    if said.yes and not same_figures(asked, said.clause):
        yield "another figure"
    if other := _another(asked, said):
        yield f"told of {other}"
    because, by = _BECAUSE.search(asked.text), _BY.search(asked.text)
    if because and not (
        stems(asked.text[because.end() :]) <= set(here) and _CAUSE.search(said.sentence)
    ):
        yield "not told as the reason"
    if by and all(find(key, here) is None for key in stems(by["whom"])):
        yield "not told of the one who did it"


def _as_many(asked: PolarQuestion, said: Said) -> bool:
    """Whether all are told of where all are asked about, and none at all where any are."""
    if _ALL.search(asked.text):
        if said.yes:
            return bool(_ALL.search(said.clause)) and not _NOT_ALL.search(said.sentence)
        return bool(_NOT_ALL.search(said.clause) or _NONE.search(said.clause))
    if said.yes:
        return not _OBLIGED.search(asked.text) or bool(_OBLIGED.search(said.sentence))
    if re.search(r"(?i)\bever\b", asked.text):
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
        ]
        if not there:
            return False
    return True


def _in_post(asked: PolarQuestion, said: Said) -> bool:
    """Whether the one asked about stands beside the post, and holds it."""
    post = _ASKS_POST.search(asked.text) if asked.copula and asked.subject else None
    if not post or asked.subject is None:
        return True
    for found in _NOT_IN_POST.finditer(said.sentence):
        if found.group().lower() not in asked.text.lower():
            return False
    if asked.present and _WAS.search(said.clause):
        return False
    last = re.escape(asked.subject.text.split()[-1])
    title = rf"(?i:\b{post.group()}\b)"
    beside = (
        rf"{last},?(?: (?:who|now|is|has|been|became|as|named|the|an?|[a-z-]+|[A-Z][\w-]*(?:’|')s?))"
        rf"{{0,6}} (?:\w+ )?{title}"
        rf"|{title}(?: (?:of|at|for|in)(?: the)?(?: [A-Z][\w’'-]*)+)?,?(?: (?:is|was))? (?:[A-Z][\w.’'-]* )*{last}\b"
    )
    return bool(re.search(beside, said.sentence))


def _swapped(asked: PolarQuestion, clause: str) -> bool:
    """Whether the one who is asked to have done it had it done to them, or the other way round."""
    if asked.subject is None:
        return False
    acts = "|".join(
        re.escape(word)
        for word in set(re.findall(r"[a-z]+", clause))
        if any(means_the_same(stem(word), key) or lemmas(word) & {key} for key in asked.focus)
    )
    whom = re.escape(asked.subject.text.split()[-1])
    if not acts:
        return False
    if not asked.copula:
        passive = rf"\b{whom}\b.*?{_BE}(?:{acts}) (?:[a-z]+ ){{0,4}}by\b(?!.*\b{whom}\b)"
        return bool(re.search(passive, clause))
    if not asked.passive:
        return False
    active = re.search(rf"\b{whom}\b(?:,[^,]+,)? (?:[a-z]+ly )?(?:has |had |have |did )?(?:{acts})\b", clause)
    return bool(active and _OBJECT.match(clause[active.end() :]))


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
        for each in _DAY.finditer(text)
    }


def same_figures(asked: PolarQuestion, clause: str) -> bool | None:
    """Whether each figure asked about is told of the same things; None where that is not known."""
    ends = [each.end() for each in _CONTRASTS.finditer(clause)]
    told = [
        figure
        for figure in quantities(clause)
        if not _is_time(figure, clause)
        and not _AGE.search(clause[: figure.start])
        and _tells(asked, clause, figure.start, ends)
    ]
    known: bool | None = True
    for one in asked.figures:
        if _is_time(one, asked.text):
            continue
        alike = [other for other in told if _alike(asked, one, other, clause)]
        if any(_fits(asked, one, other) for other in alike):
            continue
        if any(other.exact and _counts_alike(asked, one, other, clause) for other in alike):
            return False
        known = None
    return known


def _tells(asked: PolarQuestion, clause: str, at: int, ends: list[int]) -> bool:
    """Whether the part of a clause that holds a figure speaks of what is asked about."""
    start = max((end for end in ends if end <= at), default=0)
    part = clause[start : min((end for end in ends if end > at), default=len(clause))]
    keys = [stem(word) for word in tokens(part)]
    measured = {stem(word) for one in asked.figures for word in one.text.split()}
    return any(find(key, keys) is not None for key in asked.focus if key not in measured)


def _fits(asked: PolarQuestion, one: Quantity, other: Quantity) -> bool:
    bound = _MORE.search(asked.text[max(0, one.start - 16) : one.start].rstrip())
    if not bound:
        return one.agrees(other) or (one.unit != "" and not other.unit and one.value == other.value)
    least = bound.group().lower() in {"at least", "no fewer than", "up to", "at most"}
    if least and one.value == other.value:
        return True
    return other.value > one.value if bound["more"] else other.value < one.value


def _alike(asked: PolarQuestion, one: Quantity, other: Quantity, clause: str) -> bool:
    """Whether two figures may count or measure things of one kind."""
    if one.unit or other.unit:
        return one.unit == other.unit or (bool(one.unit) and not _counted(other, clause))
    bare = not _counted(one, asked.text) or not _counted(other, clause)
    return bare or _counts_alike(asked, one, other, clause)


def _counts_alike(asked: PolarQuestion, one: Quantity, other: Quantity, clause: str) -> bool:
    """Whether two figures count or measure the same, as far as their words say."""
    wanted, there = _counted(one, asked.text), _counted(other, clause)
    return bool(one.unit) or any(means_the_same(a, b) for a in wanted for b in there)


def _counted(figure: Quantity, text: str) -> set[str]:
    """The stems of what a figure counts."""
    behind = text[figure.start + len(figure.text) :]
    noun = re.match(r"(?:[ -](?!(?:and|or|in|on|at|to|of|from|by|with|for|who|that)\b)[a-z][\w’'-]*){1,3}", behind)
    return set(stems(noun.group())) if noun else set()


def _is_time(figure: Quantity, text: str) -> bool:
    around = text[max(0, figure.start - 10) : figure.start + len(figure.text) + 10]
    return not figure.unit and (
        any(figure.text in each for each in times_named(text)["year"])
        or any(figure.text in found.group() for found in _DAY.finditer(around))
    )


def _another(asked: PolarQuestion, said: Said) -> str:
    """Who is told of in place of one that the question names; empty where it is no other."""
    words = [word for word, _ in spelled(said.sentence)]
    there, plain = frozenset(words), f" {' '.join(words)} "
    asked_words = {word for each in asked.named_things for word in each.words}
    who = {word for word, _ in spelled(said.speaker)}
    others = [
        each
        for each in names(said.sentence)
        if (each.sure or set(each.words) <= said.named) and not any(times_named(each.text).values())
    ]
    for each in asked.named_things:
        missing = set(lacking(each, there, plain))
        telling = {word for word in each.words if word not in OF_MANY} or set(each.words)
        if not missing:
            continue
        placed = bool(PREPOSITION.search(asked.text[: asked.text.find(each.text)]))
        for other in others:
            shares = bool(set(other.words) & set(each.words)) and set(other.words) - asked_words
            if shares and not set(other.words) <= who:
                return other.text
            if telling <= missing and not set(other.words) & (asked_words | who):
                if placed == bool(PREPOSITION.search(said.sentence[: other.start])):
                    return other.text
    return _beside(asked, others, said, who)


def _beside(asked: PolarQuestion, others: list[Name], said: Said, who: set[str]) -> str:
    """Who stands where the one asked about would, who is only named beside: "like the Marlow"."""
    if asked.subject is None:
        return ""
    own = [each for each in others if set(each.words) & set(asked.subject.words)]
    if not own or not all(_BESIDE.search(said.sentence[: each.start]) for each in own):
        return ""
    first = others[0]
    known = set(first.words) & ({w for n in asked.named_things for w in n.words} | who)
    return "" if known or PREPOSITION.search(said.sentence[: first.start]) else first.text


_BESIDE = re.compile(
    r"(?i)\b(?:as|than|like|with|near|beside|against|from|unlike|after|before|behind)(?: the)?"
    r"(?: [a-z]+){0,2} $"
)
