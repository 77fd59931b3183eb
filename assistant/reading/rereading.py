"""The best findings, read again in context: a second look before anything counts as an answer.

The first look reads many passages quickly, each alone. The few places that came out best are read
once more by a larger model, with their headline, outlet and day and the sentences before, and both
models together choose the words. How likely those answer is a logistic regression over `FEATURES`,
fitted on the words that came first for questions on articles that neither model was trained on,
asked of our own search, with and without the article that answers (`python -m
training.weigh_context`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from assistant import logistic
from assistant.reading.agreement import agree, agreement_on, alike
from assistant.reading.context_model import Window
from assistant.reading.finding import signs, widen
from index.splitting import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.reading.context_model import ContextModel, Found
    from assistant.reading.finding import Finding
    from assistant.reading.span_model import SpanModel

FEATURES = ("score", "agreement", "lead")
"""The second look's logits over those of "no answer", the log-odds by the first look alone, and
by how much the logits of both looks are over those of the best other answer in another article.

An answer that is over "no answer" itself is no doubt about this one: sources may differ, and what
they say is lined up then. More signs of the first look (similarity, shared words, kind) changed
nothing on held-out news.
"""
WEIGHTS = (0.214, 0.069, 0.210)
BIAS = -3.234
_MOST_LEAD = 15.0
"""The most that any answer has, and what it has over nothing."""
_RANK_WEIGHTS, _RANK_BIAS = (0.269, 0.254), -1.31  # of both looks' scores together, and agreement
READ_AT_ONCE = 2  # windows: as many as small machines have cores
MOST_WINDOWS, MORE_WINDOWS = 4, 2  # of the first passages, and of further ones
CLEAR = 0.9
_LARGEST_SEEN = 5.0  # log-odds by the first look; of words that it did not find, below 0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A window, the first look's best finding in it, and all that it found there."""

    window: Window
    best: Finding
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Reread:
    """What the second look found in a window.

    Attributes:
        told: logits of both looks over those of "no answer".
        rank: how far it comes first, in log-odds.
    """

    place: Candidate
    finding: Finding
    told: float
    rank: float


def candidates(findings: Sequence[Finding], most: int = MOST_WINDOWS) -> list[Candidate]:
    """The windows around the likeliest findings, likeliest first; a sentence is in only one."""
    agreed = agree(findings)
    chosen: list[Candidate] = []
    ranked = sorted(findings, key=lambda f: (-(f.probability + agreed[f.answer]), -f.probability))
    for each in ranked:
        if len(chosen) == most:
            break
        if any(_holds(place.window, each) or place.best.folded == each.folded for place in chosen):
            continue
        window = Window.around(each.article, each.start, each.end)
        inside = tuple(other for other in findings if _holds(window, other))
        chosen.append(Candidate(window, each, inside))
    return chosen


def reread(
    question: str,
    findings: Sequence[Finding],
    model: ContextModel,
    most: int = MOST_WINDOWS,
    *,
    first: SpanModel | None = None,
    before: Sequence[Reread] = (),
) -> list[Reread]:
    """What the second look finds around the likeliest findings of the first.

    The windows are read a few at a time, until one answers clearly.

    Args:
        first: reads the windows too.
        before: what the second look found in other passages.
    """
    agreed = agree(findings)
    chosen = candidates(findings, most)
    found: list[Reread] = []
    for begin in range(0, len(chosen), READ_AT_ONCE):
        some = chosen[begin : begin + READ_AT_ONCE]
        spans = model.read(question, [place.window for place in some], first=first)
        for place, words in zip(some, spans, strict=True):
            found.extend(look_again(question, place, words, agreed))
        if any(each.probability >= CLEAR for each in weigh_again([*before, *found])):
            break
    return found


def look_again(
    question: str, candidate: Candidate, words: Sequence[Found], agreed: dict[str, float]
) -> Iterator[Reread]:
    """The findings of one window, given what the models found in it."""
    best = candidate.best
    article, within = best.article, Span(candidate.window.start, candidate.window.end)
    for each in words:
        whole: str = getattr(article, each.field)
        first, last = 0, len(whole)
        if each.field == "text":
            first, last = widen(article, within, each.start, each.end)
        made = replace(
            best, field=each.field, start=first, end=last, words=whole[each.start : each.end]
        )
        agreement = logistic.log_odds(agreement_on(made.answer, agreed), _LARGEST_SEEN)
        preference = best.preference + signs(question, made.text)[1]
        told = each.score + each.first
        rank = preference + logistic.weighed(_RANK_WEIGHTS, (told, agreement), _RANK_BIAS)
        made = replace(made, features=(each.score, agreement), preference=preference)
        yield Reread(candidate, made, told, rank)


def weigh_again(found: Sequence[Reread]) -> list[Finding]:
    """All that was found with how likely each answers, the first in rank first.

    None is likelier than the words that both looks together put first.
    """
    weighed: list[Finding] = []
    for each in sorted(found, key=lambda each: -each.rank):
        features = (*each.finding.features, _lead(each, found))
        chance = chance_of(features, each.finding.preference)
        most = weighed[0].probability if weighed else 1.0
        weighed.append(replace(each.finding, features=features, probability=min(chance, most)))
    return weighed


def found_elsewhere(findings: Sequence[Finding], found: Sequence[Reread]) -> list[Finding]:
    """What the first look found of the same words where the second one did not read.

    It has counted already, in the agreement, and is worth no more.
    """
    answers = {each.finding.answer for each in found}
    read = {id(each) for one in found for each in one.place.findings}
    elsewhere = [f for f in findings if f.answer in answers and id(f) not in read]
    return [replace(each, probability=0.0) for each in elsewhere]


def _lead(one: Reread, found: Sequence[Reread]) -> float:
    article = one.finding.article.id
    others = [
        min(each.told, 0.0)
        for each in found
        if each.finding.article.id != article and not alike(each.finding.answer, one.finding.answer)
    ]
    return max(-_MOST_LEAD, min(_MOST_LEAD, one.told - max(others, default=-_MOST_LEAD)))


def chance_of(features: tuple[float, ...], preference: float) -> float:
    """The probability that words answer, given their features and a preference in log-odds."""
    return logistic.chance(logistic.weighed(WEIGHTS, features, BIAS) + preference)


def _holds(window: Window, finding: Finding) -> bool:
    same = window.article.id == finding.article.id
    return same and window.start <= finding.start and finding.end <= window.end
