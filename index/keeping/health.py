"""What looking an index over comes to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAX_NAMES = 100
"""Articles that one finding names; a file may be damaged from end to end."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it should be.

    Attributes:
        part: where: "database", "manifest", "articles", "passages", "vectors", "stories",
            "cache", "leftovers", "weights", "installation" or "conversations".
        what: what is wrong, in one line.
        damage: whether something may be lost or wrong by it; False for what costs room or time.
        names: the articles concerned, by title or id, at most `MAX_NAMES`.
    """

    part: str
    what: str
    damage: bool = True
    names: tuple[str, ...] = ()


@dataclass(slots=True)
class Health:
    """How an index was found, and what mending it came to.

    Attributes:
        findings: what was found, before anything was mended.
        mended: what was done about it, a line each.
        lost: articles that could not be kept, by title or id.
        left: what is still found after mending; the findings where nothing was mended.
        articles, passages, vectors: how many were looked at, at last.
        unused: vectors that no passage uses.
        readable: whether its rows can be read, so that what stands beside them can be compared.
        seconds: how long it took.
    """

    location: Path
    findings: tuple[Fault, ...] = ()
    mended: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()
    left: tuple[Fault, ...] = ()
    articles: int = 0
    passages: int = 0
    vectors: int = 0
    unused: int = 0
    readable: bool = True
    seconds: float = 0.0

    @property
    def whole(self) -> bool:
        """Whether nothing is damaged now and nothing was lost."""
        return not self.lost and not any(each.damage for each in self.left)

    @property
    def damaged(self) -> bool:
        """Whether anything was found by which something may be lost or wrong."""
        return any(each.damage for each in self.findings)

    def note(self, part: str, what: str, names: Iterable[str] = (), *, damage: bool = True) -> None:
        """Add a finding."""
        self.findings += (Fault(part, what, damage, tuple(islice(names, MAX_NAMES))),)

    def note_unreadable(self, what: str) -> None:
        """Add that the file itself is damaged."""
        self.readable = False
        self.note("database", f"the file is damaged: {what}")
