"""What a long change tells while it runs and when it is done; what an index tells of itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from index.files import write_whole

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from index.errors import SourceError
    from index.records import Counts
    from index.store.interface import Manifest


@dataclass(frozen=True, slots=True)
class Progress:
    """How many articles a change has done; the last one's title; how many there will be.

    Attributes:
        total: None when unknown.
        expected: as judged by how much has been read; None when unknown.
    """

    done: int
    total: int | None
    title: str = ""
    expected: int | None = None


OnProgress = Callable[[Progress], None]
"""What is told how far a change has come."""


SKIPPED_NAME = "skipped.json"
"""The file beside the index that holds what the last adds left out, and why. Nothing depends on it,
so it is no error where it is missing, damaged or cannot be written."""

WATCH_NAME = "watch.json"
"""The file beside the index that holds what a watch remembers; nothing depends on it either."""

_SOURCES_KEPT = 200  # in all, the latest
_CHARACTERS_KEPT = 500  # of a source's name or of a reason
MOST_NAMED = 100
"""Articles that a report names; of the others it tells how many there are."""

_ALIKE = 3  # sources skipped for one reason that are named one by one

Outcome = Literal["added", "copy", "replaced", "unchanged"]


@dataclass(frozen=True, slots=True)
class Named:
    """An article and what became of it; a copy was added, and others print the same."""

    id: str
    title: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Report:
    """What a change did.

    Attributes:
        added, replaced, unchanged, removed: articles.
        copies: how many of the added articles are copies of one that was there before them.
        embedded: passages whose vectors had to be computed.
        skipped: the sources left out, each with its reason.
        articles, passages: how many the index holds now.
        seconds: how long it took.
        named: the first of the articles added, replaced or unchanged, each once.
    """

    added: int
    replaced: int
    unchanged: int
    removed: int
    copies: int
    embedded: int
    skipped: tuple[SourceError, ...]
    articles: int
    passages: int
    seconds: float
    named: tuple[Named, ...] = ()


def skipped_lines(skipped: Sequence[SourceError]) -> list[str]:
    """What was skipped and why, a line each; equal reasons are one line with their count."""
    by_reason: dict[str, list[SourceError]] = {}
    for each in skipped:
        by_reason.setdefault(each.reason, []).append(each)
    lines = []
    for reason, alike in by_reason.items():
        if len(alike) > _ALIKE:
            lines.append(f"Skipped {len(alike):,} sources, such as {alike[0].source}: {reason}")
        else:
            lines += [f"Skipped {each}" for each in alike]
    return lines


@dataclass(slots=True)
class Tally:
    """The running count behind a report."""

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    removed: int = 0
    copies: int = 0
    embedded: int = 0
    skipped: list[SourceError] = field(default_factory=list)
    named: dict[str, Named] = field(default_factory=dict)
    _began: float = field(default_factory=time.monotonic)

    def name(self, each: Named) -> None:
        """Name an article, while there is room for it."""
        if len(self.named) < MOST_NAMED:
            self.named.setdefault(each.id, each)

    def report(self, now: Counts) -> Report:
        """The count so far, with what the index holds now."""
        return Report(
            added=self.added,
            replaced=self.replaced,
            unchanged=self.unchanged,
            removed=self.removed,
            copies=self.copies,
            embedded=self.embedded,
            skipped=tuple(self.skipped),
            articles=now.articles,
            passages=now.passages,
            seconds=time.monotonic() - self._began,
            named=tuple(self.named.values()),
        )


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a long change; what it has stored by then is kept, and stands in its report."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self.report = report


class Left(BaseModel):
    """A source that was left out, and when: at the end of that adding, UTC."""

    model_config = ConfigDict(frozen=True)

    source: str
    reason: str
    when: datetime


_SKIPPED = TypeAdapter(tuple[Left, ...])


class SkippedLog:
    """What was left out, the latest first, as many as are kept, beside the index in `folder`."""

    def __init__(
        self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._folder = folder
        self._now = now

    def read(self) -> tuple[Left, ...]:
        """All that is kept; nothing when the file cannot be read."""
        try:
            return _SKIPPED.validate_json((self._folder / SKIPPED_NAME).read_bytes())
        except (OSError, ValidationError):
            return ()

    def add(self, skipped: Sequence[SourceError]) -> None:
        """Keep what an adding left out."""
        if not skipped or not self._folder.is_dir():
            return
        when = self._now().replace(microsecond=0)
        new = [
            Left(source=_written(each.source), reason=_written(each.reason), when=when)
            for each in skipped[:_SOURCES_KEPT]
        ]
        kept = (*new, *self.read())[:_SOURCES_KEPT]
        with suppress(OSError):
            write_whole(self._folder / SKIPPED_NAME, _SKIPPED.dump_json(kept))


def _written(text: str) -> str:
    """As much as is kept; the name of a file may hold what UTF-8 cannot."""
    return text[:_CHARACTERS_KEPT].encode("utf-8", "replace").decode()


@dataclass(frozen=True, slots=True)
class Status:
    """What an index holds and how it was made; `manifest` is None before the first article.

    Attributes:
        skipped: what the last adds left out, the latest first.
    """

    name: str
    location: Path
    counts: Counts
    manifest: Manifest | None
    bytes_on_disk: int
    skipped: tuple[Left, ...] = ()


MAX_NAMES = 100
"""Articles that one finding names; a file may be damaged from end to end."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is not as it should be.

    Attributes:
        part: where: "database", "manifest", "articles", "passages", "vectors", "stories",
            "leftovers", "weights", "installation" or "conversations".
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
