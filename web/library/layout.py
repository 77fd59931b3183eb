"""The tab with the articles, laid out."""

from __future__ import annotations

from importlib.resources import files
from typing import NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.sources import FORMS, SUFFIXES
from web.library.listed import show_controls
from web.parts import html

_LONGEST_ADDRESS = 4_000
_ADDING = Markup(
    '<h2 class="dl-heading">Add articles</h2>'
    '<p class="dl-small" data-accept="{}">Files of {}. Several at once are fine.</p>'
).format(",".join(sorted(SUFFIXES)), FORMS)
_LISTED = Markup('<h2 class="dl-heading">In the index</h2>')
_STATUS = Markup('<details class="dl-status"{}><summary>What the index holds</summary>{}</details>')
_REBUILD = Markup(
    '<div class="dl-rebuild"><div><button type="button" class="dl-plain" data-rebuild="ask">'
    "Rebuild the index</button></div><div hidden>"
    '<span class="dl-small">Articles are split and embedded again where Dateline or its model has '
    "changed since. Questions are answered meanwhile.</span> "
    '<button type="button" class="dl-plain" data-rebuild="yes">Rebuild now</button> '
    '<button type="button" class="dl-plain" data-rebuild="no">Cancel</button></div></div>'
)


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
    rebuild: gr.HTML
    status: gr.HTML
    timeline: gr.HTML
    controls: gr.HTML
    notice: gr.HTML
    articles: gr.HTML


def lay_out_look() -> gr.HTML:
    """What a reader looks for, as JSON: nothing to see, but a value that the page's scripts set."""
    return gr.HTML(
        "{}",
        html_template="<span></span>",
        js_on_load=files("web").joinpath("library/look.js").read_text("utf-8"),
        apply_default_css=False,
        elem_id="look",
    )


def show_status_panel(told: str = "") -> Markup:
    """The panel, which is filled when it is opened."""
    return _STATUS.format(Markup(" open") if told else "", told)


def lay_out_shelf() -> Shelf:
    """Three ways to add, what came of it, what the index holds over time, and the list."""
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
    report = html(script="library/report.js", elem_id="report", elem_classes="dl-report")
    html(_LISTED, elem_id="listed")
    status = html(show_status_panel(), script="library/status.js", elem_id="status")
    rebuild = html(_REBUILD, script="library/rebuild.js", elem_id="rebuild")
    controls = html(show_controls({}), script="library/controls.js", elem_id="controls")
    timeline = html(script="library/timeline.js", elem_id="timeline")
    notice = html(script="library/report.js", elem_id="notice", elem_classes="dl-report")
    articles = html(script="library/list.js", elem_id="list")
    return Shelf(
        *(upload, address, fetch, text, title, publisher, published, paste, report),
        *(rebuild, status, timeline, controls, notice, articles),
    )
