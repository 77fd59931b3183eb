"""Questions about what somebody says in an article, made from the sentences that it attributes.

"What did Ada Quill say about the harbour?": a speaker with a name, and about what, which is a name
or a noun of the headline that the sentence itself speaks of.
"""

from __future__ import annotations

import re
from itertools import takewhile
from typing import TYPE_CHECKING

from assistant.dating import MONTH, WEEKDAY
from assistant.judging.names import NAME_WORD, PARTICLE, is_person
from assistant.judging.speakers import attribute
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from index import Article
    from index.splitting import Span

_JOINS = rf"(?:{PARTICLE}|of|the|for|and)"
_SPEAKER = re.compile(rf"(?:[Tt]he )?{NAME_WORD}(?: (?:{_JOINS} )*{NAME_WORD}){{1,5}}")
_OWNS = re.compile(r"[’']s?$")
_NO_SPEAKER = re.compile(
    r"\b(?:[A-Z]{6,}|Read|Here|While|When|After|Photo|Image|Getty|Reuters|Associated Press|AP"
    r"|Times|Post|News|CNN|Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)\b"
)
_NO_TOPIC = re.compile(rf"^(?:{WEEKDAY}|{MONTH}|Mr|Mrs|Ms|Dr|I|I[’']\w+|CNN|AP|Reuters)\b")
_FUNCTION = (
    r"(?:is|are|was|were|be|been|has|have|had|will|would|can|could|may|might|must|should|do|does"
    r"|did|and|or|but|of|in|on|at|to|for|from|by|with|about|into|over|under|after|before|during"
    r"|between|against|that|which|who|whose|when|where|while|as|than|because|if|so|not)"
)
_ENDS = rf"(?=[,.;:!?”\"]|[’']s {_FUNCTION}\b|\s+{_FUNCTION}\b|$)(?! (?:and|of|for) [A-Z])"
_NAMED = re.compile(
    rf"(?<!\S)(?P<topic>(?P<the>[Tt]he )?{NAME_WORD}(?: (?:(?:of|de|al|bin) )?{NAME_WORD}){{0,3}})"
    rf"{_ENDS}"
)
_NOUN = rf"(?!{_FUNCTION}\b)[a-z][\w-]*"
_THINGS = re.compile(
    rf"\b(?P<the>(?:[Tt]he|[Ii]ts|[Hh]is|[Hh]er|[Tt]heir|[Tt]his|[Tt]hat) )"
    rf"(?P<topic>{_NOUN}(?: {_NOUN}){{0,2}})"
    rf"|\b(?:of|about|on|over|against|for|with) (?P<bare>{_NOUN}(?: {_NOUN}){{0,2}}){_ENDS}"
)
_NO_NOUN = re.compile(r"(?:ly|ing|ed)$|^(?:it|them|him|her|us|me|you|all|more|now|then|here)$")


def ask_what_was_said(article: Article, spans: Sequence[Span]) -> Iterator[tuple[str, Span]]:
    """Questions, each with the sentence it was made from, those about the headline's subject first.

    Args:
        spans: the article's sentences.
    """
    headline = stems(article.title)
    first: list[tuple[str, Span]] = []
    rest: list[tuple[str, Span]] = []
    introduced: list[tuple[str, Span]] = []
    said = attribute(article.text, [(each.start, each.end) for each in spans])
    for (told, _), span in zip(said, spans, strict=True):
        if told is None or told.manner != "says":
            continue
        speaker = " ".join(told.speaker.split())
        if not _SPEAKER.fullmatch(speaker) or _OWNS.search(speaker) or _NO_SPEAKER.search(speaker):
            continue
        words = " ".join(article.text[told.start : told.end].split())
        before = " ".join(article.text[span.start : told.start].split())
        for topic, known in _topics(words, stems(speaker), headline, opens=not before):
            who = f"the{speaker[3:]}" if speaker.startswith("The ") else speaker
            question = f"What did {who} say about {topic}?"
            (first if known else rest).append((question, span))
            break
        if is_person(speaker) and len(told.role.split()) > 1 and not told.resolved:
            introduced.append((f"Who is {speaker}?", span))
    yield from first
    yield from rest
    yield from introduced


def _topics(
    words: str, speaker: frozenset[str], headline: frozenset[str], *, opens: bool
) -> list[tuple[str, bool]]:
    """What is spoken of, those things first that the headline names: (the words, whether it does).

    Args:
        opens: whether the words begin a sentence, where a capital tells no name.
    """
    found: list[tuple[str, bool]] = []
    for named in _NAMED.finditer(words):
        topic = named["topic"].rstrip(".")
        topic = f"the{topic[3:]}" if named["the"] else topic
        bare, before = topic.removeprefix("the "), words[: named.start()].split()[-2:]
        begins = (opens and not before) or (bool(before) and before[-1].endswith((".", "?", "!")))
        joined = bool(before) and (before[-1][:1].isupper() or before[-1] == "&")
        joined |= len(before) > 1 and before[0][:1].isupper() and before[1] in {"of", "and", "for"}
        own = stems(topic)
        if not own or own & speaker or joined or _NO_TOPIC.match(bare):
            continue
        if own <= headline or (" " in bare and not begins):
            found.append((topic, own <= headline))
    for things in _THINGS.finditer(words):
        nouns = (things["topic"] or things["bare"]).split()
        if things["the"]:  # "the storm took half": up to the last word that the headline has
            while nouns and not _is_in(nouns[-1], headline):
                nouns.pop()
        known = list(takewhile(lambda noun: _is_in(noun, headline), reversed(nouns)))[::-1]
        if not known or _NO_NOUN.search(known[-1]) or stems(known[-1]) & speaker:
            continue
        if things["the"]:
            found.append((f"the {' '.join(known)}", True))
        elif len(known) == len(nouns) and (len(known) > 1 or known[0].endswith("s")):
            found.append((" ".join(known), True))
    return sorted(found, key=lambda each: not each[1])


def _is_in(word: str, headline: frozenset[str]) -> bool:
    own = stems(word)
    return bool(own) and own <= headline
