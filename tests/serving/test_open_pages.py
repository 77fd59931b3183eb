"""A closed page is forgotten after a while, an open one and one that came back never."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from web.page_sessions import OpenPages

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Held:
    """What is kept of pages, by name."""

    def __init__(self, *names: str) -> None:
        self.names = set(names)

    def forget(self, page: str) -> None:
        self.names.discard(page)


def test_closed_pages_are_forgotten() -> None:
    asyncio.run(_run(Clock()))


async def _run(clock: Clock) -> None:
    held = Held("one", "two", "three")
    leave: dict[str, asyncio.Event] = {}

    async def stay(scope: Scope, receive: Receive, send: Send) -> None:
        await leave[scope["path"]].wait()

    pages = OpenPages(stay, held, clock)  # type: ignore[arg-type]

    async def nothing() -> Message:
        return {"type": "http.disconnect"}

    async def ignore(message: Message) -> None:
        pass

    def opened(name: str) -> tuple[asyncio.Task[None], asyncio.Event]:
        path = f"/gradio_api/heartbeat/{name}"
        leave[path] = asyncio.Event()
        return asyncio.ensure_future(pages({"type": "http", "path": path}, nothing, ignore)), leave[
            path
        ]

    async def closed(page: tuple[asyncio.Task[None], asyncio.Event]) -> None:
        page[1].set()
        await page[0]

    one, two, three = opened("one"), opened("two"), opened("three")
    await asyncio.sleep(0)
    await closed(one)
    await closed(two)
    clock.now = 299
    two = opened("two")  # it comes back
    await asyncio.sleep(0)
    assert held.names == {"one", "two", "three"}
    clock.now = 301
    await closed(three)
    assert held.names == {"two", "three"}
    clock.now = 10_000
    await closed(opened("four"))
    assert held.names == {"two"}, "it is open still"
    await closed(two)
