"""One thread that makes things while another one uses them."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Full, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

Item = TypeVar("Item")

_PATIENCE_SECONDS = 2.0  # a server may take minutes to answer
_POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class _End:
    """There are no more, or there was an error."""

    error: BaseException | None


@contextmanager
def made_ahead(
    items: Generator[Item, None, None], most: int, *, stopping: Event | None = None
) -> Iterator[Iterator[Item]]:
    """The items, made in a thread of their own, at most `most` of them ahead of their use.

    What making one raises is raised where it would have been used. On the way out the thread ends
    with the item in hand, and closes the generator; an item that takes long is waited for a moment
    and no longer.

    Args:
        stopping: once it is set there are no more items, and the thread is not waited for at all:
            it may be in the midst of a request.
    """
    made: Queue[Item | _End] = Queue(most)
    over = Event()

    def hand_over(item: Item | _End) -> None:
        while not over.is_set():
            try:
                made.put(item, timeout=_POLL_SECONDS)
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
        except BaseException as raised:  # told to the thread that waits for it
            error = raised
        finally:
            items.close()
            hand_over(_End(error))

    thread = Thread(target=make, name="made ahead", daemon=True)
    thread.start()
    try:
        yield _taken(made, stopping or over)
    finally:
        over.set()
        if stopping is None or not stopping.is_set():
            thread.join(_PATIENCE_SECONDS)


def _taken(made: Queue[Item | _End], stopping: Event) -> Iterator[Item]:
    while not stopping.is_set():
        try:
            found = made.get(timeout=_POLL_SECONDS)
        except Empty:
            continue
        if isinstance(found, _End):
            if found.error:
                raise found.error
            return
        if not stopping.is_set():
            yield found
