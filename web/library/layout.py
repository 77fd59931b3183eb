"""The tab with the articles, laid out."""

from __future__ import annotations

from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.sources import FORMS, SUFFIXES
from web.parts import html

_LONGEST_ADDRESS = 4_000
_ADDING = Markup(
    '<h2 class="dl-heading">Add articles</h2>'
    '<p class="dl-small" data-accept="{}">Files of {}. Several at once are fine.</p>'
).format(",".join(sorted(SUFFIXES)), FORMS)
_LISTED = '<h2 class="dl-heading">In the index</h2>'


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


def lay_out_shelf() -> Shelf:
    """Three ways to add, what came of it, and the list."""
    html(_ADDING, script="library/adding.js", elem_id="adding")
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
        html(_LISTED, elem_id="listed")
        rebuild = gr.Button("Rebuild the index", size="sm", elem_id="rebuild")
    articles = html(script="list.js", elem_id="list")
    return Shelf(
        *(upload, address, fetch, text, title, publisher, published, paste),
        *(report, rebuild, articles),
    )
