"""Choose the number of threads while running, on a machine that others use too.

Two threads in lockstep are slower than one when another process holds the second core: each
operation waits for the thread that has no core. So now and then the other number is tried.
"""

from dataclasses import dataclass, field

import torch

TRIAL = 3  # batches
EVERY = 30  # batches between trials


@dataclass
class Threads:
    """Keeps the faster of one thread and ``most``; ``done`` is told of every batch."""

    most: int
    _speed: dict[int, float] = field(default_factory=dict)
    _now: int = 0
    _left: int = TRIAL
    _trying: bool = False

    def __post_init__(self) -> None:
        self._use(self.most)

    def _use(self, count: int) -> None:
        self._now = count
        torch.set_num_threads(count)

    def done(self, tokens: int, seconds: float) -> None:
        """Note a batch of so many padded tokens; now and then try the other number."""
        if self.most == 1:
            return
        speed, before = tokens / seconds, self._speed.get(self._now)
        self._speed[self._now] = speed if before is None else 0.5 * before + 0.5 * speed
        self._left -= 1
        # A sudden fall, the other process's arrival, is worth a trial at once.
        fallen = not self._trying and before is not None and speed < 0.4 * before
        if self._left > 0 and not fallen:
            return
        if self._trying:
            self._trying, self._left = False, EVERY
            self._use(max(self._speed, key=lambda count: self._speed[count]))
        else:
            self._trying, self._left = True, TRIAL
            other = 1 if self._now > 1 else self.most
            self._speed.pop(other, None)
            self._use(other)
