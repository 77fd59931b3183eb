"""What INDEX_URI may say, and what is said where no Milvus is to be had."""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import pytest

from assistant import Assistant, Settings
from index import DatelineError
from index.errors import StorageError
from index.store import SQLiteStore, open_store
from index.store.milvus import Address, MilvusStore, parse_address


@pytest.mark.parametrize(
    ("uri", "taken", "database"),
    [
        ("milvus://db.example", "http://db.example:19530", None),
        ("milvus://db.example:1234/", "http://db.example:1234", None),
        ("milvus://db.example:1234/news_2", "http://db.example:1234", "news_2"),
        ("milvus+tls://db.example", "https://db.example:19530", None),
        ("milvus://[::1]:1234", "http://[::1]:1234", None),
        (" milvus://10.0.0.1 ", "http://10.0.0.1:19530", None),
    ],
)
def test_a_server(uri: str, taken: str, database: str | None) -> None:
    found = parse_address(uri)
    assert (found.uri, found.database, found.file) == (taken, database, None)


def test_a_file_of_milvus_lite() -> None:
    file = "/srv/some folder/news.db"
    assert parse_address("milvus:///srv/some%20folder/news.db") == Address(
        f"milvus://{file}", file, None, Path(file)
    )


@pytest.mark.parametrize(
    "uri",
    [
        *("milvus://", "milvus:///srv/news", "milvus://news.db", "milvus+tls:///srv/news.db"),
        *("milvus://host:port", "milvus://host:99999", "milvus://[::1", "milvus://host/a/b"),
        *("milvus://host/a'b", "milvus://host?secure=yes", "postgres://host/db", "news.db"),
    ],
)
def test_a_wrong_address_is_refused_in_one_line(uri: str, tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"INDEX_URI .*milvus://") as caught:
        open_store(uri, tmp_path)
    assert "\n" not in str(caught.value)


def test_a_password_in_the_address_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match="INDEX_TOKEN") as caught:
        open_store("milvus://ada:sesame@host:19530", tmp_path)
    assert "sesame" not in str(caught.value)


def test_without_an_address_the_index_is_in_the_folder(tmp_path: Path) -> None:
    assert isinstance(open_store(None, tmp_path), SQLiteStore)


def test_the_settings_choose_the_store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(Settings().open_store(), SQLiteStore)
    monkeypatch.setenv("INDEX_URI", "milvus://127.0.0.1:1/news")
    monkeypatch.setenv("INDEX_TOKEN", "ada:sesame")
    settings = Settings()
    assert isinstance(settings.open_store(), MilvusStore)
    assert isinstance(settings.open_store(str(tmp_path)), SQLiteStore), "a folder to move from"
    assert "sesame" not in repr(settings)
    with pytest.raises(StorageError, match=r"milvus://127\.0\.0\.1:1/news cannot be reached"):
        Assistant(settings).index.status()


def test_another_milvus_is_not_shown_our_token(monkeypatch: pytest.MonkeyPatch) -> None:
    given: list[str | None] = []
    monkeypatch.setattr("index.store.open_store", lambda uri, home, token: given.append(token))
    settings = Settings(index_uri="milvus://ours:1", index_token="ada:sesame")
    settings.open_store()
    settings.open_store("milvus://theirs:1")
    monkeypatch.setenv("INDEX_FROM_TOKEN", "bea:simsim")
    Settings(index_token="ada:sesame").open_store("milvus://theirs:1")
    assert given == ["ada:sesame", None, "bea:simsim"]


def test_without_the_client_the_error_says_how_to_install_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    store = open_store("milvus://127.0.0.1:1", tmp_path)
    with pytest.raises(StorageError, match=re.escape("pip install 'dateline[milvus]'")):
        store.exists()


def test_the_client_is_not_loaded_unless_it_is_asked_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pymilvus", None)
    assert not SQLiteStore(tmp_path).exists()
    assert not open_store(f"milvus://{tmp_path}/new.db", tmp_path).exists(), "no file, no client"


def test_a_server_that_is_not_there_is_told_within_seconds(tmp_path: Path) -> None:
    store = open_store("milvus://127.0.0.1:1", tmp_path / "home")
    assert isinstance(store, MilvusStore)
    began = time.monotonic()
    with pytest.raises(StorageError, match="cannot be reached: start it") as caught:
        store.exists()
    assert time.monotonic() - began < 10
    assert isinstance(caught.value, DatelineError)
    assert "\n" not in str(caught.value)
    assert not (tmp_path / "home").exists()
