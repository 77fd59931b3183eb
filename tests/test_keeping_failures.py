"""Backup, restore and check on a full disk and in a read-only folder: one clear line."""

from __future__ import annotations

import gc
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index import NewsIndex
from index.keeping import back_up, check, restore
from tests.fakes import HashedWords, long_article, topics

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

# A limit on the length of files is the nearest thing to a full disk that needs no rights: the write
# fails in the midst.
PROGRAM = """
import os, resource, sys
from pathlib import Path
from index import DatelineError, NewsIndex
from index.keeping import back_up, check, restore
from tests.fakes import HashedWords, article
from web.conversations.kept_turns import KeptTurn
from web.conversations.conversation_store import ConversationStore
from web.conversations.conversation_file import KeepingError
import datasketch, faiss, encodings.cp437, encodings.cp1252  # while they can still be read
home, file, largest = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
if largest:
    resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
elif os.geteuid() == 0:  # root may read and write everywhere: become nobody
    os.setegid(65534)
    os.seteuid(65534)
turn = KeptTurn(id="two", question="word " * 30_000)
for name, attempt in {
    "check": lambda: check(home).findings,
    "backup": lambda: back_up(home, file).articles,
    "restore": lambda: restore(file, home).listing.articles,
    "repair": lambda: check(home, HashedWords()).whole,
    "keep": lambda: ConversationStore(home).keep("", "b", [turn]),
    "search": lambda: NewsIndex(home, HashedWords()).search("comet")[0].article.title,
}.items():
    if name in sys.argv[4].split():
        try:
            print(name, attempt())
        except (DatelineError, KeepingError) as error:
            print(name, "error", error)
"""


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder of ours, not one of pytest's: those are for their owner only."""
    with tempfile.TemporaryDirectory() as parent:
        Path(parent).chmod(0o755)
        yield Path(parent)
        for each in [Path(parent), *Path(parent).rglob("*")]:
            each.chmod(0o755)


@pytest.fixture
def home(place: Path) -> Path:
    """An index of some articles, and conversations."""
    from web.conversations.conversation_store import ConversationStore
    from web.conversations.kept_turns import KeptTurn

    home = place / "home"
    NewsIndex(home, HashedWords()).add([*topics(), *(long_article(n) for n in range(20))])
    ConversationStore(home).keep("", "a", [KeptTurn(id="one", question="Why?")])
    return home


def tried(
    python: str,
    environment: Mapping[str, str],
    home: Path,
    file: Path,
    what: str,
    *,
    largest: int = 0,
) -> dict[str, str]:
    """What each attempt said, in a process that may write files of a length, or none at all."""
    run = subprocess.run(
        [python, "-c", PROGRAM, home, file, str(largest), what],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    lines = run.stdout.splitlines()
    assert len(lines) == len(what.split()), run.stdout
    return dict(line.split(" ", 1) for line in lines)


def test_a_full_disk_while_backing_up_restoring_and_keeping(
    home: Path, place: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    file = place / "monday.zip"
    back_up(home, file)
    before, names = file.read_bytes(), {each.name for each in home.rglob("*")}
    said = tried(
        python, child_environment, home, file, "backup restore keep search", largest=60_000
    )
    assert said["backup"].startswith("error ")
    assert said["restore"].startswith("error ")
    assert "staging" not in said["restore"]
    assert said["keep"].startswith("error Conversations are not kept")
    assert said["search"] == "News of the observatory"
    assert file.read_bytes() == before
    assert {each.name for each in place.iterdir()} == {"home", "monday.zip"}
    assert {each.name for each in home.rglob("*")} - names <= {
        "index.sqlite3-wal",
        "index.sqlite3-shm",
        "conversations.sqlite3-wal",
        "conversations.sqlite3-shm",
    }
    assert check(home).findings == ()
    assert back_up(home, file).articles == 25
    assert restore(file, home).listing.articles == 25


@pytest.mark.parametrize("live", [False, True])
def test_a_read_only_folder_can_be_checked_and_backed_up(
    home: Path, place: Path, python: str, child_environment: Mapping[str, str], live: bool
) -> None:
    file = place / "for everyone" / "monday.zip"
    file.parent.mkdir()
    file.parent.chmod(0o777)
    if live:  # a server has it open: its write-ahead log lies beside it
        index = NewsIndex(home, HashedWords())
        listing = index.articles()
        next(listing)
    else:
        gc.collect()
    assert (home / "index.sqlite3-wal").exists() == live
    for path in [*home.rglob("*"), home]:
        path.chmod(0o555 if path.is_dir() else 0o444)
    said = tried(python, child_environment, home, file, "check backup restore repair keep search")
    assert said["check"] == "()"
    assert said["backup"] == "25"
    assert said["restore"].startswith(f"error {home} cannot be written")
    assert said["keep"].startswith("error Conversations are not kept")
    assert said["search"] == "News of the observatory"
    copy = place / "copy"
    shutil.copytree(home, copy)
    for path in [copy, *copy.rglob("*")]:
        path.chmod(0o755)
    assert check(copy).findings == ()
