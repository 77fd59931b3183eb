"""What happens to kept conversations. Each action is about those of who asked, and no others."""

from __future__ import annotations

from collections.abc import Callable  # at run time: Gradio resolves hints
from dataclasses import replace
from functools import wraps
from itertools import count
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any, ParamSpec

import gradio as gr

from assistant.composing.wording import count as counted
from web.chat.conversation_html import ShownTurn, look_around, show_conversation
from web.clients import USER
from web.conversations.conversation_store import ConversationStore
from web.conversations.drawer import SHOWN, Saved, show_download, show_list, show_notice, show_open
from web.conversations.kept_turns import (
    LONGEST_NOTE,
    KeptConversation,
    KeptTurn,
    clean,
    export_json,
    export_markdown,
    export_test_set,
)
from web.parts import said_of, tell

if TYPE_CHECKING:
    from assistant import Assistant
    from web.conversations.kept_turns import Download, Verdict

Turns = tuple[ShownTurn, ...]
Gone = tuple[KeptConversation, bool]
View = dict[str, Any]
"""What is shown from now on, by the names in `SHOWN`."""

Given = ParamSpec("Given")

_VERDICTS: dict[str, Verdict] = {"up": "up", "down": "down"}
_UNKNOWN = "This conversation is not kept here (any more)."
_NONE_JUDGED = "No answer was judged yet: choose Helpful or Wrong under one."


def _shown(action: Callable[Given, View]) -> Callable[Given, tuple[Any, ...]]:
    """What an action changes, as Gradio takes it; whatever goes wrong, the page says it."""

    @wraps(action)
    def act(*given: Given.args, **named: Given.kwargs) -> tuple[Any, ...]:
        try:
            changes = action(*given, **named)
        except Exception as error:
            changes = {"notice": show_notice(tell(error))}
        return tuple(changes.get(name, gr.skip()) for name in SHOWN)

    return act


class ConversationActions:
    """What can be done with conversations. It keeps nothing but through its store.

    Args:
        assistant: whose index knows the authors of what is cited; they are kept beside it.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._store = ConversationStore(assistant.settings.home)
        self._files = count(1)

    @_shown
    def arrive(self, event: gr.EventData, request: gr.Request) -> View:
        """A page was opened: the list, and the conversation that its address names."""
        owner, named = owner_of(request), said_of(event, "conversation")
        try:
            found = self._store.find(owner, named) if named else None
            if found:
                return self._show(owner, found)
            listed = {"opened": show_open("", ()), "listed": self._list(owner, "")}
            line = _UNKNOWN if named else self._store.notice  # of what was found in reading
        except Exception as error:  # whatever it is, the page says it
            line, listed = tell(error), {}
        told = {"notice": show_notice(line)} if line else {}
        return {"conversation": token_urlsafe(), "saved": Saved(told=line), **listed, **told}

    @_shown
    def settle(
        self, request: gr.Request, turns: Turns, conversation: str, saved: Saved, search: str
    ) -> View:
        """A turn is finished: keep what is not kept yet."""
        return self._settle(owner_of(request), turns, conversation, saved, search)

    @_shown
    def judge(
        self,
        event: gr.EventData,
        request: gr.Request,
        turns: Turns,
        conversation: str,
        saved: Saved,
        search: str,
    ) -> View:
        """Say what is thought of an answer, or take it back."""
        owner = owner_of(request)
        verdict: Verdict = _VERDICTS.get(said_of(event, "verdict"), "")
        note = clean(said_of(event, "note")).strip()[:LONGEST_NOTE]
        conversation = conversation or token_urlsafe()

        def judge() -> bool:
            return self._store.judge(owner, conversation, said_of(event, "turn"), verdict, note)

        return self._settle(owner, turns, conversation, saved, search, judge)

    @_shown
    def begin(self, request: gr.Request, search: str) -> View:
        """A new conversation, kept as soon as something was said in it."""
        listed = self._list(owner_of(request), search)
        return {"conversation": token_urlsafe(), "opened": show_open("", ()), "listed": listed}

    @_shown
    def find(self, event: gr.EventData, request: gr.Request) -> View:
        """The list, narrowed by words."""
        search = clean(said_of(event, "search"))[:200]
        listed = self._list(owner_of(request), search, said_of(event, "opened"))
        return {"search": search, "listed": listed}

    @_shown
    def refresh(self, request: gr.Request, conversation: str, search: str) -> View:
        """The list, since another page has changed something."""
        return {"listed": self._list(owner_of(request), search, conversation)}

    @_shown
    def fetch(self, event: gr.EventData, request: gr.Request, search: str) -> View:
        """Open a conversation."""
        owner = owner_of(request)
        found = self._store.find(owner, said_of(event, "conversation"))
        if found is None:
            return {"listed": self._list(owner, search), "notice": show_notice(_UNKNOWN)}
        return self._show(owner, found, search)

    @_shown
    def retitle(
        self, event: gr.EventData, request: gr.Request, conversation: str, search: str
    ) -> View:
        """Give a conversation another name."""
        owner = owner_of(request)
        self._store.rename(owner, said_of(event, "conversation"), said_of(event, "name"))
        return {"listed": self._list(owner, search, conversation)}

    @_shown
    def drop(
        self, event: gr.EventData, request: gr.Request, conversation: str, search: str
    ) -> View:
        """Delete a conversation; it can be put back while the page is open."""
        owner = owner_of(request)
        gone = self._store.delete(owner, said_of(event, "conversation"))
        if gone is None:
            return {"listed": self._list(owner, search), "notice": show_notice(_UNKNOWN)}
        was_open = gone.id == conversation
        done = {
            "listed": self._list(owner, search, conversation),
            "notice": show_notice(f"Deleted “{gone.name}”.", undo=True),
            "gone": (gone, was_open),
        }
        return done | _emptied() if was_open else done

    @_shown
    def undo_delete(
        self, request: gr.Request, conversation: str, gone: Gone | None, search: str, turns: Turns
    ) -> View:
        """Put back what was deleted last, and open it if it was open and nothing else is."""
        owner = owner_of(request)
        if gone is None or not self._store.put_back(owner, gone[0]):
            return {"notice": ""}
        if gone[1] and not turns:
            back = self._show(owner, gone[0], search)
        else:
            back = {"listed": self._list(owner, search, conversation)}
        return back | {"notice": "", "gone": None}

    @_shown
    def delete_all(self, request: gr.Request, search: str) -> View:
        """Delete all conversations."""
        number = self._store.delete_all(owner_of(request))
        said = show_notice(f"Deleted {counted(number, 'conversation')}.")
        listed = self._list(owner_of(request), search)
        return _emptied() | {"listed": listed, "notice": said, "gone": None}

    @_shown
    def export(self, event: gr.EventData, request: gr.Request) -> View:
        """One conversation as a file."""
        found = self._store.find(owner_of(request), said_of(event, "conversation"))
        if found is None:
            return {"notice": show_notice(_UNKNOWN)}
        write = export_json if said_of(event, "form") == "json" else export_markdown
        return self._hand_over(write(found, self._assistant))

    @_shown
    def export_judged(self, request: gr.Request) -> View:
        """All answers judged, as a test set."""
        judged = self._store.judged(owner_of(request))
        if not judged:
            return {"notice": show_notice(_NONE_JUDGED)}
        return self._hand_over(export_test_set(judged))

    def _settle(
        self,
        owner: str,
        turns: Turns,
        conversation: str,
        saved: Saved,
        search: str,
        wish: Callable[[], bool] | None = None,
    ) -> View:
        given, conversation = conversation, conversation or token_urlsafe()
        known = saved.turns if saved.conversation == conversation else ()
        finished = [turn for turn in turns if turn.finished]
        # Only ever the last turn is asked again; what else is missing is another page's.
        replaced = [each for each in known[-1:] if each not in {turn.id for turn in turns}]
        fresh = [KeptTurn.of(turn) for turn in finished if turn.id not in known]
        try:
            if fresh or replaced:
                self._store.keep(owner, conversation, fresh, replaced)
            refused = wish is not None and not wish()
            found = self._store.find(owner, conversation)
            line = self._store.notice
            now = _UNKNOWN if refused else line if line != saved.told else ""
            told = {"notice": show_notice(now)} if now else {}
            return told | {
                "conversation": gr.skip() if given else conversation,
                "saved": Saved(conversation, tuple(turn.id for turn in finished), line),
                "opened": show_open(conversation, found.turns) if found else show_open("", ()),
                "listed": self._list(owner, search, conversation),
            }
        except Exception as error:  # whatever it is, the page says it, once
            line = tell(error)
            if line == saved.told and wish is None:
                return {}
            return {
                "saved": Saved(saved.conversation, saved.turns, line),
                "notice": show_notice(line),
            }

    def _show(self, owner: str, found: KeptConversation, search: str = "") -> View:
        turns = tuple(self._restore(turn) for turn in found.turns)
        return {
            "talk": show_conversation(turns),
            "turns": turns,
            "reader": "",
            "conversation": found.id,
            "saved": Saved(found.id, tuple(turn.id for turn in turns), self._store.notice),
            "opened": show_open(found.id, found.turns),
            "listed": self._list(owner, search, found.id),
        }

    def _restore(self, kept: KeptTurn) -> ShownTurn:
        turn = kept.turn()
        citations = turn.answer.citations if turn.answer else ()
        return replace(turn, around=look_around(self._assistant, citations, {}))

    def _list(self, owner: str, search: str, opened: str = "") -> str:
        return show_list(self._store.headings(owner, search), opened, search)

    def _hand_over(self, file: Download) -> View:
        return {"file": show_download(file, next(self._files))}


def _emptied() -> dict[str, Any]:
    return {
        "talk": show_conversation(()),
        "turns": (),
        "reader": "",
        "conversation": token_urlsafe(),
        "opened": show_open("", ()),
    }


def owner_of(request: gr.Request) -> str:
    """Whose conversations a request is about: the user's; empty without a login."""
    return str(request.request.scope.get(USER, "")) if request.request else ""
