"""Answers that are being made, so that a reader can stop theirs.

An answer is made in a thread of its own: the page can let go of it at once, while the thread ends
where it next can. Closing the stages closes the chat model's stream, and its server is told.
"""

from __future__ import annotations

from queue import SimpleQueue
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from assistant.answer import Answer


class Running:
    """One answer that is being made.

    Args:
        begin: begins it.

    Attributes:
        stopped: whether a reader stopped it.
        dropped: whether nobody waits for it any more.
    """

    def __init__(self, begin: Callable[[], Iterator[Answer]]) -> None:
        self.stopped = self.dropped = False
        self._begin = begin
        self._end = Event()
        self._said: SimpleQueue[Answer | Exception | None] = SimpleQueue()
        self._thread = Thread(target=self._make, name="answer", daemon=True)

    def stages(self) -> Iterator[Answer]:
        """The stages of the answer until it is whole or stopped; errors are raised as they came."""
        self._thread.start()
        try:
            while (said := self._said.get()) is not None:
                if isinstance(said, Exception):
                    raise said
                if self._end.is_set():
                    return
                yield said
        finally:
            self._end.set()

    def stop(self, *, drop: bool = False) -> None:
        """Wait no longer; `drop` where what has arrived is not wanted either."""
        self.stopped, self.dropped = True, self.dropped or drop
        self._end.set()
        self._said.put(None)

    def _make(self) -> None:
        try:
            stages = self._begin()
            try:
                for stage in stages:
                    if self._end.is_set():
                        break
                    self._said.put(stage)
            finally:
                _close(stages)
        except Exception as error:  # raised again where it is waited for
            self._said.put(error)
        self._said.put(None)


class Readers:
    """Which answer each reader waits for: one at a time."""

    def __init__(self) -> None:
        self._running: dict[str, Running] = {}
        self._lock = Lock()

    def begin(self, reader: str, begin: Callable[[], Iterator[Answer]]) -> Running:
        """A new answer in place of the one waited for, if there is one."""
        running = Running(begin)
        with self._lock:
            before = self._running.get(reader)
            self._running[reader] = running
        if before:
            before.stop(drop=True)
        return running

    def stop(self, reader: str, *, drop: bool = False) -> None:
        """Stop what the reader waits for, if anything."""
        with self._lock:
            running = self._running.get(reader)
        if running:
            running.stop(drop=drop)

    def end(self, reader: str, running: Running) -> None:
        """It is over."""
        with self._lock:
            if self._running.get(reader) is running:
                del self._running[reader]


def _close(stages: Iterator[Answer] | Generator[Answer]) -> None:
    close = getattr(stages, "close", None)
    if close:
        close()
