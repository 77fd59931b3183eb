"""One thread that makes things while another one uses them."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Event, Thread
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

Item = TypeVar("Item")

_PATIENCE = 2.0  # seconds; a server may take minutes to answer


@dataclass(frozen=True, slots=True)
class _Made(Generic[Item]):
    item: Item


@dataclass(frozen=True, slots=True)
class _Failed:
    error: BaseException


@contextmanager
def made_ahead(items: Generator[Item, None, None], most: int) -> Iterator[Iterator[Item]]:
    """The items, made in a thread of their own, at most `most` of them ahead of their use.

    What making one raises is raised where it would have been used. On the way out, the thread ends
    with the item in hand and the generator is closed in it; an item that takes long is waited for a
    moment and no longer.
    """
    made: Queue[_Made[Item] | _Failed | None] = Queue(most)
    over = Event()

    def make() -> None:
        last: _Failed | None = None
        try:
            for item in items:
                if over.is_set():
                    return
                made.put(_Made(item))
        except BaseException as error:  # told to the thread that waits for it
            last = _Failed(error)
        finally:
            items.close()
            if not over.is_set():
                made.put(last)

    thread = Thread(target=make, name="made ahead", daemon=True)
    thread.start()
    try:
        yield _taken(made)
    finally:
        over.set()
        last = time.monotonic() + _PATIENCE
        while thread.is_alive() and time.monotonic() < last:  # it may wait for a free place
            try:
                made.get_nowait()
            except Empty:
                thread.join(0.01)


def _taken(made: Queue[_Made[Item] | _Failed | None]) -> Iterator[Item]:
    while (found := made.get()) is not None:
        if isinstance(found, _Failed):
            raise found.error
        yield found.item
