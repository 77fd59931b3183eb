"""A thread that nobody waits for: what it makes is used until the work is to stop."""

from __future__ import annotations

from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator

Item = TypeVar("Item")

_AHEAD = 16  # items made before there is somebody to take them
_POLL = 0.1  # seconds until a thread looks whether it is still wanted


@dataclass(frozen=True, slots=True)
class _End:
    """There are no more, or there was an error."""

    error: BaseException | None


def in_background(items: Iterator[Item], stopping: Event) -> Iterator[Item]:
    """The items, made in a thread of their own; none any more once it is stopping.

    The thread is not waited for: it may be in the middle of a request. It changes nothing.
    """
    made: Queue[Item | _End] = Queue(_AHEAD)
    over = Event()

    def hand_over(item: Item | _End) -> None:
        while not over.is_set():
            try:
                made.put(item, timeout=_POLL)
                return
            except Full:
                continue

    def make() -> None:
        error: BaseException | None = None
        try:
            for item in items:
                hand_over(item)
                if over.is_set():
                    return
        except BaseException as raised:  # told to whoever waits for it
            error = raised
        finally:
            hand_over(_End(error))

    Thread(target=make, name="looking", daemon=True).start()
    try:
        while not stopping.is_set():
            try:
                item = made.get(timeout=_POLL)
            except Empty:
                continue
            if isinstance(item, _End):
                if item.error:
                    raise item.error
                return
            if not stopping.is_set():
                yield item
    finally:
        over.set()
