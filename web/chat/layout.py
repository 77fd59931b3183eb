"""The tab with the conversation, laid out."""

from __future__ import annotations

from typing import NamedTuple

import gradio as gr

from web.chat.conversation import show_conversation
from web.chat.keys import show_keys
from web.parts import html

_LONGEST_QUESTION = 4_000  # what the box takes; the assistant says what is too long to be read


class Scope(NamedTuple):
    """Where to look.

    Attributes:
        since, until: ISO days as text; empty for none.
        articles: ids, a list.
        chips: what of it is in force.
    """

    row: gr.Accordion
    since: gr.HTML
    until: gr.HTML
    publishers: gr.Dropdown
    articles: gr.HTML
    chips: gr.HTML


class Asking(NamedTuple):
    """The tab with the conversation.

    Attributes:
        examples: questions to begin with, made from the index's own articles.
        suggestions: questions that may follow.
        link: the query of the page's address, once it is known.
        editing: whether the next question replaces the last one.
    """

    start: gr.HTML
    examples: gr.HTML
    samples: gr.Button
    samples_report: gr.HTML
    conversation: gr.HTML
    suggestions: gr.HTML
    question: gr.Textbox
    send: gr.Button
    stop: gr.Button
    clear: gr.Button
    link: gr.HTML
    editing: gr.HTML
    scope: Scope


def lay_out_asking() -> Asking:
    """The conversation with what comes before it, and the question box below."""
    start = html(script="list.js", elem_id="start")
    examples = html(script="list.js", elem_id="examples")
    samples = gr.Button("Add the sample articles", visible=False, elem_id="samples")
    samples_report = html(elem_id="samples-report", elem_classes="dl-report")
    conversation = html(
        show_conversation(()),
        script=("chat/conversation.js", "chat/passages.js"),
        elem_id="conversation",
    )
    suggestions = html(script=("list.js", "chat/suggestions.js"), elem_id="suggestions")
    with gr.Column(elem_classes="dl-ask"):
        chips = html(script="chat/within.js", elem_id="within")
        with gr.Row(elem_classes="dl-ask-row"):
            question = gr.Textbox(
                label="Your question",
                placeholder="Who, what, when, why?",
                max_lines=1,
                max_length=_LONGEST_QUESTION,
                autofocus=True,
                elem_id="question",
                scale=1,
            )
            send = gr.Button("Ask", variant="primary", elem_id="send", scale=0)
            stop = gr.Button("Stop", variant="primary", elem_id="stop", scale=0)
        with gr.Row(elem_classes="dl-ask-more"):
            scope = _lay_out_scope(chips)
            with gr.Row(elem_classes="dl-ask-end"):
                html(show_keys(), script="chat/keys.js", elem_id="keys")
                clear = gr.Button("New conversation", size="sm", elem_id="clear")
    link = html(script="chat/link.js", elem_id="link")
    return Asking(
        start,
        examples,
        samples,
        samples_report,
        conversation,
        suggestions,
        question,
        send,
        stop,
        clear,
        link,
        _hold(False),
        scope,
    )


def _lay_out_scope(chips: gr.HTML) -> Scope:
    label = "Narrow by date or outlet"
    with gr.Accordion(label, open=False, elem_id="filters") as row, gr.Row():
        since = _lay_out_day("From", "since")
        until = _lay_out_day("To", "until")
        publishers = gr.Dropdown(
            label="Outlets",
            multiselect=True,
            allow_custom_value=True,  # else Gradio tells of a name it does not know, as HTML
            elem_id="outlets",
        )
    return Scope(row, since, until, publishers, _hold([]), chips)


def _hold(value: object) -> gr.HTML:
    """A value that is not shown and tells when it changes; `gr.State` tells in the queue only."""
    return gr.HTML(value, html_template="", js_on_load=None, elem_classes="dl-held")


def _lay_out_day(label: str, elem_id: str) -> gr.HTML:
    """The browser's own date box, which is labelled; Gradio's is not."""
    return html(
        "",
        template=f'<label class="dl-day">{label}<input type="date"></label>',
        script="chat/dates.js",
        elem_id=elem_id,
    )
