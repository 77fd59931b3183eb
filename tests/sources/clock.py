"""A clock that goes only when somebody waits."""

from __future__ import annotations


class Clock:
    """Attributes: `now` in seconds; `waited`, each wait in order; `stopped` ends every wait."""

    def __init__(self, now: float = 1_000.0) -> None:
        self.now = now
        self.waited: list[float] = []
        self.stopped = False

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> bool:
        self.waited.append(round(seconds, 3))
        if not self.stopped:
            self.now += seconds
        return self.stopped
