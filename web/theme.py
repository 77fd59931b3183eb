"""Paper and ink: the colours and type of Gradio's own parts. `style.css` has those of ours."""

from __future__ import annotations

import gradio as gr

_SANS = ["system-ui", "-apple-system", "Segoe UI", "Roboto", "Helvetica Neue", "sans-serif"]
_MONO = ["ui-monospace", "Menlo", "Consolas", "monospace"]


def theme() -> gr.themes.Base:
    """The theme: only fonts that are on the reader's machine already, light and dark."""
    return gr.themes.Base(font=_SANS, font_mono=_MONO, radius_size=gr.themes.sizes.radius_sm).set(
        body_background_fill="#faf8f3",
        body_background_fill_dark="#16171a",
        body_text_color="#1d1b18",
        body_text_color_dark="#e8e4da",
        body_text_color_subdued="#625c52",
        body_text_color_subdued_dark="#a8a296",
        background_fill_primary="#ffffff",
        background_fill_primary_dark="#1f2024",
        background_fill_secondary="#f3f0e8",
        background_fill_secondary_dark="#1b1c20",
        border_color_primary="#d6d0c2",
        border_color_primary_dark="#3a3b40",
        border_color_accent="#8b1e1e",
        border_color_accent_dark="#e79a8f",
        color_accent="#8b1e1e",
        color_accent_soft="#f4e6e2",
        color_accent_soft_dark="#3a2624",
        block_background_fill="transparent",
        block_background_fill_dark="transparent",
        block_border_width="0px",
        block_shadow="none",
        block_label_background_fill="transparent",
        block_label_background_fill_dark="transparent",
        block_label_text_color="*body_text_color_subdued",
        block_label_text_color_dark="*body_text_color_subdued",
        block_title_text_color="*body_text_color_subdued",
        block_title_text_color_dark="*body_text_color_subdued",
        input_background_fill="#ffffff",
        input_background_fill_dark="#1f2024",
        input_border_color="#8f887a",
        input_border_color_dark="#6b6c72",
        input_border_color_focus="#8b1e1e",
        input_border_color_focus_dark="#e79a8f",
        input_border_width="1px",
        input_placeholder_color="#6f685d",
        input_placeholder_color_dark="#938d82",
        loader_color="#8b1e1e",
        loader_color_dark="#e79a8f",
        button_primary_background_fill="#1d1b18",
        button_primary_background_fill_dark="#e8e4da",
        button_primary_background_fill_hover="#8b1e1e",
        button_primary_background_fill_hover_dark="#ffffff",
        button_primary_text_color="#faf8f3",
        button_primary_text_color_dark="#16171a",
        button_primary_border_color="#1d1b18",
        button_primary_border_color_dark="#e8e4da",
        button_primary_border_color_hover="#8b1e1e",
        button_primary_border_color_hover_dark="#ffffff",
        button_secondary_background_fill="transparent",
        button_secondary_background_fill_dark="transparent",
        button_secondary_background_fill_hover="#f3f0e8",
        button_secondary_background_fill_hover_dark="#2a2b30",
        button_secondary_border_color="#8f887a",
        button_secondary_border_color_dark="#6b6c72",
        button_secondary_text_color="#1d1b18",
        button_secondary_text_color_dark="#e8e4da",
    )
