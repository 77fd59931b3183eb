"""What is kept, found, deleted for good, and whose it is."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.conftest import ROOT
from tests.conversations.samples import abstained, turn
from web.conversations.conversation_file import SCHEMA_VERSION, KeepingError
from web.conversations.conversation_store import ConversationStore
from web.conversations.kept_turns import LONGEST_NAME

if TYPE_CHECKING:
    from collections.abc import Mapping

    from web.conversations.kept_turns import KeptConversation

FILE = "conversations.sqlite3"


@pytest.fixture
def store(tmp_path: Path) -> ConversationStore:
    return ConversationStore(tmp_path / "home")


def held(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in folder.iterdir())


def names(store: ConversationStore, owner: str = "", search: str = "") -> list[str]:
    return [heading.name for heading in store.headings(owner, search)]


def ids(found: KeptConversation | None) -> list[str]:
    assert found is not None
    return [each.id for each in found.turns]


def test_nothing_is_made_before_something_is_kept(store: ConversationStore, tmp_path: Path) -> None:
    assert store.headings("") == ()
    assert store.find("", "a") is None
    assert not (tmp_path / "home").exists()


def test_nobody_else_on_this_machine_can_read_it(store: ConversationStore, tmp_path: Path) -> None:
    store.keep("", "a", [turn("one")])
    with closing(sqlite3.connect(tmp_path / "home" / FILE)) as connection:
        connection.execute("SELECT count(*) FROM turns")  # so that the log is there, too
        modes = {each.name: each.stat().st_mode & 0o077 for each in (tmp_path / "home").iterdir()}
    assert modes == {FILE: 0, f"{FILE}-wal": 0, f"{FILE}-shm": 0}


def test_turns_come_back_exactly(store: ConversationStore, tmp_path: Path) -> None:
    turns = [
        turn("one", filters={"since": "2019-01-01", "publishers": ["The Skerry Times"]}),
        turn("two", answer=abstained("Why?")),
        turn("three", "why " * 900, answer=None, error="The question is too long."),
        turn("four", "half \ud83d a character\0", answer=abstained("half ? a character")),
    ]
    turns[-1] = type(turns[-1]).of(turns[-1].turn())
    assert store.keep("", "a", turns)
    again = ConversationStore(tmp_path / "home").find("", "a")
    assert again is not None
    assert again.turns == tuple(turns)
    assert [each.turn().answer for each in again.turns] == [each.answer for each in turns]
    assert store.headings("")[0].turns == 4


def test_the_first_question_is_the_name(store: ConversationStore) -> None:
    store.keep("", "a", [turn("one", "  Who\nwon \t the vote? ")])
    store.keep("", "b", [turn("two", "word " * 100)])
    store.keep("", "c", [turn("three", "x" * 500)])
    assert names(store)[-1] == "Who won the vote?"
    assert all(name and len(name) <= LONGEST_NAME for name in names(store))
    assert [name[-1] for name in names(store)[:2]] == ["…", "…"]
    assert names(store)[0].startswith("xxxx")


def test_the_list_is_newest_first_and_renaming_moves_nothing(store: ConversationStore) -> None:
    store.keep("", "a", [turn("one", "First?")])
    store.keep("", "b", [turn("two", "Second?")])
    assert names(store) == ["Second?", "First?"]
    store.keep("", "a", [turn("three", "Third?")])
    assert store.rename("", "b", "  Another\nname ")
    assert names(store) == ["First?", "Another name"]
    assert not store.rename("", "b", " \n ")
    assert not store.rename("", "nothing", "A name")


def test_search_finds_names_questions_and_answers(store: ConversationStore) -> None:
    store.keep("", "a", [turn("one", "When was it?"), turn("two", "Which café burned?")])
    store.keep("", "b", [turn("three", "Who?", answer=abstained("Who?"))])
    store.rename("", "b", "The harbour")
    assert names(store, search="cafe burn") == ["When was it?"]
    assert names(store, search="skerry LIGHT") == ["When was it?"]
    assert names(store, search="harb") == ["The harbour"]
    assert names(store, search="nowhere") == []
    assert names(store, search='" OR * NEAR( ) -') == []
    assert names(store, search="   ") == ["The harbour", "When was it?"]


def test_two_pages_with_one_conversation_lose_nothing(store: ConversationStore) -> None:
    store.keep("", "a", [turn("one")])
    store.keep("", "a", [turn("one"), turn("mine")])
    store.keep("", "a", [turn("one"), turn("theirs")])
    assert ids(store.find("", "a")) == ["one", "mine", "theirs"]
    store.keep("", "a", [turn("again")], replaced=["mine"])
    assert ids(store.find("", "a")) == ["one", "theirs", "again"]


def test_a_turn_stays_in_its_conversation(store: ConversationStore) -> None:
    store.keep("", "a", [turn("one")])
    assert not store.keep("", "b", [turn("one"), turn("two")])
    assert names(store) == ["When was the lighthouse lit?"]


SECRET = "Zanzibarquince"


def test_deleted_is_deleted(store: ConversationStore, tmp_path: Path) -> None:
    secret = turn("one", f"What of {SECRET}?", note=SECRET, verdict="up")
    store.keep("", "a", [secret])
    store.keep("", "b", [turn("two")])
    store.rename("", "b", f"About {SECRET}")
    store.rename("", "b", "Another name")
    assert SECRET.encode() in held(tmp_path / "home")
    with closing(sqlite3.connect(tmp_path / "home" / FILE)) as other:
        other.execute("SELECT * FROM turns").fetchall()  # another process keeps the log in place
        gone = store.delete("", "a")
        assert SECRET.encode() not in held(tmp_path / "home")
    assert gone is not None
    assert SECRET.encode() not in held(tmp_path / "home")
    assert SECRET.lower().encode() not in held(tmp_path / "home")  # FTS5 keeps words folded
    assert names(store, search=SECRET) == []
    assert store.delete("", "a") is None
    assert store.put_back("", gone)
    assert store.find("", "a") == gone
    assert names(store, search=SECRET) == [f"What of {SECRET}?"]
    assert store.delete_all("") == 2
    assert store.headings("") == ()
    assert SECRET.lower().encode() not in held(tmp_path / "home").lower()


def test_what_is_thought_of_an_answer_is_changed_and_taken_back(store: ConversationStore) -> None:
    store.keep("", "a", [turn("one"), turn("two")])
    assert store.judged("") == ()
    assert store.judge("", "a", "two", "down", "Out of date")
    assert store.judge("", "a", "one", "up")
    found = store.find("", "a")
    assert found is not None
    assert [(each.verdict, each.note) for each in found.turns] == [
        ("up", ""),
        ("down", "Out of date"),
    ]
    assert store.judged("") == (found,)
    assert store.judge("", "a", "two", "", "dropped with it")
    assert store.judge("", "a", "one", "")
    assert store.judged("") == ()
    assert not store.judge("", "a", "three", "up")


def test_what_is_anothers_is_not_there(store: ConversationStore) -> None:
    store.keep("ann", "a", [turn("one", verdict="up")])
    before = store.find("ann", "a")
    attempts: list[Callable[[], object]] = [
        lambda: store.find("bob", "a"),
        lambda: store.headings("bob"),
        lambda: store.headings("bob", "lighthouse"),
        lambda: store.judged("bob"),
        lambda: store.rename("bob", "a", "Mine"),
        lambda: store.delete("bob", "a"),
        lambda: store.delete_all("bob"),
        lambda: store.judge("bob", "a", "one", "down"),
        lambda: store.keep("bob", "a", [turn("two")]),
        lambda: store.keep("bob", "b", [turn("one")]),
        lambda: store.put_back("bob", before) if before else True,
        lambda: store.find("", "a"),
    ]
    for attempt in attempts:
        assert not attempt()
    assert store.find("ann", "a") == before
    assert store.headings("bob") == ()


def test_many_write_at_once(tmp_path: Path) -> None:
    def keep(number: int) -> bool:
        own = ConversationStore(tmp_path / "home")
        return own.keep("", "a", [turn(f"turn-{number}")])

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(keep, range(24)))
    found = ConversationStore(tmp_path / "home").find("", "a")
    assert sorted(ids(found)) == sorted(f"turn-{number}" for number in range(24))


@pytest.mark.slow
def test_killed_at_any_instant_it_is_whole(
    tmp_path: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    folder = tmp_path / "home"
    for lines in (1, 3, 6):
        command = [python, "-m", "tests.conversations.keeper", str(folder)]
        with subprocess.Popen(
            command, cwd=ROOT, env=child_environment, stdout=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            for _ in range(lines):
                assert child.stdout.readline()
            child.kill()
        store = ConversationStore(folder)
        found = store.find("", "talk")
        assert store.notice == ""
        assert found is None or len(found.turns) % 2 == 0  # two in each transaction
        assert found is None or names(store, search="lighthouse")
        store.delete_all("")


@pytest.mark.parametrize("harm", ["other words", "a page", "cut off"])
def test_a_damaged_file_is_set_aside(store: ConversationStore, tmp_path: Path, harm: str) -> None:
    store.keep("", "a", [turn(f"turn-{number}") for number in range(40)])
    file = tmp_path / "home" / FILE
    whole = file.read_bytes()
    assert len(whole) > 16_384
    harmed = {
        "other words": b"not a database at all " * 1000,
        "a page": whole[:4096] + b"\xa5" * 8192 + whole[12_288:],
        "cut off": whole[: len(whole) // 2],
    }
    file.write_bytes(harmed[harm])
    again = ConversationStore(tmp_path / "home")
    assert again.headings("") == ()
    assert "could not be read" in again.notice
    aside = list((tmp_path / "home").glob("conversations-damaged-*.sqlite3"))
    assert [each.read_bytes() for each in aside] == [harmed[harm]]
    assert str(aside[0]) in again.notice
    assert again.keep("", "b", [turn("two")])
    assert ConversationStore(tmp_path / "home").find("", "b") is not None


def test_a_turn_that_cannot_be_read_spoils_no_other(
    store: ConversationStore, tmp_path: Path
) -> None:
    store.keep("", "a", [turn("one"), turn("two")])
    with closing(sqlite3.connect(tmp_path / "home" / FILE)) as connection:
        connection.execute("UPDATE turns SET record = '{\"question\": 1}' WHERE id = 'one'")
        connection.commit()
    found = store.find("", "a")
    assert found is not None
    assert "cannot be read" in found.turns[0].error
    assert found.turns[1] == turn("two")


def test_a_newer_file_is_refused_and_left_alone(store: ConversationStore, tmp_path: Path) -> None:
    store.keep("", "a", [turn("one")])
    file = tmp_path / "home" / FILE
    with closing(sqlite3.connect(file)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = file.read_bytes()
    for fresh in (store, ConversationStore(tmp_path / "home")):
        with pytest.raises(KeepingError, match=r"newer Dateline.*upgrade"):
            fresh.keep("", "a", [turn("two")])
        with pytest.raises(KeepingError, match="newer Dateline"):
            fresh.headings("")
    assert file.read_bytes() == before


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "full").write_text("in the way")  # a name that makes no disk a full one
    with pytest.raises(KeepingError, match=r"not kept \(.*Not a directory"):
        ConversationStore(tmp_path / "full" / "home").keep("", "a", [turn("one")])


def test_a_full_disk_is_told_and_loses_nothing(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.keep("", "a", [turn("one")])
    connect = sqlite3.connect

    def connect_small(*given: object, **named: object) -> sqlite3.Connection:
        connection = connect(*given, **named)  # type: ignore[call-overload]
        connection.execute("PRAGMA max_page_count = 1")  # at least as many as there are
        assert isinstance(connection, sqlite3.Connection)
        return connection

    with monkeypatch.context() as patch:
        patch.setattr(sqlite3, "connect", connect_small)
        with pytest.raises(KeepingError, match="disk is full: free some"):
            store.keep("", "a", [turn(f"{number}", "word " * 300) for number in range(200)])
    assert ids(store.find("", "a")) == ["one"]
