"""Which states a store has gone through: what was made from one of them can be caught up."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_STATES = 100  # past states remembered, besides those that there are files of


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

    def followed_by(self, state: Stamp, changed: int, needed: Collection[str] = ()) -> Lineage:
        """This and one more change; of all the earlier states, at least those needed."""
        names, counts = [*self.names, state.name], [*self.changed, changed]
        kept_names, kept_counts, dropped = [], [], 0
        for place, (name, count) in enumerate(zip(names, counts, strict=True)):
            dropped += count
            if place >= len(names) - MAX_STATES or name in needed:
                kept_names.append(name)
                kept_counts.append(dropped)
                dropped = 0
        return Lineage(tuple(kept_names), tuple(kept_counts))

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
