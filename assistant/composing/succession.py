"""Who holds a post: not the one who has left it, where an article says so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.composing.composition import Composition, Material, context_of, quote_of
from assistant.composing.day_words import label_of
from assistant.judging.synonyms import share_of_meaning

if TYPE_CHECKING:
    from assistant.composing.statements import Statement

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
_RELEVANT = 0.4


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
        if share_of_meaning(material.question, statement.text) < _RELEVANT:
            continue
        if newest is None or statement.day > newest.day:
            newest = statement
    if newest is None or _is_older(material, newest):
        return None
    for place in _from(material, newest):
        if found := _SUCCESSOR.search(place.text):
            name = found["name"] or found["name2"]
            quotes = tuple(quote_of(each, 0.9) for each in dict.fromkeys([place, newest]))
            lead = f"{name} ({label_of(place.article)})" if label_of(place.article) else name
            return Composition(quotes, short=name, lead=lead)
    return None


def _from(material: Material, newest: Statement) -> list[Statement]:
    """The statement and the next one."""
    return [
        each
        for each in material.statements
        if each.article.id == newest.article.id
        and each.field == "text"
        and newest.number <= each.number <= newest.number + 1
    ]


def _is_older(material: Material, statement: Statement) -> bool:
    """Whether what was found stands in a later article than the one that tells of the leaving."""
    quotes = material.reading.quotes
    published = quotes[0].article.published if quotes else None
    return bool(published and statement.day and published.first.isoformat() > statement.day)
