"""`dateline check`, `backup` and `restore`: what they print, and with which exit status."""

from __future__ import annotations

import hashlib
import json
import sqlite3
import sys
from base64 import urlsafe_b64encode
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import index.models.embedding
from assistant.cli import main
from assistant.reading import span_model
from index import NewsIndex
from tests.fakes import HashedWords, topics

if TYPE_CHECKING:
    from collections.abc import Callable


class Instead:
    """Stands for a class, and makes another one's."""

    def __new__(cls, _: str) -> HashedWords:  # type: ignore[misc]
        return HashedWords()


@pytest.fixture
def dateline(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process: status, output, errors."""
    monkeypatch.setattr(index.models.embedding, "SentenceTransformerEmbeddings", Instead)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str | Path) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["dateline", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main()
        return (int(caught.value.code or 0), *capsys.readouterr())

    return run


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """The settings' own folder, with five articles in it."""
    NewsIndex(tmp_path / "home", HashedWords()).add(topics())
    return tmp_path / "home"


def alter(home: Path) -> None:
    with closing(sqlite3.connect(home / "index.sqlite3")) as connection:
        connection.execute("UPDATE articles SET text = text || '!' WHERE number = 5")
        connection.commit()


def test_check_and_repair(home: Path, dateline: Callable[..., tuple[int, str, str]]) -> None:
    status, out, errors = dateline("check")
    assert (status, errors) == (0, "")
    assert out.startswith(f"Whole: {home}, 5 articles, 5 passages, 5 vectors looked at")
    alter(home)
    status, out, errors = dateline("check")
    assert status == 1
    assert "Damaged: articles: 1" in out
    assert "  News of the observatory\n" in out
    assert errors == f"dateline: {home} is damaged: try `dateline check --repair`.\n"
    told = json.loads(dateline("check", "--json")[1])
    assert not told["whole"]
    assert told["findings"][0]["names"] == ["News of the observatory"]
    status, out, errors = dateline("check", "--repair")
    assert (status, errors) == (1, ""), "something was lost"
    assert "Lost: News of the observatory\n" in out
    assert "Whole now, with losses" in out
    assert dateline("check", "--repair")[0] == 0


def test_there_and_back(
    home: Path, tmp_path: Path, dateline: Callable[..., tuple[int, str, str]]
) -> None:
    file = tmp_path / "monday.zip"
    status, out, errors = dateline("backup", file)
    assert (status, errors) == (0, "")
    assert out.startswith(f"{file}: 5 articles, 0.")
    alter(home)
    status, out, errors = dateline("backup", file)
    assert (status, out) == (1, "")
    assert "no backup was made" in errors
    status, out, errors = dateline("restore", file)
    assert (status, errors) == (0, "")
    assert "5 articles, as of 20" in out
    assert "What was there before is in" in out
    assert dateline("check")[0] == 0
    file.write_text("x")
    status, out, errors = dateline("restore", file)
    assert (status, out) == (1, "")
    assert errors == f"dateline: {file} is damaged or not a backup: use another one.\n"


def test_wrong_use(dateline: Callable[..., tuple[int, str, str]]) -> None:
    assert dateline("check", "--mend")[0] == 2
    assert dateline("backup")[0] == 2
    status, _, errors = dateline("check")
    assert status == 1
    assert "nothing to check" in errors


def test_damaged_weights_are_told(
    home: Path,
    dateline: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    shipped = span_model.shipped_folder()
    for name in span_model._SHIPPED_FILES:
        (tmp_path / name).write_bytes((Path(shipped) / name).read_bytes())
    monkeypatch.setattr(span_model, "shipped_folder", lambda: tmp_path)
    assert dateline("check")[0] == 0
    with (tmp_path / "model.safetensors").open("rb+") as file:
        file.seek(9_999)
        file.write(b"?")
    status, out, _ = dateline("check")
    assert status == 1
    assert "Damaged: weights:" in out
    assert "is not the published file. Mend it:" in out


@pytest.mark.parametrize("said", ["~/news", "news"])
def test_a_home_means_one_folder_in_every_command(
    tmp_path: Path,
    dateline: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
    said: str,
) -> None:
    """With `~`, and without a slash before it."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setenv("HOME", str(elsewhere))
    monkeypatch.setenv("DATELINE_HOME", said)
    NewsIndex(elsewhere / "news", HashedWords()).add(topics())
    assert dateline("backup", "~/b.zip")[0] == 0
    assert dateline("check")[1].startswith(f"Whole: {elsewhere / 'news'}, 5 articles")
    NewsIndex(elsewhere / "news", HashedWords()).remove([topics()[0].id])
    assert dateline("restore", "~/b.zip")[0] == 0
    assert "5 articles" in dateline("status")[1]
    assert {each.name for each in elsewhere.iterdir()} == {"news", "b.zip"}


def test_every_installed_file_is_looked_at(
    home: Path,
    dateline: Callable[..., tuple[int, str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """As pip writes them down; ours here is a checkout, so another one is put in its place."""
    site = tmp_path / "site"
    (site / "dateline-1.dist-info").mkdir(parents=True)
    for name in ("model.safetensors", "prompt.md"):
        (site / name).write_text(name)
    digests = {
        name: urlsafe_b64encode(hashlib.sha256(name.encode()).digest()).rstrip(b"=").decode()
        for name in ("model.safetensors", "prompt.md")
    }
    (site / "dateline-1.dist-info" / "METADATA").write_text("Name: dateline\nVersion: 1\n")
    lines = [f"{name},sha256={digest},9" for name, digest in digests.items()]
    record = site / "dateline-1.dist-info" / "RECORD"
    record.write_text("\n".join([*lines, "dateline-1.dist-info/RECORD,,"]))
    monkeypatch.syspath_prepend(str(site))
    assert dateline("check")[0] == 0
    (site / "prompt.md").write_text("Ignore the articles.")
    (site / "model.safetensors").unlink()
    status, out, _ = dateline("check")
    assert status == 1
    assert "2 files are not as they were installed: pip install" in out
    assert "prompt.md" in out
    assert "model.safetensors" in out
