"""Connections: which are let go of, held against uvicorn's own."""

from __future__ import annotations

import asyncio
from importlib.resources import files
from inspect import signature
from socket import socketpair
from typing import TYPE_CHECKING

import pytest
from uvicorn import Config
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from web import gradio_internals
from web.gradio_internals import Connection

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable


class Wire(asyncio.Transport):
    """A connection that comes from an address, and is closed when it is let go of."""

    def __init__(self, address: str | None) -> None:
        super().__init__({"peername": (address, 50_000) if address else ""})
        self.gone = False

    def abort(self) -> None:
        self.gone = True

    def write(self, data: bytes | bytearray | memoryview) -> None:
        pass

    def is_closing(self) -> bool:
        return self.gone


async def never_ending(_scope: object, _receive: object, _send: object) -> None:
    await asyncio.Event().wait()


class Streams:
    """Connections whose answers never end."""

    def __init__(self, proxies: str) -> None:
        self.config = Config(
            never_ending, http=Connection, ws="none", log_level="error", forwarded_allow_ips=proxies
        )
        self.config.load()
        self.state = ServerState()

    def open(self, address: str | None) -> Wire:
        wire, made = Wire(address), Connection(self.config, self.state, {})
        made.connection_made(wire)
        if not wire.gone:
            made.data_received(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert not made.rests
        return wire


@pytest.fixture
async def streams(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Streams]:
    monkeypatch.setattr(gradio_internals, "_MOST_CONNECTIONS", 64)
    made = Streams("192.0.2.9")
    yield made
    await asyncio.sleep(0)  # they begin
    tasks = list(made.state.tasks)
    for each in tasks:
        each.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


@pytest.mark.parametrize("rude", ["198.51.100.{}", "2001:db8:1:2::{:x}"])
async def test_streams_that_one_network_holds_open_make_room(streams: Streams, rude: str) -> None:
    one = [rude.format(7 if "." in rude else number) for number in range(1, 50)]
    first, *_ = rest = [streams.open(f"203.0.113.{number}") for number in range(15)]
    crowd = [streams.open(each) for each in one]
    polite = streams.open("203.0.113.99")
    assert not polite.gone
    assert not first.gone
    assert [each.gone for each in (*rest, *crowd)].index(True) == len(rest), "its oldest"
    assert sum(each.gone for each in crowd) == 1


@pytest.mark.parametrize(
    ("shared", "others"),
    [
        ("127.0.0.1", 0),
        ("127.0.2.5", 0),
        ("::1", 0),
        ("::ffff:127.0.2.5", 0),
        ("192.0.2.9", 0),  # the proxy that is trusted
        ("::ffff:192.0.2.9", 0),
        (None, 0),  # a socket that is a file
        ("198.51.100.7", 30),  # an office: not clearly more than half
    ],
)
async def test_nothing_is_dropped_of_what_many_may_share(
    streams: Streams, shared: str | None, others: int
) -> None:
    opened = [streams.open(shared) for _ in range(64 - others)]
    opened += [streams.open(f"203.0.113.{number}") for number in range(others)]
    assert streams.open("203.0.113.99").gone, "the last one waits until there is room"
    assert not any(each.gone for each in opened)


def test_uvicorns_connections_have_the_parts_that_are_read() -> None:
    source = files("uvicorn").joinpath("protocols/http/h11_impl.py").read_text("utf-8")
    for name in ("connections.add(self)", "self.cycle", "on_response_complete", "more_body"):
        assert name in source
    assert list(signature(H11Protocol.connection_made).parameters) == ["self", "transport"]


async def test_a_connection_rests_only_from_its_answers_end_on(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked, answered = asyncio.Event(), asyncio.Event()

    async def slow(_scope: object, _receive: object, send: Callable[..., Awaitable[None]]) -> None:
        asked.set()
        await answered.wait()
        await send({"type": "http.response.start", "status": 200})
        await send({"type": "http.response.body", "body": b"the end"})

    config = Config(slow, http=Connection, ws="none", log_level="error")
    config.load()
    connection = Connection(config, ServerState(), {})
    loop, (ours, theirs) = asyncio.get_running_loop(), socketpair()
    await loop.connect_accepted_socket(lambda: connection, ours)
    reader, writer = await asyncio.open_connection(sock=theirs)
    writer.write(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
    await asked.wait()
    now = loop.time
    monkeypatch.setattr(loop, "time", lambda: now() + 50)
    answered.set()
    assert b"the end" in await reader.readuntil(b"the end")
    connection.end_if_idle()
    assert not connection.transport.is_closing()
    monkeypatch.setattr(loop, "time", lambda: now() + 100)
    connection.end_if_idle()
    assert connection.transport.is_closing()
    writer.close()
