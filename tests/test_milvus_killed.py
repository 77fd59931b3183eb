"""A change that stops anywhere leaves whole articles, and the next process puts the rest right."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from index.adding.preparation import prepare
from index.errors import StorageError
from index.records import Filters
from index.store import Change, Manifest, open_store
from index.store.milvus import Address
from index.store.milvus.connection import Connection
from index.store.milvus.root import Root, _host, now
from tests.fakes import article, topics
from tests.milvus import milvus_store
from tests.test_milvus_store import check_articles, check_whole, strays
from tests.test_store_contract import MANIFEST, printings, put, remove, stories, vectors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from index.store import Store


class Stopped(BaseException):
    """As if the process had been killed: nothing catches it."""


def stop_at(monkeypatch: pytest.MonkeyPatch, request: int) -> None:
    """Let so many writing requests pass and stop at the next one."""
    left = [request]

    def counted(method: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            if left[0] == 0:
                raise Stopped
            left[0] -= 1
            return method(*given, **named)

        return call

    for name in ("put", "delete", "drop"):
        monkeypatch.setattr(Connection, name, counted(getattr(Connection, name)))


NEW = article("The bridge opened at noon.", title="New", url="https://paper.example/a")
OLD = article("The ferry sank at dawn.", title="Old", url="https://paper.example/a")


def change_some(store: Store) -> None:
    """One article replaced, one removed, three added, two of them copies of one that is there."""
    _, b, c, _ = printings().values()
    split = [prepare(each, MANIFEST) for each in (NEW, b, c)]
    gone = [topics()[0].id]
    store.commit(Change(manifest=MANIFEST, put=split, vectors=vectors_of(*split), remove=gone))


@pytest.mark.parametrize("request_", range(10))
def test_a_change_that_stops_is_finished_by_the_next_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch, request_: int
) -> None:
    a, b, c, _ = printings().values()
    before = [OLD, topics()[0], topics()[1], a]
    store = milvus_store(folder)
    put(store, *before)
    reader = milvus_store(folder)
    assert reader.exists()
    with monkeypatch.context() as stopping:
        stop_at(stopping, request_)
        try:
            change_some(store)
        except Stopped:
            pass
        else:
            pytest.fail("a change makes fewer requests than that now")
    assert {topics()[1].title, a.title} <= check_articles(reader), "meanwhile"
    after = milvus_store(folder)
    titles = check_whole(after)
    assert {topics()[1].title, a.title} <= titles
    assert len(titles & {"Old", "New"}) == 1, "one version of it, and all of that"
    assert strays(after) == set()
    copies = frozenset({a.title, b.title, c.title} & titles)
    assert copies in stories(after), "the copies of what is there are found"
    change_some(after)  # whoever added adds again
    assert check_whole(after) == {topics()[1].title, a.title, b.title, c.title, "New"}
    assert strays(after) == set()
    assert not after._root.interrupted()


@pytest.mark.parametrize("request_", [0, 1, 3, 5, 7])
def test_a_rebuild_that_stops_leaves_the_index_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, request_: int
) -> None:
    store = milvus_store(folder)
    put(store, *topics())
    other = Manifest("hashed words", "digest", "1", "2")
    split = [prepare(each, other) for each in topics()]
    anew = Change(manifest=other, put=split, replace=True, expect=1)
    with monkeypatch.context() as stopping:
        stop_at(stopping, request_)
        with pytest.raises(Stopped):
            store.commit(anew)
    after = milvus_store(folder)
    assert check_whole(after) == {each.title for each in topics()}
    assert after.manifest() == MANIFEST
    after.commit(anew)
    assert after.manifest() == other
    assert check_whole(after) == {each.title for each in topics()}
    sets = {name.split("_")[1] for name in after._connection.collections() if "_" in name}
    assert len(sets) == 2, f"nothing is left of the first try: {sets}"


def test_a_failure_that_is_told_is_put_right_by_the_same_process(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = milvus_store(folder)
    put(store, topics()[0])
    with monkeypatch.context() as failing:
        stop_at(failing, 3)
        with pytest.raises(Stopped):
            put(store, *topics()[1:])
    put(store, *topics()[1:])
    assert not store._root.interrupted()
    assert strays(store) == set()
    remove(store, topics()[0].id)
    assert check_whole(store) == {each.title for each in topics()[1:]}


CHILD = """
import os, signal, sys
from pathlib import Path
from index.store import open_store
from index.store.milvus import Address
from index.store.milvus.connection import Connection
from index.store.milvus.root import Root, _host, now
from tests.fakes import long_article, topics
from tests.test_store_contract import put

store = open_store(f"milvus://{sys.argv[1]}/news.db", Path(sys.argv[1]))
put(store, *topics())
write, left = Connection.put, [int(sys.argv[2])]

def put_until(self, collection, rows, *rest):
    if left[0] == 0:
        print("held", flush=True)
        sys.stdin.readline()
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    write(self, collection, rows, *rest)

Connection.put = put_until
put(store, *(long_article(number) for number in range(3)))
"""


def test_a_file_of_a_killed_process_is_whole_and_one_process_has_it(
    tmp_path: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    child = subprocess.Popen(
        [python, "-c", CHILD, str(tmp_path), "3"],
        env=child_environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert child.stdin
    assert child.stdout
    assert child.stdout.readline() == "held\n"
    store = open_store(f"milvus://{tmp_path}/news.db", tmp_path)
    with pytest.raises(StorageError, match="one process at a time") as caught:
        store.exists()
    assert "\n" not in str(caught.value)
    child.stdin.write("\n")
    child.stdin.flush()
    assert child.wait(20) == -signal.SIGKILL
    child.stdin.close()
    child.stdout.close()
    assert check_whole(store) == {each.title for each in topics()}
    put(store, topics()[0])


@pytest.mark.parametrize("request_", range(10))
def test_who_was_only_held_up_writes_it_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, request_: int
) -> None:
    """Another process took it for dead, and tidied away what it was about to name."""
    store = milvus_store(folder)
    put(store, *topics()[:2])
    left = [request_]
    ask = Connection.put

    def held_up(self: Connection, *given: Any, **named: Any) -> None:
        if left[0] == 0:
            left[0] -= 1
            with monkeypatch.context() as elsewhere:
                elsewhere.setattr("index.store.milvus.root._LIVE", set())
                assert milvus_store(folder).exists()
        left[0] -= 1
        ask(self, *given, **named)

    monkeypatch.setattr(Connection, "put", held_up)
    put(store, NEW)
    found = {each.title for each in milvus_store(folder).articles(Filters())}
    assert found == {"New"} | {each.title for each in topics()[:2]}
    assert strays(store) == set()


def test_a_process_is_known_by_more_than_its_number(monkeypatch: pytest.MonkeyPatch) -> None:
    """In another container of the same name that number may be nobody's."""
    address = Address("milvus://db.example:19530", "http://db.example:19530")
    root = Root(Connection(address))
    said = {"host": _host(), "process": 2**22 + 1, "at": now()}
    assert root._is_dead("change", said)
    monkeypatch.setattr("index.store.milvus.root._host", lambda: "the same name, others' numbers")
    assert not root._is_dead("change", said)
    assert root._is_dead("change", {**said, "at": now() - 3_600_000})
