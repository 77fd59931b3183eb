"""Who is rude to the server in `benchmarks.chatting --rude`: idle, half-sent, huge, malformed."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from time import perf_counter
from urllib.parse import urlsplit

_POST = b"POST /long/%b HTTP/1.1\r\nHost: localhost\r\nContent-Length: %b\r\n\r\n"
_SAID = (
    b"",
    b"POST /long/ask HTTP/1.1\r\nHost: localhost\r\nContent-Le",
    _POST % (b"ask", b"100") + b'{"page": "ru',
    _POST % (b"add", b"900000000") + b"x" * 4_000_000,
    b"GET / HTTP/1.1\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    _POST % (b"ask", b"-4"),
    _POST % (b"ask", b"9") + b"[" * 9,
    b"GET /config HTTP/1.1\r\nHost: localhost\r\n\r\n" * 20,  # and goes as the first comes
)
_LONGEST = 70.0  # seconds that one waits to be let go of
_PAUSE = 2.0  # seconds, on average, before it comes again


async def disturb(address: str, clients: int, end: float) -> int:
    """So many connections at once, of all kinds, again and again until `end` (`perf_counter`).

    Returns: how many were made in all.
    """
    made = await asyncio.gather(*(_be_rude(address, number, end) for number in range(clients)))
    return sum(made)


async def _be_rude(address: str, number: int, end: float) -> int:
    parts, chance, made = urlsplit(address), random.Random(number), 0  # noqa: S311
    while (left := end - perf_counter()) > 0:
        with suppress(OSError, TimeoutError):
            async with asyncio.timeout(min(left, _LONGEST)):
                reader, writer = await asyncio.open_connection(
                    parts.hostname, parts.port, local_addr=(f"127.0.2.{1 + number % 250}", 0)
                )
                made += 1
                try:
                    writer.write(_SAID[number % len(_SAID)])
                    await writer.drain()
                    await reader.read(1)
                finally:
                    writer.transport.abort()
        await asyncio.sleep(min(chance.expovariate(1 / _PAUSE), max(end - perf_counter(), 0)))
    return made
