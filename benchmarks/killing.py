"""How often an index is whole after `kill -9` at a random instant of a change.

    python -m benchmarks.killing [--times 500] [--folder FOLDER] [--seconds 3600] [--json]

Each time a process adds, removes, rebuilds, compacts, backs up or restores articles of one index
and is killed after a random part of the time that this very change has just taken on a copy. Then
another process looks the index over, as `dateline check` does, and compares the articles with those
before: a removal, a rebuild and a restore must be there whole or not at all, what is being added
may be there in part, and nothing else may have changed. A backup must be the one before or the one
after. The articles are invented and small, and their vectors are hashes of their words, so that
many kills take minutes. An index goes on through 25 changes, and is then begun anew.

It goes on until so many were killed in the midst of a change. One that was done before is looked
over, too, and tried again with the same part of its time, so that late instants are no rarer.
With `--folder`, the results are kept there and a run that was broken off goes on where it was.

What `--json` prints: "times", "whole", "killed" (the others were done before), "by_change" (for
each the same three), "by_part" (kills in each fifth of a change's time) and "failures" (what was
wrong, a line each).
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.killing_changes import CHANGES, HASHED, Plan, backed_up, hold
from index import NewsIndex
from index.keeping import check

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_AN_INDEX = 25  # kills that one index goes through
_TRIES = 4  # changes begun for each that is killed in the midst, at most


def main(argv: Sequence[str] | None = None) -> None:
    """Kill, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=500, help="in the midst of a change")
    parser.add_argument("--folder", type=Path, help="keep the results here, and go on from there")
    parser.add_argument("--seconds", type=float, default=3_600, help="stop after so long")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    with TemporaryDirectory() as temporary:
        folder = given.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        found = run(folder, given.times, given.seconds)
    summary = summarise(found)
    if given.json:
        print(json.dumps(summary))
    else:
        print(f"{summary['whole']} of {summary['times']} whole ({summary['killed']} killed)")
        print(f"  killed in each fifth of the change's time: {summary['by_part']}")
        for name, each in summary["by_change"].items():
            print(f"  {name:>8}: {each['whole']} of {each['times']} ({each['killed']} killed)")
        print("\n".join(summary["failures"]))
    sys.exit(summary["whole"] != summary["times"] or summary["killed"] < given.times)


def run(folder: Path, times: int, seconds: float = 3_600) -> list[dict[str, Any]]:
    """Kill so often, those that the folder remembers included; what came of each change.

    Args:
        times: in the midst of a change; at most `_TRIES` times as many changes are begun.
        seconds: stop after so long.
    """
    results, last = folder / "kills.jsonl", time.monotonic() + seconds
    lines = results.read_text().splitlines() if results.exists() else []
    found: list[dict[str, Any]] = [json.loads(line) for line in lines]
    killed = sum(each["killed"] for each in found)
    with results.open("a") as out:
        while killed < times and len(found) < _TRIES * times and time.monotonic() < last:
            found.append(_kill_once(folder / "index", len(found), killed))
            killed += found[-1]["killed"]
            out.write(json.dumps(found[-1]) + "\n")
            out.flush()
            if sys.stderr.isatty():
                sys.stderr.write(f"\r{killed} of {times}")
    return found


def summarise(found: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """The figures over all kills, and for each change."""

    def count(some: Sequence[dict[str, Any]]) -> dict[str, int]:
        return {
            "times": len(some),
            "whole": sum(not each["wrong"] for each in some),
            "killed": sum(each["killed"] for each in some),
        }

    by_change = {
        name: count([each for each in found if each["change"] == name])
        for name in sorted({each["change"] for each in found})
    }
    wrong = [f"{each['number']} {each['change']}: {each['wrong']}" for each in found]
    failures = [line for line, each in zip(wrong, found, strict=True) if each["wrong"]]
    parts = Counter(int(each["part"] * 5) for each in found if each["killed"])
    by_part = [parts[fifth] for fifth in range(5)]
    return {**count(found), "by_change": by_change, "by_part": by_part, "failures": failures}


def _kill_once(place: Path, number: int, killed: int) -> dict[str, Any]:
    """What came of one change, the number of those so far and of those killed being given."""
    chance, aim = random.Random(number), random.Random(f"aim {killed}")  # noqa: S311
    home, backup = place / "home", place / "backup.zip"
    if number % _AN_INDEX == 0 or not home.exists():
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        _in_a_process(lambda: CHANGES["add"](home, backup, Plan.draw("add", chance, set())))
    before = _in_a_process(lambda: look(home, backup))
    if before["wrong"]:  # it was told when it went wrong; the next begins anew
        shutil.rmtree(place)
        return _kill_once(place, number, killed)
    part, name = aim.random(), aim.choice(list(CHANGES))
    if (name == "restore" and not before["backup"]) or (name == "remove" and not before["held"]):
        name = "backup" if before["held"] else "add"
    plan = Plan.draw(name, chance, set(before["held"]))
    copy = place.with_name("timed")
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(place, copy)
    takes = _in_a_process(
        lambda: _timed(lambda: CHANGES[name](copy / "home", copy / "backup.zip", plan))
    )
    in_the_midst = _kill(lambda: CHANGES[name](home, backup, plan), part * takes)
    after = _in_a_process(lambda: look(home, backup))
    wrong = after["wrong"] or plan.wrong(before, after)
    return {
        "number": number,
        "change": name,
        "killed": in_the_midst,
        "part": round(part, 3),
        "wrong": wrong,
    }


def _timed(work: Callable[[], None]) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def look(home: Path, backup: Path) -> dict[str, Any]:
    """What an index and its backup hold, and what is wrong with them, if anything is."""
    if not (home / "index.sqlite3").exists():
        return {"held": [], "backup": None, "wrong": ""}
    health = check(home)
    damage = [f"{each.part}: {each.what}" for each in health.findings if each.damage]
    held = sorted(hold(NewsIndex(home, HASHED)))
    return {"held": held, "backup": backed_up(backup), "wrong": "; ".join(damage)}


def _in_a_process(work: Callable[[], Any]) -> Any:
    """What a function gives in a process of its own: this one forks, and must open no index."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        with suppress(BaseException):
            try:
                said = json.dumps(work())
            except Exception as error:
                said = json.dumps({"held": [], "backup": None, "wrong": f"{error!r}"})
            with os.fdopen(writing, "w") as out:
                out.write(said)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as told:
        said = told.read()
    os.waitpid(child, 0)
    return json.loads(said)


def _kill(work: Callable[[], Any], after: float) -> bool:
    """Whether the work was killed, so many seconds after its beginning, before it was done."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        with suppress(BaseException):
            os.write(writing, b"!")
            work()
        os._exit(0)
    os.close(writing)
    os.read(reading, 1)
    os.close(reading)
    time.sleep(after)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL


if __name__ == "__main__":
    main()
