"""What each sentence says to a question of yes or no: by the rules, and by the model that reads it.

The rules find the sentences that speak of what is asked, and what they say. The model lets that
stand or not; where it is sure it may say otherwise, or find sentences that say it in other words.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from assistant.composing.composition import context_of
from assistant.judging.asked import NEGATION
from assistant.judging.names import lacking_all
from assistant.judging.polar_question import PolarQuestion
from assistant.judging.reservations import Said, reservation
from assistant.judging.roles import named_in
from assistant.judging.stance import Leaning, Stance, read_stance
from assistant.judging.synonyms import partners, tokens
from assistant.reading.context_model import heading_of
from assistant.reading.overlap import stem
from index.terms import STOP_WORDS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.composing.composition import Material, Statement
    from assistant.reading.reader import Entailment
    from index import Article

_NEAR_BEST = 0.2  # of the best one's strength
_FOUND = 0.1  # more for a sentence that the reading model pointed at
_HEADLINE = 0.08  # less for a headline, where a sentence says the same
_AT_LEAST = 0.6
_JUDGED = 8  # sentences, at some 30 ms each
_ALONE = 0.9
"""The least chance at which the model is believed where the rules see nothing, or otherwise."""
_SPEAKS = 0.6  # of what is asked about stands in a sentence or near it
_LIKELY, _SURE = 0.3, 0.9
"""The least chance of yes, or of no, that the model gives it: below, it thinks otherwise.

The second one where a sentence lacks a word that is asked about. Chosen on one half of what is
held out from training; on the other half of BoolQ and CondaQA 18 of 20 yeses are right with them.
"""
_UNTOLD = 0.3  # of what is asked
_PLAIN = {"yes": 0.9, "no": 0.6}
"""The same where more than `_UNTOLD` is not said: they add 11 on both halves, all right."""
_ADJUNCT = re.compile(
    r"\b(?:for|against|by|with|from)\s+(?:(?:the|a|an|any|all)\s+)?(?P<noun>[a-z]{3,})\W*$"
)
_NO_ADJUNCTS = frozenset(
    "good now sure certain real example instance free long once ever this".split()
)


@dataclass(frozen=True, slots=True)
class Vote:
    """A sentence, and what it says to the question.

    Attributes:
        strength: how much of the question it speaks of, and how plainly.
        doubt: why it does not say so though it seems to.
        least: the chance that the model has to give it.
        silent: whether it says nothing of much of what is asked.
    """

    statement: Statement
    said: Leaning
    strength: float
    doubt: str = ""
    least: float = 0.0
    silent: bool = False

    @property
    def speaker(self) -> str:
        """Who says it; empty in the paper's own voice."""
        return self.statement.speaker or ""


def find_votes(material: Material, *, weak: bool = False) -> list[Vote]:
    """What each sentence says to the question, the strongest first.

    Args:
        weak: with those that say it far less plainly than the strongest.
    """
    asked = PolarQuestion(material.question)
    found: list[Vote] = []
    for each, near in _on_the_subject(material, asked):
        # The others of the question need not be named again: the article knows them.
        context = f"{near} . {' '.join(asked.names)}"
        said = read_stance(
            asked,
            each.text,
            context,
            denied=each.denied and not asked.denial,
            speaker=each.speaker or "",
            named=named_in(each.article),
        )
        if not said.strength:
            continue
        if said.stance != "open" and not _knows_the_adjunct(material.question, each):
            said = Leaning("open", said.strength)
        bonus = _FOUND * bool(material.findings_in(each))
        strength = said.strength + bonus - _HEADLINE * (each.field == "title")
        if strength >= _AT_LEAST:
            doubt = ""
            if said.stance != "open":
                doubt = _doubt(asked, each, near, said.stance == "yes", said.clause)
            unknown = asked.unknown_in(each.text, near)
            least = _SURE if unknown else _LIKELY
            focus = sum(asked.weights[key] for key in asked.focus)
            acts = sum(asked.weights[key] for key in unknown if key in asked.focus)
            silent = False
            if acts > focus * _UNTOLD and said.stance != "open":
                least, silent = _PLAIN[said.stance], True
            found.append(Vote(each, said, strength, doubt, least, silent))
    found.sort(key=lambda vote: -vote.strength)
    least = found[0].strength - _NEAR_BEST if found and not weak else 0
    strong: dict[tuple[str, str], Vote] = {}
    for vote in found:
        if vote.strength >= least:
            strong.setdefault(vote.statement.key, vote)
    return list(strong.values())


def confirmed(material: Material, votes: list[Vote]) -> list[Vote]:
    """The votes that the model shares, and those that it turns round, being sure."""
    if material.entails is None:
        return [each for each in votes if not each.doubt]
    clear = [each for each in votes if each.said.stance != "open"][:_JUDGED]
    texts = [_in_context(each.statement, material) for each in clear]
    judged = dict(
        zip(map(id, clear), material.entails.judge(material.question, texts), strict=True)
    )
    kept = []
    for vote in votes:
        if vote.said.stance == "open":
            kept.append(vote)
        elif said := judged.get(id(vote)):
            if not vote.doubt and getattr(said, vote.said.stance) >= vote.least:
                kept.append(vote)
            elif vote.said.stance == "yes" and NEGATION.search(vote.said.clause):
                continue  # "would not be lifted", of what is kept: two turns are too many for it
            elif stance := _sure_stance(material, vote.statement, said, vote.said.clause):
                kept.append(replace(vote, said=replace(vote.said, stance=stance)))
    return kept


def told_in_other_words(material: Material, votes: list[Vote]) -> list[Vote]:
    """What the model is sure of in sentences to which the rules see nothing."""
    if material.entails is None:
        return []
    known = {each.statement.key for each in votes}
    places = [each for each in _near(material) if each.key not in known][:_JUDGED]
    texts = [_in_context(each, material) for each in places]
    judged = material.entails.judge(material.question, texts)
    return [
        Vote(place, Leaning(stance, _AT_LEAST), _AT_LEAST)
        for place, said in zip(places, judged, strict=True)
        if (stance := _sure_stance(material, place, said, place.text))
    ]


def _sure_stance(
    material: Material, statement: Statement, said: Entailment, clause: str
) -> Stance | None:
    """What the model is sure that a statement says, if no rule is against it."""
    stance: Stance = "yes" if said.yes > said.no else "no"
    if getattr(said, stance) < _ALONE:
        return None
    asked = PolarQuestion(material.question)
    near = context_of(statement, material.statements)
    return None if _doubt(asked, statement, near, stance == "yes", clause, sure=True) else stance


def _near(material: Material) -> list[Statement]:
    """The sentences that speak most of what is asked about, in articles that know its names."""
    asked = PolarQuestion(material.question)
    found = []
    for each, near in _on_the_subject(material, asked):
        missing = sum(asked.weights[key] for key in asked.unknown_in(each.text, near))
        share = 1 - missing / asked.total + _FOUND * bool(material.findings_in(each))
        if share >= _SPEAKS and each.field == "text":
            found.append((share, each))
    found.sort(key=lambda pair: pair[0])
    return list({each.key: each for _, each in found}.values())[::-1]


def _on_the_subject(material: Material, asked: PolarQuestion) -> Iterator[tuple[Statement, str]]:
    """The sentences of articles that know all names, if they or those near name the subject."""
    for each in material.statements:
        if material.known_in(each.article):
            near = context_of(each, material.statements)
            if not (asked.subject and lacking_all(asked.subject, f"{near} . {each.text}")):
                yield each, near


def _doubt(
    asked: PolarQuestion, told: Statement, near: str, yes: bool, clause: str, *, sure: bool = False
) -> str:
    """Why a statement does not say so though it seems to; empty where nothing is against it."""
    day, speaker, named = told.article.published, told.speaker or "", named_in(told.article)
    said = Said(yes, told.text, clause, near, day.first if day else None, speaker, named)
    return reservation(asked, said, sure=sure)


def _in_context(statement: Statement, material: Material) -> str:
    """The sentence under its heading, with the one before it, as the model has learnt to read."""
    before = [
        each.text
        for each in material.statements
        if each.article.id == statement.article.id
        and each.field == statement.field == "text"
        and each.number == statement.number - 1
    ]
    return heading_of(statement.article) + " ".join([*before, statement.text])


def _knows_the_adjunct(question: str, statement: Statement) -> bool:
    """Whether the article knows the last noun of "approved for adults": else it is of another."""
    adjunct = _ADJUNCT.search(question)
    if not adjunct or adjunct["noun"].casefold() in STOP_WORDS | _NO_ADJUNCTS:
        return True
    key = stem(adjunct["noun"])
    told = _stems_of(statement.article)
    return key in told or bool(partners(key) & told)


@lru_cache(64)
def _stems_of(article: Article) -> frozenset[str]:
    return frozenset(map(stem, tokens(f"{article.title} {article.text}")))
