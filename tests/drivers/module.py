"""Run a module of the project as a command that prints one JSON object."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def run_module(
    python: str, environment: Mapping[str, str], module: str, *words: str
) -> dict[str, Any]:
    """What it printed; it must have ended well."""
    run = subprocess.run(
        [python, "-m", module, *words],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return dict(json.loads(run.stdout))
