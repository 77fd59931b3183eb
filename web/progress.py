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
    def total(self) -> int:
        """Articles in all."""

    @property
    def title(self) -> str:
        """The one in hand."""


@contextmanager
def moving(bar: gr.Progress) -> Iterator[Callable[[Step], None]]:
    """A function that moves the bar.

    What is told before Gradio has told the page that the work began is lost, and the next step may
    be a minute away; so the last one is told again twice a second.
    """
    last: list[Step] = []
    over = Event()

    def show(step: Step) -> None:
        last[:] = [step]
        bar((step.done, step.total), desc=step.title)

    def repeat() -> None:
        while not over.wait(_SECONDS):
            for step in last:
                show(step)

    # Gradio finds the event that a bar belongs to in the context.
    thread = Thread(target=copy_context().run, args=[repeat], name="progress", daemon=True)
    thread.start()
    try:
        yield show
    finally:
        over.set()
        thread.join()
