"""Words found in a sentence, as the judge looks at them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from assistant.judging.asked import times_at, times_named
from assistant.judging.names import names
from assistant.judging.quantities import quantities

if TYPE_CHECKING:
    from assistant.judging.quantities import Quantity

SPANS_OF_TIME = frozenset("second minute hour day week month year".split())
"""Units of time, in one spelling."""

_CLOCK = re.compile(
    r"(?i)\b\d{1,2}(?::\d\d|\.\d\d(?= ?[ap]\.?m))?\s?(?:[ap]\.?m\b\.?)|\b\d{1,2}:\d\d\b"
)
_HEDGED_NUMBER = re.compile(
    r"(?i)\b(?:about|around|approximately|roughly|nearly|almost|some|more than|over|under|less than"
    r"|fewer than|at least|up to|as many as|as much as|an estimated|close to|just|only|exactly|and"
    r"|to|or|between|from|a|an|the|another|additional|further|total|of)\b"
)


@dataclass(frozen=True)
class AnswerWords:
    """Words of a sentence: `sentence[start:end]`."""

    sentence: str
    start: int
    end: int

    @cached_property
    def text(self) -> str:
        """The words themselves."""
        return self.sentence[self.start : self.end]

    @property
    def before(self) -> str:
        """The sentence up to them."""
        return self.sentence[: self.start]

    @property
    def after(self) -> str:
        """The sentence behind them."""
        return self.sentence[self.end :]

    @cached_property
    def figures(self) -> list[Quantity]:
        """The figures in them, with units that may stand just behind them."""
        return [
            each
            for each in quantities(self.sentence)
            if each.start < self.end and self.start < each.start + len(each.text)
        ]

    @cached_property
    def dated(self) -> bool:
        """Whether they name a month, a weekday, a year or an hour."""
        return times_at(self.sentence, self.start, self.end) or bool(_CLOCK.search(self.text))

    @cached_property
    def only_date(self) -> bool:
        """Whether they name a day, a month or a year and no length of time."""
        return self.dated and not any(each.unit in SPANS_OF_TIME for each in self.figures)

    @cached_property
    def units(self) -> frozenset[str]:
        """The units of their figures, as far as they are known."""
        return frozenset(each.unit for each in self.figures if each.unit)

    @cached_property
    def only_figure(self) -> bool:
        """Whether they are a figure with its unit and nothing else."""
        left = self.text
        for each in self.figures:
            left = left.replace(each.text.strip(), " ").replace(each.text.split()[0], " ")
        left = _HEDGED_NUMBER.sub(" ", left)
        return bool(self.figures) and not re.search(r"[^\W\d_]{2}", left)

    @cached_property
    def named(self) -> bool:
        """Whether they hold a name."""
        return any(not any(times_named(each.text).values()) for each in names(f"x {self.text}"))
