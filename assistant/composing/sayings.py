"""What somebody said, and who said it: answers from the sentences that articles attribute."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.composing.composition import (
    Composition,
    Material,
    context_of,
    quote_of,
    speaker_label,
)
from assistant.judging.names import fold, lacking, name_words, names, spelled
from assistant.judging.synonyms import share_of_meaning
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from assistant.composing.composition import Statement

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
    r"|that|as)"
    r" (?P<about>.+?))?\s*\??$"
)
_VIEW = re.compile(
    r"(?i)^what (?:was|is|were|are) (?:the )?(?P<who>.+?)['’]s? (?:reaction|comments?|response"
    r"|view|views"
    r"|opinion|position|reply|answer|statement|words) (?:to|on|about|of) (?P<about>.+?)\s*\??$"
)
_WHO_SAID = re.compile(
    r"(?i)^(?:and |but |so )?who (?:has |had |also |else )*(?:said|says|called|calls|claimed|claims"
    r"|announced|warned|warns|denied|denies|described|predicted|believes|argued|argues|thinks|told"
    r"|estimated|promised|complained|insisted|admitted|accused)\b(?P<claim>.+?)\s*\??$"
)
_DOES_SAY = re.compile(
    r"(?i)\b(?:does|did|do) (?P<who>(?:the )?[A-Z][\w.’'-]*(?: [\w.’'-]+){0,3}?"
    r"|the \w+(?: \w+)?) (?:say|believe|claim|estimate|think)\b"
)
_ACCORDING = re.compile(
    r"(?i)(?:,\s*|(?<!\s)\s+)?\b(?:according to|in the words of) (?P<who>[^,?]+?)\s*(?=[,?]|$),?\s*"
)
_QUOTED = re.compile(r"[\"“”„]([^\"“”„]{3,})[\"“”]")
_LEADING = re.compile(r"(?i)^(?:that|whether|if|how|to|about|it|him|her|them)\s+")
_MOST_QUOTES = 4
_NEAR_BEST = 0.5
_CLAUSES = re.compile(
    r",\s+(?:and\s+|but\s+|which\s+|or\s+)?(?:that\s+)?|;\s+|(?<!\s)\s+and that\s+"
)
_DATELINE = re.compile(r"^\s*[A-Z][A-Z .,'’-]{2,40}\s[-–—]\s+")
_LONGEST_SHORT = 14  # words
_COVERED, _COVERED_HERE = 0.6, 0.75


@dataclass(frozen=True, slots=True)
class AskedSpeaker:
    """Whose words are asked for, and about what; `about` is empty when about anything."""

    who: str
    about: str = ""


def asked_speaker(question: str) -> AskedSpeaker | None:
    """Whose words a question asks for: "What did X say about Y?", "How many, according to X?"."""
    for pattern in (_WHAT_SAID, _VIEW):
        if fits := pattern.match(question):
            return AskedSpeaker(fits["who"].strip(), (fits["about"] or "").strip(" ?"))
    if fits := _ACCORDING.search(question):
        return AskedSpeaker(fits["who"].strip(), _ACCORDING.sub(" ", question).strip(" ?"))
    if fits := _DOES_SAY.search(question):
        return AskedSpeaker(fits["who"].strip(), question[: fits.start()] + question[fits.end() :])
    return None


def answer_what_was_said(material: Material) -> Composition | None:
    """The words of the one asked about, and nobody else's; None for another kind of question."""
    question = material.question
    if not (_WHAT_SAID.match(question) or _VIEW.match(question)):
        return None
    asked = asked_speaker(question)
    if asked is None or fold(asked.who) in {"they", "he", "she", "it", "you", "i", "we"}:
        return None
    every = reversed([each for each in material.statements if is_by(each, asked.who)])
    own = list({each.key: each for each in every}.values())[::-1]  # the first of its copies
    if re.search(r"(?i)\bden(?:y|ied)\b", question):
        own = [each for each in own if each.said and each.said.manner == "denies"] or own
    ranked = _about(own, asked.about, material)
    if not ranked:
        return _from_reading(material, asked.who)
    best = ranked[0][1]
    chosen = [each for each, score in ranked if score >= _NEAR_BEST * best][:_MOST_QUOTES]
    first = chosen[0]
    short = _words_said(first, asked.about)
    quotes = tuple(quote_of(each, min(1.0, score)) for each, score in ranked if each in chosen)
    speaker = first.said.speaker if first.said else asked.who
    lead = ""
    if short:
        verb = "denies" if first.said and first.said.manner == "denies" else ""
        lead = f"{_capital(speaker)}{' denies' if verb else ''}: {short}"
    return Composition(quotes, short=short, lead=lead, speaker=speaker)


def answer_whose_answer(material: Material) -> Composition | None:
    """Who says what answers the question before: "Who said that?"; None for another question."""
    if not material.asked_who_said:
        return None
    for quote in material.reading.quotes:
        statement = material.statement_at(quote.article.id, quote.start)
        if statement and statement.said:
            return _speaker_of(statement, quote.score)
    return Composition(nearest=material.reading.quotes or material.reading.nearest)


def answer_who_said(material: Material) -> Composition | None:
    """The speaker of what is quoted or told in the question; None when no sentence holds it."""
    fits = _WHO_SAID.match(material.question)
    if not fits:
        return None
    quoted = [each.casefold() for each in _QUOTED.findall(material.question)]
    claim = _LEADING.sub("", fits["claim"].strip(" ?"))
    denied = bool(re.match(r"(?i)^\W*(?:and |but |so )?who \w*\s?den", material.question))
    best: tuple[float, Statement] | None = None
    for each in material.statements:
        if each.said is None or (denied and each.said.manner != "denies"):
            continue
        exact = any(part in " ".join(each.text.split()).casefold() for part in quoted)
        if not quoted and share_of_meaning(claim, each.text) < _COVERED_HERE:
            continue
        score = share_of_meaning(claim, each.text, context_of(each, material.statements, 1))
        score = 1.0 + score if exact else score
        if not quoted or exact:
            best = max(filter(None, [best, (score, each)]), key=lambda pair: pair[0])
    if best is None or best[0] < _COVERED:
        return None
    return _speaker_of(best[1], best[0])


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


def is_by(statement: Statement, who: str) -> bool:
    """Whether a statement is made by the one asked about, or by those who speak for it."""
    said = statement.said
    if said is None:
        return False
    asked = [name_words(name.text) for name in names(f"x {who}")]
    wanted = name_words(who) - _FILLERS
    speaker, role = name_words(said.speaker) - _FILLERS, name_words(said.role) - _FILLERS
    if asked and " " not in said.speaker.strip() and fold(who.split()[-1]) in speaker:
        return True
    if wanted and wanted <= speaker:
        return True
    if wanted and _last(who) in speaker and _is_person(said.speaker):
        return len(wanted) == 1 or bool((wanted - {_last(who)}) & (speaker | role)) or not asked
    plain = f" {' '.join(word for word, _ in spelled(said.speaker))} "
    if len(wanted) == 1 and who.isupper() and not lacking(names(f"x {who}")[0], speaker, plain):
        return True
    spelled_out = re.search(r"\(([A-Z]{2,})\)", f"{said.speaker} {said.role}")
    if spelled_out and who.strip().removeprefix("the ") == spelled_out[1]:
        return True
    # "the hospital": its director speaks for it, as no person's spokesman does for another's words
    common = not any(word[:1].isupper() for word in who.split() if fold(word) not in _FILLERS)
    return bool(wanted) and wanted <= role and (common or _is_owner(said.role, who))


_FILLERS = frozenset(
    "the a an mr mrs ms dr sir dame president minister prime captain governor".split()
)


def _is_person(speaker: str) -> bool:
    words = speaker.split()
    return bool(words) and all(word[:1].isupper() or len(word) < 4 for word in words)


def _is_owner(role: str, who: str) -> bool:
    """ "Varnrail" in "Varnrail's chief executive", where it is an organisation's only word."""
    return bool(re.search(rf"(?i)\b{re.escape(who.removeprefix('the '))}['’]s?\b", role)) and not (
        re.search(
            r"(?i)\b(?:spokes\w+|lawyer|wife|husband|son|daughter|brother|sister|aide)\b", role
        )
    )


def _last(who: str) -> str:
    words = [fold(word) for word in re.findall(r"[^\W_]+(?:[’'.-][^\W_]+)*", who)]
    return words[-1] if words else ""


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
    """The words said, short enough to stand alone: those in quotation marks, where there are any.

    Of a long statement, the clause that speaks most of what was asked about.
    """
    said = statement.said
    if said is None:
        return None
    claim = statement.article.text[said.start : said.end]
    if quoted := _QUOTED.search(claim):
        words = quoted.group(1).strip(" ,")
        return words if len(words.split()) <= _LONGEST_SHORT else None
    words = re.sub(r"^\s*that\s+", "", claim).strip(' \n\t,.;"“”')
    words = _DATELINE.sub("", words)
    if len(words.split()) > _LONGEST_SHORT:
        clauses = [each.strip(" ,.;") for each in _CLAUSES.split(words)]
        words = (
            max(clauses, key=lambda each: share_of_meaning(about, each)) if about else clauses[0]
        )
    return words if 2 < len(words.split()) <= _LONGEST_SHORT else None


def _from_reading(material: Material, who: str) -> Composition:
    """What the reading model found, if a sentence of it names the one asked about."""
    quotes = material.reading.quotes
    last = _last(who)
    named = [each for each in quotes if last in name_words(each.text) and _speaks(each.text)]
    if not named:
        return Composition(nearest=quotes or material.reading.nearest)
    short = material.reading.short if named[0] is quotes[0] else None
    return Composition(tuple(named), short=short)


def _speaks(text: str) -> bool:
    return bool(re.search(rf"(?i)\b{_SAY}\b|[\"“]", text))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
