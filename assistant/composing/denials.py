"""Nobody, none, unknown, what did not happen, who has left: answers that deny a presupposition."""

from __future__ import annotations

import re
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING

from assistant.composing.composition import (
    Composition,
    Material,
    context_of,
    day_of,
    quote_of,
    speaker_label,
)
from assistant.composing.day_words import label_of
from assistant.composing.votes import find_votes
from assistant.judging.asked import NEGATION, times_named
from assistant.judging.names import is_person, names, spelled, split_name
from assistant.judging.scope import but_some
from assistant.judging.synonyms import share_of_meaning, tokens
from assistant.reading.finding import holds_kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.composing.composition import Statement
    from assistant.reading.reader import Quote

_ASKS_WHICH = re.compile(
    r"(?i)^(?:and |but |so )?(?:who|whom|(?:which|what) (?P<noun>[\w'’-]+)|how many(?: "
    r"[\w'’-]+)?)\b(?P<rest>.+?)\??$"
)
_NONE = re.compile(
    r"(?i)\b(?P<none>no one|nobody|none(?: of (?:them|the(?: (?:\d+|two|three"
    r"|four|five|six|seven|eight|nine|ten))? \w+))?|no (?P<noun>(?!longer|doubt"
    r"|more|sign|evidence)[a-z]+)(?= (?!that)))\b(?P<rest>[^,;.]*)"
)
_ASKS_ALL = re.compile(r"(?i)\s(?:is|are|was|were) (?:the|its|his|their|in|at|on|of|from|among)\b")
_AT_FIRST = re.compile(
    r"(?i)\b(?:first|initial(?:ly)?|original(?:ly)?|earlier|had (?:said|thought|claimed))\b"
)
_ANOTHER_TIME = re.compile(r"(?i)\b(?:when|while|in an?|as an?|during an?)\s")
_WH = re.compile(
    r"(?i)^(?:and |but |so )?(?:why|when|where|how|since when|on (?:what|which) (?:day"
    r"|date))\s+(?=(?:did|does|do|is|are|was|were|has|have|had|will|would)\b)"
)
_EXCEPTED = re.compile(r"(?i)\b(?:until|before|yet|only)\b")
_OF_PLACE = re.compile(r"\b(?:in|at|on|near|under|inside|outside) (?:the |an? )?(?!\w+day\b|\d)\w")
_OF_REASON = re.compile(r"\b(?:because|due to|owing to|over|out of|for)\b")
_UNKNOWN = re.compile(
    r"(?i)\b(?:not (?:yet )?(?:been )?(?:known|clear|established|determined)|unknown|unclear"
    r"|(?:did|does|do) not know|no one knows"
    r"|nobody knows)\b[^.;]{0,12}?\b(?P<what>how|why|who|what|where|when|whether)\b"
)
_COVERED = 0.75
_COVERED_PREDICATE = 0.6
_SETTING = frozenset(
    "in at of after before during over near since for from inside outside when while".split()
)
_MUCH = 0.4  # of what is taken for granted, in the sentence that denies it
_ASKS_HOLDER = re.compile(
    r"(?i)^(?:and |but |so )?(?:who(?: is|['’]s| are| leads| runs| heads| chairs| coaches| owns"
    r"| will (?:be|lead|run|head|chair))|what is the name of)\b"
)
_IS = re.compile(r"(?i)(?:and |but |so )?who(?: is| are|['’]s)\b")
_WAS = re.compile(r"(?i)\b(?:was|were|former|before|previous|until|in (?:19|20)\d\d)\b")
_PUT_OUT = r"(?:sacked|fired|dismissed|ousted|removed|voted out)"
_LEFT = (
    r"(?:(?:has |had )?(?:resign(?:s|ed)|step(?:s|ped) down|stood down|retire[sd]|died|quits?"
    r"|left (?:the|his|her) (?:post|office|party|club|job)|handed over|hands over|gives way"
    rf"|gave way)|(?:was|is|has been|is being|is to be|will be) (?:{_PUT_OUT}|replaced|succeeded))"
    r"\b"
)
_WILL_LEAVE = (
    r"(?:will not (?:stay|return)|(?:will|is to|plans to|is due to) (?:leave|go|step down|retire"
    r"|resign)|is leaving)\b"
)
_WILL = re.compile(r"(?i)\bwho will\b")
_REPLACED = re.compile(r"(?:\w+ ){1,3}replaced\b(?! (?:by [^;.]{2,80} )?as )")
_SUCCEEDED_BY = (
    r"(?:(?:was|is|has been|is being|is to be|will be) (?:later |then )?(?:replaced|succeeded"
    r"|followed) by"
    r"|(?:will )?(?:hand(?:s|ed)? over|gives? way|gave way) to) (?P<who>[^;.]{2,120})"
)
_SUCCEEDS = re.compile(
    r"(?P<who>[^;.]{2,80}?),? (?:will |has )?(?:succeed(?:s|ed)?|replace[sd]?|takes? over"
    r"|took over|taken over)(?: from)?(?: (?P<whom>him|her|[A-Z][\w’'-]*(?: [A-Z][\w’'-]*)*))?"
    r"(?P<as> as (?:the |its |their )?[a-z]+)?(?=[ ,.;]|$)"
)
_AS_POST = re.compile(r"\bas (?:the |its |their |an? )?(?P<post>[a-z]+(?: [a-z]+)?)")
_NEAR_BEST = 0.5  # of the likeliest one's probability
_NAME_ENDS = re.compile(r"\s(?:on|in|at|as|after|from|when|who|for|until|next|last|and|but)\b.*$")


def answer_none(material: Material) -> Composition | None:
    """ "No one was killed" to "How many were killed?"; None where no sentence says so."""
    fits = _ASKS_WHICH.match(material.question)
    if not fits or NEGATION.search(material.question):
        return None
    best = max(_nones(material, fits), key=itemgetter(0), default=None)
    if best is None or _found_later(material, best[1]):
        return None
    whole, statement, none = best
    quote = quote_of(statement, min(1.0, whole))
    for found in material.reading.quotes[:1]:
        told = material.reading.short or any(f.judgement.ok for f in material.findings_in(found))
        if told and found.text not in quote.text and quote.text not in found.text:
            return Composition((found, quote))  # one tells of some, the other of none
    words = none["none"]
    lead = f"{words}{_says(statement)}"
    return Composition((quote,), short=words, lead=lead, speaker=quote.speaker)


def _nones(
    material: Material, asked: re.Match[str]
) -> Iterator[tuple[float, Statement, re.Match[str]]]:
    """Where it is said that nobody did what was asked, and how much of the question is told."""
    for statement in material.statements:
        context = context_of(statement, material.statements)
        for none in _NONE.finditer(statement.text):
            whole = share_of_meaning(asked["rest"], statement.text, context)
            if (
                whole >= _COVERED
                and _same_kind(asked, none)
                and not _AT_FIRST.search(statement.text[: none.start()])
                and not but_some(none["rest"])
                and _predicate_covered(asked["rest"], none["rest"])
                and not _elsewhere(material, statement, none["rest"])
                and material.known_in(statement.article)
            ):
                yield whole, statement, none


def _says(statement: Statement, otherwise: str = "") -> str:
    return f", says {speaker_label(statement.speaker)}" if statement.speaker else otherwise


def correct_presupposition(material: Material) -> Composition | None:
    """What a question takes for granted and an article denies: "He did not resign"."""
    fits = _WH.match(material.question)
    if not fits:
        return None
    asks, taken = fits.group(), material.question[fits.end() :]

    def may_deny(statement: Statement) -> bool:
        denies = NEGATION.search(statement.text) if statement.field == "text" else None
        if denies is None:
            return False
        return not _denies_only_how(asks, statement.text[denies.end() :])

    best = next(iter(find_votes(material, taken, among=may_deny)), None)
    if best is None or not best.clear or best.stance == "yes" or best.share < _MUCH:
        return None
    told = any(vote.clear and vote.stance == "yes" for vote in find_votes(material, taken))
    if told or not _same_years(taken, best.statement):
        return None
    quote = quote_of(best.statement, best.chance)
    lead = f"That is not so{_says(best.statement, ', the article says')}."
    return Composition((quote,), lead=lead, speaker=quote.speaker)


def _same_years(taken: str, statement: Statement) -> bool:
    """Whether a statement is of the years that are asked about, or they are not named."""
    article = statement.article
    printed = f"{article.title} {day_of(article)} {statement.text}"
    return times_named(taken)["year"] <= times_named(printed)["year"]


def _denies_only_how(asks: str, denied: str) -> bool:
    """Whether not the thing is denied, but a time, place or reason of it: "not in a lake, but"."""
    if re.search(r"\bbut\b", denied) or _EXCEPTED.search(denied):
        return True
    asks = asks.strip().lower()
    if "when" in asks or "day" in asks or "date" in asks:
        return any(times_named(denied).values())
    adjunct = _OF_PLACE if "where" in asks else _OF_REASON if "why" in asks else None
    return bool(adjunct and adjunct.search(denied))


def answer_unknown(material: Material) -> Composition | None:
    """That it is not known, where an article says so of the very thing that is asked."""
    asks = re.match(r"(?i)^(?:and |but |so )?(how|why|who|what|where|when)\b", material.question)
    if not asks or material.reading.short:
        return None
    found: list[tuple[float, Statement]] = []
    for statement in material.statements:
        told = _UNKNOWN.search(statement.text)
        if not told or told["what"].lower() not in {asks[1].lower(), "what"}:
            continue
        context = context_of(statement, material.statements)
        whole = share_of_meaning(material.question, statement.text, context)
        here = share_of_meaning(material.question, statement.text)
        if here >= 0.15 and whole >= 0.6 and material.known_in(statement.article):
            found.append((whole, statement))
    if not found:
        return None
    whole, unknown = max(found, key=itemgetter(0))
    known = tuple(each for each in material.reading.quotes if _makes_known(material, each, unknown))
    if known:
        return Composition(known)
    quote = quote_of(unknown, min(1.0, whole))
    return Composition((quote,), lead=f"It is not known{_says(unknown)}.", speaker=quote.speaker)


def _makes_known(material: Material, quote: Quote, unknown: Statement) -> bool:
    """Whether what was found tells a thing that another article, not a later one, calls unknown."""
    if _UNKNOWN.search(quote.text) or holds_kind(material.question, quote.text) == 0:
        return False
    day = day_of(quote.article)
    return not day or day >= unknown.day


def answer_successor(material: Material) -> Composition | None:
    """Who holds a post that the one found for it has left, or the leaving; None otherwise."""
    if not _ASKS_HOLDER.match(material.question) or _WAS.search(material.question):
        return None
    leavings = _leavings(material)
    if not leavings:
        return None
    leaving, name, left = leavings[0]
    if _found_later(material, leaving) or _another_post(material, left):
        return None
    places = [leaving, *(each for each in material.statements if _follows(each, leaving))]
    quote = quote_of(leaving, 0.9)
    found = _successor(material, name, left, places)
    if found is None:
        return Composition((quote,))
    new, ahead = found
    end = places[-1].end
    quote = replace(quote, end=end, text=leaving.article.text[quote.start : end])
    day = label_of(leaving.article)
    lead = f"{new}, {'to follow' if ahead else 'in place of'} {name}{f' ({day})' if day else ''}"
    return Composition((quote,), short=new, lead=lead)


def _leavings(material: Material) -> list[tuple[Statement, str, str]]:
    """Where it is told that one found in the post leaves it, who, and what follows on that."""
    will = bool(_WILL.search(material.question))
    told = (
        (each, name, _has_left(each.text, name, will=will)) for each, name in _holders(material)
    )
    return [(each, name, left) for each, name, left in told if left is not None]


def _holders(material: Material) -> list[tuple[Statement, str]]:
    """Whom the reading model found in the post, likeliest first, and the statements that say so."""
    found = [
        (each.probability, each.article.id, each.start, each.words)
        for each in material.reading.findings
        if each.judgement.ok and each.field == "text"
    ]
    if not found and material.reading.short:
        first = material.reading.quotes[0]
        found = [(1.0, first.article.id, first.start, material.reading.short)]
    ranked = [(*each[:3], split_name(each[3])[0]) for each in sorted(found, reverse=True)]
    likely = {name for chance, *_, name in ranked if chance >= _NEAR_BEST * ranked[0][0]}
    places = [(material.statement_at(article, start), name) for _, article, start, name in ranked]
    return [
        (each, name)
        for each, name in places
        if each and name in likely and is_person(name) and name in each.text
    ]


def _has_left(sentence: str, name: str, *, will: bool) -> str | None:
    """What follows on the leaving, where this very person leaves; None where nothing says so."""
    leaves = rf"(?:{_LEFT}|{_WILL_LEAVE})" if will else _LEFT
    named = rf"{re.escape(name)}(?: of [A-Z][\w-]*)?(?:,[^,;.]{{1,80}},|,)?"
    if found := re.search(rf"{named}(?:,? who)? (?:\w+ly )?(?P<left>{leaves})", sentence):
        return sentence[found.start("left") :]
    put_out = re.search(rf"\b{_PUT_OUT} (?:[a-z-]+,? ){{0,5}}{named}", sentence)
    return sentence[put_out.end() :] if put_out else None


def _successor(
    material: Material, name: str, left: str, places: list[Statement]
) -> tuple[str, bool] | None:
    """The person who follows, in the sentence of the leaving or the next; whether it is to come."""
    if _REPLACED.match(left):
        return None  # in a match, for a day, or for good: it is not said
    last = re.escape(name.split()[-1])
    found = re.match(rf"(?:[^,;.]{{0,60}},? and (?:he |she )?)?{_SUCCEEDED_BY}", left)
    if not found and len(places) > 1:
        after = places[1].text
        found = re.match(rf"(?:He|She|{re.escape(name)}|{last}) {_SUCCEEDED_BY}", after)
        active = _SUCCEEDS.match(after)
        if not found and active and _is_post(active, last):
            found = active
    new = split_name(_NAME_ENDS.sub("", found["who"]))[0] if found else ""
    if not found or not is_person(new) or _another_post(material, found.string):
        return None
    if not material.accepts(places[0], new, places[-1].end):
        return None
    return new, bool(re.search(r"\b(?:will|is to|is being)\b", found.group()))


def _is_post(active: re.Match[str], last: str) -> bool:
    """Whether "Ada Roe takes over" is told of the one who left, or of a post that is named."""
    whom = active["whom"] or ""
    return bool(active["as"]) or whom in {"him", "her"} or whom.split()[-1:] == [last]


def _another_post(material: Material, told: str) -> bool:
    """Whether it is told of another post than the one that is asked about: "as treasurer"."""
    post = _AS_POST.search(told) if _IS.match(material.question) else None
    return bool(post and not share_of_meaning(post["post"], material.question))


def _same_kind(asked: re.Match[str], none: re.Match[str]) -> bool:
    """Whether "no party" speaks of the parties asked for; "nobody" of whoever.

    "None of the teams" takes for granted that there are some: it is no answer to which they are.
    """
    if none["none"].lower().startswith("none of the ") and _ASKS_ALL.match(asked["rest"]):
        return False
    wanted, told = ((each["noun"] or "").lower().rstrip("s")[:5] for each in (asked, none))
    return not told or told == wanted


def _predicate_covered(asked: str, predicate: str) -> bool:
    """Whether nobody did what was asked: its verb and what goes with it stand behind "no one"."""
    named = {word for name in names(f"x {asked}") for word in name.words}
    words = [each for each in tokens(asked) if each not in named]
    setting = next((n for n, each in enumerate(words) if n > 1 and each in _SETTING), len(words))
    return share_of_meaning(" ".join(words[:setting]), predicate) >= _COVERED_PREDICATE


def _elsewhere(material: Material, statement: Statement, predicate: str) -> bool:
    """Whether nobody did it somewhere else, or at another time, than where it is asked about."""
    if _ANOTHER_TIME.search(predicate) and not share_of_meaning(predicate, material.question) > 0.5:
        return True
    known = {word for word, _ in spelled(f"{material.question} {statement.article.title}")}
    return any(
        not set(name.words) & known and not any(times_named(name.text).values())
        for name in names(f"x {predicate}")
    )


def _follows(statement: Statement, other: Statement) -> bool:
    own = statement.article.id == other.article.id and statement.field == "text"
    return own and statement.number == other.number + 1


def _found_later(material: Material, statement: Statement) -> bool:
    """Whether what was found stands in a later article than the one that tells of the leaving."""
    quotes = material.reading.quotes
    return bool(quotes and statement.day and day_of(quotes[0].article) > statement.day)
