"""Speakers' names as articles print them: the person, and what the article calls them besides."""

from __future__ import annotations

import re

from assistant.judging.names import fold

NAME_WORD = r"[A-Z][^\W\d_]*(?:[’'.-][^\W\d_]+)*\.?"


PARTICLE = r"(?:de|del|della|van|von|der|den|al|el|bin|ibn|di|da|la|le|du|dos|ter)"


NAME = re.compile(rf"{NAME_WORD}(?:\s+(?:{PARTICLE}\s+)*{NAME_WORD})*")


_HEADS = re.compile(
    r"^(?:.*\b)?(?:President|Minister|Governor|Inspector|Captain|Councillor|Chancellor|Senator|Judge"
    r"|Mayor|Doctor|Dr|Professor|General|Colonel|Secretary|Ambassador|Commissioner|Chief|Bishop|Pope"
    r"|Sheriff|Detective|Officer|Coach|Justice|Superintendent|Sergeant|Admiral|Director|Chairman"
    r"|Spokesman|Spokeswoman|Spokesperson|Lord|Prince|Princess|King|Queen)\s+(?=[A-Z])"
)


_OWNS = re.compile(r"[’']s?$")


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
        if before and " " in last and not _JOINED.search(before) and not _OWNS.search(before):
            return last, before
    return head, ", ".join(parts[1:])


def is_person(name: str) -> bool:
    """Whether it is written as a person's name is, and holds no word of an organisation."""
    return bool(NAME.fullmatch(name)) and not NOT_PERSON.search(name)
