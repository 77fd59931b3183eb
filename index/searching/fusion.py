"""Two rankings into one, in which copies count once and near days count more."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from index.records import Hit
from index.stories.copies import StoryText, Wording, words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from index.dates import PublicationDate
    from index.records import Article
    from index.store.interface import Candidates


_HALVED_AFTER = 14  # days; the news of a fortnight is one another's context
_UNDATED = 0.25  # as if six weeks away: it may be of any time
_LEAST = 0.5  # of its score that an article far away in time keeps


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both inclusive and in this order (ValueError)."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a range that no day is in."""
        if self.last < self.first:
            raise ValueError(f"no day lies between {self.first} and {self.last}")


def nearness(published: PublicationDate | None, days: Days) -> float:
    """1 for an article of those days, 0.5 a fortnight away, 0.07 half a year away; never 0."""
    if published is None:
        return _UNDATED
    gap = max(0, (days.first - published.last).days, (published.first - days.last).days)
    return 1 / (1 + gap / _HALVED_AFTER)


def favour(score: float, near: float) -> float:
    """A search's score, given how near its article is: at most halved."""
    return score * (_LEAST + (1 - _LEAST) * near)


RANK_CONSTANT = 60
"""As in the paper; it keeps one first place from outweighing two good ones."""
_IN_PASSAGES = 0.6  # of a passage is shown already: copies are not all cut at the same places
_SENTENCE = 12  # words in a row that the article shown lacks; an edit changes fewer


def fuse(candidates: Candidates, limit: int, near: Days | None = None) -> list[Hit]:
    """Hits by reciprocal rank fusion (Cormack, Clarke and Büttcher, SIGIR 2009), best first.

    With `near`, articles of those days are favoured. Of the same passage in several copies of one
    story the best one is the hit, with the articles of the others attached; the others take no rank
    either.
    """
    rankings = [
        [number for number, _ in ranking]
        for ranking in (candidates.by_words, candidates.by_meaning)
    ]
    nearby: dict[int, float] = {}
    if near is not None:
        for number, (_, article) in candidates.passages.items():
            nearby[number] = nearness(article.published, near)
    alone = _score(rankings, nearby)
    shown_as = _find_repeated(
        sorted(alone, key=lambda number: (-alone[number], number)), candidates
    )
    distinct = [list(dict.fromkeys(map(shown_as.__getitem__, each))) for each in rankings]
    scores = _score(distinct, nearby)
    bm25, similarity = dict(candidates.by_words), dict(candidates.by_meaning)
    articles: dict[int, dict[str, Article]] = {number: {} for number in scores}
    for number, shown in shown_as.items():
        article = candidates.passages[number][1]
        articles[shown][article.id] = article
    hits = []
    for number in sorted(scores, key=lambda number: (-scores[number], number))[:limit]:
        passage, article = candidates.passages[number]
        hits.append(
            Hit(
                passage,
                article,
                score=scores[number],
                similarity=similarity.get(number),
                bm25=bm25.get(number),
                nearness=nearby.get(number),
                story=candidates.stories.get(article.id, ""),
                copies=tuple(each for each in articles[number].values() if each.id != article.id),
            )
        )
    return hits


def _score(rankings: Iterable[Iterable[int]], nearby: Mapping[int, float]) -> dict[int, float]:
    scores: dict[int, float] = {}
    for ranking in rankings:
        for rank, number in enumerate(ranking, start=1):
            scores[number] = scores.get(number, 0.0) + 1 / (RANK_CONSTANT + rank)
    for number in nearby.keys() & scores.keys():
        scores[number] = favour(scores[number], nearby[number])
    return scores


def _find_repeated(numbers: Iterable[int], candidates: Candidates) -> dict[int, int]:
    """For each passage, best first, the one that it is shown as: a copy's, or itself."""
    telling: dict[str, set[str]] = {}
    for _, article in candidates.passages.values():
        telling.setdefault(candidates.stories.get(article.id, article.id), set()).add(article.id)
    shown_as: dict[int, int] = {}
    shown: dict[str, dict[str, _Shown]] = {}
    for number in numbers:
        passage, article = candidates.passages[number]
        story = candidates.stories.get(article.id, article.id)
        shown_as[number] = number
        if len(telling[story]) == 1:
            continue
        wording = Wording(words_of(passage.text))
        copies = shown.setdefault(story, {})
        for article_id, copy in copies.items():
            repeated = None if article_id == article.id else copy.find(wording)
            if repeated is not None:
                shown_as[number] = repeated
                break
        else:
            copies.setdefault(article.id, _Shown(article)).passages[number] = wording
    return shown_as


class _Shown:
    """An article some of whose passages are hits by themselves."""

    def __init__(self, article: Article) -> None:
        self._article = article
        self.passages: dict[int, Wording] = {}

    @cached_property
    def _story(self) -> StoryText:
        return StoryText(self._article)

    def find(self, wording: Wording) -> int | None:
        """The passage that says the same; None where the article lacks a sentence of it."""
        shared = {number: wording.shared_with(passage) for number, passage in self.passages.items()}
        if not wording.words or np.logical_or.reduce(list(shared.values())).mean() < _IN_PASSAGES:
            return None
        said = wording.shared_with(self._story)
        ends = np.flatnonzero(np.concatenate(([True], said, [True])))
        if np.diff(ends).max() > _SENTENCE:
            return None
        if not wording.figures <= self._story.figures:
            return None  # an earlier toll, another hour: that is something new
        return max(shared, key=lambda number: int(shared[number].sum()))
