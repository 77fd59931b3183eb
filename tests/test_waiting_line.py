"""First come, first served; who waits sees how many are before, and what is nearest."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from threading import Event, Thread
from typing import TYPE_CHECKING

import pytest

from assistant import Assistant, Settings
from assistant.reading.reader import Reading
from assistant.waiting_line import WaitingLine
from index import NewsIndex
from tests.fakes import FirstSentences, HashedWords, article, topics

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from index import Hit


MILL = (
    "Ada Quill founded the Velm Mill. Velm's council approved the mill on 27 March 2019. It was in "
    "Velm, said Ada Quill. People in Velm know the mill."
)


class Held:
    """A reader that notes what is asked of it, and reads on when it is let."""

    name = "held"

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.go_on = Event()

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        self.asked.append(question)
        assert self.go_on.wait(60)
        return FirstSentences(quotes=1).read(question, hits)


@pytest.fixture
def index(tmp_path: Path) -> NewsIndex:
    index = NewsIndex(tmp_path, HashedWords())
    index.add([*topics(), article(MILL, title="Velm's mill", publisher="The Velm Times")])
    return index


def test_first_come_first_served() -> None:
    line, order = WaitingLine(2), list[str]()
    leave = {name: Event() for name in "abcde"}

    def stay(name: str) -> None:
        with line.place():
            order.append(name)
            assert leave[name].wait(30)

    threads = []
    for name in leave:
        threads.append(Thread(target=stay, args=name))
        threads[-1].start()
        time.sleep(0.05)
    assert order == ["a", "b"]
    assert line.waited_for
    for gone, come in ("b", "c"), ("a", "d"), ("d", "e"):
        leave[gone].set()
        until(lambda come=come: come in order)
    assert order == ["a", "b", "c", "d", "e"]
    for each in leave.values():
        each.set()
    for thread in threads:
        thread.join(30)
    with line.place(), line.place():
        assert not line.waited_for, "all places are taken, and nobody waits"


def test_who_waits_is_told_how_many_are_before_and_can_give_up(index: NewsIndex) -> None:
    reader = Held()
    assistant = Assistant(Settings(home="unused"), index=index, reader=reader)
    assistant.line = WaitingLine(1)
    with_place = Thread(target=assistant.answer, args=("What of the lighthouse?",))
    with_place.start()
    until(lambda: reader.asked)
    told = list[int]()

    def wait(before: int) -> bool:
        told.append(before)
        return not before or len(told) < 2

    assert list(assistant.stream("What of the orchard?", waits=wait)) == []
    assert told == [1, 1]
    assert len(reader.asked) == 1
    near = assistant.nearest("Who destroyed the cherry orchards around Velm?")
    assert near[0].quote == (
        "A late frost destroyed most of the cherry orchards around Velm, growers said."
    )
    held = index.article(near[0].article_id)
    assert held
    assert held.text[near[0].start : near[0].end] == near[0].quote
    assert len({each.article_id for each in near}) == len(near) == 3
    assert len(reader.asked) == 1, "a search reads nothing"
    reader.go_on.set()
    with_place.join(30)
    told.clear()
    stages = assistant.stream("What of the orchard?", waits=wait)
    assert [each.answered for each in stages] == [True]
    assert told == [0], "its turn has come"


class Pen:
    """A writer whose text is written as slowly as it is read."""

    name = "pen"

    def write(self, question: str, hits: Sequence[Hit], today: date) -> Iterator[str]:
        yield f"{MILL[:36]} "
        yield "[1]."


def asked_before(assistant: Assistant) -> int:
    """How many questions the next one would have to wait for."""
    told = list[int]()

    def gives_up(before: int) -> bool:
        told.append(before)
        return False

    assert list(assistant.stream("What of it?", waits=gives_up)) == []
    return told[0]


def test_a_place_is_held_for_as_long_as_a_model_writes(index: NewsIndex) -> None:
    reader = FirstSentences(quotes=1)
    for writer, others in (Pen(), 1), (None, 0):
        assistant = Assistant(Settings(home="unused"), index=index, reader=reader, writer=writer)
        assistant.line = WaitingLine(1)
        stages = assistant.stream("What do people in Velm know of the mill?")
        next(stages)
        assert asked_before(assistant) == others, writer
        stages.close()  # type: ignore[attr-defined]
        assert asked_before(assistant) == 0, "who leaves makes room"


def test_suggestions_take_no_place_and_do_not_stop_each_other(index: NewsIndex) -> None:
    reader = Held()
    reader.go_on.set()
    assistant = Assistant(Settings(home="unused"), index=index, reader=reader)
    assistant.line = WaitingLine(1)
    answer = assistant.answer("What do people in Velm know of the mill?")
    assert answer.answered
    reader.go_on.clear()
    reader.asked.clear()
    with ThreadPoolExecutor() as pool:
        looking = [pool.submit(assistant.suggestions, answer) for _ in range(6)]
        try:
            until(lambda: len(reader.asked) == 6)
            assert asked_before(assistant) == 0, "only questions count"
        finally:
            reader.go_on.set()
        found = [each.result() for each in looking]
    assert found == [assistant.suggestions(answer)] * 6
    reader.asked.clear()
    with assistant.line.place():
        assistant.suggestions(answer)
        assert reader.asked, "another is answered, and nobody waits"


@pytest.mark.parametrize("chosen", [False, True], ids=["quotes", "a model chosen on the page"])
def test_nothing_is_suggested_while_others_wait(index: NewsIndex, *, chosen: bool) -> None:
    reader = Held()
    reader.go_on.set()
    assistant = Assistant(Settings(home="unused"), index=index, reader=reader)
    assistant.line = WaitingLine(1)
    answer = assistant.answer("What do people in Velm know of the mill?")
    asked = assistant.writing_with("openai:any") if chosen else assistant
    looked = list[int]()

    def wait(_: int) -> bool:
        before = len(reader.asked)
        assistant.suggestions(answer)
        looked.append(len(reader.asked) - before)
        return False

    with asked.line.place():
        assert list(asked.stream("What of the orchard?", waits=wait)) == []
    assert looked == [0]
    assistant.suggestions(answer)
    assert len(reader.asked) > 1, "as soon as nobody waits"


def until(there: object, seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not there():  # type: ignore[operator]
        assert time.monotonic() < end
        time.sleep(0.01)
