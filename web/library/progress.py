"""A progress bar that moves, whatever Gradio makes of its first step."""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import copy_context
from threading import Event, Thread
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import gradio as gr

_SECONDS = 0.5


class Step(Protocol):
    """How far a change has come, as the index tells it."""

    @property
    def done(self) -> int:
        """Articles done."""

    @property
    def total(self) -> int | None:
        """Articles in all; None when unknown."""

    @property
    def expected(self) -> int | None:
        """Articles in all, as far as can be judged; None when unknown."""

    @property
    def title(self) -> str:
        """The one in hand."""


@contextmanager
def moving(
    bar: gr.Progress, beginning: str, name: Callable[[str], str] = str
) -> Iterator[Callable[[Step], None]]:
    """A function that moves the bar, which says `beginning` until it is called.

    Args:
        name: what a reader is told in place of a step's title.

    What is told before Gradio has told the page that the work began is lost, and the next step may
    be a minute away; so the last one is told again twice a second.
    """
    told: list[Step] = []
    over = Event()

    def show(step: Step) -> None:
        told[:] = [step]
        about = f"of about {step.expected:,}: " if step.total is None and step.expected else ""
        tell(step.done, step.total or step.expected, f"{about}{name(step.title)}")

    def repeat() -> None:
        while not over.wait(_SECONDS):
            for step in told:
                show(step)
            if not told:
                tell(0, None, beginning)

    def tell(done: int, total: int | None, said: str) -> None:
        if total is None:  # Gradio then shows the count and its unit, and nothing else
            bar((done, None), unit=f"articles so far: {said}")
        else:
            bar((done, total), desc=said, unit="articles")

    # Gradio finds the event that a bar belongs to in the context.
    thread = Thread(target=copy_context().run, args=[repeat], name="progress", daemon=True)
    thread.start()
    try:
        yield show
    finally:
        over.set()
        thread.join()
