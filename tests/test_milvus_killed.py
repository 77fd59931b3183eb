"""A change that stops anywhere leaves whole articles, and the next process puts the rest right."""

from __future__ import annotations

import signal
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from index import NewsIndex
from index.adding.preparation import prepare
from index.errors import StorageError
from index.records import Listing
from index.store import Change, Manifest, open_store
from index.store.milvus import MilvusStore, milvus_writer
from index.store.milvus.milvus_client import MilvusClient
from tests.fakes import HashedWords, article, topics
from tests.milvus import milvus_store, served_milvus
from tests.test_milvus_store import check_articles, check_whole, strays
from tests.test_store_contract import MANIFEST, found, printings, put, remove, stories, vectors_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from index.store import Store


WRITES = ("put", "delete", "create", "drop", "point_alias")


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

    for name in WRITES:
        monkeypatch.setattr(MilvusClient, name, counted(getattr(MilvusClient, name)))


NEW = article("The bridge opened at noon.", title="New", url="https://paper.example/a")
OLD = article("The ferry sank at dawn.", title="Old", url="https://paper.example/a")


def change_some(store: Store) -> None:
    """One article replaced, one removed, three added, two of them copies of one that is there."""
    _, b, c, _ = printings().values()
    split = [prepare(each, MANIFEST) for each in (NEW, b, c)]
    gone = [topics()[0].id]
    store.commit(Change(manifest=MANIFEST, put=split, vectors=vectors_of(*split), remove=gone))


@pytest.mark.parametrize("request_", range(6))
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
    titles = check_articles(after)
    assert {topics()[1].title, a.title} <= titles
    assert len(titles & {"Old", "New"}) == 1, "one version of it, and all of that"
    remove(after, "unknown")  # the next change mends, whatever it is
    whole = check_whole(after)
    assert titles <= whole <= titles | {b.title, c.title}, "a list has what was brought to an end"
    assert strays(after) == set()
    copies = frozenset({a.title, b.title, c.title} & whole)
    assert copies in stories(after), "the copies of what is there are found"
    change_some(after)  # whoever added adds again
    assert check_whole(after) == {topics()[1].title, a.title, b.title, c.title, "New"}
    assert strays(after) == set()
    assert frozenset({a.title, b.title, c.title}) in stories(after)


@pytest.mark.parametrize("request_", [0, 3, 6, 7])
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
    if after.manifest() == MANIFEST:  # else it stopped when only the old collections were left over
        after.commit(anew)
    else:
        assert request_ >= 6
        remove(after, "unknown")
    assert after.manifest() == other
    assert check_whole(after) == {each.title for each in topics()}
    names = after._names()
    assert names
    assert after._client.collections() == {names.articles, names.passages}


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
    assert strays(store) == set()
    remove(store, topics()[0].id)
    assert check_whole(store) == {each.title for each in topics()[1:]}


CHILD = """
import os, signal, sys
from pathlib import Path
from index.store import open_store
from index.store.milvus.milvus_client import MilvusClient
from tests.fakes import long_article, topics
from tests.test_store_contract import put

store = open_store(sys.argv[1], Path(sys.argv[2]))
put(store, *topics())
write, left = MilvusClient.put, [3]

def put_until(self, *given, **named):
    if left[0] == 0:
        print("held", flush=True)
        sys.stdin.readline()
        os.kill(os.getpid(), signal.SIGKILL)
    left[0] -= 1
    write(self, *given, **named)

MilvusClient.put = put_until
put(store, *(long_article(number) for number in range(3)))
"""


@contextmanager
def held_in_the_midst(
    uri: str, home: Path, python: str, environment: Mapping[str, str]
) -> Iterator[Callable[[], None]]:
    """A process that has stored the topics and stands in the midst of its next change.

    Yields:
        What kills it there.
    """
    with subprocess.Popen(
        [python, "-c", CHILD, uri, str(home)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdin
        assert child.stdout
        assert child.stdout.readline() == "held\n"

        def kill() -> None:
            assert child.stdin
            child.stdin.write("\n")
            child.stdin.flush()
            assert child.wait(20) == -signal.SIGKILL

        yield kill


def test_a_file_of_a_killed_process_is_whole_and_one_process_has_it(
    tmp_path: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    uri = f"milvus://{tmp_path}/news.db"
    with held_in_the_midst(uri, tmp_path, python, child_environment) as kill:
        store = open_store(uri, tmp_path)
        with pytest.raises(StorageError, match="one process at a time") as caught:
            store.exists()
        assert "\n" not in str(caught.value)
        kill()
    assert check_articles(store) == {each.title for each in topics()}
    put(store, topics()[0])
    assert check_whole(store) == {each.title for each in topics()}


# One writer at a time


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    with served_milvus(tmp_path / "served.db") as port:
        yield port


def test_a_second_process_waits_for_the_first_and_goes_on_when_that_is_killed(
    port: int,
    tmp_path: Path,
    python: str,
    child_environment: Mapping[str, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uri = f"milvus://127.0.0.1:{port}"
    store = open_store(uri, tmp_path)
    reader = open_store(uri, tmp_path / "reader")
    with held_in_the_midst(uri, tmp_path, python, child_environment) as kill:
        with monkeypatch.context() as hurried:
            hurried.setattr(milvus_writer, "LOCK_TIMEOUT_S", 0.01)
            with pytest.raises(StorageError, match="Another process has been writing") as caught:
                put(store, NEW)
        assert "\n" not in str(caught.value)
        assert check_articles(reader) == {each.title for each in topics()}, "readers go on"
        kill()
    put(store, NEW)
    assert check_whole(store) == {"New", *(each.title for each in topics())}
    assert isinstance(store, MilvusStore)
    assert strays(store) == set(), "and puts right what the first one left"


def test_all_that_write_share_one_folder(port: int, tmp_path: Path) -> None:
    uri = f"milvus://127.0.0.1:{port}"
    one, other = (open_store(uri, tmp_path / name) for name in ("one", "other"))
    put(one, topics()[0])
    with pytest.raises(StorageError, match="all that write share one") as caught:
        put(other, topics()[1])
    assert "\n" not in str(caught.value)
    assert check_whole(other) == {topics()[0].title}, "it may read"
    identity = (tmp_path / "one" / milvus_writer.ID_FILE).read_text()
    assert identity.strip() in str(caught.value)
    (tmp_path / "other" / milvus_writer.ID_FILE).write_text(identity)  # as the message says
    put(other, topics()[1])
    assert check_whole(one) == {each.title for each in topics()[:2]}


def test_readers_never_write(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even to put right what a killed writer has left, nor while a rebuild goes on."""
    store = milvus_store(folder)
    put(store, *topics())
    with monkeypatch.context() as stopping:
        stop_at(stopping, 3)
        with pytest.raises(Stopped):
            change_some(store)
    collections = store._client.collections()
    with monkeypatch.context() as stopping:
        stop_at(stopping, 0)
        reader = milvus_store(folder)
        index = NewsIndex(tmp_path / "reader", HashedWords(), store=reader)
        assert found(reader, "comet astronomers")[0]
        assert index.counts().articles >= 5
        assert index.listing(Listing()).articles
        assert index.article(topics()[1].id)
        assert index.status().manifest == MANIFEST
        assert index.generation() >= 1
        reader.flush()
    assert store._client.collections() == collections
