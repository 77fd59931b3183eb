"""What happens when something is asked or opened."""

from __future__ import annotations

from collections.abc import Iterator  # at run time: Gradio resolves hints
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any

import gradio as gr

from web.chat.conversation import Turn, history, show_conversation
from web.chat.front import EXAMPLES
from web.parts import tell
from web.reader import find_page, show_page

if TYPE_CHECKING:
    from assistant import Assistant

Turns = tuple[Turn, ...]


class ChatActions:
    """What can be asked and opened. It keeps nothing of any reader's conversation.

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
        scope: dict[str, Any] = {"since": since, "until": until, "publishers": publishers}
        scope = {name: value for name, value in scope.items() if value}
        turn = Turn(question.strip(), filters=scope)
        yield (*_shown(turns, turn), "")
        try:
            for answer in self._assistant.stream(question, history(turns), **scope):
                turn = replace(turn, answer=answer)
                yield (*_shown(turns, turn), gr.skip())
            turn = replace(turn, finished=True)
        except Exception as error:  # whatever it is, the page says it
            turn = replace(turn, error=tell(error), finished=True)
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


def _shown(turns: Turns, turn: Turn) -> tuple[str, Turns]:
    now = (*turns, turn)
    return show_conversation(now), now
