"""Many readers at once: each asks its own questions, in a conversation of its own, and is answered.

    python -m benchmarks.chatting [--clients 30] [--seconds 120] [--pages 20]
        [--rude 500] [--json]

Starts `dateline chat` over the sample articles as a process of its own, and lets so many clients
ask over loopback, each from an address of its own: some as the page does (Gradio's queue and its
event stream), the others as programs do (/v1). Each waits for its answer and asks on at once. A
page's answer is mixed up unless the conversation holds the marks of this client's questions, in
order, and no other; a program's unless it is, to the letter, what the same conversation was told
before anybody else asked. Prints errors, mix-ups, the time to the first words on a page, to the
whole answer, and the memory.
With `--rude`, so many others are rude meanwhile (`benchmarks.rude`): no client may fail for it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

import httpx
import psutil
from rich.console import Console
from rich.progress import track
from rich.table import Table

from benchmarks.data import SAMPLE_QUESTIONS
from benchmarks.gradio_page import LONGEST, Page, Refused
from benchmarks.rude import disturb
from benchmarks.served import serving

QUESTIONS = (*SAMPLE_QUESTIONS, "And when was that?")
_MARK = re.compile(r"reader-\d{3}-\d{5}")
_RESTART = 6  # questions in one conversation, then a new one


@dataclass
class Tally:
    """What all clients saw. Seconds to the whole answer, by kind of client, and to first words."""

    took: dict[str, list[float]] = field(
        default_factory=lambda: {"page": [], "program": [], "first words": []}
    )
    errors: list[str] = field(default_factory=list)
    mixed_up: list[str] = field(default_factory=list)


Expected = dict[tuple[str, ...], str]
"""A conversation's questions, to the answer that the last of them gets."""


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--clients", type=int, default=30)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--pages", type=int, help="clients that are pages; two thirds unless told")
    parser.add_argument("--rude", type=int, default=0, help="rude clients beside them")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    pages = arguments.clients * 2 // 3 if arguments.pages is None else arguments.pages
    result = measure(arguments.clients, pages, arguments.seconds, arguments.rude)
    if arguments.json:
        print(json.dumps(result))
        return
    table = Table("", "answers", "median s", "95th percentile s", "longest s")
    for kind in ("first words", "page", "program"):
        figures = result[kind]
        row = (figures["median"], figures["p95"], figures["max"])
        table.add_row(kind, str(figures["answers"]), *(f"{each:.2f}" for each in row))
    memory = result["memory_mb"]
    Console().print(
        table,
        f"{len(result['errors'])} errors, {len(result['mixed_up'])} mixed up; memory "
        f"{memory['before']:.0f} MB before, {memory['halfway']:.0f} halfway, "
        f"{memory['after']:.0f} after, {memory['peak']:.0f} at the peak; "
        f"{result['threads']} threads; {result['rude']} rude connections",
        *result["errors"][:5],
    )


def measure(clients: int, pages: int, seconds: float, rude: int = 0) -> dict[str, Any]:
    """{"page": {"answers", "median", "p95", "max"}, "program": …, "errors", "mixed_up", …}."""
    with (
        tempfile.TemporaryDirectory() as home,
        serving(Path(home), "--samples") as (address, process),
    ):
        expected = asyncio.run(_learn(address))  # which warms up, too
        before = process.memory_info().rss
        tally, memory, threads, connections = asyncio.run(
            _watched(process, address, expected, clients, pages, seconds, rude)
        )
        after = process.memory_info().rss
    return {
        **{kind: _figures(took) for kind, took in tally.took.items()},
        "errors": tally.errors,
        "mixed_up": tally.mixed_up,
        "memory_mb": {
            "before": before / 1e6,
            "halfway": memory[len(memory) // 2] / 1e6,
            "after": after / 1e6,
            "peak": max(*memory, after) / 1e6,
        },
        "threads": threads,
        "rude": connections,
        "clients": clients,
        "pages": pages,
        "seconds": seconds,
    }


def _figures(took: list[float]) -> dict[str, float]:
    if len(took) < 2:
        return {"answers": len(took), "median": 0.0, "p95": 0.0, "max": max(took, default=0.0)}
    p95 = quantiles(took, n=20, method="inclusive")[-1]
    return {"answers": len(took), "median": median(took), "p95": p95, "max": max(took)}


async def _watched(
    process: psutil.Process,
    address: str,
    expected: Expected,
    clients: int,
    pages: int,
    seconds: float,
    rude: int,
) -> tuple[Tally, list[int], int, int]:
    memory, threads = list[int](), 0

    async def watch() -> None:
        nonlocal threads
        steps = int(seconds * 2)
        for _ in track(range(steps), "Chatting", console=Console(stderr=True)):
            memory.append(process.memory_info().rss)
            threads = max(threads, process.num_threads())
            await asyncio.sleep(0.5)

    watching = asyncio.create_task(watch())
    tally, connections = await asyncio.gather(
        _meet(address, expected, clients, pages, seconds),
        disturb(address, rude, perf_counter() + seconds),
    )
    watching.cancel()
    return tally, memory, threads, connections


async def _learn(address: str) -> Expected:
    """What each conversation that will be had is told when nobody else asks."""
    expected: Expected = {}
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=LONGEST) as client:
        for first in track(range(len(QUESTIONS)), "Learning", console=Console(stderr=True)):
            told: list[dict[str, str]] = []
            for step in range(_RESTART):
                question = QUESTIONS[(first + step) % len(QUESTIONS)]
                said = await _ask_program(client, told, question)
                expected[_questions(told)] = said
    return expected


def _questions(told: list[dict[str, str]]) -> tuple[str, ...]:
    return tuple(each["content"] for each in told if each["role"] == "user")


async def _meet(
    address: str, expected: Expected, clients: int, pages: int, seconds: float
) -> Tally:
    """All clients at once; the first `pages` of them are pages."""
    tally, end = Tally(), perf_counter() + seconds
    await asyncio.gather(
        *(
            _converse(address, number, number < pages, expected, end, tally)
            for number in range(clients)
        )
    )
    return tally


async def _converse(
    address: str, number: int, by_page: bool, expected: Expected, end: float, tally: Tally
) -> None:
    kind = "page" if by_page else "program"
    # Loopback has 2²⁴ addresses; to the server each client is another.
    transport = httpx.AsyncHTTPTransport(local_address=f"127.0.1.{number + 1}")
    async with httpx.AsyncClient(
        base_url=address, transport=transport, timeout=LONGEST, trust_env=False
    ) as client:
        asked, page = 0, Page(client, "")
        marks, told = list[str](), list[dict[str, str]]()
        while perf_counter() < end:
            if asked % _RESTART == 0:
                page, marks, told = Page(client, f"bench{number:03d}{asked:05d}"), [], []
            question = QUESTIONS[(number + asked) % len(QUESTIONS)]
            asked += 1
            began = perf_counter()
            try:
                if by_page:
                    marks.append(f"reader-{number:03d}-{asked:05d}")
                    said = await page.ask(f"{question} ({marks[-1]})")
                    right = list(dict.fromkeys(_MARK.findall(said))) == marks
                else:
                    said = await _ask_program(client, told, question)
                    right = said == expected[_questions(told)]
            except (Refused, httpx.HTTPError, ValueError) as error:
                tally.errors.append(f"{kind} {number}: {type(error).__name__} {error}"[:300])
                asked += -asked % _RESTART  # what it was told is not known: a new conversation
                continue
            tally.took[kind].append(perf_counter() - began)
            if by_page:
                tally.took["first words"].append(page.first_words)
            if not right:
                tally.mixed_up.append(f"{kind} {number}: {question} {said[:200]}")


async def _ask_program(client: httpx.AsyncClient, told: list[dict[str, str]], question: str) -> str:
    told.append({"role": "user", "content": question})
    done = await client.post("/v1/chat/completions", json={"model": "dateline", "messages": told})
    if not done.is_success:
        raise Refused(f"{done.status_code} {done.text[:200]}")
    said = str(done.json()["choices"][0]["message"]["content"])
    told.append({"role": "assistant", "content": said})
    return said


if __name__ == "__main__":
    main()
