"""`dateline watch`: look at folders, feeds and pages again and again, and add what is new."""

from __future__ import annotations

import json
import os
import re
import signal
import sys
from contextlib import contextmanager
from datetime import datetime
from queue import SimpleQueue
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from assistant.cli.printing import FAILED, STOPPED, err, out, plain
from assistant.settings import Settings
from index.reports import skipped_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from index.watching.following import Round

_EVERY = re.compile(r"(\d{1,9})([smhd])", re.ASCII)
_UNIT_SECONDS = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}
_SHORTEST_SECONDS = 30  # seconds between two rounds that ask servers
_LONGEST_SECONDS = 365 * 86_400  # seconds


def watch(
    sources: Annotated[
        list[str],
        typer.Argument(
            metavar="FOLDER|FEED|URL...", help="Folders, files, feeds' URLs and pages' URLs."
        ),
    ],
    every: Annotated[
        str, typer.Option(help="How long to wait between rounds: 30s, 15m, 2h, 1d.")
    ] = "15m",
    once: Annotated[bool, typer.Option("--once", help="Look once, and end.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object a round, each on a line.")
    ] = False,
    allow_private: Annotated[
        bool,
        typer.Option("--allow-private", help="Let URLs lead to this machine and private networks."),
    ] = False,
) -> None:
    """Add what is new in folders, feeds and pages, again and again, until Ctrl-C.

    What was seen is remembered beside the index. Nothing is removed when it disappears there.
    """
    from assistant.assistant import Assistant  # late: `--help` should not wait for it
    from index.loading import LoadOptions
    from index.loading.load import is_url
    from index.loading.politeness import Visits
    from index.watching.following import Following

    seconds = _parse(every, asks_servers=any(map(is_url, sources)))
    with _stopped_by_signals() as stopping:
        settings = Settings(read_only=False)  # that is for those who are served
        index = Assistant(settings).index
        now = index.status()
        following = Following(
            index,
            now.location,
            sources,
            LoadOptions(
                allow_private=allow_private,
                contact=settings.contact,
                visits=Visits(wait=stopping.wait),
            ),
            stopping,
            anew=not now.counts.articles,
        )
        while True:
            done = following.round()
            _print_round(done, as_json=as_json)
            if once:
                _end(done)
            if stopping.wait(seconds):
                _leave()


def _leave() -> NoReturn:
    """End at once: all is stored, and a loaded model takes the interpreter seconds to clear away.

    The thread that looks may still be waiting for a server, too.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)


def _end(done: Round) -> NoReturn:
    """Exit as `add` does."""
    if done.stopped:
        raise typer.Exit(STOPPED)
    raise typer.Exit(FAILED if done.skipped else 0)


def _parse(every: str, *, asks_servers: bool) -> int:
    """Seconds.

    Raises:
        BadParameter: this is no length of time, or too short or long a one.
    """
    if not (parts := _EVERY.fullmatch(every.strip())):
        raise typer.BadParameter("write it as 30s, 15m, 2h or 1d", param_hint="--every")
    seconds = int(parts[1]) * _UNIT_SECONDS[parts[2]]
    shortest = _SHORTEST_SECONDS if asks_servers else 1
    if not shortest <= seconds <= _LONGEST_SECONDS:
        raise typer.BadParameter(
            f"{every} is too {'short' if seconds < shortest else 'long'}: "
            f"from {shortest}s{' (for servers)' if asks_servers else ''} to 365d",
            param_hint="--every",
        )
    return seconds


def _print_round(done: Round, *, as_json: bool) -> None:
    """A line; what was skipped goes to standard error, a line each."""
    at = datetime.now().astimezone()
    skipped = [{"source": each.source, "reason": each.reason} for each in done.skipped]
    if as_json:
        facts = {
            "time": at.isoformat(timespec="seconds"),
            "added": done.added,
            "replaced": done.replaced,
            "unchanged": done.unchanged,
            "skipped": skipped,
            "waiting": done.waiting,
            "stopped": done.stopped,
        }
        typer.echo(json.dumps(facts))  # which flushes
    else:
        waiting = f", {done.waiting} still being written" if done.waiting else ""
        out.print(
            f"{at:%Y-%m-%d %H:%M:%S}  {done.added} added, {done.replaced} replaced, "
            f"{done.unchanged} unchanged, {len(skipped)} skipped{waiting}"
            f"{' (stopped)' if done.stopped else ''}"
        )
    for line in skipped_lines(done.skipped):
        err.print(plain(line))


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    """An event that Ctrl-C and SIGTERM set; a second one stops at once, as it would without."""
    stopping, pressed = Event(), SimpleQueue[int]()

    def handle(number: int, _: FrameType | None) -> None:
        if not pressed.empty() or stopping.is_set():
            raise KeyboardInterrupt
        pressed.put(number)

    def relay() -> None:
        pressed.get()
        stopping.set()
        err.print("dateline: stopping when what is in hand is stored. Again to stop at once.")

    # An event set in the handler itself could wait for a lock that the interrupted code holds.
    Thread(target=relay, name="signals", daemon=True).start()
    before = {each: signal.signal(each, handle) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
