"""The brief requests of one client's pages wait for each other, and nobody else's for them."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

from starlette.responses import PlainTextResponse

from web.auth.request_limits import RequestLimits

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send

PATH = "/gradio_api/run/predict"


class Held:
    """An application that answers when it is let; counts who is in it and what was answered."""

    def __init__(self) -> None:
        self.inside, self.statuses = Counter[str](), Counter[int]()
        self._go_on = asyncio.Event()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.inside[scope["client"][0]] += 1
        await self._go_on.wait()
        await PlainTextResponse("")(scope, receive, send)

    async def request(self, limits: RequestLimits, address: str) -> None:
        async def send(message: Message) -> None:
            if message["type"] == "http.response.start":
                self.statuses[message["status"]] += 1

        async def receive() -> Message:
            raise AssertionError("nobody reads it")

        scope = {"type": "http", "method": "POST", "path": PATH, "client": (address, 1)}
        await limits(scope, receive, send)

    def let(self) -> None:
        self._go_on.set()


def test_one_clients_haste_is_its_own() -> None:
    async def run() -> Any:
        held = Held()
        limits = RequestLimits(held)
        addresses = ["192.0.2.1"] * 101 + ["192.0.2.2"] * 2
        asked = [asyncio.create_task(held.request(limits, each)) for each in addresses]
        for _ in range(10):
            await asyncio.sleep(0)  # each gets as far as it can
        before = dict(held.inside), dict(held.statuses)
        held.let()
        await asyncio.gather(*asked)
        return before, dict(held.inside), dict(held.statuses)

    (inside, refused), let_in, statuses = asyncio.run(run())
    assert inside == {"192.0.2.1": 4, "192.0.2.2": 2}
    assert refused == {429: 1}
    assert let_in == {"192.0.2.1": 100, "192.0.2.2": 2}
    assert statuses == {429: 1, 200: 102}
