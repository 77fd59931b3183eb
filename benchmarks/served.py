"""`dateline chat` as a process of its own."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import psutil

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def serving(home: Path, *options: str) -> Iterator[tuple[str, psutil.Process]]:
    """The address of `dateline chat` over the index in this folder, and its process."""
    command = [sys.executable, "-m", "dateline", "chat", "--port", "0", *options]
    environment = os.environ | {"DATELINE_HOME": str(home)}
    with subprocess.Popen(  # noqa: S603 - our own command
        command, stdout=subprocess.PIPE, text=True, env=environment
    ) as child:
        try:
            assert child.stdout is not None
            said = child.stdout.readline()
            found = re.search(r"http://\S+", said)
            if not found:
                raise SystemExit(f"dateline chat did not start: {said}")
            yield found[0], psutil.Process(child.pid)
        finally:
            child.terminate()
