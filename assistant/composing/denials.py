"""Nobody, none, unknown, what did not happen, who has left: answers that deny a presupposition."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.composing.composition import (
    Composition,
    Material,
    context_of,
    quote_of,
    speaker_label,
)
from assistant.composing.day_words import label_of
from assistant.judging.names import lacking_all, names, spelled
from assistant.judging.stance import PolarQuestion, read_stance
from assistant.judging.synonyms import share_of_meaning

if TYPE_CHECKING:
    from assistant.composing.composition import Statement

_ASKS_WHICH = re.compile(
    r"(?i)^(?:and |but |so )?(?:who|whom|(?:which|what) (?P<noun>[\w'’-]+)|how many(?: "
    r"[\w'’-]+)?)\b(?P<rest>.+?)\??$"
)
_NONE = re.compile(
    r"(?i)\b(?P<none>no one|nobody|none(?: of (?:them|the \w+))?|no (?P<noun>(?!longer|doubt"
    r"|more|sign|evidence)[a-z]+)(?= (?!that)))\b(?P<rest>[^,;.]*)"
)
_WH = re.compile(
    r"(?i)^(?:and |but |so )?(?:why|when|where|how|since when|on (?:what|which) (?:day"
    r"|date))\s+(?=(?:did|does|do|is|are|was|were|has|have|had|will|would)\b)"
)
_DENIES = re.compile(
    r"(?i)\b(?:not|never|no|nor|neither|denied|denies|rejected|nothing to do with|ruled out)\b"
    r"|n['’]t\b"
)
_UNKNOWN = re.compile(
    r"(?i)\b(?:not (?:yet )?(?:been )?(?:known|clear|established|determined)|unknown|unclear"
    r"|(?:did|does|do) not know|no one knows"
    r"|nobody knows)\b[^.;]{0,12}?\b(?P<what>how|why|who|what|where|when|whether)\b"
)
_STANDS_FOR = re.compile(r"(?:He|She|It|They|The|His|Her|Its|Their|This|That)\b")
_COVERED = 0.75
_DENIED = 0.8
_ASKS_HOLDER = re.compile(
    r"(?i)^(?:and |but |so )?(?:who(?: is|['’]s| are| leads| runs| heads| chairs"
    r"| will (?:be|lead|run|head|chair))|what is the "
    r"name of)\b"
)
_WAS = re.compile(r"(?i)\b(?:was|were|former|before|previous|until|in (?:19|20)\d\d)\b")
_NAME = (
    r"[A-Z][\w’'-]{1,60}+(?: (?:de|van|von|der|al|bin|el|di|da|la|le|du))?(?: [A-Z][\w’'-]+){0,3}"
)
_LEFT = (
    r"(?:resigned|resigns|stepped down|steps down|stood down|quit|was sacked|was fired|was "
    r"dismissed|was ousted"
    r"|was removed|was replaced|is (?:to be )?replaced|died|retired|retires|left|has gone|will "
    r"not stay|is leaving)"
)
_SUCCESSOR = re.compile(
    rf"\b(?:followed|replaced|succeeded) by (?:the |her |his |its )?(?:[a-z]+ ){{0,12}}?"
    rf"(?P<name>{_NAME})"
    rf"|(?P<name2>{_NAME}) (?:will take over|takes over|took over|has taken over|succeeds|will "
    rf"succeed|replaces|will replace|replaced)\b"
)
_SUCCEEDS = 0.4


def answer_none(material: Material) -> Composition | None:
    """ "No one was killed" to "How many were killed?"; None where no sentence says so."""
    fits = _ASKS_WHICH.match(material.question)
    if not fits or re.search(r"(?i)\b(?:not|no|never|without)\b|n['’]t\b", material.question):
        return None
    best: tuple[float, Statement, re.Match[str]] | None = None
    for statement in material.statements:
        for none in _NONE.finditer(statement.text):
            if not _same_kind(fits, none):
                continue
            predicate = none["rest"]
            asked = fits["rest"]
            here = _predicate_covered(asked, predicate)
            whole = share_of_meaning(
                asked, statement.text, context_of(statement, material.statements)
            )
            if (
                here
                and whole >= _COVERED
                and (best is None or whole > best[0])
                and _known(material, statement)
            ):
                best = (whole, statement, none)
    if best is None or _says_otherwise(material, best[1]):
        return None
    _, statement, none = best
    quote = quote_of(statement, min(1.0, best[0]))
    words = none["none"]
    speaker = statement.said.speaker if statement.said else None
    lead = words[:1].upper() + words[1:]
    if speaker:
        lead += f", says {speaker_label(speaker)}"
    if words not in quote.text or lead[: len(words)] != words:
        lead = f"{words}{lead[len(words) :]}"
    return Composition((quote,), short=words, lead=lead, speaker=speaker)


def correct_presupposition(material: Material) -> Composition | None:
    """What a question takes for granted and an article denies: "He did not resign"."""
    fits = _WH.match(material.question)
    if not fits:
        return None
    asked = PolarQuestion(material.question[fits.end() :])
    best: tuple[float, Statement] | None = None
    for statement in material.statements:
        if not _known(material, statement) or not _names_subject(asked, statement):
            continue
        denied = bool(statement.said and statement.said.manner == "denies")
        context = context_of(statement, material.statements)
        said = read_stance(asked, statement.text, context, denied=denied)
        if said.stance == "yes" and said.strength >= _DENIED:
            return None
        plainly = bool(_DENIES.search(statement.text)) and statement.field == "text"
        if (
            said.stance == "no"
            and plainly
            and said.strength >= _DENIED
            and (not best or said.strength > best[0])
        ):
            best = (said.strength, statement)
    if best is None:
        return None
    statement = best[1]
    speaker = statement.said.speaker if statement.said else None
    who = f", says {speaker_label(speaker)}" if speaker else ", the article says"
    return Composition(
        (quote_of(statement, min(1.0, best[0])),), lead=f"That is not so{who}.", speaker=speaker
    )


def answer_unknown(material: Material) -> Composition | None:
    """That it is not known, where an article says so of the very thing that is asked."""
    asks = re.match(r"(?i)^(?:and |but |so )?(how|why|who|what|where|when)\b", material.question)
    if not asks or material.reading.short:
        return None
    best: tuple[float, Statement] | None = None
    for statement in material.statements:
        found = _UNKNOWN.search(statement.text)
        if not found or found["what"].lower() not in {asks[1].lower(), "what"}:
            continue
        if not _known(material, statement):
            continue
        here = share_of_meaning(material.question, statement.text)
        whole = share_of_meaning(
            material.question, statement.text, context_of(statement, material.statements)
        )
        if here >= 0.15 and whole >= 0.6 and (best is None or whole > best[0]):
            best = (whole, statement)
    if best is None:
        return None
    speaker = best[1].said.speaker if best[1].said else None
    who = f", says {speaker_label(speaker)}" if speaker else ""
    quote = quote_of(best[1], min(1.0, best[0]))
    return Composition((quote,), lead=f"It is not known{who}.", speaker=speaker)


def answer_successor(material: Material) -> Composition | None:
    """The successor of one who has left a post, or that the post was left; None otherwise."""
    if not _ASKS_HOLDER.match(material.question) or _WAS.search(material.question):
        return None
    newest: Statement | None = None
    for statement in material.statements:
        if statement.field == "title" or not re.search(rf"(?i)\b{_LEFT}\b", statement.text):
            continue
        context = context_of(statement, material.statements, 1)
        if share_of_meaning(material.question, statement.text, context) < 0.7:
            continue
        if share_of_meaning(material.question, statement.text) < _SUCCEEDS:
            continue
        if newest is None or statement.day > newest.day:
            newest = statement
    if newest is None or _found_later(material, newest):
        return None
    for place in _and_next(material, newest):
        if found := _SUCCESSOR.search(place.text):
            name = found["name"] or found["name2"]
            quotes = tuple(quote_of(each, 0.9) for each in dict.fromkeys([place, newest]))
            lead = f"{name} ({label_of(place.article)})" if label_of(place.article) else name
            return Composition(quotes, short=name, lead=lead)
    return None


def _same_kind(asked: re.Match[str], none: re.Match[str]) -> bool:
    """Whether "no party" speaks of the parties asked for; "nobody" of whoever."""
    if not none["noun"]:
        return True
    wanted = (asked["noun"] or "").lower().rstrip("s")
    return bool(wanted) and none["noun"].lower().rstrip("s")[:5] == wanted[:5]


def _predicate_covered(asked: str, predicate: str) -> bool:
    """Whether nobody did what was asked: its verb and what goes with it stand behind "no one"."""
    return share_of_meaning(" ".join(PolarQuestion(f"did{asked}").focus), predicate) >= 0.6


def _known(material: Material, statement: Statement) -> bool:
    """Whether the article knows every name of the question."""
    there = {word for word, _ in spelled(f"{statement.article.title} {statement.article.text}")}
    return all(set(name.words) <= there for name in names(f"x {material.question}") if name.sure)


def _names_subject(asked: PolarQuestion, statement: Statement) -> bool:
    """Whether a statement names the one asked about, or opens with a word that may mean them."""
    if asked.subject is None or _STANDS_FOR.match(statement.text):
        return True
    return not lacking_all(asked.subject, statement.text)


def _says_otherwise(material: Material, statement: Statement) -> bool:
    """Whether a later article than this one was found to answer."""
    quotes = material.reading.quotes
    published = quotes[0].article.published if quotes and material.reading.short else None
    return bool(
        published
        and statement.day
        and quotes[0].article.id != statement.article.id
        and published.first.isoformat() > statement.day
    )


def _and_next(material: Material, newest: Statement) -> list[Statement]:
    """The statement and the next one."""
    return [
        each
        for each in material.statements
        if each.article.id == newest.article.id
        and each.field == "text"
        and newest.number <= each.number <= newest.number + 1
    ]


def _found_later(material: Material, statement: Statement) -> bool:
    """Whether what was found stands in a later article than the one that tells of the leaving."""
    quotes = material.reading.quotes
    published = quotes[0].article.published if quotes else None
    return bool(published and statement.day and published.first.isoformat() > statement.day)
