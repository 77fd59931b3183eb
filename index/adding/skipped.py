"""What the last adds left out and why: one small JSON file beside the index.

Nothing depends on it, so a file that is missing, damaged or cannot be written is no error.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from index.leftovers import SUFFIX, sweep

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from index.errors import SourceError

NAME = "skipped.json"
_MOST = 200  # sources in all, the latest
_LONGEST = 500  # characters of a source's name or of a reason


class Left(BaseModel):
    """A source that was left out.

    Attributes:
        when: the end of the adding that left it out, UTC.
    """

    model_config = ConfigDict(frozen=True)

    source: str
    reason: str
    when: datetime


_LOG = TypeAdapter(tuple[Left, ...])


class SkippedLog:
    """What was left out, the latest first, as many as are kept.

    Args:
        folder: of the index.
        now: tells the time.
    """

    def __init__(
        self, folder: Path, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._folder = folder
        self._now = now

    def read(self) -> tuple[Left, ...]:
        """All that is kept; nothing when the file cannot be read."""
        try:
            return _LOG.validate_json((self._folder / NAME).read_bytes())
        except (OSError, ValidationError):
            return ()

    def add(self, skipped: Sequence[SourceError]) -> None:
        """Keep what an adding left out."""
        if not skipped or not self._folder.is_dir():
            return
        when = self._now().replace(microsecond=0)
        new = [
            Left(source=_written(each.source), reason=_written(each.reason), when=when)
            for each in skipped[:_MOST]
        ]
        kept = (*new, *self.read())[:_MOST]
        sweep(self._folder)
        temporary = self._folder / f"{NAME}.{os.getpid()}{SUFFIX}"
        with suppress(OSError):
            try:
                temporary.write_bytes(_LOG.dump_json(kept))
                temporary.replace(self._folder / NAME)
            finally:
                temporary.unlink(missing_ok=True)


def _written(text: str) -> str:
    """As much as is kept; the name of a file may hold what UTF-8 cannot."""
    return text[:_LONGEST].encode("utf-8", "replace").decode()
