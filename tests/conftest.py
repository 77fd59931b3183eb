"""What every test gets: an empty place to work in, no settings from outside, and no network."""

from __future__ import annotations

import ipaddress
import os
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings

from assistant import Assistant, Settings
from assistant.settings import SHARED_NAMES
from index import NewsIndex
from tests.fakes import HashedWords, topics

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT = Path(__file__).parents[1]

# The same examples in every run: a failure seen once can be seen again.
settings.register_profile("dateline", deadline=None, derandomize=True, database=None)
settings.load_profile("dateline")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--article",
        metavar="PATH",
        help="the article 'turkey-s400.txt', for the tests of a given article",
    )
    parser.addoption(
        "--articles-data",
        metavar="PATH",
        help="'articles.jsonl.xz' of 4,736 web articles, for the test that they all load",
    )


@pytest.fixture(autouse=True)
def _on_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env`, no settings, no index of whoever runs the tests; no way out to the network."""
    ours = [name for name in os.environ if name.startswith("DATELINE_")]
    for name in ("HF_HUB_OFFLINE", *SHARED_NAMES, *ours):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DATELINE_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    connect, look_up = socket.socket.connect, socket.getaddrinfo

    def connect_near(self: socket.socket, address: Any) -> None:
        if self.family != socket.AF_UNIX and not _near(address[0]):
            raise AssertionError(f"a test tried to reach {address}")
        connect(self, address)

    def look_up_near(host: Any, *rest: Any, **named: Any) -> Any:
        if not _near(host):
            raise AssertionError(f"a test tried to look up {host}")
        return look_up(host, *rest, **named)

    monkeypatch.setattr(socket.socket, "connect", connect_near)
    monkeypatch.setattr(socket, "getaddrinfo", look_up_near)


def _near(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in {None, "", "localhost"}:
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


@pytest.fixture
def root() -> Path:
    """The folder of the project."""
    return ROOT


@pytest.fixture
def child_environment(tmp_path: Path) -> Mapping[str, str]:
    """For a process of its own: the project importable, one thread, its own home."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "HOME") if name in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONUNBUFFERED": "1",
        "PYTHONWARNINGS": "default",
        "OMP_NUM_THREADS": "1",
        "DATELINE_HOME": str(tmp_path / "home"),
        "COLUMNS": "200",
    }


@pytest.fixture
def python() -> str:
    """The interpreter for processes of their own."""
    return sys.executable


@pytest.fixture
def embeddings() -> HashedWords:
    """Fake embeddings that count."""
    return HashedWords()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where an index will be."""
    return tmp_path / "index"


@pytest.fixture
def news(folder: Path, embeddings: HashedWords) -> NewsIndex:
    """An index of five short articles, with fake embeddings."""
    index = NewsIndex(folder, embeddings)
    index.add(topics())
    return index


@pytest.fixture(scope="session")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The assistant as shipped, with the real model, over the sample articles."""
    home = tmp_path_factory.mktemp("samples")
    assistant = Assistant(Settings(home=home, embedding_model="all-MiniLM-L6-v2"))
    assistant.index.add([ROOT / "articles"])
    return assistant
