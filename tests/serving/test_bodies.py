"""A body is taken in whole, not for longer than it may take, and handed on as it came."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

from web.auth import request_limits
from web.auth.request_limits import RequestLimits, SlowBodyError, hand_on, take_in

if TYPE_CHECKING:
    from starlette.types import Message, Receive


def sender(*pieces: bytes, whole: bool = True) -> Receive:
    """Sends these pieces; then nothing, where they are not the whole."""
    waiting = list(pieces)

    async def receive() -> Message:
        if not waiting:
            await asyncio.Event().wait()
        piece = waiting.pop(0)
        return {"type": "http.request", "body": piece, "more_body": bool(waiting) or not whole}

    return receive


def test_what_was_taken_in_is_handed_on_and_the_rest_after_it() -> None:
    async def run() -> list[bytes]:
        receive = sender(b"ab", b"cd", b"ef")
        taken = await take_in(receive, 3)
        assert [each["body"] for each in taken] == [b"ab", b"cd"], "no more than is too much"
        again = hand_on(taken, receive)
        return [(await again())["body"] for _ in range(3)]

    assert asyncio.run(run()) == [b"ab", b"cd", b"ef"]


def test_a_client_that_leaves_is_waited_for_no_longer() -> None:
    async def receive() -> Message:
        return {"type": "http.disconnect"}

    assert asyncio.run(take_in(receive, 10)) == [{"type": "http.disconnect"}]


def test_a_slow_body_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "_BODY_SECONDS", 0.01)
    with pytest.raises(SlowBodyError):
        asyncio.run(take_in(sender(b"{", whole=False), 100))


def test_and_its_sender_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(request_limits, "_BODY_SECONDS", -20.0)
    sent: list[Any] = []

    async def run() -> None:
        scope = {"type": "http", "method": "POST", "path": "/mcp", "client": ("192.0.2.1", 1)}

        async def app(*_: Any) -> None:
            raise AssertionError("nothing of it may come past")

        async def send(message: Message) -> None:
            sent.append(message)

        await RequestLimits(app)(scope, sender(b"{", whole=False), send)

    asyncio.run(run())
    assert sent[0]["status"] == 408
    assert b"too slowly" in sent[1]["body"]
