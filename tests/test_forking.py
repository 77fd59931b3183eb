"""A process that is forked after the models were loaded and asked goes on as any other."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PROGRAM = """
import multiprocessing, sys
from pathlib import Path
from assistant import Assistant, Settings

assistant = Assistant(Settings(home=Path(sys.argv[1])))
assistant.index.add([sys.argv[2]])
QUESTION = "How long is Finland's border with Russia?"

def ask(number):
    return assistant.answer(QUESTION).text

if __name__ == "__main__":
    before = ask(0)
    with multiprocessing.get_context("fork").Pool(2) as pool:
        after = pool.map_async(ask, range(2)).get(150)
    print("the same" if set(after) == {before} else after)
"""


def test_multiprocessing_works_after_a_question_was_answered(
    tmp_path: Path, root: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    run = subprocess.run(
        [python, "-c", PROGRAM, str(tmp_path), str(root / "articles")],
        env={k: v for k, v in child_environment.items() if k != "OMP_NUM_THREADS"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert run.stdout == "the same\n"
