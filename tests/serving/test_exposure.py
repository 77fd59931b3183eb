"""Where it is served and to whom; and an index that is never changed."""

from __future__ import annotations

import socket
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant import Assistant, DatelineError, Settings
from assistant.users import Users
from index import NewsIndex
from index.store import SQLiteStore
from tests.fakes import HashedWords, article, topics
from tests.serving.test_users import ADA
from web.auth.gate import Exposure, expose

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

READING = {
    *("search", "article", "articles", "counts", "status", "as_retriever"),
    *("listing", "days", "outlets", "generation", "set_aside", "whole_ids"),
}


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.8.8.8"])
def test_this_machine_needs_no_login(host: str) -> None:
    assert expose(host, Settings()).users is None


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.4", "news.example"])
def test_others_log_in_unless_told_otherwise(host: str) -> None:
    with pytest.raises(DatelineError, match=r"DATELINE_USERS .* hash-password.* --without-login"):
        expose(host, Settings())
    assert expose(host, Settings(), without_login=True).users is None
    known = expose(host, Settings(users=f"ada:{ADA}")).users
    assert known is not None
    assert known.names == ("ada",)


def test_a_name_that_a_proxy_passes_on_is_wide_too() -> None:
    with pytest.raises(DatelineError, match=r"Serving news\.example\.org would let everyone"):
        expose("127.0.0.1", Settings(names="localhost, News.example.org"))
    assert expose("127.0.0.1", Settings(names="localhost")).names == {"localhost"}


@pytest.mark.parametrize(
    ("exposure", "served", "refused"),
    [
        (Exposure(), ["localhost", "127.0.0.1", "::1"], ["evil.example", "192.168.1.4", ""]),
        (
            Exposure("0.0.0.0"),  # without a login: no name that a page elsewhere could have
            ["192.168.1.4", "localhost", "2001:db8::1", socket.gethostname()],
            ["any.example", "evil.example"],
        ),
        (Exposure("0.0.0.0", users=Users({"ada": ADA})), ["any.example", "192.168.1.4"], []),
        (
            Exposure("0.0.0.0", frozenset({"news.example"})),
            ["news.example", "NEWS.example", "localhost"],
            ["evil.example", "192.168.1.4", "x.news.example", ""],
        ),
        (Exposure(names=frozenset({"news.example"})), ["news.example", "localhost"], ["a.example"]),
    ],
)
def test_which_names_are_served(exposure: Exposure, served: list[str], refused: list[str]) -> None:
    assert [name for name in [*served, *refused] if exposure.serves(name)] == served


def test_the_command_refuses_in_one_line(python: str, child_environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [python, "-m", "dateline", "chat", "--host", "0.0.0.0", "--port", "0"],
        env=child_environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("dateline: Listening on 0.0.0.0 would let everyone")
    assert done.stderr.count("\n") == 1


CHANGES: dict[str, Callable[[NewsIndex, str], object]] = {
    "add": lambda index, _: index.add([article("A ship came to Pellmoor on Friday.")]),
    "remove": lambda index, first: index.remove([first]),
    "put_back": lambda index, first: index.put_back(index.set_aside([first])),
    "rebuild": lambda index, _: index.rebuild(),
    "move_from": lambda index, _: index.move_from(SQLiteStore(Path())),
}


def test_an_index_that_is_read_only_answers_and_never_changes(tmp_path: Path) -> None:
    NewsIndex(tmp_path, HashedWords()).add(topics())
    index = NewsIndex(tmp_path, HashedWords(), read_only=True)
    before = index.counts()
    (first, *_) = index.articles()
    for change in CHANGES.values():
        with pytest.raises(DatelineError, match="read-only"):
            change(index, first.id)
    assert index.counts() == before
    assert index.search("the lighthouse")


def test_whatever_else_changes_an_index_is_refused_too() -> None:
    """A new method must either only read, and be named above, or be refused."""
    public = {name for name in vars(NewsIndex) if not name.startswith("_")}
    assert public - READING == CHANGES.keys()


def test_the_setting_makes_it_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_READ_ONLY", "yes")
    with pytest.raises(DatelineError, match="read-only"):
        Assistant().index.add([article("A ship came to Pellmoor on Friday.")])
