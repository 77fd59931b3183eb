"""What `pip install` brings is enough: the wheel holds everything, and works on its own."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    pytest.importorskip("build", reason="the package `build` is not installed")
    pytest.importorskip("hatchling", reason="hatchling is not installed, and there is no network")
    folder = tmp_path_factory.mktemp("dist")
    built = subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder],
        cwd=request.config.rootpath,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert built.returncode == 0, built.stdout + built.stderr
    (found,) = folder.glob("*.whl")
    return found


def test_it_holds_all_that_is_needed(wheel: Path, root: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        metadata = next(name for name in names if name.endswith(".dist-info/METADATA"))
        entries = next(name for name in names if name.endswith("entry_points.txt"))
        assert "dateline = dateline.__main__:main" in archive.read(entries).decode()
        assert "License-Expression: Apache-2.0" in archive.read(metadata).decode()
    wanted = {"ui.py"}
    for room in ("dateline", "assistant", "index", "prompts", "articles", "web"):
        wanted |= {
            file.relative_to(root).as_posix()
            for file in (root / room).rglob("*")
            if file.is_file() and "__pycache__" not in file.parts and not file.name.startswith(".")
        }
    assert {"index/store/schema.sql", "prompts/abstention.md", "dateline/py.typed"} <= wanted
    assert wanted - names == set()


def test_it_brings_nothing_else(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        rooms = {name.split("/")[0] for name in archive.namelist()}
    assert {each for each in rooms if not each.endswith(".dist-info")} == {
        *("dateline", "assistant", "index", "prompts", "articles", "web", "ui.py")
    }


def test_it_answers_from_an_empty_folder(
    wheel: Path, tmp_path: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    target, empty = tmp_path / "installed", tmp_path / "empty"
    empty.mkdir()
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    environment = {**child_environment, "PYTHONPATH": str(target)}

    def dateline(*words: str) -> str:
        done = subprocess.run(
            [python, "-m", "dateline", *words],
            cwd=empty,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    where = subprocess.run(
        [python, "-c", "import assistant, index, prompts; print(assistant.__file__)"],
        cwd=empty,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert where.stdout.startswith(str(target))
    files = map(str, sorted((target / "articles").glob("*.md")))
    assert json.loads(dateline("add", *files, "--json"))["added"] >= 12
    answer = json.loads(dateline("ask", "How long is Finland's border with Russia?", "--json"))
    assert "1,340" in answer["citations"][0]["quote"]
