"""Articles that print one text are one story, and an outlet's later version replaces its earlier.

A story is a connected group: each of its articles is a copy of some other one, not of every other
one. That is no wider than it should be, since each link says that more than half of the longer text
is shared, or that the shorter one is how the longer one begins: no article links two stories that
it only quotes. And what the stories are never depends on the order in which articles came.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from index.stories.copies import UPDATED_WITHIN, Key

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from index.dates import PublicationDate

_KEPT_SHARE = 0.75  # of the earlier version stands in the later one: what is left out is little


@dataclass(frozen=True, slots=True)
class Printing:
    """What is known of an article that has copies.

    Attributes:
        outlet: by what its outlet is told from others; None when unknown.
        updated: when it came to read as it does, where that was later than `published`.
    """

    article_id: str
    outlet: str | None
    published: PublicationDate | None
    updated: PublicationDate | None = None

    @property
    def version(self) -> PublicationDate | None:
        """The date that orders the versions of a story."""
        return self.updated or self.published


@dataclass(frozen=True, slots=True)
class Place:
    """Where an article stands among its copies.

    Attributes:
        story: the id of the story, which is the least id of its articles.
        newer: the id of the version that replaces it in searches; None for the newest.
    """

    story: str
    newer: str | None


def tell_stories(
    printings: Mapping[Key, Printing], shares: Mapping[tuple[Key, Key], float]
) -> dict[Key, Place]:
    """The place of each article.

    Args:
        printings: whole groups, each article under a number or another key.
        shares: for two copies, in both orders, how much of the first stands in the second.
    """
    copies: dict[Key, set[Key]] = {key: set() for key in printings}
    newer: dict[Key, list[Printing]] = {key: [] for key in printings}
    for (one, other), share in shares.items():
        copies[one].add(other)
        if share >= _KEPT_SHARE and _is_update(printings[one], printings[other]):
            newer[one].append(printings[other])
    places: dict[Key, Place] = {}
    for key in printings:
        if key not in places:
            group = _reachable(key, copies)
            story = min(printings[each].article_id for each in group)
            places |= {each: Place(story, _next(newer[each])) for each in group}
    return places


def _reachable(start: Key, copies: Mapping[Key, set[Key]]) -> set[Key]:
    reached, ahead = {start}, [start]
    while ahead:
        new = copies[ahead.pop()] - reached
        reached |= new
        ahead.extend(new)
    return reached


def _is_update(earlier: Printing, later: Printing) -> bool:
    if earlier.outlet is None or earlier.outlet != later.outlet:
        return False
    begun, again = earlier.published, later.published
    one, other = earlier.version, later.version
    if not (begun and again and one and other):
        return False
    if max(begun.last, again.last) - min(begun.first, again.first) > UPDATED_WITHIN:
        return False  # what an outlet prints again a year later is news once more
    instants = _instant(one), _instant(other)
    if instants[0] and instants[1]:
        return instants[0] < instants[1]
    return one.last < other.first


def _instant(published: PublicationDate) -> datetime | None:
    """The moment, if that is known: a time of day without its zone may be any of 26 hours."""
    if len(published.iso) <= len("2019-04-15"):
        return None
    moment = datetime.fromisoformat(published.iso)
    return moment if moment.tzinfo else None


def _next(newer: Iterable[Printing]) -> str | None:
    """The first of the newer versions, so that a search up to some day ends at the right one."""
    dated = [
        (version.last, version.iso, each.article_id) for each in newer if (version := each.version)
    ]
    return min(dated)[-1] if dated else None
