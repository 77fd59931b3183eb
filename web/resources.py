"""The memory of a server that runs for weeks.

The C library glibc gives each of many threads room of its own, up to eight times the cores, and
keeps in each what the largest answers made in it once needed: hundreds of MB more over an hour.
"""

from __future__ import annotations

import ctypes
import platform
import time
from threading import Thread

_ARENA_MAX = -8  # M_ARENA_MAX in malloc.h
_ARENAS = 2
_EVERY = 5.0  # seconds; it takes some milliseconds


def keep_memory_small() -> None:
    """Have all threads share two rooms, and what is free in them given back again and again.

    To be called before there are many threads; does nothing where the C library is another.
    """
    if platform.libc_ver()[0] != "glibc":
        return
    library = ctypes.CDLL(None)
    library.mallopt(_ARENA_MAX, _ARENAS)

    def give_back() -> None:
        while True:
            time.sleep(_EVERY)
            library.malloc_trim(0)

    Thread(target=give_back, name="memory", daemon=True).start()
