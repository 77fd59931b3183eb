"""A server gives free memory back again and again."""

from __future__ import annotations

import ctypes
import platform
from threading import Event
from typing import TYPE_CHECKING

from web import server

if TYPE_CHECKING:
    import pytest


class Library:
    def __init__(self) -> None:
        self.set: list[tuple[int, int]] = []
        self.times, self.trimmed = 0, Event()

    def mallopt(self, option: int, value: int) -> None:
        self.set.append((option, value))

    def malloc_trim(self, keep: int) -> None:
        self.times += 1
        if self.times == 2:
            self.trimmed.set()
        if self.times > 2:
            Event().wait()  # the thread has shown enough


def test_it_is_given_back_again_and_again(monkeypatch: pytest.MonkeyPatch) -> None:
    library = Library()
    monkeypatch.setattr(ctypes, "CDLL", lambda _: library)
    monkeypatch.setattr(platform, "libc_ver", lambda: ("glibc", "2.36"))
    monkeypatch.setattr(server, "_EVERY", 0.001)
    server.keep_memory_small()
    assert library.trimmed.wait(10)
    assert library.set == [(-8, 2)]


def test_another_c_library_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "libc_ver", lambda: ("", ""))
    monkeypatch.setattr(ctypes, "CDLL", lambda _: 1 / 0)
    server.keep_memory_small()
