"""The names of a text (people, places, outlets, days, months) and whether another text has them.

And speakers as articles print them: the person, and what the article calls them besides.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING

from assistant.dating import MONTHS
from index.terms import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@cache
def word_list(name: str) -> tuple[str, ...]:
    """The words of a list in `word_lists.txt`."""
    text = files("assistant.judging").joinpath("word_lists.txt").read_text("utf-8")
    lines = [line.partition(":") for line in text.splitlines() if line[:1] != "#"]
    return tuple(word for key, _, words in lines if key == name for word in words.split())


_WORD = re.compile(r"(?:[^\W\d_]\.){2,}|[^\W_]+(?:[’'.&-][^\W_]+)*", re.UNICODE)
_JOINS = re.compile(r"[\s.]{1,3}(?:(?:of|the|de|van|von|der|al|bin|and) )?|\s?-\s?")
_POSSESSIVE = re.compile(r"[’']s?$")
_OPENERS = frozenset(word_list("openers"))
_SHORT = {month[:3].lower(): month.lower() for month in MONTHS} | {"sept": "september"}
_TITLES = frozenset(
    "mr mrs ms dr sir dame lord lady prof president prime minister chief king queen prince".split()
)
DEMONYMS = dict(pair.split(":") for pair in word_list("demonyms"))
"""What people and things of a country are called, and the country."""
# Words that are part of many names, and tell none of them from another.
OF_MANY = frozenset(word_list("of many names"))
_LONG_FORMS = {
    "us": ("united states", "america", "american", "washington"),
    "usa": ("united states", "america"),
    "uk": ("united kingdom", "britain"),
    "eu": ("european union",),
    "un": ("united nations",),
    "who": ("world health organization", "world health organisation"),
    "fed": ("federal reserve",),
}


@dataclass(frozen=True, slots=True)
class Name:
    """A run of words with capitals.

    Attributes:
        words: its words in one spelling: no case, accents, possessive or titles.
        sure: whether it must be a name; the first word of a sentence may be any word.
        text, start: as it is written, and where.
    """

    words: tuple[str, ...]
    sure: bool
    text: str
    start: int


@lru_cache(maxsize=50_000)  # as many as `stem` keeps: an article says most of its words again
def fold(word: str) -> str:
    """A word in one spelling: no case, accents, dots or possessive; months in full."""
    bare = _POSSESSIVE.sub("", word.replace("’", "'"))
    parts = unicodedata.normalize("NFKD", bare.casefold())
    plain = "".join(each for each in parts if not unicodedata.combining(each)).replace(".", "")
    return _SHORT.get(plain, plain)


def spelled(text: str) -> list[tuple[str, int]]:
    """The words of a text in one spelling, hyphenated ones in parts, with where they start."""
    found = []
    for match in _WORD.finditer(text):
        start = match.start()
        for part in match.group().split("-"):
            found.append((fold(part), start))
            start += len(part) + 1
    return found


def names(text: str) -> list[Name]:
    """The names of a text, in order; neighbouring words with capitals are one name."""
    words = list(_WORD.finditer(text))
    found: list[Name] = []
    run: list[re.Match[str]] = []
    for match in words:
        if _capital(match.group()):
            joined = bool(run) and bool(_JOINS.fullmatch(text, run[-1].end(), match.start()))
            dotted = bool(run) and run[-1].group().endswith(".")  # U.S. Treasury
            if run and not (joined and (dotted or not _begins(text, match.start()))):
                found += _name(text, run)
                run = []
            run.append(match)
        elif run and match.group().lower() not in {"of", "the", "de", "van", "von", "der", "bin"}:
            found += _name(text, run)
            run = []
    return [*found, *_name(text, run)] if run else found


def in_order(text: str) -> str:
    """The words of a text in one spelling, with a space on both ends: " ada roe resigned "."""
    return f" {' '.join(word for word, _ in spelled(text))} "


def lacking(name: Name, plain: str) -> list[str]:
    """The words of a name that another text lacks.

    Args:
        plain: the text, as `in_order` gives it.
    """
    missing = [word for word in name.words if not _has(word, plain)]
    if missing and _abbreviates(name, plain):
        return []
    return missing


def lacking_all(name: Name, text: str) -> bool:
    """Whether a text has no word of a name that tells it from others, in whatever form."""
    missing = lacking(name, in_order(text))
    telling = [word for word in name.words if word not in OF_MANY] or name.words
    return all(word in missing for word in telling)


def _has(word: str, plain: str) -> bool:
    if f" {word} " in plain:
        return True
    there = frozenset(plain.split())
    country = DEMONYMS.get(word)
    if country and (country in there or any(DEMONYMS.get(each) == country for each in there)):
        return True
    if any(DEMONYMS.get(each) == word for each in there):
        return True
    if (word.endswith("s") and word[:-1] in there) or f"{word}s" in there:
        return True
    if any(f" {form} " in plain for form in _LONG_FORMS.get(word, ())):
        return True
    return 2 <= len(word) <= 6 and _initials_stand(word, plain)


def _initials_stand(word: str, plain: str) -> bool:
    """Whether the text spells the letters out: "fdic", "federal deposit insurance corporation"."""
    words = [each for each in plain.split() if each not in {"of", "the", "and", "for"}]
    return len(word) > 2 and any(
        all(w.startswith(letter) for w, letter in zip(words[n:], word, strict=False))
        for n in range(len(words) - len(word) + 1)
    )


def _abbreviates(name: Name, plain: str) -> bool:
    """Whether the text has the name's initials, or the short form of a well-known name."""
    spoken = " ".join(name.words)
    short = [each for each, forms in _LONG_FORMS.items() if spoken in forms]
    if any(f" {each} " in plain for each in short):
        return True
    letters = "".join(word[0] for word in name.words if word)
    return len(letters) > 2 and f" {letters} " in plain


def _name(text: str, run: Sequence[re.Match[str]]) -> Iterable[Name]:
    first = run[0]
    opens = _begins(text, first.start())
    words = list(run)
    if opens and _is_opener(first.group()):
        words = words[1:]
        opens = False
    parts = [
        (fold(part), match)
        for match in words
        for part in re.split(r"[-–]", match.group())
        if part and not part.isdigit()
    ]
    kept = tuple(
        word
        for word, match in parts
        if word and word not in _TITLES and (word not in STOP_WORDS or match.group().isupper())
    )
    if not kept:
        return []
    sure = not opens or len(words) > 1 or not words[0].group().istitle()
    start = words[0].start()
    return [Name(kept, sure, text[start : words[-1].end()], start)]


def _is_opener(word: str) -> bool:
    folded = word.casefold()
    return (folded in _OPENERS or folded in STOP_WORDS) and not (word.isupper() and len(word) > 1)


def _capital(word: str) -> bool:
    return any(part[:1].isupper() for part in re.split(r"[-–'’]", word)) and word != "I"


def _begins(text: str, start: int) -> bool:
    """Whether a sentence or a quotation begins here."""
    before = text[:start].rstrip(" \t\n\"“‘'(")
    return not before or before[-1] in ".!?:…;"


NAME_WORD = r"[A-Z][^\W\d_]*(?:[’'.-][^\W\d_]+)*\.?"
PARTICLE = r"(?:de|del|della|van|von|der|den|al|el|bin|ibn|di|da|la|le|du|dos|ter)"
DATELINE = re.compile(
    r"^\s*[A-ZÀ-ÖØ-Þ][A-ZÀ-ÖØ-Þ .,'’/-]{2,40}(?:(?<=, )[A-Z][a-z.]{1,15}(?: \d{1,2})?,?\s?"
    r"|(?<=, )\d{1,2} [A-Z][a-z.]{2,9}\s?)?(?:\([A-Z][\w ]{1,20}\)\s)?\s?[-–—]\s+"
)
"""The place, in capitals, that a report opens with, and perhaps the day and the agency."""
NAME = re.compile(rf"{NAME_WORD}(?:\s+(?:{PARTICLE}\s+)*{NAME_WORD})*")
_HEADS = re.compile(
    r"^(?:.*\b)?(?:President|Minister|Governor|Inspector|Captain|Councillor|Chancellor|Senator|Judge"
    r"|Mayor|Doctor|Dr|Professor|General|Colonel|Secretary|Ambassador|Commissioner|Chief|Bishop|Pope"
    r"|Sheriff|Detective|Officer|Coach|Justice|Superintendent|Sergeant|Admiral|Director|Chairman"
    r"|Spokesman|Spokeswoman|Spokesperson|Lord|Prince|Princess|King|Queen)\s+(?=[A-Z])"
)
_JOINED = re.compile(r"(?i)\b(?:of|in|for|from|at|on|the|with|to|and)$")
NOT_PERSON = re.compile(
    r"(?i)\b(?:ministry|agency|authority|organi[sz]ation|union|company|bank|office|service|police"
    r"|department|government|commission|council|committee|party|university|institute|centre|center"
    r"|group|court|union|association|federation|fund|inc|ltd|corp|hospital|school|kremlin|house"
    r"|board|bureau|survey|observatory|league|club|team|firm|airline|army|navy|forces)\b"
)


def name_words(text: str) -> frozenset[str]:
    """The words of a name in one spelling, without possessive owners' endings."""
    return frozenset(fold(word) for word in re.findall(r"[^\W_]+(?:[’'.&-][^\W_]+)*", text))


def split_name(subject: str) -> tuple[str, str]:
    """ "The hospital's director, Fergus Tolland" -> ("Fergus Tolland", "The hospital's director").

    What is no person keeps its whole name: ("the ambulance service", "").
    """
    subject = " ".join(subject.replace("\x00", " ").split()).strip(" ,.")
    parts = [each.strip() for each in subject.split(",") if each.strip()]
    for part in reversed(parts) if len(parts) > 1 else ():
        whole = re.sub(r"^Sir |^Dame |^Dr |^Mr |^Mrs |^Ms ", "", part)
        if NAME.fullmatch(whole) and not NOT_PERSON.search(part):
            return part, ", ".join(each for each in parts if each is not part)
    head = parts[0] if parts else ""
    if len(parts) > 1 and not NOT_PERSON.search(head) and NAME.fullmatch(head):
        return head, ", ".join(parts[1:])
    names = list(NAME.finditer(head))
    if names and names[-1].end() == len(head) and not NOT_PERSON.search(names[-1].group()):
        last = names[-1].group()
        before = head[: names[-1].start()].strip()
        titled = _HEADS.match(last)
        if titled:
            return last[titled.end() :], f"{before} {titled.group()}".strip()
        if before and " " in last and not _JOINED.search(before) and not _POSSESSIVE.search(before):
            return last, before
    return head, ", ".join(parts[1:])


def is_person(name: str) -> bool:
    """Whether it is written as a person's name is, and holds no word of an organisation."""
    return bool(NAME.fullmatch(name)) and not NOT_PERSON.search(name)
