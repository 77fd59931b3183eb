"""A request's body, taken in before anything waits for it.

Whoever sends theirs a byte at a time keeps nobody waiting but themselves, and not for long.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Receive

_LONGEST = 30.0  # seconds for the shortest body
_SLOWEST = 50_000  # bytes a second, for what is longer
SLOW = "The request came too slowly: send it again."


class SlowBodyError(Exception):
    """The body did not arrive in time."""


async def take_in(receive: Receive, most: int) -> list[Message]:
    """The messages that hold the body: until its end, the client's, or more than `most` bytes.

    Raises:
        SlowBodyError: it took longer than 30 seconds and one for each 50 kB that it may have.
    """
    taken: list[Message] = []
    size = 0
    try:
        async with asyncio.timeout(_LONGEST + most / _SLOWEST):
            while True:
                message = await receive()
                taken.append(message)
                size += len(message.get("body", b""))
                if not message.get("more_body") or size > most:
                    return taken
    except TimeoutError:
        raise SlowBodyError from None


def hand_on(taken: list[Message], receive: Receive) -> Receive:
    """What gives the messages taken in once more, and then those that follow."""
    waiting = iter(taken)

    async def receive_again() -> Message:
        message = next(waiting, None)
        return await receive() if message is None else message

    return receive_again
