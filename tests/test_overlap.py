"""How much of a question's words a text holds."""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import snowballstemmer

from assistant.reading.overlap import share, stem, stems

if TYPE_CHECKING:
    import pytest


def test_endings_do_not_count() -> None:
    assert share(stems("What carries missiles?"), "A missile was carried.") == 1
    assert share(frozenset(), "anything") == 0


def test_many_threads_stem_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    words = [
        f"{'bcdfg'[n % 5]}{'aeiou'[n // 5 % 5]}{n}ationalizations"[: 4 + n % 17]
        for n in range(4_000)
    ]
    alone = snowballstemmer.stemmer("english")
    expected = [alone.stemWord(word) for word in words]
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(8) as threads:
            assert list(threads.map(stem, words)) == expected
    finally:
        sys.setswitchinterval(before)
