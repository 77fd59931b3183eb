"""The named values of an index: which set of collections counts, and what is under way."""

from __future__ import annotations

import json
import os
import secrets
import socket
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from index.errors import StorageError
from index.store.interface import Manifest
from index.store.milvus.connection import SESSION, STRONG
from index.store.milvus.schema import NOTHING, ROOT, Names

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index.store.milvus.connection import Connection

SCHEMA_VERSION = 1
_CURRENT, _SWITCHING, _INTENT, _BUILDING = "current", "switching", "intent-", "building-"
_GIVEN_UP_AFTER = 600_000  # milliseconds without a sign of a process on another machine
_DECIDED_WITHIN = 60.0  # seconds; it takes three requests
_LIVE: set[tuple[str, str]] = set()
"""(index, change) that this process has under way: a change may be another thread's."""


@dataclass(frozen=True, slots=True)
class Current:
    """The set that counts.

    Attributes:
        store: the index's own random id.
        names: its collections.
        manifest: how its vectors were made.
    """

    store: str
    names: Names
    manifest: Manifest


@dataclass(frozen=True, slots=True)
class Intent:
    """A change under way, or what is left of one that was interrupted.

    Attributes:
        change: its id.
        set: the set that it changes.
        articles: keys of articles that it may have written something of.
        rows: under which it is written down.
        notes: what stands there.
    """

    change: str
    set: str
    articles: tuple[str, ...]
    rows: tuple[str, ...]
    notes: tuple[dict[str, Any], ...] = ()


class PresumedDeadError(Exception):
    """Another process has taken this one for dead, and what it was writing for left behind."""


def now() -> int:
    """Milliseconds since 1970."""
    return time.time_ns() // 1_000_000


class Root:
    """The collection `dateline`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._index = f"{connection.address.uri} {connection.address.database}"

    def current(self, level: str = SESSION) -> Current | None:
        """The set that counts; None before the first change.

        Raises:
            StorageError: a newer Dateline wrote it.
        """
        said = self._values([_CURRENT], level).get(_CURRENT)
        if said is None:
            return None
        if said["schema"] != SCHEMA_VERSION:
            raise StorageError(
                f"The index in {self._connection.address.shown} was written by another version of "
                "Dateline: use that one, or another database."
            )
        return Current(said["store"], Names(said["set"]), Manifest(**said["manifest"]))

    def set_current(self, store: str, names: Names, manifest: Manifest) -> None:
        """Name the set that counts."""
        told = {name: getattr(manifest, name) for name in Manifest.__slots__}
        value = {"schema": SCHEMA_VERSION, "store": store, "set": names.set, "manifest": told}
        self._write(_CURRENT, value)

    # A change under way

    def begin(self, change: str, set_: str, articles: Sequence[str]) -> str:
        """Write down that a change writes these articles, and return where."""
        name = f"{_INTENT}{change}-{secrets.token_hex(4)}"
        self._take_up(change)
        self._write(name, {"change": change, "set": set_, "articles": list(articles), **_whose()})
        return name

    def end(self, change: str, rows: Sequence[str]) -> None:
        """The change is whole."""
        self._put_down(change)  # first: should the request fail, another one may do it
        self._connection.delete(ROOT, rows)

    def abandon(self, change: str) -> None:
        """The change failed in this process: whoever comes next may finish it."""
        self._put_down(change)

    def check_notes(self, rows: Sequence[str]) -> None:
        """Whether nobody has begun to finish a change that is under way here.

        Raises:
            PresumedDeadError: what it has written may be gone: it is to begin again.
        """
        said = self._values([*rows], STRONG)
        if len(said) < len(rows) or any("taken" in each for each in said.values()):
            raise PresumedDeadError

    def take(self, intent: Intent) -> None:
        """Say that a change is being finished, to a process that may be there after all."""
        for name, said in zip(intent.rows, intent.notes, strict=True):
            self._write(name, {**said, "taken": True})

    def interrupted(self) -> list[Intent]:
        """The changes whose process is no longer there."""
        found: dict[str, list[tuple[str, dict[str, Any]]]] = {}
        for row in self._connection.rows(ROOT, f'key like "{_INTENT}%"', ["value"], STRONG):
            value = json.loads(row["value"])
            found.setdefault(value["change"], []).append((row["key"], value))
        return [
            Intent(
                change,
                said[0][1]["set"],
                tuple(dict.fromkeys(key for _, each in said for key in each["articles"])),
                tuple(name for name, _ in said),
                tuple(each for _, each in said),
            )
            for change, said in found.items()
            if self._is_dead(change, max((each for _, each in said), key=lambda each: each["at"]))
        ]

    # A set that is to replace another one

    def begin_set(self, names: Names) -> None:
        """Write down that this set is being filled; again and again, while it is."""
        self._take_up(names.set)
        self._write(_BUILDING + names.set, {"set": names.set, **_whose()})

    def end_set(self, names: Names) -> None:
        """It counts now, or is gone."""
        self._put_down(names.set)
        self._connection.delete(ROOT, [_BUILDING + names.set])

    def abandoned_sets(self) -> list[Names]:
        """Sets that were begun by a process that is no longer there."""
        values = [
            json.loads(row["value"])
            for row in self._connection.rows(ROOT, f'key like "{_BUILDING}%"', ["value"], STRONG)
        ]
        return [Names(each["set"]) for each in values if self._is_dead(each["set"], each)]

    # The moment in which one set takes the place of another

    def begin_switching(self) -> None:
        """From now on, whoever has made a change waits to see which set counts."""
        self._take_up(_SWITCHING)
        self._write(_SWITCHING, {**_whose()})

    def end_switching(self) -> None:
        """It is decided."""
        self._put_down(_SWITCHING)
        self._connection.delete(ROOT, [_SWITCHING])

    def decided(self) -> Current | None:
        """The set that counts, once no other one is about to take its place.

        Raises:
            StorageError: that takes longer than it ever should.
        """
        last = time.monotonic() + _DECIDED_WITHIN
        while time.monotonic() < last:
            said = self._values([_SWITCHING], STRONG).get(_SWITCHING)
            if said is None or self._is_dead(_SWITCHING, said):
                return self.current(STRONG)
            time.sleep(0.02)
        raise StorageError(
            f"The index in {self._connection.address.shown} is being rebuilt: try again later."
        )

    # How

    def _take_up(self, name: str) -> None:
        _LIVE.add((self._index, name))

    def _put_down(self, name: str) -> None:
        _LIVE.discard((self._index, name))

    def _is_dead(self, name: str, said: dict[str, Any]) -> bool:
        import psutil

        if (self._index, name) in _LIVE:
            return False
        if self._connection.address.file:  # one process has the file, and it is this one
            return True
        if said["host"] == _host():
            process = said["process"]  # a container's first one has the same number again
            return process == os.getpid() or not psutil.pid_exists(process)
        return now() - int(said["at"]) > _GIVEN_UP_AFTER

    def _values(self, names: list[str], level: str) -> dict[str, Any]:
        rows = self._connection.get(ROOT, names, ["value"], level)
        return {name: json.loads(row["value"]) for name, row in rows.items()}

    def _write(self, name: str, value: dict[str, Any]) -> None:
        row = {"key": name, "value": json.dumps(value), "nothing": NOTHING}
        self._connection.put(ROOT, [row])


def _whose() -> dict[str, Any]:
    return {"host": _host(), "process": os.getpid(), "at": now()}


def _host() -> str:
    """Where a process number means the same: containers may share a name, and not their numbers."""
    try:
        return f"{socket.gethostname()} {Path('/proc/self/ns/pid').readlink()}"
    except OSError:  # no Linux
        return socket.gethostname()
