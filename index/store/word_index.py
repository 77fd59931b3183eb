"""Search by words: BM25 (Robertson and Zaragoza, 2009) as tantivy computes it.

tantivy's files are a cache of the passages in SQLite, in a folder that is named by the state of the
store that it was first made from. They are written when some hundred passages have come or gone
since: each commit of tantivy's waits for the disk a dozen times. The passages that came since are
scored here, by the same formula. A commit says in itself which state it has come to, so a process
killed at any instant leaves an older state and loses nothing. Only who changes the store writes
them, unless there are none; readers go on with the files they have opened.

All that a damaged file can cost is a passage that is not found: the words of a passage are read
from SQLite, always.
"""

from __future__ import annotations

import logging
import os
import shutil
import threading
import weakref
from contextlib import suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from index.files import SUFFIX, left_behind, remove
from index.store.lineage import Stamp
from index.store.recent_words import RecentWords
from index.store.sqlite_rows import read_lineage, read_stamp, removed_passages
from index.store.word_files import (
    DamagedWordsError,
    OpenedWords,
    add_documents,
    build_query,
    checked_files,
    configured,
    damaged_files,
    delete_documents,
    fill,
    read_opened,
    refreshed,
    schema,
    search_best,
    telling_damage,
    write_state,
)
from index.terms import query_terms

if TYPE_CHECKING:
    import sqlite3

    from index.records import Filters
    from index.store.lineage import Lineage
    from index.store.sqlite_connections import Connections
    from index.store.sqlite_listing import PassageSet

log = logging.getLogger(__name__)

WRITTEN_AFTER_PASSAGES = 500
"""So many may have come or gone since the files were written: 20 ms for a process that opens."""

_WRITTEN_AFTER_CHANGES = 50  # half of those that the store remembers
_FORMAT = "1"  # of the fields and of how texts are cut into words: another one is made anew
_HEAP_BYTES = 15_000_000  # the least that tantivy takes
_LEFT_AFTER_S = 3_600.0  # by a killed process: all words of a large index take a while
_CHECKED_AT_ONCE_BYTES = 64_000_000  # 0.05 s; more is checked beside the first searches


class WordIndex:
    """The words of the passages of one store. Safe for several threads and processes."""

    def __init__(self, folder: Path, connections: Connections) -> None:
        self._folder, self._connections = folder, connections
        self._lock = threading.Lock()
        self._view: RecentWords | None = None
        self._damaged = threading.Event()

    def search(
        self,
        connection: sqlite3.Connection,
        text: str,
        limit: int,
        filters: Filters,
        searched: PassageSet,
    ) -> list[tuple[int, float]]:
        """(passage number, BM25) of the best of the passages that the filters admit, best first."""
        words = query_terms(text)
        if not words:
            return []
        try:
            return self._search(connection, words, limit, filters, searched)
        except DamagedWordsError as error:
            log.warning("the index of words is damaged (%s); it is made again", error)
            with self._lock:
                self._view = RecentWords(self._build(connection), read_stamp(connection))
            return self._search(connection, words, limit, filters, searched)

    def write(self, connection: sqlite3.Connection) -> None:
        """Bring the files up to date where they are far behind.

        A failure is logged, not raised: nothing depends on them.
        """
        try:
            with self._lock:
                self._write(connection, read_stamp(connection))
        except (OSError, DamagedWordsError) as error:
            log.warning("the index of words in %s was not written: %s", self._folder, error)

    # Reading

    def _search(
        self,
        connection: sqlite3.Connection,
        words: list[list[str]],
        limit: int,
        filters: Filters,
        searched: PassageSet,
    ) -> list[tuple[int, float]]:
        with self._lock:
            view = self._view = self._look(connection, searched.stamp)
        found = view.score(words, searched)
        if view.written:
            query = build_query(words, filters)
            wanted = limit + len(view.gone)
            written = search_best(view.written.searcher, query, wanted, searched)
            found += [each for each in written if each[0] not in view.gone]
        return sorted(found, key=lambda each: (-each[1], each[0]))[:limit]

    def _look(self, connection: sqlite3.Connection, stamp: Stamp) -> RecentWords:
        """The words of the state that the connection sees, or of a later one."""
        view = self._view
        if self._damaged.is_set():
            raise DamagedWordsError("a checksum differs")
        if view is not None and view.stamp == stamp:
            return view
        lineage = read_lineage(connection, stamp)
        if view is None or lineage.behind(view.stamp.name) is None:
            if view is not None and self._is_later(view.stamp, stamp):
                return view  # our connection began to read before another one's change
            view = self._start(connection, stamp, lineage)
        elif len(view) > 2 * WRITTEN_AFTER_PASSAGES:  # another process may have written files since
            view = self._start(connection, stamp, lineage)
        return view.follow(connection, stamp)

    def _is_later(self, state: Stamp, stamp: Stamp) -> bool:
        if state.store != stamp.store or state.generation <= stamp.generation:
            return False
        with self._connections.reading() as latest:
            now = read_stamp(latest)
            return now == state or read_lineage(latest, now).behind(state.name) is not None

    def _start(self, connection: sqlite3.Connection, stamp: Stamp, lineage: Lineage) -> RecentWords:
        """From the files, which are made where they are missing or of another history."""
        opened = self._usable(lineage, stamp)
        if opened is None and _behind(connection, stamp, None) >= WRITTEN_AFTER_PASSAGES:
            opened = self._build(connection)
        return RecentWords(opened, opened.state if opened else Stamp(stamp.store, 0, ""))

    def _usable(self, lineage: Lineage, stamp: Stamp) -> OpenedWords | None:
        """The files that can be followed to a state, opened; others are removed."""
        with suppress(OSError):
            for path in sorted(self._folder.glob(f"{_FORMAT}-*")):
                if path.suffix:
                    continue
                try:
                    opened = self._open(path)
                except DamagedWordsError as error:
                    log.warning("%s cannot be used (%s); it is made again", path, error)
                else:
                    of_past = lineage.behind(opened.state.name) is not None
                    if of_past and opened.state.store == stamp.store:
                        return opened
                    if self._is_later(opened.state, stamp):
                        return opened
        return None

    def _open(self, path: Path) -> OpenedWords:
        import tantivy

        known = self._view and self._view.written
        if known and known.path == path and path.is_dir():
            with telling_damage():
                return refreshed(known)
        if sum(file.stat().st_size for file in checked_files(path)) <= _CHECKED_AT_ONCE_BYTES:
            if wrong := next(damaged_files(path), None):
                raise DamagedWordsError(f"{wrong} is damaged")
        else:
            threading.Thread(
                target=self._check, args=[path], name="dateline-checks-words", daemon=True
            ).start()
        readable = path
        if not os.access(path, os.W_OK):  # tantivy makes a file of locks even to read
            readable = Path(mkdtemp(prefix="dateline-words-"))
            weakref.finalize(self, shutil.rmtree, readable, ignore_errors=True)
            for file in path.iterdir():
                if not file.name.endswith(".lock"):
                    (readable / file.name).symlink_to(file.absolute())
        with telling_damage():
            return read_opened(configured(tantivy.Index.open(str(readable))), path)

    def _check(self, path: Path) -> None:
        with suppress(OSError):
            if next(damaged_files(path), None) and path.is_dir():
                self._damaged.set()

    # Writing

    def _write(self, connection: sqlite3.Connection, stamp: Stamp) -> None:
        lineage = read_lineage(connection, stamp)
        opened = self._usable(lineage, stamp)
        lately = lineage.names[-_WRITTEN_AFTER_CHANGES:]
        forgotten_soon = opened is not None and opened.state.name not in lately
        if _behind(connection, stamp, opened) < WRITTEN_AFTER_PASSAGES and not forgotten_soon:
            return
        if opened is None:
            opened = self._build(connection)
        else:
            opened = self._bring_up(connection, opened, stamp)
        if self._view is not None:
            self._view = RecentWords(opened, opened.state)

    def _bring_up(
        self, connection: sqlite3.Connection, opened: OpenedWords, stamp: Stamp
    ) -> OpenedWords:
        """The files as of a state; as they are where another process is at it, or nobody may."""
        state = opened.state
        try:
            writer = opened.index.writer(_HEAP_BYTES, 1)
        except ValueError as error:  # locked, or a folder that cannot be written
            log.debug("the index of words is left as it is: %s", error)
            return opened
        try:
            with telling_damage():
                delete_documents(writer, removed_passages(connection, state.generation))
                write_state(writer, stamp, add_documents(writer, connection, opened))
                writer.commit()
                writer.wait_merging_threads()
                return refreshed(opened)
        except DamagedWordsError as error:
            if opened.path is None or next(damaged_files(opened.path), None):
                raise
            log.warning("the index of words is left as it is: %s", error)  # a full disk, say
            return opened

    def _build(self, connection: sqlite3.Connection) -> OpenedWords:
        """All of it made anew, in memory where the folder cannot be written."""
        import tantivy

        stamp = read_stamp(connection)
        path = self._folder / f"{_FORMAT}-{stamp.name}"
        making = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}{SUFFIX}")
        remove(left_behind(self._folder, f"*{SUFFIX}", _LEFT_AFTER_S))
        try:
            making.mkdir(parents=True)
            fill(configured(tantivy.Index(schema(), str(making))), connection, stamp)
            shutil.rmtree(path, ignore_errors=True)
            with suppress(OSError):  # another process was quicker
                making.rename(path)
            for other in self._folder.glob("*"):
                if other != path and (not other.suffix or other == making):
                    shutil.rmtree(other, ignore_errors=True)
            self._view = None
            self._damaged.clear()
            return self._open(path)
        except (OSError, ValueError, DamagedWordsError) as error:
            shutil.rmtree(making, ignore_errors=True)
            log.warning("the words are kept in memory: %s cannot be written (%s)", path, error)
            self._damaged.clear()
            index = fill(configured(tantivy.Index(schema())), connection, stamp)
            return read_opened(index, None)


def _behind(connection: sqlite3.Connection, stamp: Stamp, opened: OpenedWords | None) -> int:
    """How many passages came and went since the files were written; all of them where none are."""
    if opened is None:
        return int(connection.execute("SELECT count(*) FROM passages").fetchone()[0])
    if opened.state.generation >= stamp.generation:
        return 0
    (new,) = connection.execute(
        "SELECT count(*) FROM passages WHERE id > ?", (opened.newest,)
    ).fetchone()
    return int(new) + len(removed_passages(connection, opened.state.generation))
