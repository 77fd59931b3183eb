"""What `import dateline` and the command offer, and what they say where other packages stand."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

import assistant
import dateline

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def test_dateline_offers_what_assistant_offers() -> None:
    assert dateline.__all__ == assistant.__all__
    for name in dateline.__all__:
        assert getattr(dateline, name) is getattr(assistant, name)
    with pytest.raises(AttributeError, match="nothing_of_ours"):
        dateline.nothing_of_ours  # noqa: B018


def test_the_command_can_be_run_as_a_module(
    python: str, child_environment: Mapping[str, str], tmp_path: Path
) -> None:
    run = subprocess.run(
        [python, "-m", "dateline", "--help"],
        cwd=tmp_path,
        env=child_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Ask the news, get quotes." in run.stdout


def test_the_file_of_the_browser_chat_can_be_run(
    python: str, child_environment: Mapping[str, str], root: Path
) -> None:
    run = subprocess.run(
        [python, root / "ui.py", "--help"],
        env=child_environment,
        capture_output=True,
        text=True,
        check=True,
    )
    assert "Serve the browser chat." in run.stdout


@pytest.mark.parametrize(
    "file", ["assistant/__init__.py", "index.py", "prompts/__init__.py", "web.py", "ui.py"]
)
def test_another_package_of_the_name_is_told_in_one_line(
    file: str, python: str, child_environment: Mapping[str, str], tmp_path: Path
) -> None:
    other = tmp_path / file
    other.parent.mkdir(exist_ok=True)
    other.write_text("")
    run, library = (
        subprocess.run(
            [python, *words],  # either finds the working directory's packages first
            cwd=tmp_path,
            env=child_environment,
            capture_output=True,
            text=True,
            check=False,
        )
        for words in (["-m", "dateline", "--help"], ["-c", "from dateline import answer"])
    )
    name = file.removesuffix(".py").removesuffix("/__init__")
    assert run.returncode == 1
    assert run.stderr.count("\n") == 1
    assert f"the package {name!r} at {tmp_path}" in run.stderr
    assert "ImportError: Python finds the package" in library.stderr


def test_a_folder_that_is_no_package_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "index").mkdir()
    monkeypatch.syspath_prepend(tmp_path)
    dateline.check_packages()
