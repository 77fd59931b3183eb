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
from assistant.reading.agreement import agree, agreement_on
from assistant.reading.context_model import Window
from assistant.reading.finding import signs, widen
from index.splitting import Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.reading.context_model import ContextModel, Found
    from assistant.reading.finding import Finding
    from assistant.reading.span_model import SpanModel

FEATURES = ("score", "agreement")
"""The second look's logits over those of "no answer", and the log-odds by the first look alone.

More signs of the first look (similarity, shared words, kind) changed nothing on held-out news.
"""
WEIGHTS = (0.269, 0.254)
BIAS = -1.31
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
    """A finding of the second look, and how far it comes first with both looks' scores."""

    finding: Finding
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
) -> list[Finding]:
    """What the second look finds, with what the first found of the same words elsewhere.

    The windows are read a few at a time, until one is clear. No words are likelier than those that
    both looks together put first; what the first found elsewhere has counted already, in the
    agreement, and is worth no more.
    """
    agreed = agree(findings)
    chosen = candidates(findings, most)
    found: list[Reread] = []
    read: set[int] = set()
    for begin in range(0, len(chosen), READ_AT_ONCE):
        some = chosen[begin : begin + READ_AT_ONCE]
        spans = model.read(question, [place.window for place in some], first=first)
        for place, words in zip(some, spans, strict=True):
            found.extend(weigh_again(question, place, words, agreed))
            read |= {id(each) for each in place.findings}
        if max((each.finding.probability for each in found), default=0.0) >= CLEAR:
            break
    if not found:
        return []
    most_likely = max(found, key=lambda each: each.rank).finding.probability
    capped = [
        replace(each.finding, probability=min(each.finding.probability, most_likely))
        for each in sorted(found, key=lambda each: -each.rank)
    ]
    answers = {each.answer for each in capped}
    elsewhere = [f for f in findings if f.answer in answers and id(f) not in read]
    return capped + [replace(each, probability=0.0) for each in elsewhere]


def weigh_again(
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
        features = (each.score, agreement)
        preference = best.preference + signs(question, made.text)[1]
        chance = chance_of(features, preference)
        rank = chance_of((each.score + each.first, agreement), preference)
        yield Reread(replace(made, features=features, probability=chance), rank)


def chance_of(features: tuple[float, ...], preference: float) -> float:
    """The probability that words answer, given their features and a preference in log-odds."""
    return logistic.chance(logistic.weighed(WEIGHTS, features, BIAS) + preference)


def _holds(window: Window, finding: Finding) -> bool:
    same = window.article.id == finding.article.id
    return same and window.start <= finding.start and finding.end <= window.end
