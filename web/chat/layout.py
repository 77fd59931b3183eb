"""The tab with the conversation, laid out."""

from __future__ import annotations

from typing import NamedTuple

import gradio as gr

from web.chat.conversation import show_conversation
from web.parts import html

_LONGEST_QUESTION = 4_000  # what the box takes; the assistant says what is too long to be read


class Scope(NamedTuple):
    """Where to look."""

    row: gr.Accordion
    since: gr.DateTime
    until: gr.DateTime
    publishers: gr.Dropdown


class Asking(NamedTuple):
    """The tab with the conversation."""

    start: gr.HTML
    samples: gr.Button
    samples_report: gr.HTML
    conversation: gr.HTML
    question: gr.Textbox
    send: gr.Button
    clear: gr.Button
    scope: Scope


def lay_out_asking() -> Asking:
    """The conversation with what comes before it, and the question box below."""
    start = html(script="list.js", elem_id="start")
    samples = gr.Button("Add the sample articles", visible=False, elem_id="samples")
    samples_report = html(elem_id="samples-report", elem_classes="dl-report")
    conversation = html(
        show_conversation(()), script="chat/conversation.js", elem_id="conversation"
    )
    with gr.Column(elem_classes="dl-ask"):
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
        with gr.Row(elem_classes="dl-ask-more"):
            scope = _lay_out_scope()
            clear = gr.Button("New conversation", size="sm", elem_id="clear")
    return Asking(start, samples, samples_report, conversation, question, send, clear, scope)


def _lay_out_scope() -> Scope:
    label = "Narrow by date or outlet"
    with gr.Accordion(label, open=False, elem_id="filters") as row, gr.Row():
        since, until = (
            gr.DateTime(label=label, type="string", include_time=False, elem_id=elem_id)
            for label, elem_id in (("From", "since"), ("To", "until"))
        )
        publishers = gr.Dropdown(
            label="Outlets",
            multiselect=True,
            allow_custom_value=True,  # else Gradio tells of a name it does not know, as HTML
            elem_id="outlets",
        )
    return Scope(row, since, until, publishers)
