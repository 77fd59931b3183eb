"""The benchmark of many readers, with few of them."""

from __future__ import annotations

import pytest

from benchmarks.chatting import measure


@pytest.mark.slow
def test_two_readers_are_answered_and_not_mixed_up() -> None:
    result = measure(clients=2, pages=1, seconds=2, rude=20)
    assert (result["errors"], result["mixed_up"]) == ([], [])
    assert result["page"]["answers"] >= 1
    assert result["program"]["answers"] >= 1
    assert result["memory_mb"]["peak"] > 100
    assert result["rude"] >= 20
