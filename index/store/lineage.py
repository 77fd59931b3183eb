"""Which states a store has gone through: what was made from one of them can be caught up."""

from __future__ import annotations

import json
from dataclasses import dataclass

MAX_STATES = 1_000  # remembered; files of earlier ones are made anew


@dataclass(frozen=True, slots=True)
class Stamp:
    """One state of one store.

    Attributes:
        store: the store's own random id.
        token: random, new with every change: two histories never share one.
    """

    store: str
    generation: int
    token: str

    @property
    def name(self) -> str:
        """What files of this state begin with."""
        return f"{self.generation}-{self.token}"


@dataclass(frozen=True, slots=True)
class Lineage:
    """A state and those before it, the earliest first.

    Attributes:
        names: what files of each state begin with.
        changed: for each, how many passages came and went in the change that led to it.
    """

    names: tuple[str, ...]
    changed: tuple[int, ...]

    def behind(self, name: str) -> int | None:
        """How many passages have come and gone since a state; None where it is not among these."""
        if name not in self.names:
            return None
        return sum(self.changed[self.names.index(name) + 1 :])

    def followed_by(self, state: Stamp, changed: int) -> Lineage:
        """This and one more change; of the earlier states the latest."""
        names, counts = (*self.names, state.name), (*self.changed, changed)
        return Lineage(names[-MAX_STATES:], counts[-MAX_STATES:])

    def to_text(self) -> str:
        """As it is kept."""
        return json.dumps([*zip(self.names, self.changed, strict=True)])

    @classmethod
    def from_text(cls, text: str | None, present: Stamp) -> Lineage:
        """What was kept; the present state alone where that is damaged or leads to another one."""
        try:
            rows = [(str(name), int(changed)) for name, changed in json.loads(text or "[]")]
        except (TypeError, ValueError):
            rows = []
        if not rows or rows[-1][0] != present.name or any(changed < 0 for _, changed in rows):
            rows = [(present.name, 0)]
        return cls(tuple(name for name, _ in rows), tuple(changed for _, changed in rows))
