"""The way past everything for who reads with the keyboard: seen only while it has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.parts import html

if TYPE_CHECKING:
    import gradio as gr


def lay_out_skip() -> gr.HTML:
    """A link to the question box, the first thing that the Tab key reaches."""
    link = '<a class="dl-skip" href="#question">Skip to the question</a>'
    return html(link, script="skip.js", elem_id="skip")
