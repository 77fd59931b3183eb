"""One round of a watch: what is new in folders, feeds and pages is added to the index.

A thread looks, fetches and reads; the one that asked for the round stores what comes. So a round
can be stopped while a server keeps it waiting: what is in hand is stored, and the thread left to
itself. A source is remembered as done only when what came of it is in the index.

What is remembered is one small JSON file beside the index. Nothing depends on it but how much is
fetched and read again: one that is missing or damaged is no error, and begins anew.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from hashlib import blake2b
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Literal, Protocol

from pydantic import BaseModel, Field, ValidationError

from index.ahead import made_ahead
from index.errors import SourceError, StorageError
from index.files import write_whole
from index.loading.content import as_content, telling_what_is_wrong
from index.loading.feed import load_entry, name_entry, read_feed
from index.loading.kinds import Kind, find_kind
from index.loading.load import files_in, is_url, load, load_content
from index.records import Article
from index.reports import WATCH_NAME

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
    from threading import Event

    from index.loading.content import Content, LoadOptions
    from index.reports import Report

    # None stands for a file that is being written.
    _Found = Generator["Article | SourceError | _Done | None", None, None]

_SOURCES_AHEAD = 16  # sources looked at before what came of them is stored
_SETTLED_SECONDS = 1.0  # seconds since its last change after which a file is taken to be whole
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


class Adds(Protocol):
    """The part of an index that a watch needs."""

    def add(self, sources: Iterable[Article], *, options: LoadOptions) -> Report:
        """Add articles, which may be a stream."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """What one round did.

    Attributes:
        unchanged: articles that were read and are in the index as they are, not those that were
            not even looked at.
        waiting: files that were being written, left for the next round.
        stopped: whether it was stopped before its end.
    """

    added: int = 0
    replaced: int = 0
    unchanged: int = 0
    skipped: tuple[SourceError, ...] = ()
    waiting: int = 0
    stopped: bool = False


class Following:
    """Sources that are looked at again and again.

    Args:
        folder: where what was seen is remembered.
        sources: folders, files and http(s) URLs.
        options: how to load them; its visits keep the pace.
        stopping: set when it is to stop.
        clock: seconds since 1970, as files' times are.
        anew: forget what an earlier run has seen, as when the index is empty.
    """

    def __init__(
        self,
        index: Adds,
        folder: Path,
        sources: Sequence[str],
        options: LoadOptions,
        stopping: Event,
        *,
        clock: Callable[[], float] = time.time,
        anew: bool = False,
    ) -> None:
        self._index, self._folder, self._sources = index, folder, list(dict.fromkeys(sources))
        self._options, self._stopping, self._clock = options, stopping, clock
        self._memory = Memory.read(folder)
        if anew:
            self._memory.sources.clear()
        now = clock()
        options.visits.leave_alone(
            {name: (rest.until - now, rest.failures) for name, rest in self._memory.hosts.items()}
        )

    def round(self) -> Round:
        """Look at every source once, and add what is new.

        Raises:
            StorageError: what came cannot be stored or remembered.
            ModelMismatchError: the index was built with another embedding model.
        """
        skipped: list[SourceError] = []
        done: list[_Done] = []
        waiting = 0

        def sort(looked: Iterator[Article | SourceError | _Done | None]) -> Iterator[Article]:
            nonlocal waiting
            for found in looked:
                if isinstance(found, Article):
                    yield found
                elif isinstance(found, SourceError):
                    skipped.append(found)
                elif isinstance(found, _Done):
                    done.append(found)
                else:  # a file that is being written
                    waiting += 1

        with made_ahead(self._look(), _SOURCES_AHEAD, stopping=self._stopping) as looked:
            report = self._store(sort(looked))
        for each in done:
            each.change(self._memory.sources.setdefault(each.name, Seen()))
        now = self._clock()
        self._memory.hosts = {
            name: Rest(until=now + seconds, failures=failures)
            for name, (seconds, failures) in self._options.visits.rests().items()
        }
        self._memory.write(self._folder)
        return Round(
            added=report.added if report else 0,
            replaced=report.replaced if report else 0,
            unchanged=report.unchanged if report else 0,
            skipped=(*skipped, *(report.skipped if report else ())),
            waiting=waiting,
            stopped=self._stopping.is_set(),
        )

    def _store(self, articles: Iterator[Article]) -> Report | None:
        """Add them, if there are any: without, the index and its model are not even opened."""
        first = next(articles, None)
        if first is None:
            return None
        return self._index.add(chain([first], articles), options=self._options)

    def _look(self) -> _Found:
        for source in self._sources:
            try:
                if is_url(source):
                    yield from self._look_at_url(source)
                else:
                    yield from self._look_at_path(source)
            except SourceError as error:
                yield error

    # Files

    def _look_at_path(self, source: str) -> _Found:
        try:
            path = Path(source).expanduser().absolute()
            is_folder = path.is_dir()
            files = files_in(path) if is_folder else [path]
        except (OSError, RuntimeError, ValueError) as error:
            raise SourceError(source, f"cannot be looked into ({error})") from error
        name = str(path)
        done = dict(self._seen(name).files)
        if is_folder:
            yield _Done(name, partial(Seen.keep_files, names={str(file) for file in files}))
        for file in files:
            try:
                found = file.stat()
            except (OSError, ValueError):
                yield from load(file, self._options)  # which says why
                continue
            state = found.st_size, found.st_mtime_ns
            if done.get(str(file)) == state:
                continue
            if abs(self._clock() - found.st_mtime) < _SETTLED_SECONDS:
                yield None
                continue
            outcome = _Outcome()
            yield from outcome.watch(load(file, self._options))
            if outcome.final:
                yield _Done(name, partial(Seen.add_file, name=str(file), state=state))

    # Pages and feeds

    def _look_at_url(self, url: str) -> _Found:
        name = f"{url} (private)" if self._options.allow_private else url  # other links may be done
        seen = self._seen(name)
        response = self._options.visits.fetch(
            url, self._options, etag=seen.etag, last_modified=seen.last_modified
        )
        if response.not_modified:
            return
        content, outcome = as_content(url, response), _Outcome()
        with telling_what_is_wrong(content, "anything"):
            kind = find_kind(content, content.head())
        if kind is Kind.FEED:
            yield from self._follow(name, content, frozenset(seen.entries), outcome)
        else:
            yield from outcome.watch(load_content(content, self._options))
        # Where something is left to be done, the next round has to get the whole of it again.
        etag, last_modified = response.etag, response.last_modified
        version = (etag, last_modified) if outcome.final else (None, None)
        yield _Done(name, lambda seen: seen.set_version(*version))

    def _follow(
        self, name: str, content: Content, known: frozenset[str], outcome: _Outcome
    ) -> _Found:
        """The entries of a feed that were not seen yet, as many as one round may follow."""
        with telling_what_is_wrong(content, "a feed"):
            feed = read_feed(content, self._options)
        entries = {digest_entry(name_entry(entry)): entry for entry in feed.entries}
        new = [digest for digest in entries if digest not in known]
        most = self._options.limits.links
        for digest in new[:most]:
            of_entry = _Outcome()
            found = load_entry(entries[digest], feed, self._options, load_content)
            yield from of_entry.watch(found)
            if of_entry.final:
                yield _Done(name, partial(Seen.add_entry, digest=digest))
            outcome.final &= of_entry.final
        outcome.final &= len(new) <= most
        yield _Done(name, partial(Seen.trim, present=len(entries)))

    def _seen(self, name: str) -> Seen:
        return self._memory.sources.get(name, Seen())


@dataclass(frozen=True, slots=True)
class _Done:
    """Something that need not be done again, once all that came before it is stored."""

    name: str
    change: Callable[[Seen], None]


@dataclass(slots=True)
class _Outcome:
    """Whether trying again would be of no use, for better or worse."""

    final: bool = True

    def watch(self, found: Iterable[Article | SourceError]) -> _Found:
        """Pass on what is found."""
        for each in found:
            if isinstance(each, SourceError) and each.temporary:
                self.final = False
            yield each
