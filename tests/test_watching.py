"""`dateline watch`: its words, its lines, and how it ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from contextlib import contextmanager
from threading import Event
from typing import TYPE_CHECKING

import pytest
import typer
from typer.testing import CliRunner

from assistant.cli import app
from assistant.cli.upkeep import _parse
from index import NewsIndex
from tests.fakes import HashedWords
from tests.sources.builders import MORE, STORY
from tests.sources.site import Handler, Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    Started = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of two articles, written a minute ago."""
    folder = tmp_path / "news"
    folder.mkdir()
    for name, text in (("a", STORY), ("b", MORE)):
        (folder / f"{name}.txt").write_text(f"{name}\n\n{text}\n")
        os.utime(folder / f"{name}.txt", (time.time() - 60, time.time() - 60))
    return folder


@pytest.fixture
def start(python: str, child_environment: Mapping[str, str]) -> Iterator[Started]:
    """Start the command with fake models, in a process of its own."""
    running: list[subprocess.Popen[str]] = []

    def run(*words: str | Path, **environment: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [python, "-m", "tests.drivers.watcher", "watch", *map(str, words)],
            env={**child_environment, **environment},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield run
    for process in running:
        with process:
            process.kill()


def line(process: subprocess.Popen[str]) -> dict[str, object]:
    assert process.stdout is not None
    said = process.stdout.readline()
    assert said, process.stderr and process.stderr.read()
    found = json.loads(said)
    assert isinstance(found, dict)
    return found


@contextmanager
def ending_soon(process: subprocess.Popen[str]) -> Iterator[None]:
    """What is sent within ends the process long before its next round, which is in an hour."""
    began = time.monotonic()
    yield
    process.wait(60)
    assert time.monotonic() - began < 20  # a second, on a machine with nothing else to do


# Its words


@pytest.mark.parametrize(
    ("every", "seconds"),
    [("30s", 30), ("15m", 900), ("2h", 7_200), ("1d", 86_400), ("365d", 31_536_000)],
)
def test_every(every: str, seconds: int) -> None:
    assert _parse(every, asks_servers=True) == seconds


@pytest.mark.parametrize(
    "every", ["", "15", "m", "1.5h", "-1m", "1w", "29s", "0s", "0d", "366d", "١m", "999999999d"]
)
def test_every_that_makes_no_sense(every: str) -> None:
    with pytest.raises(typer.BadParameter):
        _parse(every, asks_servers=True)


def test_folders_may_be_looked_at_more_often() -> None:
    assert _parse("1s", asks_servers=False) == 1
    with pytest.raises(typer.BadParameter):
        _parse("0s", asks_servers=False)


def test_wrong_use_is_status_2() -> None:
    run = CliRunner().invoke(app, ["watch", "https://news.example/feed", "--every", "5s"])
    assert (run.exit_code, run.stdout) == (2, "")
    assert "too short" in run.stderr


def test_help() -> None:
    run = CliRunner().invoke(app, ["watch", "--help"])
    assert (run.exit_code, run.stderr) == (0, "")


# Its lines


def test_once(start: Started, files: Path) -> None:
    (files / "bad.pdf").write_text("no PDF")
    os.utime(files / "bad.pdf", (1, 1))
    process = start(files, "--once")
    out, err = process.communicate(timeout=120)
    assert process.returncode == 1  # as for `add`
    assert len(out.splitlines()) == 1
    assert out.rstrip().endswith("  2 added, 0 replaced, 0 unchanged, 1 skipped")
    assert err.startswith("Skipped ")
    process = start(files, "--once", "--json")
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    said = json.loads(out)
    assert said.pop("time")[:2] == "20"
    assert said == {
        **dict.fromkeys(("added", "replaced", "unchanged", "waiting"), 0),
        "skipped": [],
        "stopped": False,
    }


def test_an_index_that_is_gone_is_filled_again(start: Started, files: Path, tmp_path: Path) -> None:
    for _ in range(2):
        out, _ = start(files, "--once", "--json").communicate(timeout=120)
        assert json.loads(out)["added"] == 2
        for file in (tmp_path / "home").glob("index.sqlite3*"):
            file.unlink()


def test_a_round_follows_another(start: Started, files: Path) -> None:
    process = start(files, "--every", "1s", "--json")
    assert line(process)["added"] == 2
    (files / "c.txt").write_text(f"c\n\n{STORY} {MORE}")
    os.utime(files / "c.txt", (1, 1))
    while not (now := line(process))["added"]:
        assert now["skipped"] == []
    assert now["added"] == 1


# How it ends


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_stopped_between_rounds(start: Started, files: Path, number: int) -> None:
    process = start(files, "--every", "1h", "--json")
    assert line(process)["added"] == 2
    with ending_soon(process):
        process.send_signal(number)
    assert process.returncode == 0
    out, err = process.communicate()
    assert out == ""
    assert "Traceback" not in err


def test_stopped_while_a_server_is_silent(start: Started) -> None:
    asked = Event()

    def hang(handler: Handler) -> None:
        asked.set()
        handler.site.over.wait()

    with Site() as site:
        site.answers["/feed"] = hang
        process = start(site.url("/feed"), "--allow-private", "--every", "1h", "--json")
        assert asked.wait(120)
        with ending_soon(process):
            process.send_signal(signal.SIGTERM)
        assert line(process)["stopped"] is True
    assert process.returncode == 0


def test_what_is_in_hand_is_stored(start: Started, files: Path, tmp_path: Path) -> None:
    process = start(files, "--every", "1h", "--json", PATIENT="1")
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "embedding\n"
    process.send_signal(signal.SIGTERM)
    assert "stopping" in process.stderr.readline()
    with ending_soon(process):
        process.stdin.write("go on\n")
        process.stdin.flush()
    said = line(process)
    assert process.returncode == 0
    assert said["stopped"] is True
    assert said["added"] == NewsIndex(tmp_path / "home", HashedWords()).counts().articles > 0


def test_the_second_ctrl_c_waits_for_nothing(start: Started, files: Path, tmp_path: Path) -> None:
    process = start(files, "--every", "1h", PATIENT="1")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline() == "embedding\n"
    process.send_signal(signal.SIGINT)
    assert "stopping" in process.stderr.readline()
    with ending_soon(process):
        process.send_signal(signal.SIGINT)
    assert process.returncode == 130
    assert "stopped" in process.stderr.read()
    out, _ = start(files, "--once", "--json").communicate(timeout=120)
    assert json.loads(out)["added"] == 2  # nothing was taken for done
