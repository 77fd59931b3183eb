"""Adding to the articles of the index, in each of the ways that the page offers."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from assistant.sources import public_options, to_url
from web.library.progress import moving

if TYPE_CHECKING:
    from collections.abc import Sequence

    import gradio as gr

    from assistant import Assistant
    from assistant.listing import Report

_READING = "Reading…"
_PASTED = "the pasted text"


def add_files(assistant: Assistant, paths: Sequence[str], bar: gr.Progress) -> Report:
    """Add uploaded files, and delete them: the index keeps its own copy of the text."""
    try:
        with moving(bar, _READING, lambda title: shorten(title, paths)) as progress:
            return assistant.index.add(
                paths,
                options=public_options(assistant.settings),
                progress=progress,
                name=lambda source: shorten(source, paths),
            )
    finally:
        for path in paths:
            Path(path).unlink(missing_ok=True)


def add_url(assistant: Assistant, address: str, bar: gr.Progress) -> Report:
    """Add the page or feed at an address, as it was typed."""
    url = to_url(address)
    with moving(bar, f"Fetching {url}") as progress:
        return assistant.index.add(
            [url], options=public_options(assistant.settings), progress=progress
        )


def add_pasted(assistant: Assistant, text: str, about: dict[str, str], bar: gr.Progress) -> Report:
    """Add one article from its text and what is known about it (front matter: title, date...)."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"{_PASTED}.md")
        path.write_text(_with_front_matter(text, about), encoding="utf-8", newline="")
        with moving(bar, _READING) as progress:
            return assistant.index.add(
                [path],
                options=public_options(assistant.settings),
                progress=progress,
                name=lambda source: Path(source).name,
            )


def add_samples(assistant: Assistant, bar: gr.Progress) -> Report:
    """Add the sample articles that Dateline comes with."""
    with as_file(files("articles")) as folder, moving(bar, _READING) as progress:
        return assistant.index.add([folder], progress=progress)


def rebuild(assistant: Assistant, bar: gr.Progress) -> Report:
    """Make the index anew where the splitter or the embedding model has changed."""
    with moving(bar, _READING) as progress:
        return assistant.index.rebuild(progress=progress)


def shorten(source: str, files: Sequence[str]) -> str:
    """What lies in one of the uploaded files, by that file's name: "news.zip/2019/a.txt"."""
    for path in files:
        if source.startswith(path):
            return f"{Path(path).name}{source[len(path) :]}"
    return source


def _with_front_matter(text: str, about: dict[str, str]) -> str:
    """The text as a Markdown file; a JSON string is a YAML string too, whatever is in it."""
    known = {name: " ".join(value.split()) for name, value in about.items() if value.strip()}
    if not known:
        return text
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in known.items()]
    return "\n".join(["---", *lines, "---", "", text])
