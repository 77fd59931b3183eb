"""How near an article is to the days a question is about: a soft prior on a ranking, not a wall."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

    from index.dates import PublicationDate

_HALVED_AFTER = 14  # days; the news of a fortnight is one another's context
_UNDATED = 0.25  # as if six weeks away: it may be of any time
_LEAST = 0.5  # of its score that an article far away in time keeps


@dataclass(frozen=True, slots=True)
class Days:
    """The days from `first` to `last`, both inclusive.

    Raises:
        ValueError: when `last` comes before `first`.
    """

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
