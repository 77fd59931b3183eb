"""Whether words play the part that is asked for: who does it, not to whom; who holds a post.

Each rule only says what cannot be right, by the words just before and behind.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.judging.asked import lemmas, others_named
from assistant.judging.names import lacking_all, names, spelled, word_list
from assistant.judging.scope import clause_of
from assistant.reading.overlap import stem, stems

if TYPE_CHECKING:
    from assistant.judging.answer_words import AnswerWords
    from assistant.judging.asked import Asked
    from assistant.judging.names import Name
    from index import Article

# What somebody does for longer or by contract. Who does one of a group need not do another's.
_ROLE_OF = {
    word: number for number, each in enumerate(word_list("doings")) for word in each.split("/")
}
_ASKS_ROLE = re.compile(r"(?i)(?:and |but |so )?(?:who|which|what)\b(?!.*\b(?:did|does|do)\b)")
_DONE_BY = re.compile(
    r"\b(?P<verb>(?:[a-z]+\sand\s)?[a-z]+)\sby\s(?:(?:the|an?|its)\s)?(?:[a-z-]+\s){0,2}$"
)
_WHO_DOES = re.compile(r"(?i)(?:and |but |so )?(?:who|which company) (?P<verb>[a-z]+)\b")
_VERB_BEFORE = re.compile(r"\b(?P<verb>[a-z]+)\s(?:the\s)?$")
_DOES = re.compile(r"[\s,]+(?:(?:which|who|that)\s)?(?P<verb>[a-z]+)\b")
_AUXILIARIES = (
    r"(?:did|does|do|has|have|had|will|would|can|could|should|is|are|was|were)(?:\sthe)?\s$"
)
_OPENING = re.compile(r"(?i)\W*(?:(?:and|but|then|later|the|an?|its|their)\s)*")
_STATE = r"(?P<state>killed|dead|died|injured|hurt|wounded|missing|arrested|rescued|homeless)\b"
_STATE_BEHIND = re.compile(
    rf"(?i)[ -](?:[\w’'-]+\s){{0,5}}?(?:was|were|is|are|be|been|have|had|has)\s(?:\w+ly\s)?{_STATE}"
    rf"|\s(?:[\w’'-]+\s){{0,3}}?{_STATE.replace('state', 'adjective')}"
)
_STATE_BEFORE = re.compile(
    rf"(?i)\b{_STATE}\s(?:(?:at least|about|nearly|almost|some|up to|as many as|more than|over"
    r"|a further|another)\s)?$"
)

_ASKS_HOLDER = re.compile(
    r"(?i)(?:and |but |so )?who(?: is| are|['’]s| leads| runs| heads| chairs| coaches| owns"
    r"| manages| commands)\b(?P<post>.*)"
)
_NO_MORE_THERE = r"former(?:ly)?|ex|previous(?:ly)?|until|once|one-?time|retired|late"
_NO_HOLDER = (
    rf"{_NO_MORE_THERE}|deputy|vice|acting|interim|caretaker|candidates?|nominee|assistant|future"
    r"|outgoing|incoming|designate|shadow|aspiring|running|runs?|race|bid"
)
"""What tells that somebody beside the name of a post does not hold it."""
_NOT_IN_OFFICE = re.compile(
    rf"(?i)\b(?P<word>{_NO_HOLDER}|then|(?:hop|want)(?:es|s|ed) to (?:be|become))[ -]"
    r"(?:[\w’']+[ -]){0,3}?$|\b(?P<was>was|were|had been|used to be) (?:the |an? )?$"
)
_NO_MORE = re.compile(r"(?i)^(?:-elect\b|[^,;.]*\b(?:until|from \d{4} to)\b)")


def wrong_part(asked: Asked, words: AnswerWords, article: Article) -> str:
    """Why the words play another part than the one asked for; empty when they may play it."""
    return (
        _asked_about(asked, words)
        or _done_to(asked, words)
        or _other_role(asked, words)
        or _other_subject(asked, words, article)
        or _not_in_office(asked, words)
    )


@lru_cache(256)
def named_in(article: Article) -> frozenset[str]:
    """The words that must be names, somewhere in the article."""
    told = names(f"{article.title} . {article.text}")
    return frozenset(word for each in told if each.sure for word in each.words)


def state_of(sentence: str, start: int, end: int) -> str:
    """What is told of those that a figure counts, as a stem: "hurt", "miss"; empty for neither."""
    found = _STATE_BEFORE.search(sentence[:start]) or _STATE_BEHIND.match(sentence[end:])
    if not found:
        return stem("dead") if re.search(r"(?i)\btoll\b", sentence[:start]) else ""
    return stem(next(filter(None, found.groups())).lower())


def _asked_about(asked: Asked, words: AnswerWords) -> str:
    """ "St Orla hospital" says nothing of where the fire at St Orla began."""
    if asked.kind not in {"person", "place", "name", "thing"} or re.search(r"\bor\b", asked.text):
        return ""
    if len(asked.names) > 1:
        return ""  # "Did Orba or Pelm win?", "Which of Orba and Pelm ...?"
    there = names(f"x {words.text}")
    known = {word for name in asked.names for word in name.words}
    own = {word for each in there for word in each.words}
    return "what is asked about" if own and own <= known and not _adds(asked, words) else ""


def _adds(asked: Asked, words: AnswerWords) -> bool:
    """Whether they say anything that the question does not, but what kind of thing it is."""
    said = {word for word, _ in spelled(words.text)} - {word for word, _ in spelled(asked.text)}
    return bool(stems(" ".join(said)) - {stem(each) for each in _SORTS})


_SORTS = "hospital school airport bank port station museum city town island company group".split()


def _done_to(asked: Asked, words: AnswerWords) -> str:
    """ "Dale bought Penn Tiles" does not tell that Penn Tiles bought anything."""
    does = _WHO_DOES.match(asked.text)
    done = _VERB_BEFORE.search(words.before)
    same = does and done and lemmas(does["verb"]) & lemmas(done["verb"])
    return "it is done to them" if same else ""


def _other_role(asked: Asked, words: AnswerWords) -> str:
    """The verb that tells what they do, where another is asked for: "run by" is not "owned by"."""
    if asked.kind not in {"person", "name", "thing"} or not _ASKS_ROLE.match(asked.text):
        return ""
    wanted = _roles_in(asked.text)
    done = _DONE_BY.search(words.before)
    if not done and not wanted & _roles_in(words.sentence):
        done = _DOES.match(words.after)
    does = _roles_in(done["verb"]) if done else set()
    other = done and wanted and does and not wanted & does
    return f"what they do is “{done['verb']}”" if done and other else ""


def _roles_in(text: str) -> set[int]:
    """The groups of doings that a text has words of."""
    return {_ROLE_OF[word] for word, _ in spelled(text) if word in _ROLE_OF}


def _other_subject(asked: Asked, words: AnswerWords, article: Article) -> str:
    """Who does what the clause tells, where the question asks when or how often another does it."""
    if asked.kind in {"person", "name", "thing", "reason", "manner", "whole"}:
        return ""
    subject = _subject(asked)
    clause = clause_of(words)
    if subject is None or _has(clause, subject):
        return ""
    known = {word for each in asked.names for word in each.words}
    for each in others_named(clause, known, named_in(article)):
        if _OPENING.fullmatch(clause[: each.start]) and each.text not in words.text:
            return f"{each.text} does it"
    return ""


def _subject(asked: Asked) -> Name | None:
    """The name that follows "did" or "was" in a question."""
    return next(
        (
            each
            for each in asked.names
            if re.search(rf"(?i)\b{_AUXILIARIES}", asked.text[: asked.text.find(each.text)])
        ),
        None,
    )


def _has(clause: str, name: Name) -> bool:
    """Whether a clause names somebody, and not only as an owner: "Norland's entry"."""
    plain = re.sub(r"\b[A-Z][\w-]*[’']s?(?=\s[a-z])", " ", clause)
    return not lacking_all(name, plain)


def _not_in_office(asked: Asked, words: AnswerWords) -> str:
    """The word that tells of no holder: "former", "deputy", where it is asked who holds a post."""
    holds = _ASKS_HOLDER.match(asked.text)
    wanted = re.findall(r"[\w-]+", holds.group()) if holds else []
    post = next((key for word in wanted for key in lemmas(word) & asked.predicates), "")
    spoken = re.finditer(r"[\w’'-]+", words.sentence) if post else ()
    told = [each for each in spoken if post in lemmas(each.group())]
    if not told:
        return ""
    nearest = min(told, key=lambda e: max(e.start() - words.end, words.start - e.end()))
    clause = re.split(r"[;.]", words.sentence[: nearest.start()])[-1].rpartition(",")[2]
    if found := _NOT_IN_OFFICE.search(clause):
        word = found["word"] or found["was"]
        return "" if re.search(rf"(?i)\b{word}\b", asked.text) else f"“{word}”"
    left = _NO_MORE.match(words.sentence[nearest.end() :])
    return "no longer in office" if left else ""
