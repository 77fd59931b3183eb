"""How far it is from a question to SQL, and through how many files an article goes."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING, Any

from assistant import Assistant, Settings
from index import NewsIndex
from tests.fakes import FirstSentences, HashedWords, article, topics

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import FrameType

MOST_FRAMES = 8
MOST_FILES = 10


def test_a_question_is_a_few_frames_from_sql(tmp_path: Path, root: Path) -> None:
    NewsIndex(tmp_path, HashedWords()).add(topics())
    index = NewsIndex(tmp_path, HashedWords())
    assistant = Assistant(Settings(home=tmp_path), index=index, reader=FirstSentences(quotes=1))
    assistant.answer("Who lit the lighthouse?")  # and the caches are read
    stacks = stacks_at_sql(lambda: assistant.answer("Who sank off Velmouth?"), root)
    deepest = max(stacks, key=len)
    assert len(deepest) <= MOST_FRAMES, (
        deepest
    )  # the function `answer` stands in the method's place


def test_an_article_goes_through_a_few_files(tmp_path: Path, root: Path) -> None:
    index = NewsIndex(tmp_path, HashedWords())
    index.add(topics())
    given = [article("A ship came to Pellmoor on Friday. It carried grain for the town.")]
    stacks = stacks_at_sql(lambda: index.add(given), root)
    on_the_way = {file for stack in stacks for file, _ in stack}
    assert len(on_the_way) <= MOST_FILES, sorted(on_the_way)


def stacks_at_sql(run: Callable[[], object], root: Path) -> set[tuple[tuple[str, str], ...]]:
    """Our frames, outermost first, each time that a statement is given to SQLite."""
    found = set()

    def look(frame: FrameType, event: str, called: Any) -> None:
        if event == "c_call" and getattr(called, "__name__", "") in {"execute", "executemany"}:
            found.add(tuple(ours(frame, root)))

    threading.setprofile(look)
    sys.setprofile(look)
    try:
        run()
    finally:
        sys.setprofile(None)
        threading.setprofile(None)
    assert found
    return found


def ours(frame: FrameType | None, root: Path) -> Iterator[tuple[str, str]]:
    rooms = tuple(f"{root / room}/" for room in ("assistant", "index", "dateline"))
    stack = []
    while frame:
        if frame.f_code.co_filename.startswith(rooms):
            stack.append((frame.f_code.co_filename, frame.f_code.co_name))
        frame = frame.f_back
    return reversed(stack)
