"""What happens when the index is looked at or changed."""

from __future__ import annotations

from collections.abc import Callable, Sequence  # at run time: Gradio resolves hints
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from assistant import DatelineError
from web.chat.front import show_counts, show_start
from web.library import shelf
from web.parts import show_error, tell

if TYPE_CHECKING:
    from assistant import Assistant
    from web.library.shelf import Report

_BAR = gr.Progress()


class Overview(NamedTuple):
    """What the page shows of the index, in the order of its outputs."""

    counts: str
    start: str
    articles: str
    samples_button: Any


class LibraryActions:
    """What can be done to the index, and what the page shows of it.

    Args:
        assistant: the engine.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def overview(self) -> Overview:
        """What the index holds now."""
        try:
            total = self._assistant.index.counts()
            listed = shelf.newest(self._assistant)
        except DatelineError as error:
            return Overview("", show_error(tell(error)), "", gr.update(visible=False))
        return Overview(
            show_counts(total),
            show_start(listed, written=self._assistant.writes),
            shelf.show_list(listed, total.articles),
            gr.update(visible=not listed),
        )

    def publishers(self, chosen: list[str]) -> Any:
        """The outlets that can be chosen."""
        return gr.update(choices=shelf.publishers(self._assistant), value=chosen)

    def add_files(self, paths: list[str] | None, bar: gr.Progress = _BAR) -> tuple[str, None]:
        """Add what was uploaded, and empty the upload box."""
        paths = paths or []
        change = self._change(lambda: shelf.add_files(self._assistant, paths, bar), paths)
        return change, None

    def add_url(self, address: str, bar: gr.Progress = _BAR) -> str:
        """Add what stands at a URL."""
        if not address.strip():
            return show_error("The address is empty: give that of a page or a feed.")
        return self._change(lambda: shelf.add_url(self._assistant, address, bar))

    def add_pasted(
        self, text: str, title: str, publisher: str, published: str, bar: gr.Progress = _BAR
    ) -> str:
        """Add what was pasted."""
        about = {"title": title, "publisher": publisher, "published": published}
        return self._change(lambda: shelf.add_pasted(self._assistant, text, about, bar))

    def add_samples(self, bar: gr.Progress = _BAR) -> str:
        """Add the sample articles."""
        return self._change(lambda: shelf.add_samples(self._assistant, bar))

    def rebuild(self, bar: gr.Progress = _BAR) -> str:
        """Rebuild the index."""
        return self._change(lambda: shelf.rebuild(self._assistant, bar))

    def _change(self, change: Callable[[], Report], files: Sequence[str] = ()) -> str:
        try:
            return shelf.show_report(change(), files)
        except Exception as error:  # whatever it is, the page says it
            return show_error(tell(error))
