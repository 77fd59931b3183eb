"""Questions of yes or no: what the sentences that speak to them say together."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import Verdict
from assistant.composing.composition import Composition, quote_of, speaker_label
from assistant.composing.day_words import label_of
from assistant.composing.votes import Vote, asks_yes_no, find_votes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.composing.composition import Material
    from assistant.reading.reader import Quote

_MOST_QUOTES = 3
_HALF = 0.5
"""The chance from which a later sentence that says otherwise is enough against an earlier one."""
_PLAINER = 0.2
"""How much more of what is asked a sentence speaks of than one that is of something else."""
_STILL = re.compile(r"(?i)\b(?:still|yet|any ?more|any longer|continu\w+|remains?)\b")


def answer_yes_or_no(material: Material) -> Composition | None:
    """The verdict with the quotes that decide; None for another kind of question."""
    if not asks_yes_no(material.question):
        return None
    votes = find_votes(material)
    clear = [each for each in votes if each.clear]
    if not clear:
        return _left_open(material, votes)
    best = clear[0]
    against = [each for each in votes if each.stance != best.stance and each.chance >= _HALF]
    if any(_later(each, best) and not each.clear for each in against):
        return _nearest(material, votes)
    rivals = (each for each in against if each.clear or _gainsays(each, best))
    other = max(rivals, key=_day, default=None)
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
    if best.share > other.share + _PLAINER:
        return _settled(best, clear, None, material)
    return _nearest(material, votes)


def is_unanimous(material: Material) -> bool:
    """Whether two stories or more say the same in their own words, and none may say otherwise."""
    votes = find_votes(material)
    clear = [each for each in votes if each.clear]
    if not clear or any(e.stance != clear[0].stance and e.chance >= _HALF for e in votes):
        return False
    if any(each.hedge for each in votes):
        return False
    stories, sentences = zip(*(each.statement.key for each in clear), strict=True)
    return min(len(set(stories)), len(set(sentences))) > 1


def _gainsays(one: Vote, other: Vote) -> bool:
    """Whether another speaker likely says otherwise: enough not to give the word to one of them."""
    named = bool(one.speaker and other.speaker) and one.speaker != other.speaker
    return named and one.share > other.share - _PLAINER


def _day(vote: Vote) -> str:
    return vote.statement.day


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
    still = _STILL.search(material.question)
    return still is not None and one.stance == "no" and not _later(other, one)


def _settled(
    best: Vote, clear: Sequence[Vote], other: Vote | None, material: Material
) -> Composition:
    agreeing = [each for each in clear if each.stance == best.stance and each is not best]
    chosen = [best, *([other] if other else []), *_further(best, agreeing)]
    lead = best.stance.capitalize()
    if best.statement.denied and best.stance == "no":
        lead += f", says {speaker_label(best.speaker)}, denying it"
    elif best.speaker:
        lead += f", says {speaker_label(best.speaker)}"
    lead += material.age_of(best.statement.article)
    if other:
        lead += f". Earlier ({label_of(other.statement.article)}): {other.stance}"
        lead += f", said {speaker_label(other.speaker)}" if other.speaker else ""
    speaker = best.statement.speaker
    verdict = Verdict(answer=best.stance, speaker=speaker, citations=(1,))
    quotes = _quotes(chosen)[:_MOST_QUOTES]
    return Composition(quotes, lead=f"{lead}.", verdict=verdict, speaker=speaker)


def _further(best: Vote, agreeing: Sequence[Vote]) -> list[Vote]:
    """Two more sentences that say the same; those of other stories first."""
    own = best.statement.hit.story
    told = [e for e in agreeing if e.statement.field == "text" and e.share > best.share - _PLAINER]
    return sorted(told, key=lambda each: each.statement.hit.story == own)[:2]


def _disputed(one: Vote, other: Vote) -> Composition:
    yes, no = (one, other) if one.stance == "yes" else (other, one)

    def says(vote: Vote) -> str:
        who = vote.speaker and speaker_label(vote.speaker)
        day = label_of(vote.statement.article)
        return ", ".join(filter(None, [who or vote.statement.article.publisher, day]))

    denies = "denied by" if no.statement.denied else "no, says"
    lead = f"Sources differ: yes, says {says(yes)}; {denies} {says(no)}."
    verdict = Verdict(answer="disputed", citations=(1, 2))
    return Composition(_quotes([yes, no]), lead=lead, verdict=verdict)


def _left_open(material: Material, votes: Sequence[Vote]) -> Composition:
    """What the sentence that speaks most of it leaves open, where it says that it does."""
    best = max(votes, key=lambda vote: vote.share, default=None)
    if best is None or not best.hedge:
        return _nearest(material, votes)
    lead = "The articles do not say"
    if best.hedge != "not known":
        lead = f"Not certain: the article says “{best.hedge}”"
    if best.speaker:
        lead += f" ({speaker_label(best.speaker)})"
    speaker = best.statement.speaker
    verdict = Verdict(answer="open", speaker=speaker, citations=(1,))
    return Composition(_quotes([best]), lead=f"{lead}.", verdict=verdict, speaker=speaker)


def _nearest(material: Material, votes: Sequence[Vote]) -> Composition:
    return Composition(nearest=_quotes(votes[:_MOST_QUOTES])) if votes else material.unsure


def _quotes(votes: Sequence[Vote]) -> tuple[Quote, ...]:
    return tuple(quote_of(each.statement, each.chance) for each in votes)
