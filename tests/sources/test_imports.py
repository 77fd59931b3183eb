"""What loads only some forms is imported only when such a form comes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HEAVY = {
    "trafilatura",
    "feedparser",
    "pypdfium2",
    "py3langid",
    "openpyxl",
    "warcio",
    "ijson",
    "lxml",
}
HEAVY |= {"datasketch", "scipy", "dateparser"}


def test_heavy_imports_wait(python: str, child_environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [python, "-c", "import index, sys; print(*{name.split('.')[0] for name in sys.modules})"],
        env=child_environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert not HEAVY & set(done.stdout.split())
