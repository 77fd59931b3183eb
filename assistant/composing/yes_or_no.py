"""Questions of yes or no: what the sentences that speak to them say together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import Verdict
from assistant.composing.composition import Composition, quote_of, speaker_label
from assistant.composing.day_words import label_of
from assistant.composing.votes import Vote, confirmed, find_votes, told_in_other_words
from assistant.judging.polar_question import PolarQuestion, asks_yes_no

if TYPE_CHECKING:
    from assistant.composing.composition import Material

_MOST_QUOTES = 3
_COMPARES = re.compile(
    r"(?i)\b(?:[a-z]{2,9}er|more|less|fewer) (?:[\w'’-]+ ){0,6}than (?!\d)|\b(?:above|below) what\b"
)


def answer_yes_or_no(material: Material) -> Composition | None:
    """The verdict with the quotes that decide; None for another kind of question."""
    if not asks_yes_no(material.question):
        return None
    found = find_votes(material)
    compares = _COMPARES.search(material.question)
    votes = [] if compares else confirmed(material, found)
    if not votes and not compares:
        votes = told_in_other_words(material, found)
    clear = [each for each in votes if each.said.stance != "open"]
    left_open = [each for each in votes if each.said.stance == "open"]
    newest = max(clear, key=lambda vote: vote.statement.day, default=None)
    outdated = newest and any(
        each.said.stance not in {"open", clear[0].said.stance} and _later(each, newest)
        for each in found
    )
    if outdated or not votes:
        doubted = tuple(quote_of(each.statement, each.strength) for each in found[:_MOST_QUOTES])
        return Composition(nearest=doubted) if doubted else material.unsure
    if not clear or (left_open and left_open[0].strength > clear[0].strength + 0.1):
        return _open(left_open)
    best = clear[0]
    against = [each for each in clear if each.said.stance != best.said.stance]
    other = against[0] if against else None
    if other is None:
        return _settled(best, clear, None, material)
    if _ended(material, other, best) or _later(other, best):
        best, other = other, best
    if _later(best, other):
        return _settled(best, clear, other, material)
    if _ended(material, best, other):
        return _settled(best, clear, None, material)
    if _two_voices(best, other):
        return _disputed(best, other)
    return _settled(best, clear, None, material)


def is_unanimous(material: Material) -> bool:
    """Whether two stories or more speak to it in words of their own, and all say the same.

    One sentence that is left open, doubted or not confirmed is enough against it.
    """
    votes = [each for each in find_votes(material, weak=True) if not each.silent]
    kept = confirmed(material, votes)
    stances = {each.said.stance for each in (*votes, *kept)}
    if len(stances) != 1 or len(kept) < len(votes):
        return False
    stories, sentences = zip(*(each.statement.key for each in votes), strict=True)
    return min(len(set(stories)), len(set(sentences))) > 1 and "open" not in stances


def _later(one: Vote, other: Vote) -> bool:
    """Whether one is of a later day than the other, and not by a day only."""
    return bool(other.statement.day) and one.statement.day > other.statement.day


def _two_voices(one: Vote, other: Vote) -> bool:
    """Whether two sources speak: two speakers, or the stories of two articles."""
    if one.statement.article.id != other.statement.article.id:
        return bool(one.speaker or other.speaker)
    voices = {each.speaker.casefold() for each in (one, other)}
    return len(voices - {""}) > 1


def _ended(material: Material, one: Vote, other: Vote) -> bool:
    """Whether "still" is asked, and one says on the same day or later that it has ended."""
    return (
        PolarQuestion(material.question).still
        and one.said.stance == "no"
        and not _later(other, one)
    )


def _settled(best: Vote, clear: list[Vote], other: Vote | None, material: Material) -> Composition:
    agreeing = [each for each in clear if each.said.stance == best.said.stance and each is not best]
    chosen = [best, *([other] if other else []), *_further(best, agreeing)]
    stance = "yes" if best.said.stance == "yes" else "no"
    lead = stance.capitalize()
    if best.statement.denied and stance == "no":
        lead += f", says {speaker_label(best.speaker)}, denying it"
    elif best.speaker:
        lead += f", says {speaker_label(best.speaker)}"
    lead += material.age_of(best.statement.article)
    if other:
        earlier = "yes" if other.said.stance == "yes" else "no"
        lead += f". Earlier ({label_of(other.statement.article)}): {earlier}"
        lead += f", said {speaker_label(other.speaker)}" if other.speaker else ""
    quotes = tuple(quote_of(each.statement, min(each.strength, 1.0)) for each in chosen)
    speaker = best.statement.speaker
    verdict = Verdict(answer=stance, speaker=speaker, citations=(1,))
    return Composition(quotes[:_MOST_QUOTES], lead=f"{lead}.", verdict=verdict, speaker=speaker)


def _further(best: Vote, agreeing: list[Vote]) -> list[Vote]:
    """Two more sentences that say the same; those of other stories first."""
    own = best.statement.hit.story
    ranked = sorted(agreeing, key=lambda each: (each.statement.hit.story == own, -each.strength))
    return [each for each in ranked if each.statement.field == "text"][:2]


def _disputed(one: Vote, other: Vote) -> Composition:
    yes, no = (one, other) if one.said.stance == "yes" else (other, one)

    def says(vote: Vote) -> str:
        who = vote.speaker and speaker_label(vote.speaker)
        day = label_of(vote.statement.article)
        return ", ".join(filter(None, [who or vote.statement.article.publisher, day]))

    denies = "denied by" if no.statement.denied else "no, says"
    lead = f"Sources differ: yes, says {says(yes)}; {denies} {says(no)}."
    quotes = tuple(quote_of(each.statement, min(each.strength, 1.0)) for each in (yes, no))
    return Composition(quotes, lead=lead, verdict=Verdict(answer="disputed", citations=(1, 2)))


def _open(votes: list[Vote]) -> Composition:
    best = votes[0]
    if best.said.hedge == "not known" or not best.said.hedge:
        lead = "The articles do not say"
    else:
        lead = f"Not certain: the article says “{best.said.hedge}”"
    if best.speaker:
        lead += f" ({speaker_label(best.speaker)})"
    quotes = tuple(quote_of(each.statement, min(each.strength, 1.0)) for each in votes[:2])
    speaker = best.statement.speaker
    verdict = Verdict(answer="open", speaker=speaker, citations=(1,))
    return Composition(quotes, lead=f"{lead}.", verdict=verdict, speaker=speaker)
