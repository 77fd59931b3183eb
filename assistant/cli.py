"""The command `dateline`: parses and prints; the work is the assistant's and the index's."""

from __future__ import annotations

import json
import sys
from contextlib import contextmanager
from dataclasses import asdict
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
from rich.progress import Progress as ProgressBar
from rich.table import Table
from rich.text import Text

from assistant.errors import QuestionError
from assistant.settings import Settings
from index.errors import DatelineError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from assistant.answer import Answer
    from assistant.assistant import Assistant
    from index.reports import Progress, Report

ANSWERED, FAILED, WRONG_USE, ABSTAINED = 0, 1, 2, 3
"""Exit statuses."""

app = typer.Typer(
    name="dateline",
    help="Ask the news, get quotes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
out, err = (
    Console(highlight=False, soft_wrap=True),
    Console(stderr=True, highlight=False, soft_wrap=True),
)

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def main() -> None:
    """Run the command; every foreseen error becomes one line and an exit status."""
    try:
        app()
    except QuestionError as error:
        _fail(error, WRONG_USE)
    except DatelineError as error:
        _fail(error, FAILED)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        _fail(f"The setting {name} is not right: {first['msg']}. See .env.example.", WRONG_USE)
    except BrokenPipeError:
        sys.stderr.close()  # the reader of our output has gone; there is nobody to tell
        raise SystemExit(FAILED) from None


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="In plain words.")],
    as_json: AsJson = False,
    since: Annotated[str | None, typer.Option(help="Only articles from this day on.")] = None,
    until: Annotated[str | None, typer.Option(help="Only articles up to this day.")] = None,
    publisher: Annotated[
        list[str] | None, typer.Option(help="Only this outlet; repeat for more.")
    ] = None,
) -> None:
    """Answer a question in the articles' own words. Exit status 0 answered, 3 no answer."""
    answer = _assistant().answer(question, since=since, until=until, publishers=publisher)
    if as_json:
        print(answer.model_dump_json(indent=2))
    else:
        _print_answer(answer)
    raise typer.Exit(ANSWERED if answer.answered else ABSTAINED)


@app.command()
def chat(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535)] = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Add the sample articles if the index is empty.")
    ] = False,
) -> None:
    """Serve the browser chat."""
    from ui import serve

    assistant = _assistant()
    if samples and not assistant.index.counts().articles:
        with as_file(files("articles")) as folder, _progress_bar("Sample articles") as progress:
            assistant.index.add([folder], progress=progress)
    settings = assistant.settings
    serve(
        assistant,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
    )


@app.command()
def add(
    paths: Annotated[list[str], typer.Argument(help="Files (.txt, .md) or folders of them.")],
    as_json: AsJson = False,
) -> None:
    """Add articles. Those that are there already, unchanged, are left alone."""
    with _progress_bar("Adding") as progress:
        report = _assistant().index.add(paths, progress=progress)
    _print_report(report, as_json)


@app.command()
def rebuild(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="The index then holds these and nothing else."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the index anew; what did not change is not embedded again."""
    with _progress_bar("Embedding") as progress:
        report = _assistant().index.rebuild(paths or None, progress=progress)
    _print_report(report, as_json)


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(help="Article ids, or how they begin.")],
    as_json: AsJson = False,
) -> None:
    """Remove articles; all of them or, when an id is wrong, none."""
    _print_report(_assistant().index.remove(ids), as_json)


@app.command()
def status(
    as_json: AsJson = False,
    articles: Annotated[bool, typer.Option("--articles", help="List the articles.")] = False,
) -> None:
    """What the index holds."""
    index = _assistant().index
    now = index.status()
    listed = [
        {
            "id": each.id,
            "title": each.title,
            "publisher": each.publisher,
            "published": each.published.iso if each.published else None,
        }
        for each in (index.articles() if articles else ())
    ]
    if as_json:
        facts = {
            "location": str(now.location),
            **asdict(now.counts),
            "bytes": now.bytes_on_disk,
            "embedding_model": now.manifest.embedding_model if now.manifest else None,
        }
        print(json.dumps(facts | ({"list": listed} if articles else {}), indent=2))
        return
    counts = now.counts
    out.print(Text(f"Index: {now.location} ({now.bytes_on_disk / 1e6:.1f} MB)"))
    out.print(
        f"{counts.articles:,} articles from {counts.publishers:,} outlets, "
        f"{counts.passages:,} passages"
    )
    if counts.first_day:
        out.print(f"Dates covered: {counts.first_day} to {counts.last_day}")
    if now.manifest:
        out.print(Text(f"Embedding model: {now.manifest.embedding_model}"))
    if articles:
        table = Table("id", "date", "outlet", "title", box=None)
        for each in listed:
            cells = (each["id"], each["published"], each["publisher"], each["title"])
            table.add_row(*(Text(cell or "-") for cell in cells))
        out.print(table)


def _assistant() -> Assistant:
    from assistant.assistant import Assistant  # late: `--help` should not wait for it

    return Assistant(Settings())


def _print_answer(answer: Answer) -> None:
    from assistant.wording import describe_source

    if answer.standalone_question != " ".join(answer.question.split()):
        out.print(Text(f"Searched for: {answer.standalone_question}"), style="dim")
    numbers = {citation.number: citation for citation in answer.citations}
    for sentence in answer.sentences:
        cited = [numbers[number] for number in sentence.citations]
        marks = "".join(f" [{citation.number}]" for citation in cited)
        doubt = "" if cited else " (not found in the article: not supported)"
        out.print(Text(f"> {' '.join(sentence.text.split())}{marks}{doubt}", style="bold"))
        for citation in cited:
            source = f"  {describe_source(citation)}: {citation.title}".rstrip(": ")
            out.print(Text(f"{source} (characters {citation.start} to {citation.end})"))
    if answer.abstention:
        searched = answer.abstention.searched
        out.print(Text(f"I found no answer. {answer.abstention.reason}", style="bold"))
        days = (
            f", published {searched.first_day} to {searched.last_day}" if searched.first_day else ""
        )
        out.print(f"Searched {searched.articles:,} articles{days}.")
        for near in answer.abstention.nearest:
            out.print(Text(f"  Nearest: {near.title} ({describe_source(near)})"))


def _print_report(report: Report, as_json: bool) -> None:
    skipped = [{"source": each.source, "reason": each.reason} for each in report.skipped]
    if as_json:
        facts = {name: getattr(report, name) for name in report.__slots__}
        print(json.dumps(facts | {"skipped": skipped}, indent=2))
    else:
        out.print(
            f"{report.added} added, {report.replaced} replaced, {report.unchanged} unchanged, "
            f"{report.removed} removed, {len(skipped)} skipped in {report.seconds:.1f} s. "
            f"The index holds {report.articles:,} articles in {report.passages:,} passages."
        )
    for error in report.skipped:
        err.print(Text(f"Skipped {error}"))
    if report.skipped:
        raise typer.Exit(FAILED)


@contextmanager
def _progress_bar(label: str) -> Iterator[Callable[[Progress], None]]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with ProgressBar(*columns, TimeRemainingColumn(), console=err, transient=True) as bar:
        task = bar.add_task(label, total=None)
        yield lambda now: bar.update(task, completed=now.done, total=now.total)


def _fail(error: object, status: int) -> None:
    err.print(Text(f"dateline: {error}"))
    raise SystemExit(status)
