"""What happens when something is asked, stopped or opened."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping  # at run time: Gradio resolves hints
from contextlib import closing
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import gradio as gr

from web.chat.conversation_html import ShownTurn, answers, look_around, show_turn
from web.chat.filters import count_within, list_outlets, read_filters, show_elsewhere
from web.chat.story_page import show_story
from web.long_work import Running, Told
from web.parts import render, said_of, show_article, tell

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

    from assistant import Assistant
    from assistant.answer import Answer, Near
    from web.gradio_internals import PageStates

Turns = tuple[ShownTurn, ...]


class _InLine(NamedTuple):
    """How many are answered before this question, and what is nearest to it."""

    others: int
    nearest: tuple[Near, ...] = ()


class ChatActions:
    """What can be asked and opened; the turns of each page are Gradio's to keep.

    Args:
        assistant: the engine.
        turns: the state that holds the turns of a page.
        states: gives what the page's state holds.

    Attributes:
        asked: what answers: the engine, or the same with a chat model that was chosen here.
    """

    def __init__(self, assistant: Assistant, turns: gr.State, states: PageStates) -> None:
        self._assistant = self.asked = assistant
        self._turns = turns
        self._states = states
        self._opened = count(1)
        self._running: dict[str, Running[Answer | _InLine]] = {}

    def ask(self, page: str, asked: Mapping[str, Any]) -> tuple[Iterator[Told], Callable[[], None]]:
        """Answer a question of a page, in place of what it waits for.

        Args:
            asked: the `question`; `after` how many turns it stands; the `filters`; or that the
                turn there is to be asked again (`retry`), where it was asked.
        """
        running: Running[Answer | _InLine]
        held: Turns = self._states.get(page, self._turns)
        after = asked.get("after")
        kept = held[:after] if isinstance(after, int) and after >= 0 else held
        if asked.get("retry") and len(held) > len(kept):
            again = held[len(kept)]
            turn = ShownTurn(again.question, within=again.within)
        else:
            question = str(asked.get("question", "")).strip()
            turn = ShownTurn(question, within=read_filters(asked.get("filters")))

        def work(say: Callable[[Answer | _InLine], None]) -> None:
            scope, before = turn.within.scope(), answers(kept)
            told, near = _InLine(0), None

            def tell_meanwhile(now: _InLine) -> None:
                nonlocal told
                if not running.ended.is_set() and told != now:
                    told = now
                    say(now)

            def wait(others: int) -> bool:
                nonlocal near
                tell_meanwhile(_InLine(others, near or ()))
                if others and near is None:  # something to read meanwhile
                    near = self._nearest(turn, before)
                return not running.ended.is_set()  # the line is looked at again before more is said

            def found(first: tuple[Near, ...]) -> None:
                tell_meanwhile(_InLine(0, first))

            # Closing the stages closes the chat model's stream, and its server is told.
            stages = self.asked.stream(turn.question, before, waits=wait, found=found, **scope)
            with closing(cast("Generator[Answer]", stages)):
                for stage in stages:
                    if running.ended.is_set():
                        return
                    say(stage)

        running = Running(work)
        before = self._running.pop(page, None)
        if before:
            before.stop(drop=True)
        self._running[page] = running
        return self._tell(page, kept, turn, running), lambda: self._leave(page, running)

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that is on its way; what has arrived stays."""
        if running := self._running.get(request.session_hash or ""):
            running.stop()

    def leave(self, request: gr.Request) -> None:
        """The conversation is left: nobody waits for its answer any more."""
        if running := self._running.get(request.session_hash or ""):
            running.stop(drop=True)

    def clear(self) -> tuple[Turns, str]:
        """A new conversation: nothing said, nothing open.

        The page has let go of its answer by itself. What runs now may be the new one's first.
        """
        return (), ""

    def cite(self, event: gr.EventData, turns: Turns) -> str:
        """The article of a citation, named by turn and number, with the quoted words marked."""
        number = _number(event, "turn") - 1
        answer = turns[number].answer if 0 <= number < len(turns) else None
        for citation in answer.citations if answer else ():
            if citation.number == _number(event, "citation"):
                article = self._assistant.index.article(citation.article_id)
                return show_article(article, citation, next(self._opened))
        return show_article(None, opened=next(self._opened))

    def open(self, event: gr.EventData) -> str:
        """An article, named by its id."""
        article = self._assistant.index.article(said_of(event, "article"))
        return show_article(article, opened=next(self._opened))

    def story(self, event: gr.EventData) -> str:
        """The story that an article, named by its id, is part of."""
        return show_story(self._assistant, said_of(event, "article"), next(self._opened))

    def narrowed(self, event: gr.EventData) -> str:
        """How many articles the filters leave."""
        filters = read_filters(getattr(event, "filters", None))
        return count_within(self._assistant, filters, _number(event, "number"))

    def outlets(self) -> str:
        """The outlets that can be chosen."""
        return list_outlets(self._assistant)

    def _tell(
        self, page: str, kept: Turns, turn: ShownTurn, running: Running[Answer | _InLine]
    ) -> Iterator[Told]:
        """The turn as it grows, then what may be asked next."""
        number = len(kept) + 1
        yield self._keep(page, kept, turn)
        try:
            for answer in running.told():
                if isinstance(answer, _InLine):
                    turn = replace(turn, others=answer.others, nearest=answer.nearest)
                    yield self._keep(page, kept, turn)
                    continue
                around = look_around(self._assistant, answer.citations, turn.around)
                turn = replace(turn, answer=answer, around=around)
                yield self._keep(page, kept, turn)
            turn = replace(turn, finished=True, stopped=running.stopped)
        except Exception as error:  # whatever it is, the page says it
            turn = replace(turn, error=tell(error), finished=True)
        if running.dropped:
            return
        if turn.answer and turn.answer.abstention and turn.within.narrowed:
            elsewhere = show_elsewhere(self._assistant, turn.answer.standalone_question)
            turn = replace(turn, elsewhere=elsewhere)
        yield self._keep(page, kept, turn) | {"finished": number}
        yield {"suggestions": self._suggest((*kept, turn), running), "done": True}

    def _keep(self, page: str, kept: Turns, turn: ShownTurn) -> Told:
        self._states.set(page, self._turns, (*kept, turn))
        number = len(kept) + 1
        return {"turn": number, "html": show_turn(number, turn)}

    def _nearest(self, turn: ShownTurn, history: Sequence[Answer]) -> tuple[Near, ...]:
        try:
            return self._assistant.nearest(turn.question, history, **turn.within.scope())
        except Exception as error:  # the answer is still to come; it is the one that counts
            tell(error)
            return ()

    def _suggest(self, turns: Turns, running: Running[Answer | _InLine]) -> str:
        """Questions that may follow the last answer, where the articles answer any."""
        last = turns[-1]
        if last.answer is None or last.error or last.stopped:
            return ""
        try:
            found = self._assistant.suggestions(
                last.answer, answers(turns), stop=lambda: running.dropped
            )
        except Exception as error:  # the answer stands; nothing is suggested
            tell(error)
            found = ()
        return render("follow-ups", questions=found)

    def _leave(self, page: str, running: Running[Answer | _InLine]) -> None:
        running.stop(drop=True)
        if self._running.get(page) is running:
            del self._running[page]


def _number(event: gr.EventData, name: str) -> int:
    said = said_of(event, name)
    return int(said) if said.isdecimal() and len(said) < 10 else 0
