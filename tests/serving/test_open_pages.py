"""A closed page is forgotten after a while, an open one and one that came back never."""

from __future__ import annotations

import asyncio
import threading
from types import SimpleNamespace
from typing import TYPE_CHECKING

import pytest

from web import open_pages
from web.open_pages import OpenPages

if TYPE_CHECKING:
    from starlette.types import Message, Receive, Scope, Send


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(open_pages, "monotonic", made)
    return made


def test_closed_pages_are_forgotten(clock: Clock) -> None:
    asyncio.run(_run(clock))


async def _run(clock: Clock) -> None:
    held = SimpleNamespace(
        lock=threading.Lock(),
        session_data=dict.fromkeys(("one", "two", "three"), "state"),
        time_last_used=dict.fromkeys(("one", "two", "three"), 0),
    )
    leave: dict[str, asyncio.Event] = {}

    async def stay(scope: Scope, receive: Receive, send: Send) -> None:
        await leave[scope["path"]].wait()

    pages = OpenPages(stay, lambda: held)

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
    assert set(held.session_data) == {"one", "two", "three"}
    clock.now = 301
    await closed(three)
    assert set(held.session_data) == set(held.time_last_used) == {"two", "three"}
    clock.now = 10_000
    await closed(opened("four"))
    assert set(held.session_data) == {"two"}, "it is open still"
    await closed(two)
