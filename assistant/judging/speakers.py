"""Who says what in an article: each sentence tied to its speaker, where it has one.

By rule, from the verbs of speech ("said", "denied", "according to"), quotation marks, and pronouns
that lead back to the last person named.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from assistant.dating import WEEKDAY
from assistant.judging.names import (
    DATELINE,
    NAME,
    NAME_WORD,
    NOT_PERSON,
    PARTICLE,
    fold,
    is_person,
    name_words,
    split_name,
    word_list,
)

Manner = Literal["says", "denies", "believes"]

_MANNERS: tuple[Manner, ...] = ("says", "denies", "believes")
_MANNER = {verb: manner for manner in _MANNERS for verb in word_list(manner)}
# These tell only with a figure, a quotation or "that" after them: who measures, speaks as well.
_WEAK = frozenset(word_list("says more"))
_VERB = re.compile(rf"\b(?:{'|'.join(sorted(_MANNER, key=len, reverse=True))})\b")
_NO_SUBJECT = re.compile(
    r"(?i)(?:\b(?:was|were|is|are|been|be|being|to|not|that|which|what(?:\s\w{1,30}){0,3}|as|a|an"
    r"|the|its|their|of|by|widely|previously|commonly|better|and|or|than)|[.;:])\s*$"
)
_SUBJECT_START = re.compile(
    r"(?:^|[.;:!?”\"\x00]\s*|\b(?:and|but|though|although|while|because|as|after|when|that|which)\s+"
    r"|,\s+(?=(?:he|she|it|they)\s))",
)
_SENTENCE_START = re.compile(r"(?:^|[.;:!?”\"\x00]\s*|\b(?:though|although|but)\s+)")
_WHEN = re.compile(
    r"^(?:\w+ (?:days?|weeks?|hours?|months?|years?) (?:later|ago|earlier) |in \w+,? (?=it |he "
    r"|she |the ))"
)
_PRONOUN = re.compile(r"(?i)^(he|she|they|it|who)\b")
_ACCORDING = re.compile(r"(?i)\baccording to (?P<who>[^.;,“”\"]+)")
_NAMES_NEXT = re.compile(
    rf"\s+(?!\w+day\b)(?:(?:the|an?)\s+[A-Za-z]|[A-Z]|(?:[a-z-]+\s){{1,4}}{NAME_WORD}\s{NAME_WORD}\s*(?:[,;]|$))"
)
_OWNERS_NEXT = re.compile(r"\s+(?:its|his|her|their)?\s?(?!nothing|so|little)[a-z-]+\s*(?:[,.;]|$)")
_LEADS = re.compile(
    r"\s+(?:(?:late on|early on|on|in|at|to|over|yesterday|earlier|[A-Z]\w+|parliament|reporters)"
    r"(?:\s[\w.’']+){0,4}?\s)?that\s+"
)
_VERBAL = re.compile(
    r"\b(?:was|were|is|are|has|have|had|would|will|could|may|might|should|can|must|did|does)\b"
)
_APPOSED_NAME = re.compile(
    rf",\s+(?:(?:Sir|Dame|Dr|Captain)\s+)?{NAME.pattern}\s*,\s*$|\w,[^,]*\b(?:the|an?|who|which)\b[^,]*,\s*$"
)
_FITS = re.compile(
    r"(?!(?i:neither|none|nobody|nothing|no)\b)(?:[A-Z]|(?:the|he|she|it|they|an?|its|his|her"
    r"|their|some|many|most)\b|[a-z]+ [a-z ]*[A-Z]|[a-z]+s$|police$)"
)
_AUXILIARY = re.compile(
    r"(?<!\s)\s+(?:has|have|had|also|later|then|now|still|once|first|repeatedly)$"
)
_LEANS = re.compile(
    r"(?:(?:And|But|Then|Later|Still|Yet),? )?(?i:he|she|it|they|his|her|its|their|this|th[eo]se)\b"
)
_LONGEST_OPENED = 600  # characters of a quote with the sentences before it
_FIGURES = frozenset(
    "put measured recorded counted forecast reported reports estimated estimates".split()
)
_QUOTED = re.compile(r"[\"“„][^\"“”„]*[\"”“]?")
_DAY_WORD = re.compile(rf"(?i)(?:(?<!\s)\s+)?\b(?:on|late|early|last|this)?\s*{WEEKDAY}\b.*$")
_OPENS = re.compile(
    r"(?i)^\s*(?:and|but|meanwhile|however|earlier|later|also|so|yet|at first|initially),?\s+"
)
_FULL_NAME = rf"{NAME_WORD}(?:\s+(?:{PARTICLE}\s+)*{NAME_WORD})+"
_INTRODUCED = re.compile(
    rf"(?:^|(?<=[,.;]))(?P<role>[^,.;]*+),\s+(?P<name>{_FULL_NAME})\s*,"
    rf"|(?<!\w)(?<![.!?]\s)(?P<full>{_FULL_NAME})"
)
_THING = re.compile(
    r"\s*(?:[A-Z][A-Z .'-]{2,40}\s[-–—]\s+)?((?:The |An? )?[A-Z]?[\w’'&.-]+(?: "
    r"[\w’'&.-]+){0,5}?)\s+(?:is|was|has|had|will|cut|raised|made|told)\b"
)
_SPEAKS_ON = re.compile(r"(?i).*\b(he|she)\s+(?:said|told|added|called|had|was|is|has)\b")


@dataclass(frozen=True, slots=True)
class Attribution:
    """Who says a sentence, and which of its words are said.

    Attributes:
        speaker: as the article names them, the person first ("Fergus Tolland", "the union").
        role: what the article calls them besides ("The hospital's director"); may be empty.
        manner: whether they say it, deny it, or believe it.
        verb: the word that tells.
        start, end: offsets of the words that are said.
        resolved: whether a pronoun or a quotation that goes on led back to them.
    """

    speaker: str
    role: str
    manner: Manner
    verb: str
    start: int
    end: int
    resolved: bool = False

    @property
    def words(self) -> frozenset[str]:
        """The words of the speaker's name and role, in one spelling."""
        return name_words(f"{self.speaker} {self.role}")


@dataclass
class _Known:
    """Who has been named so far, and which sentence is read."""

    number: int = -1
    last: Attribution | None = None  # who spoke last
    last_at: int = -1
    people: list[tuple[int, str, str]] = field(default_factory=list)  # sentence, name, role
    women: set[str] = field(default_factory=set)
    men: set[str] = field(default_factory=set)
    things: list[tuple[int, str]] = field(default_factory=list)  # sentence, what an "it" may be


def attribute(text: str, spans: Sequence[tuple[int, int]]) -> list[tuple[Attribution | None, int]]:
    """For each sentence: who says it, and where a quote of it has to begin to show who that is.

    Args:
        spans: the sentences, by offsets into the text.
    """
    known = _Known()
    found: list[tuple[Attribution | None, int]] = []
    open_quote = False
    for number, (start, end) in enumerate(spans):
        sentence = text[start:end]
        opener, known.number = start, number
        said = _explicit(sentence, start, known)
        starts_quoted = open_quote or sentence.lstrip()[:1] in {'"', "“", "„"}
        if said is None and starts_quoted and known.last and number - known.last_at <= 1:
            said = replace(known.last, start=start, end=end, resolved=True)
        if said and said.resolved:
            opener = _introduced(text, spans, number, said.speaker, start)
        elif said is None:
            opener = _antecedent(text, spans, number)
        open_quote = _left_open(sentence, open_quote)
        _remember(known, sentence, said)
        found.append((said, opener))
    return found


_TAKEN = re.compile(
    r"(?i)\s+(?:[\w,.-]+\s){0,5}(?:lives?|victims?|victory|responsibility|credit|seats?|titles?)\b"
)


def _explicit(sentence: str, offset: int, known: _Known) -> Attribution | None:
    """The speaker that the sentence itself names or points to."""
    masked = _QUOTED.sub(lambda quoted: "\x00" * len(quoted.group()), sentence)
    if found := _ACCORDING.search(masked):
        who = found["who"].replace("\x00", " ")
        said = (0, found.start()) if found.start() > 3 else (found.end(), len(sentence))
        return _named(who, "according to", offset, said, known)
    told = (_by_verb(masked, verb, offset, known) for verb in _VERB.finditer(masked))
    return next(filter(None, told), None)


def _by_verb(masked: str, verb: re.Match[str], offset: int, known: _Known) -> Attribution | None:
    """The speaker before a verb of speech, or after it: "..., said Pell"."""
    word, before, after = verb.group(), masked[: verb.start()], masked[verb.end() :]
    if re.match(r"\s+to (?:be|have)\b", after) or _NO_SUBJECT.search(before):
        return None
    if word in {"claimed", "claims"} and _TAKEN.match(after):
        return None
    goes_on = word in _WEAK and re.search(r"\band (?:said|told|warned|added)\b", after)
    if _is_inverted(word, before, after):
        who = re.split(r"[.;]|,(?= (?:who|and|but|as|adding))", after.strip())[0]
        return _named(who, word, offset, (0, verb.start()), known)
    rest = after.strip(" \t\n.,;:!?")
    ends = len(_DAY_WORD.sub("", rest).split()) <= 3 and "\x00" not in rest
    aside = after.lstrip().startswith(",")  # "..., she said, but ..."
    trailing = (ends or aside) and bool(re.search(r"[,\x00]", before))
    subject = _subject(before, trailing=trailing)
    if not subject or (word in _WEAK and not goes_on and not _tells(word, after)):
        return None
    begins = before.rfind(subject if subject in before else subject.split()[0])
    if trailing and aside and not ends:
        said = (0, len(masked))
    elif trailing or ("\x00" in before and "\x00" not in rest):
        said = (0, begins)
    else:
        said = (verb.end(), len(masked))
        if led := _LEADS.match(after):
            said = (verb.end() + led.end(), len(masked))
    return _named(subject, word, offset, said, known)


def _is_inverted(word: str, before: str, after: str) -> bool:
    """Whether the speaker follows the verb: "..., said the mayor"."""
    owners = _OWNERS_NEXT.match(after) and _VERBAL.search(before)
    if word not in {"said", "says", "told"} or not (owners or _NAMES_NEXT.match(after)):
        return False
    if re.search(r"\x00\s*$", before):
        return True
    apart = before.rstrip().endswith(",") and not _APPOSED_NAME.search(before)
    return apart and not _VERBAL.search(after.split(",")[0])


def _tells(word: str, after: str) -> bool:
    """Whether what follows a weak verb is something said: a quotation, "that", or a figure."""
    if word in {"called", "calls", "described", "describes", "dismissed", "dubbed"}:
        return "\x00" in after
    if re.match(r":\s*\x00|\s+(?:[\w’']+\s){0,3}?that\b|\s+(?:it|he|she|they)\b", after) or (
        word == "told" and not re.match(r"\s+(?:[\w-]+\s){1,3}to\b", after)
    ):
        return True
    return word in _FIGURES and bool(re.search(r"\d|\x00", after[:80]))


def _subject(before: str, *, trailing: bool) -> str:
    """The subject that stands before a verb: from the last clause's beginning on."""
    text = _AUXILIARY.sub("", _AUXILIARY.sub("", before.rstrip())).rstrip()
    apposed = text.endswith(",")
    text = text.rstrip(" ,")
    begins = _SENTENCE_START if apposed else _SUBJECT_START
    starts = [each.end() for each in begins.finditer(text)]
    begin = max((each for each in starts if each < len(text)), default=0)
    subject = _OPENS.sub("", DATELINE.sub("", text[begin:])).strip(" ,-–—")
    subject = _WHEN.sub("", subject)
    parts = subject.split(", ")
    if trailing:
        subject = ", ".join(parts[-2:] if apposed else parts[-1:])
    elif len(parts) > 1 and not apposed:
        subject = parts[-1] if _FITS.match(parts[-1]) else subject
    subject = _DAY_WORD.sub("", subject).strip(" ,")
    if "\x00" in subject or not 0 < len(subject.split()) <= 16:
        return ""
    return subject if _FITS.match(subject) else ""


def _named(
    subject: str, verb: str, offset: int, said: tuple[int, int], known: _Known
) -> Attribution | None:
    start, end, manner = offset + said[0], offset + said[1], _MANNER.get(verb, "says")
    if (pronoun := _PRONOUN.match(subject)) and len(subject.split()) <= 2:
        meant = _meant(pronoun.group().lower(), known)
        if meant is None or _PRONOUN.fullmatch(meant[0]):
            return None
        return Attribution(*meant, manner, verb, start, end, resolved=True)
    name, role = split_name(subject)
    if not name:
        return None
    for _, person, known_role in reversed(known.people):  # "Kroll said" after "Bastian Kroll"
        if " " not in name and name != person and fold(name) in name_words(person):
            return Attribution(person, known_role, manner, verb, start, end)
    return Attribution(name, role, manner, verb, start, end)


def _meant(pronoun: str, known: _Known) -> tuple[str, str] | None:
    """Whom a pronoun leads back to: who spoke last, else the last person named, of its sex."""
    spoke = known.last
    if pronoun == "it":
        near = [each for at, each in known.things if known.number - at == 1]
        if spoke and NOT_PERSON.search(spoke.speaker) and known.number - known.last_at <= 2:
            return spoke.speaker, spoke.role
        return (near[-1], "") if near else None
    if pronoun == "they":
        return (spoke.speaker, spoke.role) if spoke else None
    wrong = known.men if pronoun == "she" else known.women
    people = [each for each in known.people if each[1] not in wrong]
    if spoke and is_person(spoke.speaker) and spoke.speaker not in wrong:
        newer = [each for each in people if each[0] > known.last_at]
        return newer[-1][1:] if newer else (spoke.speaker, spoke.role)
    # Of those of the latest sentence the first: the subject comes first.
    return next((each[1:] for each in people if each[0] == people[-1][0]), None)


def _introduced(
    text: str, spans: Sequence[tuple[int, int]], number: int, speaker: str, start: int
) -> int:
    """Where the nearest sentence begins that names the speaker, at most two sentences before."""
    last = speaker.split()[-1]
    near = reversed(spans[max(0, number - 2) : number + 1])
    return next((begin for begin, end in near if last in text[begin:end]), start)


def _antecedent(text: str, spans: Sequence[tuple[int, int]], number: int) -> int:
    """Where a quote begins that says who "he" or "it" is: at most two sentences before."""
    start, end = spans[number]
    for back in range(number, max(-1, number - 3), -1):
        begin, stop = spans[back]
        after = spans[back + 1][0] if back < number else stop
        if end - begin > _LONGEST_OPENED or text[stop:after].strip():
            break
        start = begin
        if not _LEANS.match(text[begin:stop]):
            break
    return start


def _left_open(sentence: str, was_open: bool) -> bool:
    """Whether a quotation goes on after the sentence's end."""
    opened, closed = sentence.count("“"), sentence.count("”")
    if opened or closed:
        return (was_open + opened - closed) > 0
    return was_open != bool(sentence.count('"') % 2)


def _remember(known: _Known, sentence: str, said: Attribution | None) -> None:
    speaker = said.speaker if said else ""
    masked = _QUOTED.sub(lambda quoted: " " * len(quoted.group()), sentence)
    for part in _INTRODUCED.finditer(masked):
        name, title = split_name(part["name"] or part["full"])
        if name and is_person(name) and " " in name:
            role = (part["role"] or "").strip() or title
            known.people.append((known.number, name, role))
    for name in NAME.findall(masked):
        for _, person, role in list(known.people) if " " not in name else ():
            if name != person and fold(name) == fold(person.split()[-1]):
                known.people.append((known.number, person, role))
                break
    if said:
        known.last, known.last_at = said, known.number
    if said and is_person(speaker):
        known.people.append((known.number, speaker, said.role))
        pronoun = _SPEAKS_ON.match(masked) if said.resolved else None
        tail = pronoun[1] if pronoun else masked[masked.find(speaker.split()[-1]) :]
        she, he = (bool(re.search(rf"(?i)\b{each}\b", tail)) for each in ("she", "he"))
        if she != he:
            (known.women if she else known.men).add(speaker)
    elif (subject := _THING.match(masked)) or said:
        known.things.append((known.number, subject[1] if subject else speaker))
