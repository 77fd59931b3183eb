"""What `benchmarks.soak` adds and asks about: invented articles, and when each was there.

An article has two planted facts, in a town and about a bridge that no other article names. A later
version of it has other figures. Since many write at once, the record knows of each version when it
may have been there, and of each article whether it was there for sure.
"""

from __future__ import annotations

import random
from contextlib import contextmanager
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Any

from index import Article
from index.loading import load

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from pathlib import Path

_SOUNDS = ("bar", "del", "fen", "gor", "hal", "jun", "kes", "lom", "mir", "nav", "ost", "pel")
_ENDS = ("burg", "by", "dorf", "ford", "grad", "ham", "mouth", "polje", "stad", "ville", "wick")
_FIRST = ("Adela", "Bruno", "Chiara", "Dmitri", "Esther", "Farid", "Greta", "Hugo", "Ines", "Jonas")
_WHO = ("Divers", "Masons", "Two ferries", "Neighbours", "A choir", "Pupils", "Welders", "Anglers")
_DID = (
    "counted",
    "carried",
    "painted",
    "sold",
    "lost",
    "repaired",
    "weighed",
    "borrowed",
    "sorted",
)
_WHAT = ("lanterns", "barrels", "bolts", "tickets", "planks", "flags", "umbrellas", "buckets")
_WHEN = ("within", "in the course of", "for", "after", "during the last", "over")
_LATER = 0.001  # seconds between two instants, at least


@dataclass(frozen=True, slots=True)
class Story:
    """One version of one invented article."""

    number: int
    version: int

    @property
    def town(self) -> str:
        """Whose bridge it is; no other article's."""
        chance, number = self._chance("town"), self.number
        name = "".join(_SOUNDS[number // 12**place % 12] for place in range(4))
        return f"{name}{chance.choice(_ENDS)}".capitalize()

    @property
    def mayor(self) -> str:
        """Who said it."""
        chance = self._chance(f"mayor {self.version}")
        return f"{chance.choice(_FIRST)} {''.join(chance.sample(_SOUNDS, 2)).capitalize()}sen"

    @property
    def cost(self) -> str:
        """What the bridge cost, in million crowns."""
        return f"{self._chance(f'cost {self.version}').randrange(101, 9_999):,}"

    def questions(self) -> tuple[tuple[str, str], ...]:
        """(question, what its answer holds)."""
        return (
            (f"How much did the bridge in {self.town} cost?", self.cost),
            (f"Who is the mayor of {self.town}?", self.mayor),
        )

    def markdown(self) -> str:
        """The article as a file."""
        chance, town = self._chance(f"words {self.version}"), self.town
        year, month, day = (chance.randrange(*each) for each in ((2015, 2026), (1, 13), (1, 29)))
        filler = " ".join(
            f"{chance.choice(_WHO)} {chance.choice(_DID)} {chance.randrange(20, 900)} "
            f"{chance.choice(_WHAT)} {chance.choice(_WHEN)} {chance.randrange(2, 99)} days."
            for _ in range(14)
        )
        return (
            f"---\ntitle: The bridge of {town}\npublisher: The {town} Courier\n"
            f"published: {year}-{month:02}-{day:02}\nurl: https://soak.example/{self.number}\n---\n"
            f"The new bridge in {town} cost {self.cost} million crowns, the town hall said.\n\n"
            f"{self.mayor}, the mayor of {town}, opened it in the rain.\n\n{filler}\n"
        )

    def write(self, folder: Path) -> Path:
        """The file, in a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.number}.md"
        path.write_text(self.markdown(), encoding="utf-8")
        return path

    def _chance(self, what: str) -> random.Random:
        return random.Random(f"{what} {self.number}")  # noqa: S311


@dataclass(slots=True)
class _Held:
    story: Story | None
    article: Article
    since: float
    until: float = float("inf")
    sure: bool = False


class Ledger:
    """Which version of which article may be in the index, and since when.

    Args:
        folder: to write articles into, so that they are read as the index reads them.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._held: dict[str, list[_Held]] = {}
        self._rebuilding = 0

    def know(self, folder: Path) -> None:
        """Articles that are there from the beginning, and stay."""
        for article in load(folder):
            assert isinstance(article, Article)
            self._held[article.id] = [_Held(None, article, 0, sure=True)]

    def read(self, story: Story) -> Article:
        """A story as the index reads it."""
        article = next(load(story.write(self._folder)))
        assert isinstance(article, Article)
        return article

    @contextmanager
    def changing(
        self,
        put: Collection[Story] = (),
        remove: Collection[int] = (),
        *,
        others_go: bool = False,
    ) -> Iterator[None]:
        """While an index is being changed; nothing is known for sure of a change that fails.

        Args:
            put: what is added, or put in the place of an earlier version.
            remove: the numbers of what is removed.
            others_go: all other articles are removed but those known from the beginning.
        """
        articles = {self.read(each).id: each for each in put}
        began = monotonic()
        there = {
            key: list(held)
            for key, held in self._held.items()
            if held[0].story and (key in articles or held[0].story.number in remove or others_go)
        }
        for held in there.values():
            for each in held:
                each.sure = False
        for key, story in articles.items():
            self._held.setdefault(key, []).append(_Held(story, self.read(story), began))
        self._rebuilding += others_go
        try:
            yield
        finally:
            self._rebuilding -= others_go
        now = monotonic() + _LATER
        for key, held in there.items():
            # What another process put meanwhile may be there or not.
            for each in held:
                if not others_go or key in articles or each.since < began:
                    each.until = min(each.until, now)
        for key in articles:  # a rebuild from sources may take away what is put beside it
            self._held[key][-1].sure = not self._rebuilding

    def stories(self) -> list[Story]:
        """What is there for sure, now."""
        return [each.story for each in self._all() if each.story and each.sure and _open(each)]

    def is_sure(self, story: Story) -> bool:
        """Whether it is there for sure, now."""
        return story in self.stories()

    def gone(self) -> list[Story]:
        """What was there, and is there no more."""
        present = {each.story.number for each in self._all() if each.story and _open(each)}
        return [
            each.story for each in self._all() if each.story and each.story.number not in present
        ]

    def stands(self, citation: Mapping[str, Any], since: float, until: float) -> bool:
        """Whether a quote stands verbatim in the article as it may have been meanwhile."""
        where, field = slice(citation["start"], citation["end"]), citation.get("field", "text")
        return any(
            each.since <= until
            and each.until >= since
            and getattr(each.article, field)[where] == citation["quote"]
            for each in self._held.get(str(citation["article_id"]), [])
        )

    def number(self, article_id: str) -> int | None:
        """Of which story an article is a version; None for one known from the beginning."""
        held = self._held.get(article_id)
        return held[0].story.number if held and held[0].story else None

    def _all(self) -> Iterator[_Held]:
        for held in self._held.values():
            yield from held


def _open(held: _Held) -> bool:
    return held.until == float("inf")
