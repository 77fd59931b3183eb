"""No key, no network, no download: from nothing to an answer with every way out closed."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.drivers import walled_in

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

QUESTION = "How long is Finland's border with Russia?"


def run(
    words: list[str], python: str, root: Path, environment: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, walled_in.__file__, *words],
        cwd=environment["DATELINE_HOME"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_the_wall_holds(python: str, child_environment: Mapping[str, str], tmp_path: Path) -> None:
    for attempt in (
        "import socket; socket.create_connection(('192.0.2.1', 80), 1)",
        "import socket; socket.getaddrinfo('example.org', 443)",
        "import socket; socket.gethostbyname('example.org')",
        "import urllib.request; urllib.request.urlopen('http://example.org', timeout=1)",
    ):
        tried = subprocess.run(
            [python, walled_in.__file__, "-c", attempt],
            env=child_environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert "is walled in" in tried.stderr


@pytest.mark.slow
def test_from_nothing_to_an_answer(
    tmp_path: Path, python: str, root: Path, child_environment: Mapping[str, str]
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    # An empty home: no model cache, no settings, no key to fall back on
    environment = {**child_environment, "HOME": str(home), "HF_HOME": str(home / "hf")}
    assert "HF_HUB_OFFLINE" not in environment
    added = run(["add", str(root / "articles"), "--json"], python, root, environment)
    assert added.returncode == 0, added.stderr
    assert json.loads(added.stdout)["added"] >= 12
    asked = run(["ask", QUESTION, "--json"], python, root, environment)
    assert asked.returncode == 0, asked.stderr + asked.stdout
    answer = json.loads(asked.stdout)
    assert answer["answered"]
    assert "1,340 kilometres" in answer["citations"][0]["quote"]
    assert "walled in" not in added.stderr + asked.stderr, "it tried to get out"
    assert not (home / "hf").exists() or not list((home / "hf").rglob("*.safetensors"))
