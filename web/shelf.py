"""The articles of the index: adding to them, and what is told of them."""

from __future__ import annotations

import json
from importlib.resources import as_file, files
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Protocol

from markupsafe import Markup

from assistant.answer import Source
from web.conversation import show_source
from web.progress import moving

if TYPE_CHECKING:
    from collections.abc import Sequence

    import gradio as gr

    from assistant import Assistant, SourceError

MOST_LISTED = 200
"""Articles in the list: a browser should not have to hold a whole archive."""

_PASTED = "the pasted text"
_NOTHING = Markup("")


class Report(Protocol):
    """What a change of the index did, as the index tells it."""

    @property
    def added(self) -> int:
        """Articles that are new."""

    @property
    def replaced(self) -> int:
        """Articles that took the place of an older version."""

    @property
    def unchanged(self) -> int:
        """Articles that were there already."""

    @property
    def skipped(self) -> Sequence[SourceError]:
        """What was left out, each with its reason."""

    @property
    def articles(self) -> int:
        """How many the index holds now."""

    @property
    def seconds(self) -> float:
        """How long it took."""


def add_files(assistant: Assistant, paths: Sequence[str], bar: gr.Progress) -> Report:
    """Add uploaded files, and delete them: the index keeps its own copy of the text."""
    try:
        with moving(bar) as progress:
            return assistant.index.add(paths, progress=progress)
    finally:
        for path in paths:
            Path(path).unlink(missing_ok=True)


def add_pasted(assistant: Assistant, text: str, about: dict[str, str], bar: gr.Progress) -> Report:
    """Add one article from its text and what is known about it (front matter: title, date...)."""
    with TemporaryDirectory() as folder:
        path = Path(folder, f"{_PASTED}.md")
        path.write_text(_with_front_matter(text, about), encoding="utf-8", newline="")
        with moving(bar) as progress:
            return assistant.index.add([path], progress=progress)


def add_samples(assistant: Assistant, bar: gr.Progress) -> Report:
    """Add the sample articles that Dateline comes with."""
    with as_file(files("articles")) as folder, moving(bar) as progress:
        return assistant.index.add([folder], progress=progress)


def rebuild(assistant: Assistant, bar: gr.Progress) -> Report:
    """Make the index anew where the splitter or the embedding model has changed."""
    with moving(bar) as progress:
        return assistant.index.rebuild(progress=progress)


def newest(assistant: Assistant) -> list[Source]:
    """The newest articles, as many as are listed."""
    return [Source.of(article) for article in islice(assistant.index.articles(), MOST_LISTED)]


def publishers(assistant: Assistant) -> list[str]:
    """Every outlet in the index, in alphabetical order."""
    names = {article.publisher for article in assistant.index.articles() if article.publisher}
    return sorted(names, key=str.casefold)


def show_list(sources: Sequence[Source], total: int) -> Markup:
    """The list of articles, newest first, each of them a button."""
    if not sources:
        return Markup('<p class="dl-small">There are no articles yet.</p>')
    rest = total - len(sources)
    return Markup('<ol class="dl-list" aria-label="Articles, newest first">{}</ol>{}').format(
        _NOTHING.join(map(show_source, sources)),
        Markup('<p class="dl-small">And {} older ones.</p>').format(f"{rest:,}")
        if rest > 0
        else _NOTHING,
    )


def show_report(report: Report) -> Markup:
    """What a change did: the counts in one line, then each thing left out with its reason."""
    counts = f"{report.added} added, {report.replaced} replaced, {report.unchanged} unchanged"
    skipped = [
        Markup('<li dir="auto"><b>{}</b>: {}</li>').format(Path(each.source).name, each.reason)
        for each in report.skipped
    ]
    return Markup("<p>{}, {} skipped in {} s. The index holds {} articles.</p>{}").format(
        counts,
        len(skipped),
        f"{report.seconds:.1f}",
        f"{report.articles:,}",
        Markup('<ul class="dl-skipped">{}</ul>').format(_NOTHING.join(skipped))
        if skipped
        else _NOTHING,
    )


def _with_front_matter(text: str, about: dict[str, str]) -> str:
    """The text as a Markdown file; a JSON string is a YAML string too, whatever is in it."""
    known = {name: " ".join(value.split()) for name, value in about.items() if value.strip()}
    if not known:
        return text
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in known.items()]
    return "\n".join(["---", *lines, "---", "", text])
