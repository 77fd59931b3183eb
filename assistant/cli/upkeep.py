"""`dateline check`, `backup` and `restore`: the index kept whole; `watch`: kept up to date."""

from __future__ import annotations

import hashlib
import json
import os
import re
import signal
import sys
from base64 import urlsafe_b64encode
from contextlib import contextmanager
from dataclasses import asdict
from datetime import datetime
from importlib import metadata
from itertools import count as count_from
from pathlib import Path
from socket import socketpair
from threading import Event, Thread
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from assistant.cli.printing import (
    FAILED,
    STOPPED,
    AsJson,
    err,
    facts_of,
    out,
    plain,
    progress_bar,
)
from assistant.composing.wording import count
from assistant.settings import Settings
from index.errors import DatelineError, ModelError
from index.files import REINSTALL
from index.reports import skipped_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from index.keeping import Fault, Health
    from index.watching import Round


AllowPrivate = Annotated[
    bool,
    typer.Option("--allow-private", help="Let URLs lead to this machine and private networks."),
]

_NAMED_ARTICLES = 10  # articles, for people; --json names them all


def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended; losses are named.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Look the whole index over: database, articles, passages, vectors, words, stories, models.

    Exit status 0 whole, 1 damaged, or mended with losses.
    """
    from index import keeping  # late, as below: `--help` should not wait for it
    from index.models.embedding import SentenceTransformerEmbeddings

    settings = _kept_here("check")
    embeddings = SentenceTransformerEmbeddings(settings.embedding_model) if repair else None
    with progress_bar("Checking") as progress:
        weights = _check_weights(settings)
        health = keeping.check(settings.home, embeddings, weights=weights, progress=progress)
    if as_json:
        facts = {"whole": health.whole, **asdict(health), "location": str(health.location)}
        print(json.dumps(facts, indent=2))
    else:
        _print(health, repair=repair)
    if not health.whole:
        raise typer.Exit(FAILED)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as monday.zip.")],
) -> None:
    """Write the index and the conversations into one file, while others go on using them."""
    from index import keeping

    file = Path(os.path.expanduser(file))  # noqa: PTH111  no shell did where it was quoted
    with progress_bar("Checking the copy") as progress:
        made = keeping.back_up(_kept_here("backup").home, file, progress)
    size = file.stat().st_size / 1e6
    out.print(plain(f"{file}: {count(made.articles, 'article')}, {size:.1f} MB."))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `dateline backup` wrote.")],
) -> None:
    """Make the index what it was when a backup was made; what is there now is kept."""
    from index import keeping

    home, file = _kept_here("restore").home, Path(os.path.expanduser(file))  # noqa: PTH111
    with progress_bar("Checking the backup") as progress:
        done = keeping.restore(file, home, progress)
    made = done.listing
    out.print(plain(f"{home}: {count(made.articles, 'article')}, as of {made.made}."))
    if done.aside:
        out.print(plain(f"What was there before is in {done.aside}."))


def _kept_here(command: str) -> Settings:
    """The settings, where the index is in SQLite.

    Raises:
        DatelineError: it is in a Milvus, which has tools of its own.
    """
    settings = Settings()
    if settings.index_uri is not None:
        raise DatelineError(
            f"`dateline {command}` is for an index in DATELINE_HOME, and DATELINE_INDEX_URI "
            "names a Milvus: use its own backup, or move the index into a folder with "
            "`dateline rebuild --from`."
        )
    return settings


def _check_weights(settings: Settings) -> list[Fault]:
    """What is wrong with the files that Dateline came with, those of its models above all.

    Models that somebody else named are theirs.
    """
    from assistant.reading.context_model import check_context_model
    from assistant.reading.span_model import SHIPPED, check_shipped_model
    from index.keeping import Fault
    from index.models.embedding import DEFAULT_MODEL, check_default_model

    found = []
    for name, default, check_files in (
        (settings.embedding_model, DEFAULT_MODEL, check_default_model),
        (settings.reader_model, SHIPPED, check_shipped_model),
        (SHIPPED, SHIPPED, check_context_model),
    ):
        if name == default:
            try:
                check_files()
            except ModelError as error:
                found.append(Fault("weights", str(error)))
    if altered := _altered_files():
        what = f"{len(altered)} files are not as they were installed: {REINSTALL}"
        found.append(Fault("installation", what, names=tuple(altered)))
    return found


def _altered_files() -> list[str]:
    """The installed files that are not what pip wrote down; it wrote none down of a checkout."""
    try:
        installed = metadata.distribution("dateline").files or []
    except metadata.PackageNotFoundError:
        return []
    altered = []
    for each in installed:
        if each.hash is None or each.hash.mode != "sha256" or each.suffix == ".pyc":
            continue
        path = Path(str(each.locate()))
        digest = hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != each.hash.value:
            altered.append(str(each))
    return altered


def _print(health: Health, *, repair: bool) -> None:
    for each in health.findings:
        _print_finding(each)
    for line in health.mended:
        out.print(plain(f"Mended: {line}."))
    for name in health.lost:
        out.print(plain(f"Lost: {name}"))
    remaining = [each for each in health.left if each.damage]
    if health.mended and remaining:
        out.print("Still damaged:")
        for each in remaining:
            _print_finding(each)
    held = (
        f"{count(health.articles, 'article')}, {count(health.passages, 'passage')}, "
        f"{count(health.vectors, 'vector')} looked at in {health.seconds:.1f} s"
    )
    if not remaining:
        state = "Whole now, with losses" if health.lost else "Whole"
        out.print(plain(f"{state}: {health.location}, {held}."))
    else:
        advice = "restore a backup" if repair else "try `dateline check --repair`"
        err.print(plain(f"dateline: {health.location} is damaged: {advice}."))


def _print_finding(finding: Fault) -> None:
    mark = "Damaged" if finding.damage else "Note"
    out.print(plain(f"{mark}: {finding.part}: {finding.what}"))
    for name in finding.names[:_NAMED_ARTICLES]:
        out.print(plain(f"  {name}"))
    if len(finding.names) > _NAMED_ARTICLES:
        out.print(f"  and {len(finding.names) - _NAMED_ARTICLES} more; --json names them")


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
    allow_private: AllowPrivate = False,
) -> None:
    """Add what is new in folders, feeds and pages, again and again, until Ctrl-C.

    What was seen is remembered beside the index. Nothing is removed when it disappears there.
    """
    from assistant.assistant import Assistant  # late: `--help` should not wait for it
    from index.loading import LoadOptions
    from index.loading.load import is_url
    from index.loading.politeness import Visits
    from index.watching import Following

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
                status = FAILED if done.skipped else 0  # as of `add`
                raise typer.Exit(STOPPED if done.stopped else status)
            if stopping.wait(seconds):
                _leave()


def _leave() -> NoReturn:
    """End at once: all is stored, and a loaded model takes the interpreter seconds to clear away.

    The thread that looks may still be waiting for a server, too.
    """
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    os._exit(0)


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
    if as_json:
        facts = {"time": at.isoformat(timespec="seconds")} | facts_of(done)
        typer.echo(json.dumps(facts))  # which flushes
    else:
        waiting = f", {done.waiting} still being written" if done.waiting else ""
        out.print(
            f"{at:%Y-%m-%d %H:%M:%S}  {done.added} added, {done.replaced} replaced, "
            f"{done.unchanged} unchanged, {len(done.skipped)} skipped{waiting}"
            f"{' (stopped)' if done.stopped else ''}"
        )
    for line in skipped_lines(done.skipped):
        err.print(plain(line))


@contextmanager
def _stopped_by_signals() -> Iterator[Event]:
    """An event that Ctrl-C and SIGTERM set; a second one stops at once, as it would without."""
    stopping, signals = Event(), count_from(1)
    woken, waker = socketpair()
    waker.setblocking(False)

    def handle(_number: int, _frame: FrameType | None) -> None:
        if next(signals) > 1:
            raise KeyboardInterrupt

    def relay() -> None:
        with woken:
            if woken.recv(1):  # nothing is read when the other end is closed
                stopping.set()
                err.print(
                    "dateline: stopping when what is in hand is stored. Again to stop at once."
                )

    # Told by the wake-up file: a handler in Python runs late where the signal came just before
    # the main thread blocked, and an event set in it could wait for a lock that this thread holds.
    Thread(target=relay, name="signals", daemon=True).start()
    before = {each: signal.signal(each, handle) for each in (signal.SIGINT, signal.SIGTERM)}
    signal.set_wakeup_fd(waker.fileno(), warn_on_full_buffer=False)
    try:
        yield stopping
    finally:
        signal.set_wakeup_fd(-1)
        for each, handler in before.items():
            signal.signal(each, handler)
        waker.close()
