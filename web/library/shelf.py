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
from assistant.sources import public_options, to_url
from assistant.wording import count
from web.library.progress import moving
from web.parts import show_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    import gradio as gr

    from assistant import Assistant, SourceError

MOST_LISTED = 200
"""Articles in the list: a browser should not have to hold a whole archive."""

_MOST_SKIPPED = 50  # told one by one
_READING = "Reading…"
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
    def copies(self) -> int:
        """How many of the new ones are copies of others."""

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
        with moving(bar, _READING, lambda title: _shorten(title, paths)) as progress:
            return assistant.index.add(
                paths, options=public_options(assistant.settings), progress=progress
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
                [path], options=public_options(assistant.settings), progress=progress
            )


def add_samples(assistant: Assistant, bar: gr.Progress) -> Report:
    """Add the sample articles that Dateline comes with."""
    with as_file(files("articles")) as folder, moving(bar, _READING) as progress:
        return assistant.index.add([folder], progress=progress)


def rebuild(assistant: Assistant, bar: gr.Progress) -> Report:
    """Make the index anew where the splitter or the embedding model has changed."""
    with moving(bar, _READING) as progress:
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


def show_report(report: Report, files: Sequence[str] = ()) -> Markup:
    """What a change did: the counts in one line, then each thing left out with its reason.

    Args:
        files: the uploaded ones, which are told by their names and not by where they lay.
    """
    copies = f" ({report.copies:,} of them copies)" if report.copies else ""
    skipped = [
        Markup('<li dir="auto"><b>{}</b>: {}</li>').format(_name(each.source, files), each.reason)
        for each in report.skipped[:_MOST_SKIPPED]
    ]
    if (rest := len(report.skipped) - _MOST_SKIPPED) > 0:
        skipped.append(Markup("<li>And {} more.</li>").format(f"{rest:,}"))
    return Markup("<p>{} added{}, {} replaced, {} unchanged, {} skipped in {} s. {}</p>{}").format(
        f"{report.added:,}",
        copies,
        f"{report.replaced:,}",
        f"{report.unchanged:,}",
        f"{len(report.skipped):,}",
        f"{report.seconds:.1f}",
        f"The index holds {count(report.articles, 'article')}.",
        Markup('<ul class="dl-skipped">{}</ul>').format(_NOTHING.join(skipped))
        if skipped
        else _NOTHING,
    )


def _name(source: str, files: Sequence[str]) -> str:
    """What a reader calls a source: by its name, but a URL as it is."""
    short = _shorten(source, files)
    return short if short != source or "://" in source else Path(source).name


def _shorten(source: str, files: Sequence[str]) -> str:
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
