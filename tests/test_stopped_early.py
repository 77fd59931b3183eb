"""Ctrl-C while the command is still being imported ends it in one line."""

from __future__ import annotations

import signal
import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def test_stopped_during_the_imports(
    python: str, child_environment: Mapping[str, str], tmp_path: Path
) -> None:
    # Which of the imports it comes in is left to no chance: one of them sends the signal itself.
    site = tmp_path / "site"
    site.mkdir()
    site.joinpath("sitecustomize.py").write_text(
        "import os, signal, sys\n"
        # Who runs the tests in the background may have it ignored.
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "class Interrupting:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name == 'assistant.cli.printing':\n"
        "            signal.raise_signal(signal.SIGINT)\n"
        "sys.meta_path.insert(0, Interrupting())\n",
        "utf-8",
    )
    path = f"{site}:{child_environment.get('PYTHONPATH', '')}"
    done = subprocess.run(
        [python, "-m", "dateline", "status"],
        env={**child_environment, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "dateline: stopped.\n")
    assert done.returncode == signal.SIGINT + 128
