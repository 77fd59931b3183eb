"""Where questions wait: so many are read side by side, the others in the order in which they came.

More at once would make none of them quicker, and all of them, and every search beside them, slower.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from threading import Condition
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOOKS_AGAIN = 0.5  # seconds

Waits = Callable[[int], bool]
"""Told how many must be done before one's turn, again and again until there are none; False gives
the place up."""


class WaitingLine:
    """First come, first served.

    Args:
        places: how many are served side by side.
    """

    def __init__(self, places: int) -> None:
        self._places = places
        self._moved = Condition()
        self._here: list[object] = []  # those that are served, then those that wait

    @property
    def waited_for(self) -> bool:
        """Whether anybody waits. That all places are taken is not enough: who has one is served."""
        return len(self._here) > self._places

    @contextmanager
    def place(self, waits: Waits = lambda _: True) -> Iterator[bool]:
        """A place, once it is one's turn; False where it was given up before."""
        me = object()
        with self._moved:
            self._here.append(me)
        try:
            yield self._wait(me, waits)
        finally:
            with self._moved:
                self._here.remove(me)
                self._moved.notify_all()

    def _wait(self, me: object, waits: Waits) -> bool:
        told = self._before(me)
        while waits(told):
            if not told:
                return True
            with self._moved:
                if self._before(me) == told:
                    self._moved.wait(_LOOKS_AGAIN)
            told = self._before(me)
        return False

    def _before(self, me: object) -> int:
        return max(0, self._here.index(me) - self._places + 1)
