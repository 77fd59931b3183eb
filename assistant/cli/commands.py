"""The commands: each parses its words, asks the assistant or the index, and prints."""

from __future__ import annotations

from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.printing import (
    ABSTAINED,
    ANSWERED,
    FAILED,
    print_answer,
    print_report,
    print_status,
    progress_bar,
)
from assistant.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from index.reports import Report

app = typer.Typer(
    name="dateline",
    help="Ask the news, get quotes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


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
    print_answer(answer, as_json=as_json)
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
        with as_file(files("articles")) as folder, progress_bar("Sample articles") as progress:
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
    with progress_bar("Adding") as progress:
        report = _assistant().index.add(paths, progress=progress)
    _finish(report, as_json=as_json)


@app.command()
def rebuild(
    paths: Annotated[
        list[str] | None,
        typer.Argument(help="The index then holds these and nothing else."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make the index anew; what did not change is not embedded again."""
    with progress_bar("Embedding") as progress:
        report = _assistant().index.rebuild(paths or None, progress=progress)
    _finish(report, as_json=as_json)


@app.command()
def remove(
    ids: Annotated[list[str], typer.Argument(help="Article ids, or how they begin.")],
    as_json: AsJson = False,
) -> None:
    """Remove articles; all of them or, when an id is wrong, none."""
    _finish(_assistant().index.remove(ids), as_json=as_json)


@app.command()
def status(
    as_json: AsJson = False,
    articles: Annotated[bool, typer.Option("--articles", help="List the articles.")] = False,
) -> None:
    """What the index holds."""
    index = _assistant().index
    now = index.status()
    listed = list(index.articles()) if articles else None
    print_status(now, listed, as_json=as_json)


def _assistant() -> Assistant:
    from assistant.assistant import Assistant  # late: `--help` should not wait for it

    return Assistant(Settings())


def _finish(report: Report, *, as_json: bool) -> None:
    print_report(report, as_json=as_json)
    if report.skipped:
        raise typer.Exit(FAILED)
