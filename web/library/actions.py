"""What changes the index."""

from __future__ import annotations

from collections.abc import Callable  # at run time: Gradio resolves hints
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.listing import Aside  # at run time, too
from web.library import adding
from web.library.report import show_put_back, show_removed, show_report
from web.parts import show_error, tell
from web.reader import show_page

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.listing import Report

_BAR = gr.Progress()
_NOT_THERE = "This article is no longer in the index; there is nothing to remove."


class LibraryActions:
    """What can be done to the index; nothing else on the page changes it.

    Args:
        assistant: the engine.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def add_files(self, paths: list[str] | None, bar: gr.Progress = _BAR) -> tuple[str, None]:
        """Add what was uploaded, and empty the upload box."""
        return self._change(lambda: adding.add_files(self._assistant, paths or [], bar))[0], None

    def add_url(self, address: str, bar: gr.Progress = _BAR) -> tuple[str, Any]:
        """Add what stands at a URL; the box is emptied once something of it is in."""
        if not address.strip():
            empty = "The address is empty: give that of a page or a feed."
            return show_error(empty), gr.skip()
        said, done = self._change(lambda: adding.add_url(self._assistant, address, bar))
        return said, "" if done else gr.skip()

    def add_pasted(
        self, text: str, title: str, publisher: str, published: str, bar: gr.Progress = _BAR
    ) -> tuple[Any, ...]:
        """Add what was pasted; the form is emptied once it is in."""
        about = {"title": title, "publisher": publisher, "published": published}
        said, done = self._change(lambda: adding.add_pasted(self._assistant, text, about, bar))
        return (said, *["" if done else gr.skip()] * 4)

    def add_samples(self, bar: gr.Progress = _BAR) -> str:
        """Add the sample articles."""
        return self._change(lambda: adding.add_samples(self._assistant, bar), named=False)[0]

    def rebuild(self, bar: gr.Progress = _BAR) -> str:
        """Rebuild the index."""
        return self._change(lambda: adding.rebuild(self._assistant, bar))[0]

    def remove(self, event: gr.EventData) -> tuple[str, Any, Any]:
        """Remove an article: what is said, what can be put back, and the article panel."""
        article_id, index = str(event.article), self._assistant.index
        try:
            aside = index.set_aside([article_id])
            if not aside.articles:
                return show_error(_NOT_THERE), gr.skip(), gr.skip()
            index.remove([article_id])
        except Exception as error:  # whatever it is, the page says it
            return show_error(tell(error)), gr.skip(), gr.skip()
        gone = show_page(None) if event.open == article_id else gr.skip()
        return show_removed(aside), aside, gone

    def undo(self, aside: Aside | None) -> tuple[str, Any]:
        """Put back what was removed last."""
        if aside is None:
            return "", None
        try:
            self._assistant.index.put_back(aside)
        except Exception as error:  # whatever it is, the page says it
            return show_error(tell(error)), gr.skip()
        return show_put_back(aside), None

    def _change(self, change: Callable[[], Report], *, named: bool = True) -> tuple[str, bool]:
        """What it came to, and whether everything or something is in."""
        try:
            report = change()
        except Exception as error:  # whatever it is, the page says it
            return show_error(tell(error)), False
        done = report.added + report.replaced + report.unchanged > 0
        return show_report(report, named=named), done
