"""What looking an index over comes to."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

MOST_NAMED = 100
"""Articles that one finding names; a file may be damaged from end to end."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it should be.

    Attributes:
        part: where: "database", "manifest", "articles", "passages", "vectors", "words", "stories",
            "cache", "leftovers", "weights" or "conversations".
        what: what is wrong, in one line.
        damage: whether something may be lost or wrong by it; False for what costs room or time.
        names: the articles concerned, by title or id, at most `MOST_NAMED`.
    """

    part: str
    what: str
    damage: bool = True
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Health:
    """How an index was found, and what mending it came to.

    Attributes:
        findings: what was found, before anything was mended.
        mended: what was done about it, a line each.
        lost: articles that could not be kept, by title or id.
        left: what is still found after mending; the findings where nothing was mended.
        articles, passages, vectors: how many were looked at, at last.
        seconds: how long it took.
    """

    location: Path
    findings: tuple[Finding, ...]
    mended: tuple[str, ...]
    lost: tuple[str, ...]
    left: tuple[Finding, ...]
    articles: int
    passages: int
    vectors: int
    seconds: float

    @property
    def whole(self) -> bool:
        """Whether nothing is damaged now and nothing was lost."""
        return not self.lost and not any(each.damage for each in self.left)


@dataclass(slots=True)
class Diagnosis:
    """What is wrong with one database file, as mending it needs to know.

    Attributes:
        structure: the file itself is damaged: only what can be read of it can be saved.
        altered: articles that are not what was stored: number to title or id.
        ill_cut: numbers of articles whose passages do not fit their text or their vectors.
        bad_vectors: keys of vectors that cannot be right.
        strays: whether there are passages of no article.
        words, stories: whether these differ from what the articles say.
        unused: vectors that no passage uses.
    """

    findings: list[Finding] = field(default_factory=list)
    structure: bool = False
    altered: dict[int, str] = field(default_factory=dict)
    ill_cut: set[int] = field(default_factory=set)
    bad_vectors: set[bytes] = field(default_factory=set)
    strays: bool = False
    words: bool = False
    stories: bool = False
    unused: int = 0
    articles: int = 0
    passages: int = 0
    vectors: int = 0

    @property
    def rows_damaged(self) -> bool:
        """Whether mending within the file has something to do."""
        return bool(
            self.altered
            or self.ill_cut
            or self.bad_vectors
            or self.strays
            or self.words
            or self.stories
        )
