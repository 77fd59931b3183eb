"""Logistic regression, as all that we fitted is applied: features into log-odds, and back."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_LARGEST = 60.0  # log-odds; beyond them a chance is 0 or 1 to the last digit


def weighed(weights: Sequence[float], features: Iterable[float], bias: float) -> float:
    """The log-odds that features come to; as many of them as weights."""
    return bias + sum(w * f for w, f in zip(weights, features, strict=True))


def chance(log_odds: float) -> float:
    """How likely that is, 0 to 1."""
    return 1 / (1 + math.exp(-max(-_LARGEST, min(_LARGEST, log_odds))))


def log_odds(chance: float, largest: float = _LARGEST) -> float:
    """The log-odds of a chance, at most `largest` either way."""
    return max(-largest, min(largest, math.log(max(chance, 1e-30) / max(1 - chance, 1e-30))))
