"""What happens in the tab with the conversation leads to which action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from web.events import BRIEF, QUIET

if TYPE_CHECKING:
    from web.chat.actions import ChatActions
    from web.chat.layout import Asking
    from web.library.layout import Shelf


def connect_chat(
    act: ChatActions, page: gr.Blocks, asking: Asking, shelf: Shelf, reader: gr.HTML, tabs: gr.Tabs
) -> tuple[gr.State, list[Any]]:
    """Bind it; returned are the turns of the conversation, and the events that answer."""
    turns, editing = gr.State(()), asking.editing
    talk, scope, question = asking.conversation, asking.scope, asking.question
    filters: list[Any] = [scope.since, scope.until, scope.publishers, scope.articles]
    within = [turns, *filters]
    said = [talk, turns, question, editing]
    answers = [
        gr.on(
            [question.submit, asking.send.click],
            act.ask,
            [question, turns, editing, *filters],
            said,
            **QUIET,
        ),
        asking.start.example(act.ask_example, within, said, **QUIET),
        asking.examples.example(act.ask_example, within, said, **QUIET),
        asking.suggestions.example(act.ask_example, within, said, **QUIET),
        talk.retry(act.retry, turns, said, **QUIET),
        asking.link.follow(act.follow_link, turns, [*filters, *said], **QUIET),
    ]
    for answer in answers:
        answer.then(act.suggest, turns, asking.suggestions, trigger_mode="multiple", **BRIEF)
    # Not by `cancels`: that would forget what has arrived.
    asking.stop.click(act.stop, None, None, **BRIEF)
    asking.clear.click(
        act.clear, None, [*said, asking.suggestions, reader], cancels=answers, **BRIEF
    )
    talk.edit(act.edit, turns, [question, editing], **BRIEF)
    talk.cite(act.cite, turns, reader, **BRIEF)
    for part in (talk, shelf.articles, shelf.report):
        part.open(act.open, None, reader, **BRIEF)
    reader.narrow(act.narrow, None, [scope.articles, tabs], **BRIEF)
    scope.chips.drop(act.drop, filters, [editing, question, *filters], **BRIEF)
    parts: list[Any] = [editing, *filters]
    changed = [*(each.change for each in parts), scope.chips.settle]
    for change in changed:
        change(act.show_within, [editing, *filters], scope.chips, trigger_mode="multiple", **BRIEF)
    asking.start.change(act.examples, None, asking.examples, trigger_mode="always_last", **BRIEF)
    page.load(None, None, asking.link, js="() => location.search", api_visibility="private")
    return turns, answers
