"""Whether a sentence is about those that a question names, and its words belong to them."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.judging.asked import lemmas, times_named
from assistant.judging.names import DEMONYMS, OF_MANY, in_order, lacking, names, word_list
from assistant.reading.overlap import stem

if TYPE_CHECKING:
    from assistant.judging.answer_words import AnswerWords
    from assistant.judging.asked import Asked
    from assistant.judging.names import Name
    from index import Article

_NAMESAKES = frozenset(
    "canal bank lake river bridge tower airport university museum hospital cathedral".split()
)
_SAME_OPENING = 4  # letters: Kiev and Kyiv are another matter, Erdogan and Erdoğan's are not
_ALIKE = 0.75
_ROLE_NOUNS = word_list("roles")
_ROLES_OF_VERBS = dict(each.split(":") for each in word_list("roles of verbs"))
_NO_OWNERS = frozenset("Its His Her Their Our My This That".split())
_VERB_BEFORE = re.compile(
    r"(?i)\b(?:did|do|does|will|would|has|have|had)\s(?:[\w’'-]+\s){1,6}?(?<!\bthe\s)(?<!\ba\s)(\w+)\s(?:the\s)?$"
)
SUCCEEDED = re.compile(r"(?i)\b(?:replaced|succeeded|followed) by\s$")
"""Before the name of one who comes into a post."""
_ARTICLE = re.compile(r"^(?:The|An?)\s")
_NAME = r"[A-Z][\w’'.-]*(?:\s(?:of\s(?:the\s)?)?[A-Z][\w’'.-]*){0,4}"

_AT_A_PLACE = re.compile(
    rf"(?<![a-z])(?P<noun>[a-z]+) (?:in|at) (?P<place>{_NAME})(?=\W*$|[,;.]|\s(?:\d+|in|on|at|this"
    r"|last|since|after|during|by|for|from|to|and|is|are|was|were|has|have|had|did|do|does|will)\b)"
)
_OPENS_AT_A_PLACE = re.compile(rf"\W*(?:In|At) (?P<place>{_NAME})")

_SINGLED_OUT = re.compile(
    r"(?i)\b(?:the|an?|its|their|his|her) (?:last|previous|earlier|first|worst|best|\w{3,}est)\b"
    r"|\b(?:before|record|since)\b"
)
# "The longest strike, in 1998, lasted 41 days": of another one than is asked about.
_RECORD = re.compile(
    r"\b(?:[Tt]he|[Aa]n?) (?:last|previous|earlier|record|worst|best|[a-z]{3,}est)\b[^.;:]{0,60}?"
    r",? in (?P<year>(?:19|20)\d\d)\b"
)


def unknown_name(asked: Asked, article: Article) -> str:
    """A name of the question that the whole article does not know; empty when it knows all."""
    if not asked.names:
        return ""
    plain = _words_of(article)
    for name in asked.names:
        missing = [word for word in lacking(name, plain) if not _similar(word, plain)]
        telling = [word for word in name.words if word not in OF_MANY] or list(name.words)
        if all(word in DEMONYMS for word in name.words):
            continue  # "Americans" are many, and seldom called so
        if all(word in missing for word in telling) or _is_namesake(name, article.text, plain):
            return name.text
    return ""


def _is_namesake(name: Name, text: str, plain: str) -> bool:
    """Whether the article names another canal, bank or river than the one of this name."""
    *own, sort = name.words
    if not own or sort not in _NAMESAKES or own[-1] in OF_MANY:
        return False
    if f" {own[-1]} {sort} " in plain or f" {own[-1]} " not in plain:
        return False
    return bool(re.search(rf"\b[A-Z][\w-]+ {re.escape(sort.capitalize())}\b", text))


@lru_cache(maxsize=512)
def _words_of(article: Article) -> str:
    parts = (article.title, article.text, article.publisher or "", *article.authors)
    return in_order(" . ".join(parts))


def _similar(word: str, plain: str) -> bool:
    """Whether the text has the word in another form or spelling."""
    if len(word) < _SAME_OPENING:
        return False
    opening = word[:_SAME_OPENING]
    return any(
        other.startswith(opening) and SequenceMatcher(None, word, other).ratio() >= _ALIKE
        for other in set(plain.split())
    )


def another_time(asked: Asked, words: AnswerWords, article: Article) -> str:
    """A month, weekday or year of the sentence, where the question names another one."""
    if asked.kind == "time":
        return ""
    told = times_named(words.sentence)
    published = article.published
    for unit, wanted in asked.times.items():
        if not wanted or not told[unit] or wanted & told[unit]:
            continue
        if unit == "year" and published and wanted & {str(published.first.year)}:
            continue
        return sorted(told[unit])[0]
    record = _RECORD.search(words.sentence)
    if not record or not published or asked.times["year"] or _SINGLED_OUT.search(asked.text):
        return ""
    return record["year"] if record["year"] != str(published.first.year) else ""


def another_place(asked: Asked, words: AnswerWords) -> str:
    """The place that the sentence tells it of, where the question asks of another one."""
    wanted = list(_AT_A_PLACE.finditer(asked.text))
    places = tuple(name for each in wanted for name in names(f"x {each['place']}"))
    if asked.kind in {"place", "time"} or not places or _names_any(words.sentence, places):
        return ""
    nouns = {stem(each["noun"]) for each in wanted}
    opening = _OPENS_AT_A_PLACE.match(words.sentence)
    told = [each for each in _AT_A_PLACE.finditer(words.sentence) if stem(each["noun"]) in nouns]
    for each in [opening, *told] if opening else told:
        place = each["place"]
        asked_of = _names_any(place, asked.names)
        if not asked_of and place not in words.text and not any(times_named(place).values()):
            return str(place)
    return ""


def another_object(asked: Asked, words: AnswerWords) -> str:
    """What a verb of the question is told of, where the question has another one after it.

    "Harlow bought Penn in 2011" tells nothing of when Harlow bought Dale.
    """
    for name in asked.targets:
        before = _VERB_BEFORE.search(asked.text[: asked.text.find(name.text)])
        verb = before and lemmas(before[1]) & asked.predicates
        if not verb or _names_any(words.sentence, (name,)):
            continue
        after = re.compile(rf"(?P<verb>[a-z]+)\s(?:the\s)?(?P<other>{_NAME})")
        for found in after.finditer(words.sentence):
            if verb & lemmas(found["verb"]) and found["other"] not in words.text:
                return found["other"]
    return ""


def another_role(asked: Asked, words: AnswerWords) -> str:
    """Whose leader, coach or owner the words name, where the question asks for somebody else's."""
    roles = [role for role in _ROLE_NOUNS if stem(role) in asked.stems]
    roles += [
        role
        for key in asked.stems
        for role in filter(None, _ROLES_OF_VERBS.get(key, "").split("/"))
    ]
    if not asked.targets:
        return ""
    by = re.search(
        rf"(?P<owner>{_NAME}),?\s(?:(?:which|who|that|is|was|are|were|has|have|been)\s){{0,3}}"
        r"(?P<verb>\w+)\sby\s(?:the\s)?$",
        words.before,
    )
    beside = by and re.search(r"\bby\s(?:the\s)?$", words.before[: by.start()])
    if (
        by
        and not beside
        and _same_verb(by["verb"], asked)
        and not _names_any(by["owner"], asked.targets)
    ):
        return by["owner"]
    if not roles:
        return ""
    if SUCCEEDED.search(words.before):
        return ""  # what they are now is no matter
    role = "|".join(dict.fromkeys(roles))
    before = re.search(
        rf"(?:(?P<owner>{_NAME})[’']s?\s|(?P<plain>{_NAME})\s)"
        rf"(?:[a-z-]+\s){{0,2}}(?:{role})(?:\s[a-z]+)?,?\s(?:[A-Z][a-z]+\s)?$",
        words.before,
    )
    behind = re.match(
        rf",?\s(?:who\s\w+\s)?(?:the\s|a\s|an\s)?(?:[a-z-]+\s){{0,3}}(?:{role})(?:\s[a-z]+)?\s(?:of|at|for)\s"
        rf"(?:the\s)?(?P<owner>{_NAME})"
        rf"|,?\s(?P<plain>{_NAME})[’']s?\s(?:[a-z-]+\s){{0,2}}(?:{role})\b",
        words.after,
    )
    for found in (before, behind):
        owner = found and (found["owner"] or found["plain"])
        owner = owner and _ARTICLE.sub("", owner)
        if owner and owner.split()[0] not in _NO_OWNERS and not _names_any(owner, asked.targets):
            return str(owner)
    return ""


def _same_verb(verb: str, asked: Asked) -> bool:
    return bool(lemmas(verb) & asked.predicates)


def _names_any(text: str, wanted: tuple[Name, ...]) -> bool:
    plain = in_order(text)
    words = set(plain.split())
    if any(words <= set(name.words) for name in wanted):
        return True  # "National" for the National Party
    if words & {"".join(word[0] for word in name.words) for name in wanted if len(name.words) > 2}:
        return True  # "FBI" for the Federal Bureau of Investigation
    return any(
        len(lacking(name, plain)) < len(name.words)
        and any(word in words for word in name.words if word not in OF_MANY)
        for name in wanted
    )
