"""The threshold above which a span is taken for an answer."""

from __future__ import annotations

import numpy as np

from training.no_answer import best_threshold


def test_it_lies_between_what_is_answered_and_what_is_not() -> None:
    scores = np.array([5.0, 4.0, 3.5, 1.0, 0.5, -2.0])
    none = np.array([False, False, False, True, True, True])
    assert 1.0 < best_threshold(scores, (~none).astype(float), none) < 3.5


def test_both_kinds_of_question_weigh_the_same() -> None:
    # Answering costs one unanswerable question in two and wins one answerable one in ten.
    scores = np.concatenate([np.full(90, 3.0), np.full(10, 1.0), [2.0, 0.0]])
    none = np.concatenate([np.zeros(100, bool), [True, True]])
    assert best_threshold(scores, (~none).astype(float), none) >= 2.0


def test_where_no_span_is_right_nothing_is_answered() -> None:
    scores, none = np.array([2.0, 1.0]), np.array([False, True])
    assert best_threshold(scores, np.zeros(2), none) >= 2.0
