"""What somebody said, and who said it: answers from the sentences that articles attribute."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.composing.composition import (
    Composition,
    Material,
    context_of,
    quote_of,
    speaker_label,
)
from assistant.composing.day_words import with_dates
from assistant.composing.said_by import is_by
from assistant.composing.votes import asks_yes_no
from assistant.judging.asked import NEGATION
from assistant.judging.names import DATELINE, fold, name_words
from assistant.judging.synonyms import share_of_meaning
from assistant.reading.agreement import to_reading
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from assistant.composing.composition import Statement
    from assistant.reading.reader import Quote

_SAY = (
    r"(?:say|said|saying|think|thought|tell|told|announce|announced|warn|warned|claim|claimed"
    r"|promise|promised|write|wrote|argue|argued|believe|believed|deny|denied|call|called|describe"
    r"|described|explain|explained|predict|predicted|admit|admitted|add|added|insist|insisted"
    r"|complain|complained|state|stated|suggest|suggested|declare|declared|comment|commented"
    r"|respond|responded|answer|answered|reply|replied|criticise|criticised|accuse|accused)"
)
_WHAT_SAID = re.compile(
    rf"(?i)^(?:and |but |so )?what (?:else )?(?:did|does|do|has|have|had) (?P<who>.+?) {_SAY}\b"
    r"(?: (?:parliament|reporters|[A-Z]\w+))??(?:,? (?:about|on|of|to|regarding|over|concerning"
    r"|that|as) (?P<about>.+?))?\s*\??$"
)
_VIEW = re.compile(
    r"(?i)^what (?:was|is|were|are) (?:the )?(?P<who>.+?)['’]s? (?:reaction|comments?|response"
    r"|view|views"
    r"|opinion|position|reply|answer|statement|words) (?:to|on|about|of) (?P<about>.+?)\s*\??$"
)
_EXPLAINED = re.compile(
    r"(?i)^how (?:did|does|do|has|have) (?P<who>.+?) (?:explain|justify|defend)(?:ed)? "
    r"(?P<about>.+?)\s*\??$"
)
_WHO_SAID = re.compile(
    r"(?i)^(?:and |but |so )?who (?:has |had |also |else )*(?:said|says|called|calls|claimed|claims"
    r"|announced|warned|warns|denied|denies|described|predicted|believes|argued|argues|thinks|told"
    r"|estimated|promised|complained|insisted|admitted|accused|compared|likened)\b(?P<claim>.+?)\s*\??$"
)
_DOES_SAY = re.compile(
    r"(?i)\b(?:does|did|do) (?P<who>(?:the )?[A-Z][\w.’'-]*(?: [\w.’'-]+){0,3}?"
    r"|the \w+(?: \w+)?) (?:say|believe|claim|estimate|think)\b"
)
_ACCORDING = re.compile(
    r"(?i)(?:,\s*|(?<!\s)\s+)?\b(?:according to|in the words of) (?P<who>[^,?]+?)\s*(?=[,?]|$),?\s*"
)
_RECKONED = re.compile(
    r"(?i)\bby (?P<who>(?:the )?[\w.-]+(?: [\w.-]+){0,3}?)['’]s? (?:own )?"
    r"(?:reckoning|estimates?|calculations?)\b"
)
_QUOTED = re.compile(r"[\"“„]([^\"“”„]{3,})[\"“”]")
_LEADING = re.compile(r"(?i)^(?:that|whether|if|how|to|about|it|him|her|them)\s+")
_MOST_QUOTES = 4
_NEAR_BEST = 0.5
_CLAUSES = re.compile(
    r",\s+(?:and\s+|but\s+|which\s+|or\s+)?(?:that\s+)?|;\s+|(?<!\s)\s+and that\s+"
)
_LONGEST_SHORT = 14  # words
_NAMES = frozenset("called calls described describes dubbed".split())
_NOT_PLAIN = re.compile(rf"{NEGATION.pattern}|\b(?:if|unless|false)\b")
_ANOTHER_VOICE = re.compile(
    rf",?\s(?:but|while|whereas|although|though)\s(?=[^,;.]{{1,60}}\b{_SAY}\b)"
)
_STANDS_FOR = re.compile(r"(?i)\b(?:it|its|they|them|this|these|those)\b")
_COVERED, _COVERED_HERE = 0.6, 0.75


def told_by(question: str) -> str:
    """Whose words are to answer another question: "How many, according to X?"; else empty."""
    forms = (_ACCORDING, _RECKONED, _DOES_SAY)
    fits = next(filter(None, (each.search(question) for each in forms)), None)
    return fits["who"].strip() if fits and not asks_yes_no(question) else ""


def from_reading(material: Material) -> Composition:
    """What the reading model found, with the speaker it belongs to and the dates of its days."""
    reading = material.reading
    if not reading.quotes:
        return Composition(nearest=reading.nearest)
    quotes = tuple(with_speaker(material, each) for each in reading.quotes)
    first, short = quotes[0], reading.short
    lead = ""
    if short:
        at = first.text.find(short)
        published = first.article.published.iso if first.article.published else None
        lead = with_dates(short, first.text, at, published) if at >= 0 else short
        if first.speaker and first.speaker.split()[-1] not in short:
            lead += f", says {speaker_label(first.speaker)}"
        lead += material.age_of(first.article)
    return Composition(quotes, short=short, lead=lead, speaker=first.speaker)


def with_speaker(material: Material, quote: Quote) -> Quote:
    """The quote with the one who says it, from the sentence on that tells who "he" is."""
    stands = quote.article.text[quote.start : quote.end] == quote.text
    if quote.field != "text" or not stands:
        return quote
    statement = material.statement_at(quote.article.id, quote.start)
    if statement is None:
        return quote
    start = min(quote.start, statement.opener)
    return replace(
        quote,
        start=start,
        text=quote.article.text[start : quote.end],
        speaker=statement.speaker or quote.speaker,
    )


def answer_by_one_speaker(material: Material) -> Composition | None:
    """What is found in the words of the one named: "How many, according to X?"; else None."""
    who, reading = told_by(material.question), material.reading
    if not who or not reading.findings:
        return None
    own = [
        each
        for each in reading.findings
        if (told := material.statement_at(each.article.id, each.start)) and is_by(told, who)
    ]
    if own:
        theirs = to_reading(material.question, own, material.hits, reading.threshold)
        return from_reading(replace(material, reading=theirs))
    named = any(fold(who.split()[-1]) in name_words(each.text) for each in reading.quotes)
    return None if named else material.unsure


def answer_what_was_said(material: Material) -> Composition | None:
    """The words of the one asked about, and nobody else's; None for another kind of question."""
    question = material.question
    forms = (_WHAT_SAID, _VIEW, _EXPLAINED)
    fits = next(filter(None, (each.match(question) for each in forms)), None)
    who, about = (fits["who"].strip(), (fits["about"] or "").strip(" ?")) if fits else ("", "")
    if not who or fold(who) in {"they", "he", "she", "it", "you", "i", "we"}:
        return None
    every = reversed([each for each in material.statements if is_by(each, who)])
    own = list({each.key: each for each in every}.values())[::-1]  # the first of its copies
    if re.search(r"(?i)\bden(?:y|ied)\b", question):
        own = [each for each in own if each.denied] or own
    ranked = _about(own, about, material)
    if not ranked:
        return _all_words(material, own, about)
    best = ranked[0][1]
    chosen = [each for each, score in ranked if score >= _NEAR_BEST * best][:_MOST_QUOTES]
    quotes = tuple(quote_of(each, min(1.0, score)) for each, score in ranked if each in chosen)
    # Of several that only stand near what was asked about, none is known to answer.
    unsure = len(chosen) > 1 and about and not share_of_meaning(about, chosen[0].text)
    short = None if unsure else _words_said(chosen[0], about)
    speaker = chosen[0].speaker or who
    colon = "" if chosen[0].denied else ":"
    lead = f"{_capital(speaker)}{colon} {short}" if short else ""
    return Composition(quotes, short=short, lead=lead, speaker=speaker)


def _all_words(material: Material, own: list[Statement], about: str) -> Composition:
    """The few words there are of somebody, of which none names what was asked about."""
    known = [each for each in own if material.known_in(each.article)]
    if not 0 < len(known) <= _MOST_QUOTES:
        return material.unsure
    speaker = known[0].speaker or ""
    lead = f"{_capital(speaker)} does not name “{about}” in what is quoted. What is:"
    quotes = tuple(quote_of(each, _COVERED) for each in known)
    return Composition(quotes, lead=lead, speaker=speaker)


def answer_whose_answer(material: Material) -> Composition | None:
    """Who says what answers the question before: "Who said that?"; None for another question."""
    if not material.asked_who_said:
        return None
    for quote in material.reading.quotes:
        statement = material.statement_at(quote.article.id, quote.start)
        if statement and statement.said:
            return _speaker_of(statement, quote.score)
    return material.unsure


def answer_who_said(material: Material) -> Composition | None:
    """The speaker of what is quoted or told in the question; None when no sentence tells of it.

    One who denies it, or tells that another said it, is not the one; where there is no more than
    that, nothing is answered.
    """
    fits = _WHO_SAID.match(material.question)
    if not fits:
        return None
    quoted = [each.casefold() for each in _QUOTED.findall(material.question)]
    claim = _LEADING.sub("", fits["claim"].strip(" ?"))
    denied = bool(re.match(r"(?i)^\W*(?:and |but |so )?who \w*\s?den", material.question))
    best: tuple[float, Statement] | None = None
    others = False
    for each in material.statements:
        if each.said is None or (denied and not each.denied):
            continue
        exact = any(part in " ".join(each.text.split()).casefold() for part in quoted)
        if not quoted and share_of_meaning(claim, each.text) < _COVERED_HERE:
            continue
        score = share_of_meaning(claim, each.text, context_of(each, material.statements, 1))
        score = 1.0 + score if exact else score
        if score < _COVERED or (quoted and not exact):
            continue
        if not denied and _does_not_claim(each, claim):
            others = True
        elif best is None or score > best[0]:
            best = (score, each)
    if best is None:
        return material.unsure if others else None
    return _speaker_of(best[1], best[0])


def _does_not_claim(statement: Statement, claim: str) -> bool:
    """Whether the speaker denies a claim, or tells that somebody else makes it."""
    said = statement.said
    if said is None or statement.denied:
        return True
    whole = statement.article.text[said.start : said.end]
    words = _QUOTED.sub(lambda quoted: " " * len(quoted.group()), whole)
    told = re.search(rf"(?i)\b{_SAY}\b", words)
    if told and share_of_meaning(claim, whole[told.end() :]) >= _COVERED_HERE:
        return True
    return bool(_NOT_PLAIN.search(words)) and not _NOT_PLAIN.search(claim)


def _speaker_of(statement: Statement, score: float) -> Composition | None:
    said = statement.said
    if said is None:
        return None
    quote = quote_of(statement, min(1.0, score))
    short = next(
        (form for form in (said.speaker, said.speaker.split()[-1]) if form in quote.text), None
    )
    role = f", {speaker_label(said.role)}" if said.role else ""
    lead = f"{_capital(short or said.speaker)}{role}."
    return Composition((quote,), short=short, lead=lead, speaker=said.speaker)


def _about(own: list[Statement], about: str, material: Material) -> list[tuple[Statement, float]]:
    """The statements that speak of a topic, the nearest first; all of them for no topic."""
    if not stems(about):
        return [(each, 1.0) for each in own]
    scored = []
    for each in own:
        here = share_of_meaning(about, each.text, "")
        around = share_of_meaning(about, "", context_of(each, material.statements), whole=True)
        scored.append((each, max(here, 0.6 * around)))
    scored = [pair for pair in scored if pair[1] > 0.25]
    return sorted(scored, key=lambda pair: -pair[1])


def _words_said(statement: Statement, about: str) -> str | None:
    """The words said, where they may stand alone: no more is cut away than may be missed.

    What somebody denies keeps the word that denies it. Words in quotation marks stand alone where
    the sentence says no more than that they were said; of a long statement, the clause that speaks
    most of what was asked about.
    """
    said, text = statement.said, statement.article.text
    if said is None:
        return None
    start = said.start
    if statement.denied:
        start = text.rfind(said.verb, statement.start, start)
    claim = text[start : said.end] if start >= 0 else ""
    if quoted := _QUOTED.search(claim):
        beside = _QUOTED.sub(" ", claim)
        more = stems(beside) - stems(f"{said.speaker} {said.role} {said.verb}")
        if not _NOT_PLAIN.search(beside) and (not more or said.verb in _NAMES):
            words = quoted[1].strip(" ,")
            return words if len(words.split()) <= _LONGEST_SHORT else None
    words = re.sub(r"^\s*that\s+", "", claim).strip(" \n\t,.;")
    words = DATELINE.sub("", words)
    if start > statement.start:
        words = _ANOTHER_VOICE.split(words)[0]
    if len(words.split()) > _LONGEST_SHORT and not statement.denied:
        clauses = [each.strip(" ,.;") for each in _CLAUSES.split(words)]
        whole = words
        words = (
            max(clauses, key=lambda each: share_of_meaning(about, each)) if about else clauses[0]
        )
        if _NOT_PLAIN.search(whole[: whole.find(words)]):
            return None
    if words.count('"') % 2 or words.count("“") != words.count("”"):
        return None
    if not (share_of_meaning(about, words) or _STANDS_FOR.search(words) or not stems(about)):
        return None
    return words if 2 < len(words.split()) <= _LONGEST_SHORT else None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
