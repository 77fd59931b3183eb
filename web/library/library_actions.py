"""What changes the index, and what came of it: adding in each way offered, rebuilding, removing."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence  # at run time: Gradio's hints
from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Lock
from typing import TYPE_CHECKING, Any

import gradio as gr

from assistant import DatelineError
from assistant.composing.wording import count
from assistant.sources import public_options, to_url
from index import PublicationDate
from index.records import Aside  # at run time, too
from index.reports import Report
from web.gradio_internals import uploads_folder
from web.long_work import Running, Told
from web.parts import render, said_of, show_article, show_error, tell

if TYPE_CHECKING:
    from markupsafe import Markup

    from assistant import Assistant
    from index.reports import OnProgress, Progress


_PASTED = "the pasted text"
_NOT_THERE = "This article is no longer in the index; there is nothing to remove."
_MOST_REMOVED = 1_000  # at a time
_KINDS = {
    "files": ("Reading…", "files are added"),
    "url": ("Fetching {}", "an address is fetched"),
    "text": ("Reading…", "a pasted article is added"),
    "samples": ("Reading the samples…", "the samples are added"),
    "rebuild": ("Looking through the articles…", "the index is rebuilt"),
}
"""What is said of each change to who asked for it, and to who waits for it."""


class LibraryActions:
    """What can be done to the index; nothing else on the page changes it.

    Args:
        assistant: the engine.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._turn = Lock()  # one change at a time
        self._under_way = ""

    def add(self, page: str, asked: Mapping[str, Any]) -> tuple[Iterator[Told], Callable[[], None]]:  # noqa: ARG002
        """Add what a page gives, or rebuild; it goes on to its end when the page is left.

        Args:
            asked: `kind` is "files" (`paths` of uploads), "url" (`address`), "text" (`text`,
                `title`, `publisher`, `published`), "samples" or "rebuild".
        """
        return self._tell(asked), lambda: None

    def remove(self, event: gr.EventData) -> tuple[str, Any, Any]:
        """Remove articles: what is said, what can be put back, and the article panel."""
        wanted = getattr(event, "articles", None)
        ids = [str(each) for each in wanted if each] if isinstance(wanted, list) else []
        ids, index = ids[:_MOST_REMOVED], self._assistant.index
        try:
            aside = index.set_aside(ids)
            if not aside.articles:
                return show_error(_NOT_THERE), gr.skip(), gr.skip()
            index.remove(ids)
        except Exception as error:  # whatever it is, the page says it
            return show_error(tell(error)), gr.skip(), gr.skip()
        gone = show_article(None) if said_of(event, "open") in ids else gr.skip()
        return render("removed", aside=aside, back=False), aside, gone

    def undo(self, aside: Aside | None) -> tuple[str, Any]:
        """Put back what was removed last."""
        if aside is None:
            return "", None
        try:
            self._assistant.index.put_back(aside)
        except Exception as error:  # whatever it is, the page says it
            return show_error(tell(error)), gr.skip()
        return render("removed", aside=aside, back=True), None

    def _tell(self, asked: Mapping[str, Any]) -> Iterator[Told]:
        kind = str(asked.get("kind"))
        try:
            change, about, uploads = self._prepare(kind, asked)
        except DatelineError as error:
            field = {"field": error.field} if isinstance(error, _FieldError) else {}
            yield field | {"error": str(error), "done": True}
            return
        doing, told = _KINDS[kind]

        def work(say: Callable[[str | Progress | Report], None]) -> None:
            try:
                while not self._turn.acquire(timeout=1.0):
                    say(f"Waiting while {self._under_way}…")
                try:
                    self._under_way = told
                    say(doing.format(about))
                    say(change(progress=say))
                finally:
                    self._turn.release()
            finally:
                for path in uploads:  # the index keeps its own copy of the text
                    path.unlink(missing_ok=True)

        try:
            for said in Running(work).told():
                if isinstance(said, Report):
                    done = said.added + said.replaced + said.unchanged > 0
                    html = show_report(said, named=kind != "samples")
                    yield {"html": html, "added": done, "done": True}
                else:
                    yield {"progress": said} if isinstance(said, str) else _describe(said, uploads)
        except Exception as error:  # whatever it is, the page says it
            yield {"error": tell(error), "done": True}

    def _prepare(
        self, kind: str, asked: Mapping[str, Any]
    ) -> tuple[Callable[..., Report], str, Sequence[Path]]:
        """What changes the index, what it is about, and the uploads to delete after it."""
        index = self._assistant.index
        add = partial(index.add, options=public_options(self._assistant.settings))
        if kind == "files":
            paths = _uploads(asked.get("paths"))
            names = [str(each) for each in paths]
            return partial(add, paths, name=lambda source: shorten(source, names)), "", paths
        if kind == "url":
            if not str(asked.get("address", "")).strip():
                empty = "The address is empty: give that of a page or a feed."
                raise _FieldError("address", empty)
            url = to_url(str(asked["address"])[:4_000])
            return partial(add, [url]), url, ()
        if kind == "text":
            return _prepare_pasted(asked, add), "", ()
        if kind == "samples":
            return self._add_samples, "", ()
        if kind == "rebuild":
            return index.rebuild, "", ()
        raise DatelineError("This is not known: load the page anew.")

    def _add_samples(self, progress: OnProgress) -> Report:
        with as_file(files("articles")) as folder:
            return self._assistant.index.add([folder], progress=progress)


def _prepare_pasted(asked: Mapping[str, Any], add: Callable[..., Report]) -> Callable[..., Report]:
    text = str(asked.get("text", ""))
    about = {name: str(asked.get(name, "")) for name in ("title", "publisher", "published")}
    if not text.strip():
        raise _FieldError("text", "The text is empty: paste the article.")
    published = about["published"].strip()
    try:
        if published:
            PublicationDate(published)
    except ValueError:
        said = f"'{published}' is not a date: write it as 2019-04-15, or 2019-04 or 2019."
        raise _FieldError("published", said) from None

    def add_pasted(progress: OnProgress) -> Report:
        with TemporaryDirectory() as folder:
            path = Path(folder, f"{_PASTED}.md")
            path.write_text(_with_front_matter(text, about), encoding="utf-8", newline="")
            return add([path], progress=progress, name=lambda source: Path(source).name)

    return add_pasted


class _FieldError(DatelineError):
    """What was given in one field of the form is not right."""

    def __init__(self, field: str, said: str) -> None:
        super().__init__(said)
        self.field = field


def shorten(source: str, uploads: Sequence[str]) -> str:
    """What lies in one of the uploaded files, by that file's name: "news.zip/2019/a.txt"."""
    for path in uploads:
        if source.startswith(path):
            return f"{Path(path).name}{source[len(path) :]}"
    return source


def _uploads(given: object) -> list[Path]:
    """Files that were uploaded, by what Gradio called them; nothing else of this machine."""
    folder = uploads_folder().resolve()
    paths = [Path(str(each)).resolve() for each in given] if isinstance(given, list) else []
    if not paths:
        raise DatelineError("No file arrived: choose files, or drop them.")
    if not all(path.is_relative_to(folder) and path.is_file() for path in paths):
        raise DatelineError("These files are not here any more: choose them again.")
    return paths


def _describe(step: Progress, uploads: Sequence[Path]) -> Told:
    """How far it has come; how many there will be is told only where it is known."""
    title = shorten(step.title, [str(each) for each in uploads])
    if step.total:
        return {
            "progress": f"{step.done:,} of {count(step.total, 'article')}",
            "title": title,
            "share": step.done / step.total,
        }
    of = f" of {count(len(uploads), 'file')}" if len(uploads) > 1 else ""
    return {"progress": f"{count(step.done, 'article')}{of} so far", "title": title}


def _with_front_matter(text: str, about: dict[str, str]) -> str:
    """The text as a Markdown file; a JSON string is a YAML string too, whatever is in it."""
    known = {name: " ".join(value.split()) for name, value in about.items() if value.strip()}
    if not known:
        return text
    lines = [f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in known.items()]
    return "\n".join(["---", *lines, "---", "", text])


_MOST_NAMED = 12
_OUTCOMES = {
    "added": "Added",
    "copy": "Added, a copy of another",
    "replaced": "Replaced",
    "unchanged": "There already",
}


def show_report(report: Report, *, named: bool = True) -> Markup:
    """The counts in one line, then the articles by name, then what was left out and why.

    Args:
        named: whether the articles are named, each as a button.
    """
    copies = f" ({report.copies:,} of them copies)" if report.copies else ""
    counts = {
        f"added{copies}": report.added,
        "replaced": report.replaced,
        "there already": report.unchanged,
        "left out": len(report.skipped),
    }
    said = ", ".join(f"{number:,} {what}" for what, number in counts.items() if number)
    return render(
        "report",
        report=report,
        outcome=said,
        named=report.named[:_MOST_NAMED] if named else (),
        OUTCOMES=_OUTCOMES,
    )
