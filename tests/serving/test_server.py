"""What the server listens on."""

from __future__ import annotations

import socket

import pytest

from web.server import _listen


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_connection_sends_at_once(host: str) -> None:
    """Asyncio turns Nagle's algorithm off where the socket says that it speaks TCP."""
    try:
        listening = _listen(host, 0)
    except OSError:
        pytest.skip("no IPv6 here")
    with listening, socket.create_connection(listening.getsockname()[:2]):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP
            # What asyncio looks at: a socket of another kind would keep Nagle's algorithm.
            assert accepted.type == socket.SOCK_STREAM
