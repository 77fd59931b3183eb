"""The forms in which a question comes: in another language, two at once, a name written otherwise.

Other forms of a name are taken from the articles' own text first, where they introduce one
("International Maritime Organization (IMO)"; after Schwartz and Hearst, 2003), then from the table
`name_forms.txt`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING

from assistant.answer import Part
from assistant.composing.composition import Composition, Material
from assistant.judging.names import word_list
from assistant.reading.reader import Quote

if TYPE_CHECKING:
    from index import Hit

_LANGUAGES = "English French German Spanish Italian Portuguese Dutch Turkish Polish".split()
_WORDS = {language: frozenset(word_list(language)) for language in _LANGUAGES}
"""Each language's commonest words."""

_WORD = re.compile(r"[^\W\d_]+")
_OTHER_SCRIPT = re.compile(
    r"[\u0370-\u03ff\u0400-\u04ff\u0590-\u06ff\u0900-\u0dff\u0e00-\u0e7f\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]"
)
_MOST_PASSAGES = 3
ENGLISH_ONLY = (
    "Without a chat model I read questions in English only. These passages match the words:"
)


def language_of(question: str) -> str:
    """The language of a question by its commonest words; "English" where nothing tells."""
    if len(_OTHER_SCRIPT.findall(question)) > len(question) / 4:
        return "another"
    words = [word.casefold() for word in _WORD.findall(question)]
    counts = {name: sum(word in common for word in words) for name, common in _WORDS.items()}
    best = max(counts, key=lambda name: counts[name])
    return (
        best
        if counts[best] > counts["English"] + (counts["English"] > 0) and counts[best] > 1
        else "English"
    )


def in_another_language(material: Material) -> Composition | None:
    """The passages that match, said to be no answer; None for English, and for a chat model."""
    if material.reading.quotes and not material.reading.findings:
        return None  # a reader of the user's own, which may know the language
    if material.written or language_of(material.question) == "English":
        return None
    nearest = tuple(
        Quote(hit.article, hit.passage.start, hit.passage.end, hit.passage.text, hit.score)
        for hit in material.hits[:_MOST_PASSAGES]
    )
    return Composition(nearest=nearest, reason=ENGLISH_ONLY)


_ASKS = (
    r"(?:who|whom|whose|what|when|where|why|how|which|did|does|do|is|are|was|were|has|have"
    r"|will|can|could|should)"
)
_TWO = re.compile(
    rf"(?i)^(?P<first>{_ASKS}\b.{{6,}}?)(?:\?|[,;])?\s*(?:\band\b|;)\s*(?P<second>{_ASKS}\b(?! "
    rf"(?:of|in)\b)[^?]{{5,}})\?*$"
    rf"|^(?P<first2>[^?]{{8,}}\?)\s*(?:and |also,? )?(?P<second2>{_ASKS}\b[^?]{{5,}})\?*$"
)
_BARE = r"(?:when|where|why|how|by how (?:much|many \w+))"
_BARE_SECOND = re.compile(rf"(?i)^(?P<first>{_ASKS}\b[^?]{{6,}}?),? and (?P<second>{_BARE})\W*$")
_BARE_FIRST = re.compile(rf"(?i)^(?P<second>{_BARE}) and (?P<first>{_BARE}\s[^?]{{6,}})\W*$")
_AUXILIARY_NEXT = r"(?=(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could)\b)"
_ASKS_CIRCUMSTANCE = re.compile(rf"(?i)^{_BARE} {_AUXILIARY_NEXT}|^\w+ .*?(?=(?:did|does|do) )")
_NO_SPLIT = re.compile(r"(?i)\b(?:between|both|either|whether)\b")
_FINITE = re.compile(
    r"(?i)\b(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|may|might|should|\w+ed|\w{3,}s"
    r"|won|lost|said|made|ran|run|led|left|took|went|became|began|came|got|gave|paid|sold|bought|died|built|won)\b"
)


def take_apart(question: str) -> tuple[str, ...]:
    """The questions that were asked at once; the question itself where it is one."""
    text = " ".join(question.split())
    bare = _BARE_SECOND.match(text) or _BARE_FIRST.match(text)
    if bare and not _NO_SPLIT.search(text):
        two = [bare["first"], _complete(bare["second"], bare["first"])]
        if not bare.start("second"):
            two.reverse()
        return tuple(f"{part[:1].upper()}{part[1:]}?" for part in two)
    fits = _TWO.match(text)
    if not fits or _NO_SPLIT.search(text):
        return (question,)
    first = (fits["first"] or fits["first2"]).strip(" ,?")
    second = (fits["second"] or fits["second2"]).strip(" ,?")
    if not (_FINITE.search(first) and _FINITE.search(second)):
        return (question,)
    return tuple(f"{part[:1].upper()}{part[1:]}?" for part in (first, second))


def _complete(bare: str, first: str) -> str:
    """A question of one word with the words of the one beside it: "Where did she sink"."""
    if asks := _ASKS_CIRCUMSTANCE.match(first):
        return f"{bare} {first[asks.end() :]}"
    told = re.sub(r"(?i)^(?:which|what(?= (?!was|is|has)[a-z]+s\b)|how (?:many|much)) ", "", first)
    told = re.sub(r"(?i)^who\b", "somebody", re.sub(r"(?i)^what\b", "something", told))
    return f"{bare} {told}"


def put_together(questions: Sequence[str], composed: Sequence[Composition]) -> Composition:
    """One composition of several; what was not found is named."""
    quotes: list[Quote] = []
    parts: list[Part] = []
    told: list[str] = []
    for question, each in zip(questions, composed, strict=True):
        numbers = []
        for quote in each.quotes:
            known = next(
                (n for n, other in enumerate(quotes, start=1) if _same_place(other, quote)), 0
            )
            if not known:
                quotes.append(quote)
                known = len(quotes)
            numbers.append(known)
        answered = bool(each.quotes or each.about)
        lead = each.lead or each.short or ""
        parts.append(
            Part(
                question=question,
                answered=answered,
                lead=lead,
                short=each.short,
                citations=tuple(numbers),
            )
        )
        if not answered:
            told.append(f"I found nothing on “{question}”")
        elif lead:
            told.append(lead.rstrip("."))
    if not any(part.answered for part in parts):
        nearest = next((each.nearest for each in composed if each.nearest), ())
        return Composition(nearest=nearest)
    lead = f"{'; '.join(told)}." if told else ""
    return Composition(tuple(quotes), lead=lead, parts=tuple(parts))


def _same_place(one: Quote, other: Quote) -> bool:
    return (one.article.id, one.field, one.start, one.end) == (
        other.article.id,
        other.field,
        other.start,
        other.end,
    )


_INTRODUCED = re.compile(r"\((?P<short>[A-Z][A-Za-z&.-]{1,7})\)")
_SMALL = frozenset("of the and for in on to de la du des der und a an".split())
_MOST_WORDS = 10  # before the parenthesis
_READ = 8  # passages whose names count


def other_forms(question: str, hits: Sequence[Hit] = ()) -> list[str]:
    """The question with each of its names in its other forms, one form a question.

    Args:
        hits: what a first search found: their articles may introduce a name.
    """
    forms = []
    for group in (*introduced(hits), *_table()):
        for name in group:
            pattern = _pattern(name)
            if pattern.search(question):
                forms += [pattern.sub(other, question) for other in group if other != name]
                break
    return list(dict.fromkeys(form for form in forms if form != question))


def as_articles_write(question: str, hits: Sequence[Hit]) -> str:
    """The question with its names as the passages found write them."""
    read = hits[:_READ]
    text = "\n".join(f"{hit.article.title}\n{hit.passage.text}" for hit in read)
    for group in (*introduced(hits), *_table()):
        name = next((each for each in group if _pattern(each).search(question)), "")
        if name and not _pattern(name).search(text):
            there = [each for each in group if _pattern(each).search(text)]
            question = _pattern(name).sub(there[0], question) if there else question
    return question


def introduced(hits: Iterable[Hit]) -> list[tuple[str, str]]:
    """The pairs that articles introduce: ("CBN", "Central Bank of Norland")."""
    pairs: dict[str, str] = {}
    for article in {hit.article.id: hit.article for hit in hits}.values():
        for short, long in _pairs(article.text):
            pairs.setdefault(short, long)
    return list(pairs.items())


def _pairs(text: str) -> list[tuple[str, str]]:
    found = []
    for match in _INTRODUCED.finditer(text):
        letters = re.sub(r"[^A-Za-z]", "", match["short"])
        if sum(letter.isupper() for letter in letters) < 2:
            continue
        before = re.findall(
            r"[^\W_]+(?:[’'-][^\W_]+)*", text[max(0, match.start() - 120) : match.start()]
        )
        long = _long_form(letters, before[-_MOST_WORDS:])
        if long:
            found.append((match["short"], long))
    return found


def _long_form(letters: str, words: Sequence[str]) -> str:
    """The last words whose initials are these letters, small words apart; empty for none."""
    for begin in range(len(words) - 1, -1, -1):
        chosen = words[begin:]
        if not chosen[0][:1].isupper():
            continue
        initials = [word[0] for word in chosen if word.lower() not in _SMALL]
        if "".join(initials).lower() == letters.lower():
            return " ".join(chosen)
    return ""


@cache
def _pattern(name: str) -> re.Pattern[str]:
    """The name as whole words; an acronym only in its own case: "who" is no WHO."""
    case = 0 if name.isupper() or len(name) <= 4 else re.IGNORECASE
    return re.compile(rf"\b{re.escape(name)}\b", case)


@cache
def _table() -> tuple[tuple[str, ...], ...]:
    text = files("assistant.composing").joinpath("name_forms.txt").read_text("utf-8")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(tuple(line.split("/")) for line in lines)
