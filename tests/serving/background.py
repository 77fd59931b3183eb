"""A server in a thread of its own."""

from __future__ import annotations

from contextlib import contextmanager
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from web.server import Server

SECONDS_TO_STOP = 60


@contextmanager
def in_background(server: Server) -> Iterator[str]:
    """It serves; gives the address and stops at the end."""
    thread = Thread(target=server.run, name="dateline-server", daemon=True)
    thread.start()
    server.ready.wait()
    try:
        yield server.address
    finally:
        server.should_exit = True
        thread.join(SECONDS_TO_STOP)
        if thread.is_alive():
            raise RuntimeError("The server does not stop.")
