"""What happens when something is asked, stopped or opened."""

from __future__ import annotations

from collections.abc import Iterator  # at run time: Gradio resolves hints
from dataclasses import replace
from itertools import count, islice
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant.answer import Source
from web.chat.conversation import Turn, answers, show_conversation
from web.chat.front import MOST_LOOKED_AT, fitting_examples, show_questions
from web.chat.link import read_link
from web.chat.passage import look_around
from web.chat.running import Readers
from web.chat.within import Within, drop, show_within, within
from web.parts import tell
from web.reader import find_page, show_page

if TYPE_CHECKING:
    from markupsafe import Markup

    from assistant import Assistant

Turns = tuple[Turn, ...]
Shown = tuple[Any, ...]
"""The conversation as HTML and as turns, the question box, whether the last question is edited."""


class ChatActions:
    """What can be asked and opened. It keeps nothing of any reader's conversation.

    Args:
        assistant: the engine.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._opened = count(1)
        self._readers = Readers()

    def ask(
        self,
        question: str,
        turns: Turns,
        editing: bool,
        since: str,
        until: str,
        publishers: list[str],
        articles: list[str],
        request: gr.Request,
    ) -> Iterator[Shown]:
        """The conversation as the answer arrives; an edited question replaces the last turn."""
        held = within(since, until, publishers, articles)
        kept = turns[:-1] if editing else turns
        yield from self._answer(question, kept, held, request.session_hash or "")

    def ask_example(
        self,
        event: gr.EventData,
        turns: Turns,
        since: str,
        until: str,
        publishers: list[str],
        articles: list[str],
        request: gr.Request,
    ) -> Iterator[Shown]:
        """Ask a question that was suggested."""
        asked = str(event.question)
        yield from self.ask(asked, turns, False, since, until, publishers, articles, request)

    def retry(self, turns: Turns, request: gr.Request) -> Iterator[Shown]:
        """Ask the last question again, where it was asked, in place of the last turn."""
        if turns:
            last = turns[-1]
            reader = request.session_hash or ""
            yield from self._answer(last.question, turns[:-1], last.within, reader)

    def follow_link(
        self, event: gr.EventData, turns: Turns, request: gr.Request
    ) -> Iterator[Shown]:
        """Set the filters that a link names, then ask its question; too long a one is shown only.

        Yields:
            As `ask`, with the filters before it: since, until, publishers, articles.
        """
        link = read_link(str(event.query))
        held = link.within
        filters = (held.since, held.until, list(held.publishers), list(held.articles))
        yield (*filters, gr.skip(), gr.skip(), link.question, gr.skip())
        if link.asks:
            reader = request.session_hash or ""
            for shown in self._answer(link.question, turns, held, reader):
                yield (*(gr.skip() for _ in filters), *shown)

    def stop(self, request: gr.Request) -> None:
        """Stop the answer that is on its way; what has arrived stays."""
        self._readers.stop(request.session_hash or "")

    def leave(self, request: gr.Request) -> None:
        """The conversation is left: nobody waits for its answer any more."""
        self._readers.stop(request.session_hash or "", drop=True)

    def edit(self, turns: Turns) -> tuple[Any, bool]:
        """Put the last question back into the box."""
        return (turns[-1].question, True) if turns else (gr.skip(), False)

    def suggest(self, turns: Turns) -> Markup:
        """Questions that may follow the last answer, where the articles answer any."""
        last = turns[-1] if turns else None
        if last is None or last.answer is None or last.error or last.stopped:
            return show_questions((), "")
        try:
            found = self._assistant.suggestions(last.answer, answers(turns))
        except Exception as error:  # the answer stands; nothing is suggested
            tell(error)
            found = ()
        return show_questions(found, "Questions that may follow", heading="You could also ask")

    def examples(self) -> Markup:
        """Questions to begin with, from the articles, where the samples are not among them."""
        try:
            articles = self._assistant.index.articles()
            listed = [Source.of(article) for article in islice(articles, MOST_LOOKED_AT)]
            found = () if fitting_examples(listed) else self._assistant.examples()
        except Exception as error:  # the page stands without
            tell(error)
            found = ()
        return show_questions(found, "Questions to try")

    def clear(self, request: gr.Request) -> tuple[Any, ...]:
        """A new conversation: nothing said, nothing open, nothing typed, nothing suggested."""
        self._readers.stop(request.session_hash or "", drop=True)
        return show_conversation(()), (), "", False, "", ""

    def show_within(
        self,
        editing: bool,
        since: str,
        until: str,
        publishers: list[str],
        articles: list[str],
    ) -> Markup:
        """The filters in force, as buttons that take them off."""
        held = within(since, until, publishers, articles)
        return show_within(self._assistant, held, editing=editing)

    def drop(
        self,
        event: gr.EventData,
        since: str,
        until: str,
        publishers: list[str],
        articles: list[str],
    ) -> tuple[Any, ...]:
        """Take off a filter, or stop editing the last question."""
        what, which = str(event.what), str(event.which)
        left = drop(within(since, until, publishers, articles), what, which)
        edited = (False, "") if what == "editing" else (gr.skip(), gr.skip())
        return (*edited, left.since, left.until, list(left.publishers), list(left.articles))

    def narrow(self, event: gr.EventData) -> tuple[list[str], Any]:
        """Ask one article only, named by its id; the chat comes to the front."""
        return [str(event.article)], gr.Tabs(selected="ask")

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

    def _answer(self, question: str, turns: Turns, held: Within, reader: str) -> Iterator[Shown]:
        """The stages of the conversation; the question box is emptied at once."""
        turn = Turn(question.strip(), within=held)
        yield (*_shown(turns, turn), "", False)
        running = self._readers.begin(
            reader,
            lambda: self._assistant.stream(question, answers(turns), **held.scope()),
        )
        try:
            for answer in running.stages():
                around = look_around(self._assistant, answer.citations, turn.around)
                turn = replace(turn, answer=answer, around=around)
                yield (*_shown(turns, turn), gr.skip(), gr.skip())
            turn = replace(turn, finished=True, stopped=running.stopped)
        except Exception as error:  # whatever it is, the page says it
            turn = replace(turn, error=tell(error), finished=True)
        finally:
            self._readers.end(reader, running)
        if not running.dropped:
            yield (*_shown(turns, turn), gr.skip(), gr.skip())


def _shown(turns: Turns, turn: Turn) -> tuple[str, Turns]:
    now = (*turns, turn)
    return show_conversation(now), now
