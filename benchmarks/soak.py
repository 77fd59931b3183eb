"""Half an hour of questions while articles come and go: no error, no wrong quote, no memory lost.

    python -m benchmarks.soak [--minutes 30] [--programs 2] [--pages 2] [--json]

Starts `dateline chat` over the sample articles as a process of its own. Programs ask by /v1, pages
as a browser does (Gradio's queue, kept conversations, suggestions), each from its own address.
Meanwhile one page pastes, removes, puts back and rebuilds, and commands in processes of their own
add, replace, remove and rebuild; once there is a backup. The articles are invented, with facts that
are asked about. Each quote must stand verbatim, at its offsets, in the article as it may have been
between question and answer; an answer must not be another's; every page's conversation must be kept
as it was. At the end the index and the backup are checked.

The server's memory (RSS) is taken every 10 seconds. Growth is from the median of a tenth of the
time after a sixth of it (minutes 5 to 8 of 30) to the median of the last tenth; more than 5 %
fails.
What `--json` prints is what `measure` gives.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sqlite3
import sys
import tempfile
from contextlib import closing
from functools import partial
from pathlib import Path
from statistics import median
from time import monotonic
from typing import TYPE_CHECKING, Any

from rich.console import Console

from benchmarks.gradio_page import Functions, Refused
from benchmarks.served import serving
from benchmarks.soak_articles import Ledger, Story
from benchmarks.soak_clients import (
    SAMPLES,
    World,
    ask_as_page,
    ask_as_program,
    change_by_command,
    change_by_page,
    command,
    guard,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import psutil

GROWTH = 0.05  # of the memory, at most
_EVERY = 10.0  # seconds between two looks at the memory
_TOLD = 6  # times that the memory is looked at between two lines on standard error
_AT_FIRST = 40  # articles beside the samples
_MOST_CLIENTS = 100
_LONGEST = 240.0  # minutes


def main() -> None:
    """Measure and print; fails where something was wrong."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--programs", type=int, default=2)
    parser.add_argument("--pages", type=int, default=2)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    if not 0 < given.minutes <= _LONGEST or given.programs + given.pages > _MOST_CLIENTS:
        parser.error(f"at most {_LONGEST:.0f} minutes and {_MOST_CLIENTS} clients")
    result = measure(given.minutes, given.programs, given.pages)
    if given.json:
        print(json.dumps(result))
    else:
        _show(result)
    sys.exit(not result["passed"])


def measure(minutes: float, programs: int, pages: int) -> dict[str, Any]:
    """How it went.

    Returns:
        "answers", "declined", "quotes", "kept" (a page's answers that were compared with what the
        server kept), "sure" (questions whose article was there all the time), "right" (of these),
        "seconds" (median to the whole answer), "changes" by kind; "errors", "not_verbatim",
        "mixed_up", "unwhole" (a line each); "memory_mb" (series, after warming up, at the end),
        "growth", "threads", "files" (open ones, at both ends), "passed".
    """
    with tempfile.TemporaryDirectory() as folder:
        return asyncio.run(_soak(Path(folder), minutes * 60, programs, pages))


async def _soak(folder: Path, seconds: float, programs: int, pages: int) -> dict[str, Any]:
    home, ledger = folder / "home", Ledger(folder / "read")
    ledger.know(SAMPLES)
    first = [Story(number, 0) for number in range(_AT_FIRST)]
    with ledger.changing(put=first):
        new = [str(each.write(folder / "new")) for each in first]
        await command(home, "add", str(SAMPLES), *new)
    with serving(home, "--samples") as (address, process):
        world = World(address, home, folder / "new", ledger, seconds)
        async with world.client(0) as client:
            functions = Functions((await client.get("/config")).json())
        changes = random.Random(0)  # noqa: S311
        backup = folder / "backup.zip"
        async with asyncio.TaskGroup() as group:
            for number in range(programs):
                work = partial(ask_as_program, world, 10 + number)
                group.create_task(guard(world, f"program {number}", work))
            for number in range(pages):
                work = partial(ask_as_page, world, functions, 110 + number)
                group.create_task(guard(world, f"page {number}", work))
            group.create_task(
                guard(world, "changes by a page", partial(change_by_page, world, functions, 210))
            )
            group.create_task(
                guard(world, "changes by commands", partial(change_by_command, world, changes))
            )
            watching = group.create_task(_watch(world, process))
            group.create_task(_back_up(world, seconds / 2, backup))
        memory, ends = watching.result()
        _compare_kept(world)
        unwhole = await _check(home, backup, folder / "restored")
    return _result(world, memory, ends, unwhole, seconds)


async def _watch(world: World, process: psutil.Process) -> tuple[list[float], list[dict[str, int]]]:
    """The memory in MB every 10 seconds, and threads and open files at both ends."""
    memory, ends = list[float](), list[dict[str, int]]()
    async with world.client(1) as client:
        while world.goes_on():
            began = monotonic()
            memory.append(process.memory_info().rss / 1e6)
            ends = [*ends[:1], {"threads": process.num_threads(), "files": process.num_fds()}]
            health = await client.get("/healthz")
            if health.status_code != 200:
                world.tally.errors.append(f"/healthz: {health.status_code} {health.text}")
            if len(memory) % _TOLD == 1:
                left = (world.end - monotonic()) / 60
                told = f"{world.tally.answers} answers, {sum(world.tally.changes.values())} changes"
                sys.stderr.write(f"{left:.0f} minutes left: {told}, {memory[-1]:.0f} MB\n")
            await asyncio.sleep(max(0.0, _EVERY - (monotonic() - began)))
        figures = (await client.get("/metrics")).text
    failed = [line for line in figures.splitlines() if line.startswith("dateline_errors_total")]
    world.tally.errors += [f"/metrics: {line}" for line in failed]
    return memory, ends


async def _back_up(world: World, after: float, file: Path) -> None:
    await asyncio.sleep(after)
    try:
        await command(world.home, "backup", str(file))
    except Refused as error:
        world.tally.errors.append(str(error))
    world.done("backup")


def _compare_kept(world: World) -> None:
    """Compare what the server kept of the pages' conversations with what they asked."""
    tally, kept = world.tally, dict[str, Any]()
    path = world.home / "conversations.sqlite3"
    with closing(sqlite3.connect(path)) as connection:
        for (record,) in connection.execute("SELECT record FROM turns"):
            turn = json.loads(record)
            kept[turn["question"].rpartition("(")[2].rstrip(")")] = turn
    for mark, asked in tally.pages.items():
        turn = kept.get(mark)
        if turn is None or turn["error"] or turn["answer"] is None:
            if asked.until < float("inf"):
                tally.errors.append(f"{mark} was not kept: {turn and turn['error']}")
            continue
        answer = turn["answer"]
        tally.answers += 1
        tally.declined += not answer["citations"]
        tally.took.append(asked.until - asked.since)
        if answer["question"] != turn["question"]:
            tally.mixed_up.append(f"{mark}: {answer['question']}")
        for each in answer["citations"]:
            tally.quotes += 1
            if not world.ledger.stands(each, asked.since, asked.until):
                tally.not_verbatim.append(f"{mark} {json.dumps(each)}"[:400])


async def _check(home: Path, backup: Path, restored: Path) -> list[str]:
    """What is wrong with the index, and with what the backup brings back."""
    wrong = []
    for folder, words in ((home, ["check"]), (restored, ["restore", str(backup)])):
        try:
            await command(folder, *words)
        except Refused as error:
            wrong.append(str(error))
    try:
        await command(restored, "check")
    except Refused as error:
        wrong.append(str(error))
    return wrong


def _result(
    world: World,
    memory: Sequence[float],
    ends: Sequence[dict[str, int]],
    unwhole: list[str],
    seconds: float,
) -> dict[str, Any]:
    tally = world.tally
    tenth = max(1, len(memory) // 10)
    sixth = len(memory) // 6
    warm, last = median(memory[sixth : sixth + tenth]), median(memory[-tenth:])
    growth = last / warm - 1
    wrong = [*tally.errors, *tally.not_verbatim, *tally.mixed_up, *unwhole]
    return {
        "minutes": seconds / 60,
        "answers": tally.answers,
        "declined": tally.declined,
        "quotes": tally.quotes,
        "kept": len(tally.pages),
        "sure": tally.sure,
        "right": tally.right,
        "seconds": median(tally.took) if tally.took else None,
        "changes": tally.changes,
        "errors": tally.errors,
        "not_verbatim": tally.not_verbatim,
        "mixed_up": tally.mixed_up,
        "unwhole": unwhole,
        "memory_mb": {"series": [round(each, 1) for each in memory], "warm": warm, "last": last},
        "growth": growth,
        "threads": [each["threads"] for each in ends],
        "files": [each["files"] for each in ends],
        "passed": bool(tally.answers) and not wrong and growth <= GROWTH,
    }


def _show(result: dict[str, Any]) -> None:
    memory = result["memory_mb"]
    Console().print(
        f"{result['answers']} answers in {result['minutes']:g} minutes ({result['declined']} "
        f"declined, median {result['seconds']} s), {result['quotes']} quotes; "
        f"{result['right']} of {result['sure']} right",
        f"{result['changes']}",
        f"{len(result['errors'])} errors, {len(result['not_verbatim'])} quotes not verbatim, "
        f"{len(result['mixed_up'])} mixed up, {len(result['unwhole'])} not whole",
        f"memory {memory['warm']:.0f} MB, then {memory['last']:.0f} MB: {result['growth']:+.1%}",
        *[*result["errors"], *result["not_verbatim"], *result["mixed_up"], *result["unwhole"]][:9],
        "passed" if result["passed"] else "FAILED",
        sep="\n",
    )


if __name__ == "__main__":
    main()
