"""What happens when something is asked, opened or added."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Sequence  # at run time: Gradio resolves hints
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from assistant import DatelineError
from web import shelf
from web.conversation import Turn, history, show_conversation, show_error
from web.front import EXAMPLES, show_counts, show_start
from web.reader import find_page, show_page

if TYPE_CHECKING:
    from assistant import Assistant
    from web.shelf import Report

_BAR = gr.Progress()
_UNFORESEEN = (
    "Something went wrong that was not foreseen; the terminal of `dateline chat` says what."
)
_log = logging.getLogger(__name__)

Turns = tuple[Turn, ...]


class Overview(NamedTuple):
    """What the page shows of the index, in the order of its outputs."""

    counts: str
    start: str
    articles: str
    samples_button: Any


class Actions:
    """Everything that the page can ask for. It keeps nothing of any reader's conversation.

    Args:
        assistant: the engine.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._opened = count(1)

    def ask(
        self, question: str, turns: Turns, since: str, until: str, publishers: list[str]
    ) -> Iterator[tuple[str, Turns, Any]]:
        """The conversation as the answer arrives; the question box is emptied at once."""
        turn = Turn(question.strip())
        yield (*_shown(turns, turn), "")
        try:
            for answer in self._assistant.stream(
                question,
                history(turns),
                since=since or None,
                until=until or None,
                publishers=publishers or None,
            ):
                turn = replace(turn, answer=answer)
                yield (*_shown(turns, turn), gr.skip())
            turn = replace(turn, finished=True)
        except Exception as error:  # whatever it is, the page says it
            turn = replace(turn, error=_line(error), finished=True)
        yield (*_shown(turns, turn), gr.skip())

    def ask_example(
        self,
        event: gr.EventData,
        turns: Turns,
        since: str,
        until: str,
        publishers: list[str],
    ) -> Iterator[tuple[str, Turns, Any]]:
        """Ask one of the examples, named by its place in the list."""
        question = EXAMPLES[int(event.example)].question
        yield from self.ask(question, turns, since, until, publishers)

    def clear(self) -> tuple[str, Turns, str, str]:
        """A new conversation: nothing said, nothing open, nothing typed."""
        return show_conversation(()), (), "", ""

    def cite(self, event: gr.EventData, turns: Turns) -> str:
        """The article of a citation, named by turn and number, with the quoted words marked."""
        answer = turns[int(event.turn) - 1].answer
        for citation in answer.citations if answer else ():
            if citation.number == int(event.citation):
                page = find_page(self._assistant, citation.article_id)
                return show_page(page, citation, next(self._opened))
        return show_page(None, opened=next(self._opened))

    def open(self, event: gr.EventData) -> str:
        """An article, named by its id."""
        page = find_page(self._assistant, str(event.article))
        return show_page(page, opened=next(self._opened))

    def overview(self) -> Overview:
        """What the index holds now."""
        try:
            total = self._assistant.index.counts()
            listed = shelf.newest(self._assistant)
        except DatelineError as error:
            return Overview("", _told(error), "", gr.update(visible=False))
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
            return _told(error)


def _shown(turns: Turns, turn: Turn) -> tuple[str, Turns]:
    now = (*turns, turn)
    return show_conversation(now), now


def _told(error: Exception) -> str:
    return show_error(_line(error))


def _line(error: Exception) -> str:
    if isinstance(error, DatelineError):
        return str(error)
    _log.exception("The browser chat failed", exc_info=error)
    return _UNFORESEEN
