"""The parts of the page, laid out: what can be typed, chosen, read and clicked."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

import gradio as gr

from web.conversation import show_conversation
from web.front import ADDING, LISTED

_LONGEST_ADDRESS = 4_000
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


class Shelf(NamedTuple):
    """The tab with the articles."""

    upload: gr.File
    address: gr.Textbox
    fetch: gr.Button
    text: gr.Textbox
    title: gr.Textbox
    publisher: gr.Textbox
    published: gr.Textbox
    paste: gr.Button
    report: gr.HTML
    rebuild: gr.Button
    articles: gr.HTML


def html(value: str = "", *, script: str = "", elem_id: str, elem_classes: str = "") -> gr.HTML:
    """A part that shows HTML of ours; `script` is a file in this folder."""
    return gr.HTML(
        value,
        js_on_load=files("web").joinpath(script).read_text("utf-8") if script else None,
        apply_default_css=False,
        elem_id=elem_id,
        elem_classes=elem_classes,
    )


def lay_out_asking() -> Asking:
    """The conversation with what comes before it, and the question box below."""
    start = html(script="list.js", elem_id="start")
    samples = gr.Button("Add the sample articles", visible=False, elem_id="samples")
    samples_report = html(elem_id="samples-report", elem_classes="dl-report")
    conversation = html(show_conversation(()), script="conversation.js", elem_id="conversation")
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


def lay_out_shelf() -> Shelf:
    """Three ways to add, what came of it, and the list."""
    html(ADDING, script="adding.js", elem_id="adding")
    # Without `file_types`: of a file that has another ending Gradio would tell in a pop-up, and
    # keep the others from being added. The index takes what it can, and says what it cannot.
    upload = gr.File(
        label="Files", show_label=False, file_count="multiple", height=130, elem_id="upload"
    )
    with gr.Row(elem_classes="dl-fetch-row"):
        address = gr.Textbox(
            label="Address of a page or feed",
            placeholder="https://example.com/news/story",
            max_lines=1,
            max_length=_LONGEST_ADDRESS,
            elem_id="address",
            scale=1,
        )
        fetch = gr.Button("Fetch", elem_id="fetch", scale=0)
    with gr.Accordion("Paste an article", open=False, elem_id="paste"):
        text = gr.Textbox(label="Text", lines=6, max_lines=14, elem_id="paste-text")
        with gr.Row():
            title = gr.Textbox(label="Headline", elem_id="paste-title")
            publisher = gr.Textbox(label="Outlet", elem_id="paste-outlet")
            published = gr.Textbox(label="Date", placeholder="2019-04-15", elem_id="paste-date")
        paste = gr.Button("Add this article", variant="primary", elem_id="paste-add")
    report = html(elem_id="report", elem_classes="dl-report")
    with gr.Row(elem_classes="dl-list-head"):
        html(LISTED, elem_id="listed")
        rebuild = gr.Button("Rebuild the index", size="sm", elem_id="rebuild")
    articles = html(script="list.js", elem_id="list")
    return Shelf(
        *(upload, address, fetch, text, title, publisher, published, paste),
        *(report, rebuild, articles),
    )
