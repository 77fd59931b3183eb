"""Made in one thread, used in another: in order, bounded, and nothing left behind."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from index import ahead
from index.ahead import made_ahead

if TYPE_CHECKING:
    from collections.abc import Generator


def counting(
    last: int, made: list[int] | None = None, closed_in: list[threading.Thread] | None = None
) -> Generator[int, None, None]:
    try:
        for number in range(last):
            if made is not None:
                made.append(number)
            yield number
    finally:
        if closed_in is not None:
            closed_in.append(threading.current_thread())


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Generator[None, None, None]:
    before = threading.active_count()
    yield
    assert threading.active_count() == before


def test_everything_comes_in_order() -> None:
    with made_ahead(counting(100), 3) as items:
        assert list(items) == list(range(100))


def test_no_more_is_made_than_fits() -> None:
    made: list[int] = []
    with made_ahead(counting(1000, made), 3) as items:
        for number in items:
            assert len(made) <= number + 1 + 3 + 1 + 1  # in use, waiting, in hand, being made


def test_it_is_made_in_another_thread() -> None:
    def threads() -> Generator[threading.Thread, None, None]:
        yield threading.current_thread()

    with made_ahead(threads(), 1) as items:
        assert next(items) is not threading.current_thread()


def test_an_error_comes_after_what_was_made_before_it() -> None:
    def failing() -> Generator[int, None, None]:
        yield 1
        raise OSError("the disk is gone")

    with made_ahead(failing(), 3) as items:
        assert next(items) == 1
        with pytest.raises(OSError, match="the disk is gone"):
            next(items)


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_whoever_stops_using_them_ends_the_making(error: type[BaseException]) -> None:
    closed_in: list[threading.Thread] = []
    made: list[int] = []

    def use() -> None:
        with made_ahead(counting(10**9, made, closed_in), 2) as items:
            next(items)
            raise error

    with pytest.raises(error):
        use()
    assert [thread.name for thread in closed_in] == ["made ahead"], "and its files with it"
    assert len(made) < 10


def test_nobody_waits_long_for_what_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ahead, "_PATIENCE_SECONDS", 0.05)
    answered, closed = threading.Event(), threading.Event()

    def waiting() -> Generator[int, None, None]:
        try:
            yield 1
            answered.wait(60)
            yield 2
        finally:
            closed.set()

    with made_ahead(waiting(), 1) as items:
        next(items)
    assert not closed.is_set()
    answered.set()
    assert closed.wait(60), "it ends all the same"
    for thread in threading.enumerate():
        if thread.name == "made ahead":
            thread.join(60)


def test_nothing_to_make() -> None:
    with made_ahead(counting(0), 1) as items:
        assert list(items) == []
