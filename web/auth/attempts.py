"""How often somebody may guess: after a few failures each further one waits longer."""

from __future__ import annotations

import time
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_FORGOTTEN = 3_600  # seconds after the last failure
_REMEMBERED = 10_000  # keys; beyond that the oldest are let go, so that memory stays bounded


@dataclass(frozen=True, slots=True)
class _Failures:
    count: int
    last: float
    until: float


class Attempts:
    """Counts failures by key, such as a name or an address.

    Args:
        free: failures without a wait.
        longest: seconds, the longest wait; each failure past `free` doubles it from one second.
        clock: seconds that never go back.
    """

    def __init__(
        self, *, free: int, longest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._free = free
        self._longest = longest
        self._clock = clock
        self._failures: OrderedDict[str, _Failures] = OrderedDict()
        self._lock = Lock()

    def wait(self, key: str) -> float:
        """Seconds until this key may try again; 0 for now."""
        with self._lock:
            known = self._failures.get(key)
            return max(0.0, known.until - self._clock()) if known else 0.0

    def fail(self, key: str) -> None:
        """One more failure. Count it before the password is looked at, and take it back after.

        So a hundred attempts at once are a hundred, and not one.
        """
        with self._lock:
            now = self._clock()
            known = self._failures.pop(key, None)
            count = 1 if known is None or now - known.last > _FORGOTTEN else known.count + 1
            past = count - self._free
            pause = min(self._longest, 2.0 ** min(past, 60)) if past > 0 else 0.0
            self._failures[key] = _Failures(count, now, now + pause)
            while len(self._failures) > _REMEMBERED:
                self._failures.popitem(last=False)

    def forgive(self, key: str, *, all_of_them: bool = False) -> None:
        """Take back the last failure, or all."""
        with self._lock:
            known = self._failures.get(key)
            if known is None:
                return
            if all_of_them or known.count <= 1:
                del self._failures[key]
            else:
                now = self._clock()
                self._failures[key] = _Failures(known.count - 1, known.last, now)

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._failures)
