"""Sentences of an article turned into questions, by templates that leave most sentences alone.

A sentence is used only where its shape is plain: a subject, a verb of a closed list (`verbs.txt`,
past and base form), what follows it, and a reason, a day, a number or what somebody said
(`said_questions.py`). The question must name something by a proper name, which is told by its
capital within a sentence of the article, and must not point at anything outside of itself ("it",
"this", "also").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from assistant.composing.said_questions import ask_what_was_said
from assistant.dating import MONTH, WEEKDAY
from assistant.followup.standing import leans
from assistant.judging.names import NAME_WORD, is_person
from index.splitting import Span, sentences, split

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index import Article

_MOST_WORDS = 14
_DAY = (
    rf"(?:(?:on|in|by) (?:\d{{1,2}} (?:{MONTH})(?: \d{{4}})?|(?:{MONTH})(?: \d{{1,2}})?"
    r"(?:,? \d{4})?|\d{4}))"
)
_ANY_DAY = rf"(?:{_DAY}|on {WEEKDAY})"  # answers no question
_NAME = r"[A-Z][\w’'.-]*\w(?: (?:(?:of|for|and|the|de|al|bin) )?[A-Z0-9][\w’'.-]*\w){0,4}"
_ROLE = r"(?: (?:government|parliament|cabinet|ministry|company|court|party|president|leader))?"
_NO_NAME = (
    r"(?:It|He|She|They|The|There|This|That|These|Those|We|You|I|In|On|At|If|A|An|And|But|Or|So|Yet"
    r"|As|For|From|To|By|With|When|While|Since|After|Before|Until|Because|Although|Though|However"
    r"|Meanwhile|Instead|Still|Also|Then|Now|Here|Both|Some|Many|Most|One|Two|Our|His|Her|Their|My"
    r"|Its|No|Not|Only|Even|Just|Last|Earlier|Later|Former|Voters?|Residents?|Analysts?|Officials?)\b"
)
_SUBJECT = rf"(?P<subject>(?:The )?(?!{_NO_NAME}){_NAME}{_ROLE}|The [a-z]+(?: [a-z]+)?)"
_BESIDE = r"(?:, [^,.;:]{2,70},)?"  # "Ellen Lord, the Pentagon's chief weapons buyer, said"
_BEGINS = rf"^(?:(?i:{_ANY_DAY}),? )?{_SUBJECT}{_BESIDE}"
_REST = r"(?P<rest>[^,;:.()“”\"]*?)"
_ENDS = r"(?=[,.;]| and |$)"
_PARTICIPLE = (  # of what happens on a day
    r"(?P<verb>appointed|arrested|chosen|convicted|elected|executed|founded|freed|indicted|injured"
    r"|killed|launched|named|nominated|opened|passed|released|sentenced|shot|signed|sold|sworn)"
)
_AUXILIARY = r"(?:would|was|were|is|are|has|had|will|could|must|may|might)"
_VERB = r"(?!(?:be|an?|the|its|his|her|their|[a-z]*[^s]s)\b)[a-z]+(?= )"  # not "agreed to terms"
_SHIFTING = re.compile(r"\b(?:instead|also|too|again|then|now|already|soon|later|earlier)\b ?")
_PRESENT = {"wants", "needs", "plans", "fears", "expects", "opposes", "supports", "backs", "hopes"}
_TELLS = {
    "announced": "announce",
    "admitted": "admit",
    "concluded": "conclude",
    "confirmed": "confirm",
    "revealed": "reveal",
    "warned": "warn",
    "said": "say",
}
_INTENDS = {
    "agreed": "agree",
    "decided": "decide",
    "offered": "offer",
    "promised": "promise",
    "refused": "refuse",
    "threatened": "threaten",
    "vowed": "vow",
}
_CLAUSE = re.compile(
    r"\b(?:I|me|my|we|us|our|you|your|it|its|he|him|his|she|her|they|them|their|this|these|those"
    r"|that|which|who|whom|whose|when|while|where|after|before|but|because|if|said|says)\b"
    rf"|\b(?:{WEEKDAY}|yesterday|today|tomorrow)\b"
)
_NUMBERED = re.compile(r"^(?:about|nearly|almost|some|more|less|at least|over)?\b ?[$€£]?\d")


@dataclass(frozen=True, slots=True)
class Made:
    """A question, and the sentence it was made from: `article.text[start:end]`."""

    question: str
    article_id: str
    start: int
    end: int


def make(article: Article) -> Iterator[Made]:
    """The questions that an article's sentences may answer, in its order, then what was said.

    None of a sentence that is quoted speech or whose subject or object is not plain.
    """
    if article.language not in {None, "en"}:
        return
    spans: dict[int, Span] = {}
    for passage in split(article):
        for each in sentences(article.text, Span(passage.start, passage.end), article.language):
            spans.setdefault(each.start, each)
    asked: set[str] = set()
    for each in spans.values():
        sentence = " ".join(article.text[each.start : each.end].split())
        if question := _question(sentence, article):
            asked.add(question)
            yield Made(question, article.id, each.start, each.end)
    for question, each in ask_what_was_said(article, list(spans.values())):
        if question not in asked and _stands_alone(question):
            asked.add(question)
            yield Made(question, article.id, each.start, each.end)


def _question(sentence: str, article: Article) -> str:
    """The first template that fits, or nothing."""
    for template in (_why, _told, _intended, _how_many, _how_many_did, _when, _when_was, _who):
        question = template(sentence)
        if question and _is_plain(question, article):
            return question
    return ""


def _why(sentence: str) -> str:
    """ "Finland decided to join because of the invasion" -> "Why did Finland decide to join?" """
    fits = _pattern(rf"{_BEGINS} (?P<verb>\w+) {_REST} because\b").match(sentence)
    if fits and fits["verb"] in _PRESENT and fits["rest"]:
        return f"Why does {_lower(fits['subject'])} {fits['verb'][:-1]} {fits['rest']}?"
    return _did("Why", fits)


def _when(sentence: str) -> str:
    """ "Hungary's parliament approved Finland's entry on 27 March" -> "When did ... ?" """
    fits = _pattern(rf"{_BEGINS} (?P<verb>\w+) {_REST} {_DAY}{_ENDS}").match(sentence)
    return "" if fits and _NUMBERED.match(fits["rest"]) else _did("When", fits)


def _when_was(sentence: str) -> str:
    """ "Collins was chosen to lead the party in July" -> "When was Collins chosen to ...?" """
    pattern = rf"{_BEGINS} (?P<be>was|were) {_PARTICIPLE} ?{_REST} ?{_DAY}{_ENDS}"
    fits = _pattern(pattern).match(sentence)
    if not fits:
        return ""
    words = f"When {fits['be']} {_lower(fits['subject'])} {fits['verb']} {fits['rest']}"
    return f"{_tidy(words)}?"


def _how_many(sentence: str) -> str:
    """ "The Greens won 10 seats" -> "How many seats did the Greens win?" """
    number = r"(?:about |nearly |almost |more than |at least |over )?\d[\d,]*"
    things = rf"{number} (?P<noun>[a-z]+s)(?:{_ENDS}| (?:in|from) )"
    fits = _pattern(rf"{_BEGINS} (?:has |had )?(?P<verb>\w+) {things}").match(sentence)
    base = _bases().get(fits["verb"]) if fits else None
    if not fits or base is None:
        return ""
    return f"How many {fits['noun']} did {_lower(fits['subject'])} {base}?"


def _how_many_did(sentence: str) -> str:
    """ "About 5,000 people were hurt in Beirut" -> "How many people were hurt in Beirut?" """
    number = r"(?:(?i:about|nearly|almost|more than|at least|over) )?\d[\d,.]*(?: [mb]illion)?"
    verb = "|".join([r"were|have been|had been|are|will be|[a-z]+ed", *_bases()])
    fits = _pattern(
        rf"^(?:(?i:{_ANY_DAY}),? )?{number} (?P<noun>people|(?:[a-z]+ )?[a-z]{{3,}}s) "
        rf"(?P<verb>{verb}) {_REST}{_ENDS}"
    ).match(sentence)
    if not fits or not fits["rest"] or _pattern(rf"\b{_ANY_DAY}").search(fits["rest"]):
        return ""
    words = f"How many {fits['noun']} {fits['verb']} {fits['rest']}"
    return f"{_tidy(words)}?"


def _told(sentence: str) -> str:
    """ "Ellen Lord said Turkey would lose work" -> "What did Ellen Lord say about Turkey?"

    Not without what it was about: "What did Southwest warn?" means nothing to who comes in.
    """
    topic = rf"(?P<topic>(?!{_NO_NAME})(?:the )?{_NAME}) {_AUXILIARY}\b"
    verb = rf"(?:has |had )?(?P<verb>{'|'.join(_TELLS)})"
    fits = _pattern(rf"{_BEGINS} {verb} (?:that )?{topic}").match(sentence)
    if not fits or fits["topic"] in fits["subject"] or " " not in fits["subject"]:
        return ""
    return f"What did {_lower(fits['subject'])} {_TELLS[fits['verb']]} about {fits['topic']}?"


def _intended(sentence: str) -> str:
    """ "Ankara had offered to set up a group" -> "What did Ankara offer to do?" """
    pattern = rf"{_BEGINS} (?:has |had )?(?P<verb>{'|'.join(_INTENDS)}) to {_VERB}"
    fits = _pattern(pattern).match(sentence)
    return f"What did {_lower(fits['subject'])} {_INTENDS[fits['verb']]} to do?" if fits else ""


def _who(sentence: str) -> str:
    """ "Ada Quill founded the Velm Review in 1998" -> "Who founded the Velm Review in 1998?" """
    fits = _pattern(
        rf"^(?:(?i:{_ANY_DAY}),? )?(?P<subject>(?!{_NO_NAME}){NAME_WORD}(?: {NAME_WORD}){{1,3}}),? "
        rf"(?:has |had )?(?P<verb>[a-z]+ed|{'|'.join(_bases())}) (?=the |an? |[A-Z$€£\d]){_REST}"
        r"(?=[,;]|\.$| and [a-z]+ed )"
    ).match(sentence)
    if not fits or not is_person(fits["subject"]):
        return ""
    words = f"Who {fits['verb']} {fits['rest']}"
    return f"{_tidy(words)}?"


def _did(asks: str, fits: re.Match[str] | None) -> str:
    base = _bases().get(fits["verb"]) if fits else None
    if not fits or base is None or not fits["rest"].strip():
        return ""
    words = f"{asks} did {_lower(fits['subject'])} {base} {fits['rest']}"
    return f"{_tidy(words)}?"


def _is_plain(question: str, article: Article) -> bool:
    """Whether it stands alone: short, about something named, pointing at nothing outside of it."""
    if not _stands_alone(question):
        return False
    runs = re.findall(r"(?<= )[A-Z0-9][\w’'.-]*(?: [A-Z][\w’'.-]*)*", question)
    names = [run for run in runs if run[0].isalpha()]
    spoken = " ".join(names).split()
    return 0 < len(spoken) == len(set(spoken)) and all(
        _is_name(run, article.text) and not _is_part(run, article.text) for run in names
    )


def _stands_alone(question: str) -> bool:
    words = question.rstrip("?").split()
    asked = " ".join(words[1:])
    return not (len(words) > _MOST_WORDS or _CLAUSE.search(asked) or leans(question))


def _is_name(run: str, text: str) -> bool:
    """Whether it is a name: within a sentence, too, it begins with a capital, and never without.

    The first word tells, for that of "Forward Joe Ingles" has its capital from the sentence only;
    what is explained ("Ellen Lord, the Pentagon's buyer,") is a name as it stands.
    """
    bare = re.escape(re.sub(r"[’']s$", "", run.split()[0]))
    explained = " " in run and f"{run}, " in text
    return (explained or bool(re.search(rf"[a-z,0-9)] {bare}\b", text))) and not all(
        re.search(rf"\b{re.escape(word.lower())}\b", text) for word in run.split()
    )


def _is_part(run: str, text: str) -> bool:
    """Whether one word is but the end of a name in the article: "Harris" of "Franco Harris"."""
    bare = re.escape(re.sub(r"[’']s$", "", run))
    longer = rf"\b(?!{_NO_NAME})[A-Z][\w’'-]+ {bare}\b"
    return " " not in run and re.search(longer, text) is not None


def _lower(subject: str) -> str:
    return f"the{subject[3:]}" if subject.startswith("The ") else subject


def _tidy(words: str) -> str:
    return " ".join(_SHIFTING.sub("", words).split())


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


@cache
def _bases() -> dict[str, str]:
    """By its past form, how a verb of the news reads after "did"."""
    listed = files("assistant.composing").joinpath("verbs.txt").read_text("utf-8")
    return dict(pair.split(":", 1) for pair in listed.split())
