"""What a watch remembers between its rounds and runs: one small JSON file beside the index.

Nothing depends on it but how much is fetched and read again: an index leaves alone what has not
changed. So a file that is missing or damaged is no error, and begins anew.
"""

from __future__ import annotations

import time
from hashlib import blake2b
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, Field, ValidationError

from index.errors import StorageError
from index.files import write_whole

if TYPE_CHECKING:
    from pathlib import Path

WATCH_NAME = "watch.json"
_ENTRIES_KEPT = 2_000  # remembered of one feed besides those that are in it now


class Seen(BaseModel):
    """What is known of one source.

    Attributes:
        etag, last_modified: of a page or feed of which nothing is left to be done.
        entries: digests of a feed's entries that are done with, the latest last.
        files: size in bytes and time of change in nanoseconds of each file that is done with.
    """

    etag: str | None = None
    last_modified: str | None = None
    entries: list[str] = Field(default_factory=list)
    files: dict[str, tuple[int, int]] = Field(default_factory=dict)

    def set_version(self, etag: str | None, last_modified: str | None) -> None:
        """Remember what to say with the next request; None for what has to be fetched whole."""
        self.etag, self.last_modified = etag, last_modified

    def add_file(self, name: str, state: tuple[int, int]) -> None:
        """Remember a file as it was when it was read."""
        self.files[name] = state

    def keep_files(self, names: set[str]) -> None:
        """Forget the files that are gone."""
        self.files = {name: state for name, state in self.files.items() if name in names}

    def add_entry(self, digest: str) -> None:
        """Remember an entry as the latest."""
        self.entries.append(digest)

    def trim(self, present: int) -> None:
        """Forget the oldest entries: feeds do not bring them back."""
        self.entries = self.entries[-(_ENTRIES_KEPT + present) :]


class Rest(BaseModel):
    """A host to be left alone until a time (seconds since 1970), after so many failures."""

    until: float = Field(allow_inf_nan=False)
    failures: int = Field(ge=0)


class Memory(BaseModel):
    """All that is remembered.

    Attributes:
        sources: by name, as the user gave it.
        hosts: those to be left alone.
    """

    version: Literal[1] = 1
    sources: dict[str, Seen] = Field(default_factory=dict)
    hosts: dict[str, Rest] = Field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Memory:
        """What was remembered in an index's folder; nothing when that cannot be read."""
        try:
            return cls.model_validate_json((folder / WATCH_NAME).read_bytes())
        except (OSError, ValidationError):
            return cls()

    def write(self, folder: Path) -> None:
        """Remember it, whole or not at all; of other sources what another watch has remembered.

        Raises:
            StorageError: the folder cannot be written.
        """
        kept = Memory.read(folder)
        now = time.time()
        hosts = {name: rest for name, rest in self.hosts.items() if rest.until > now}
        whole = Memory(sources=kept.sources | self.sources, hosts=hosts)
        if whole == kept:
            return
        try:
            write_whole(folder / WATCH_NAME, whole.model_dump_json(exclude_none=True).encode())
        except OSError as error:
            raise StorageError(
                f"{folder / WATCH_NAME} cannot be written ({error.strerror}): what is watched "
                "would be fetched again each time"
            ) from error


def digest_entry(name: str) -> str:
    """A short stand-in for an entry's id, which may be of any length."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
