"""What the server listens on."""

from __future__ import annotations

import asyncio
import socket

import pytest

from web.server import _listen


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_connection_sends_at_once(host: str) -> None:
    """A short answer must not wait for the one before it to be acknowledged (Nagle's algorithm)."""
    try:
        listening = _listen(host, 0)
    except OSError:
        pytest.skip("no IPv6 here")
    with listening:
        assert asyncio.run(sends_at_once(listening))


def test_a_socket_that_does_not_say_that_it_speaks_tcp_would_wait() -> None:
    """Asyncio looks at what the socket says, so the test above would notice."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        assert not asyncio.run(sends_at_once(listening))


async def sends_at_once(listening: socket.socket) -> bool:
    """Whether a connection that is accepted there, as uvicorn accepts it, is without delay."""
    loop = asyncio.get_running_loop()
    made: asyncio.Future[bool] = loop.create_future()

    class Told(asyncio.Protocol):
        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            accepted = transport.get_extra_info("socket")
            made.set_result(bool(accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)))
            transport.close()

    server = await loop.create_server(Told, sock=listening)
    address, port = listening.getsockname()[:2]
    _, writer = await asyncio.open_connection(address, port)
    try:
        return await asyncio.wait_for(made, 30)
    finally:
        writer.close()
        server.close()
