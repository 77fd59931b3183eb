"""What each sentence says to a question of yes or no, as the model judges it in its context.

The sentences that speak most of what is asked are judged, under their headline and behind the one
before, in articles that know the names asked about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from assistant.composing.composition import context_of, quote_of
from assistant.judging.asked import NEGATION
from assistant.judging.synonyms import opposite, share_of_meaning, tokens
from assistant.reading.context_model import heading_of
from assistant.reading.overlap import stem
from assistant.reading.reader import Entailment

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from assistant.composing.composition import Material, Statement
    from assistant.reading.reader import Entails

Stance = Literal["yes", "no"]

SURE = 0.75
"""The least chance at which the model is believed."""
_JUDGED = 10  # sentences, at some 30 ms each
_AROUND = 0.3  # of what is asked that stands near a sentence, and not in it
_FOUND = 0.1  # more for a sentence that the reading model pointed at
_HEADLINE = 0.05  # less for a headline, where a sentence says the same
_SPEAKS = 0.3  # of what is asked about stands in a sentence or near it
_REACH = 4  # words that a "not" denies
_PLAIN = 0.7  # of it, of which a sentence that leaves it open speaks

_AUXILIARY = (
    r"(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would|should|may|might|must)"
)
_ASKS = re.compile(rf"(?i)^(?:(?:so|and|but|then|or|well)[, ]+)*{_AUXILIARY}(?:n[’']t)?\b(?!\s*,)")
_TRUE_THAT = re.compile(r"(?i)^is it (?:still |really )?(?:true|correct|so|the case) that ")
_CHOICE = re.compile(r"(?i)\bor\b(?! (?:not|no)\b)(?! (?:more|less|over|so)\b)")
_UNKNOWN = re.compile(
    r"(?i)\b(?:not (?:yet )?(?:known|clear|certain|decided|confirmed)|unclear|unknown|undecided"
    r"|too early to|whether|(?:did|does|would|will|could) not (?:say|comment|know)"
    r"|not been decided|not (?:be )?ruled out|remains to be seen|declined to (?:say|comment))\b"
)
_MAY = re.compile(
    r"(?i)\b(?:(?<!\bin )(?<!\bon )may\b(?! \d|\W*$)|might|could|possibly|perhaps"
    r"|considering|considers|threaten\w*|proposed|proposes|wants?|hopes?|seeks?|if"
    r"|(?:try|tri(?:es|ed)|trying|attempt(?:s|ed)?|sought|wanted|hoped|offered|asked|aim(?:s|ed)?"
    r"|considered|vowed|promised|pledged|threatened)(?: [\w’'-]+){0,3}? to"
    r"|demand\w*|urge[ds]?|should|must|suspect\w*|feared?|alleged\w*|reportedly|appears? to)\b"
)
_PLANS = re.compile(
    r"(?i)\b(?:(?:plans?|planned|planning|intends?|expected|expects|due|set|scheduled|likely"
    r"|applied) to|will|would|(?:is|are|was|were) to(?! blame)|agreed to)\b"
)
# What is asked is what will be, or what somebody means to do: a plan is an answer to it.
_AHEAD = re.compile(
    r"(?i)^\W*(?:(?:so|and|but|then)[, ]+)*(?:(?:will|would|can|could|may|should)\b"
    r"|(?:is|are|do|does) .*\b(?:\w+ing|to|intend|plan|want)\b)"
)


@dataclass(frozen=True, slots=True)
class Vote:
    """A sentence, and what it says to the question.

    Attributes:
        share: how much of what is asked it speaks of, 0 to 1.
        twice_denied: whether it denies the opposite, "would not be lifted" of what is kept, and
            the model takes one denial for the answer.
        ahead: whether what will be is asked.
    """

    statement: Statement
    said: Entailment
    share: float
    twice_denied: bool = False
    ahead: bool = False

    @property
    def stance(self) -> Stance:
        """What it says, if it does not leave it open."""
        return "yes" if self.said.yes > self.said.no else "no"

    @property
    def chance(self) -> float:
        """How likely it says so."""
        return max(self.said.yes, self.said.no)

    @property
    def clear(self) -> bool:
        """Whether it says so for certain."""
        return self.chance >= SURE and not self.twice_denied

    @property
    def speaker(self) -> str:
        """Who says it; empty in the paper's own voice."""
        return self.statement.speaker or ""

    @property
    def hedge(self) -> str:
        """The words that leave open what it speaks of; empty where it is about something else."""
        told = self.statement.text
        if self.share < _PLAIN or self.said.open < max(self.said.yes, self.said.no):
            return ""
        if _UNKNOWN.search(told):
            return "not known"
        found = _MAY.search(told) or (not self.ahead and _PLANS.search(told))
        return found.group().lower() if found else ""


def asks_yes_no(question: str) -> bool:
    """Whether it asks for yes or no, not to choose between two."""
    return bool(_ASKS.match(question.strip())) and not _CHOICE.search(question)


def find_votes(
    material: Material,
    question: str = "",
    *,
    among: Callable[[Statement], bool] = lambda _: True,
) -> list[Vote]:
    """What the sentences say that speak most of what is asked, the plainest first.

    Args:
        question: of yes or no, where it is not the material's own.
        among: the sentences that come into question.
    """
    question = question or material.question
    about = _TRUE_THAT.sub("", question)
    if material.entails is None:
        return []
    ranked: dict[tuple[str, str], tuple[float, Statement]] = {}
    for each in filter(among, material.statements):
        share = _share(material, about, each)
        if share >= _SPEAKS and material.known_in(each.article):
            ranked[each.key] = max(ranked.get(each.key, (0.0, each)), (share, each), key=_first)
    chosen = sorted(ranked.values(), key=_first, reverse=True)[:_JUDGED]
    judged = _judge(question, [each for _, each in chosen], material.statements, material.entails)
    ahead = _AHEAD.match(question) is not None
    votes = [
        Vote(each, said, share, said.no > said.yes and _denies_opposite(question, each.text), ahead)
        for (share, each), said in zip(chosen, judged, strict=True)
    ]
    return sorted(votes, key=lambda vote: -(vote.chance + vote.share))


def _first(pair: tuple[float, Statement]) -> float:
    return pair[0]


def _share(material: Material, question: str, statement: Statement) -> float:
    near = context_of(statement, material.statements)
    own = share_of_meaning(question, statement.text)
    around = share_of_meaning(question, statement.text, near)
    found = _FOUND * bool(material.findings_in(statement))
    return own + _AROUND * (around - own) + found - _HEADLINE * (statement.field == "title")


def _denies_opposite(question: str, told: str) -> bool:
    denied = NEGATION.search(told)
    behind = tokens(told[denied.end() :])[:_REACH] if denied else []
    keys = [stem(word) for word in behind]
    return any(opposite(stem(word), keys) is not None for word in tokens(question))


def _judge(
    question: str, places: Sequence[Statement], among: Sequence[Statement], model: Entails
) -> list[Entailment]:
    """What each sentence says: read in its context, and where that is clear, as it is quoted too.

    Both count alike, for what only the sentence before says is not said by this one.
    """
    judged = list(model.judge(question, [_in_context(each, among) for each in places]))
    clear = [n for n, said in enumerate(judged) if max(said.yes, said.no) >= SURE]
    quoted = model.judge(question, [_as_quoted(places[n]) for n in clear])
    for n, said in zip(clear, quoted, strict=True):
        judged[n] = Entailment(*((a + b) / 2 for a, b in zip(judged[n], said, strict=True)))
    return judged


def _as_quoted(statement: Statement) -> str:
    return heading_of(statement.article) + quote_of(statement, 1.0).text


def _in_context(statement: Statement, among: Sequence[Statement]) -> str:
    """The sentence under its heading, with the one before it, as the model has learnt to read.

    What another speaker said before is no part of it.
    """
    before = [
        each.text
        for each in among
        if each.article.id == statement.article.id
        and each.field == statement.field == "text"
        and each.number == statement.number - 1
        and (not each.speaker or each.speaker == (statement.speaker or each.speaker))
    ]
    return heading_of(statement.article) + " ".join([*before, statement.text])
