"""Killed at a random instant of any change, an index is as before it or as after it."""

from __future__ import annotations

import random
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from benchmarks.killing_changes import HASHED, Plan
from index import NewsIndex
from index.adding import changes
from tests.drivers.module import run_module

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


@pytest.fixture(autouse=True)
def _batches_as_they_were(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the killing makes smaller, in this process too, is put back."""
    monkeypatch.setattr(changes, "_BATCH_PASSAGES", changes._BATCH_PASSAGES)


@pytest.mark.slow
def test_killed_a_handful_of_times(
    tmp_path: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    words = ("--folder", str(tmp_path / "kills"), "--json", "--times")
    first = run_module(python, child_environment, "benchmarks.killing", *words, "4")
    assert (first["killed"], first["whole"], first["failures"]) == (4, first["times"], [])
    assert sum(first["by_part"]) == 4
    # Damage that somebody else does must be seen, or being whole would say nothing.
    (tmp_path / "kills" / "index" / "home" / "index.sqlite3-wal").unlink(missing_ok=True)
    with closing(sqlite3.connect(tmp_path / "kills/index/home/index.sqlite3")) as connection:
        connection.execute("UPDATE articles SET title = title || '!'")
        connection.commit()
    more = run_module(python, child_environment, "benchmarks.killing", *words, "12")
    assert more["killed"] == 12
    assert more["whole"] == more["times"], "what was damaged before is begun anew"


@pytest.mark.parametrize("kind", ["remove", "rebuild", "restore"])
def test_a_change_done_by_half_is_told(kind: str) -> None:
    held = [f"{number} 0" for number in range(20)]
    before = {"held": held, "backup": held[:5], "wrong": ""}
    plan = Plan.draw(kind, random.Random(1), set(held))
    for half in (held[:-1], held[:3], [*held[:5], "77 1"]):
        assert plan.wrong(before, before | {"held": half})
    assert not plan.wrong(before, before)
    assert plan.wrong(before, before | {"backup": held[:1]})


def test_each_change_does_what_its_plan_says(tmp_path: Path) -> None:
    from benchmarks.killing import look
    from benchmarks.killing_changes import CHANGES

    home, backup = tmp_path / "home", tmp_path / "backup.zip"
    chance = random.Random(1906)
    CHANGES["add"](home, backup, Plan.draw("add", chance, set()))
    for name in ("backup", "add", "remove", "compact", "restore", "rebuild"):
        before = look(home, backup)
        plan = Plan.draw(name, chance, set(before["held"]))
        CHANGES[name](home, backup, plan)
        after = look(home, backup)
        assert not after["wrong"]
        assert not plan.wrong(before, after)
        assert (after != before) == (name != "compact"), name
    assert NewsIndex(home, HASHED).counts().articles == 12
