"""The commands: each parses its words, asks the assistant or the index, and prints."""

from __future__ import annotations

import errno
import io
import os
import sys
from importlib.resources import as_file, files
from typing import TYPE_CHECKING, Annotated

import typer
from pydantic import ValidationError

from assistant import users
from assistant.cli.printing import (
    ABSTAINED,
    ANSWERED,
    FAILED,
    STOPPED,
    WRONG_USE,
    AsJson,
    err,
    plain,
    print_answer,
    print_report,
    print_status,
    progress_bar,
)
from assistant.cli.upkeep import AllowPrivate, backup, check, restore, watch
from assistant.question import QuestionError
from assistant.settings import Settings
from index.errors import DatelineError
from index.reports import Interrupted

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from index.loading import LoadOptions
    from index.reports import Report

app = typer.Typer(
    name="dateline",
    help="Ask the news, get quotes.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
Columns = Annotated[
    list[str] | None,
    typer.Option(
        "--map",
        metavar="FIELD=COLUMN",
        help="Which column of a table is which field: title=headline. Repeat for more.",
    ),
]


@app.command()
def ask(
    question: Annotated[str, typer.Argument(help="In plain words.")],
    as_json: AsJson = False,
    since: Annotated[
        str | None,
        typer.Option(help="Only articles from this day on: 2019-04-15, 2019-04, last week."),
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(help="Only articles up to this day, or the end of this month or week."),
    ] = None,
    publisher: Annotated[
        list[str] | None, typer.Option(help="Only this outlet; repeat for more.")
    ] = None,
    article: Annotated[
        list[str] | None,
        typer.Option(help="Only the article with this id, or how it begins; repeat for more."),
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(help="The day it is asked: articles near it come first.")
    ] = None,
) -> None:
    """Answer a question in the articles' own words, or as DATELINE_CHAT_MODEL writes.

    Exit status 0 answered, 3 no answer.
    """
    assistant = _assistant()
    answer = assistant.answer(
        question,
        since=since,
        until=until,
        publishers=publisher,
        articles=assistant.index.whole_ids(article or ()),
        as_of=as_of,
    )
    print_answer(answer, as_json=as_json)
    raise typer.Exit(ANSWERED if answer.answered else ABSTAINED)


@app.command()
def chat(
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on.", min=0, max=65535)] = None,
    samples: Annotated[
        bool, typer.Option("--samples", help="Add the sample articles if the index is empty.")
    ] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Answer, and let nobody add, remove or rebuild.")
    ] = False,
    without_login: Annotated[
        bool,
        typer.Option("--without-login", help="Let others reach it, and nobody need log in."),
    ] = False,
) -> None:
    """Serve the browser chat."""
    from ui import end_process, serve

    if samples:
        _add_samples()
    settings = Settings(read_only=True) if read_only else Settings()
    assistant = _assistant(settings)
    _ = assistant.writer  # a chat model that cannot be had is told now, not to the first reader
    serve(
        assistant,
        host=settings.host if host is None else host,
        port=settings.port if port is None else port,
        without_login=without_login,
    )
    end_process()


def _add_samples() -> None:
    index = _assistant().index
    if not index.counts().articles:
        with as_file(files("articles")) as folder, progress_bar("Sample articles") as progress:
            index.add([folder], progress=progress)


@app.command()
def add(
    sources: Annotated[list[str], typer.Argument(help="Files, folders and http(s) URLs.")],
    as_json: AsJson = False,
    columns: Columns = None,
    allow_private: AllowPrivate = False,
) -> None:
    """Add articles from text, pages, feeds, tables, PDFs, office documents and archives.

    Those that are there already, unchanged, are left alone.
    """
    options = _load_options(columns or [], allow_private=allow_private)
    try:
        with progress_bar("Adding") as progress:
            report = _assistant().index.add(sources, options=options, progress=progress)
    except Interrupted as interrupted:
        print_report(interrupted.report, as_json=as_json, adding=True)
        raise typer.Exit(STOPPED) from None
    _finish(report, as_json=as_json, adding=True)


app.command()(watch)


@app.command()
def rebuild(
    sources: Annotated[
        list[str] | None,
        typer.Argument(help="The index then holds these and nothing else."),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            metavar="FOLDER|URI",
            help="Move another index here, with its vectors: its folder, or the URI of its Milvus.",
        ),
    ] = None,
    as_json: AsJson = False,
    columns: Columns = None,
    allow_private: AllowPrivate = False,
) -> None:
    """Make the index anew; what did not change is not embedded again."""
    if from_ is not None:
        if sources:
            raise typer.BadParameter("name sources or --from, not both", param_hint="--from")
        assistant = _assistant()
        with progress_bar("Moving") as progress:
            report = assistant.index.move_from(assistant.settings.open_store(from_), progress)
        _finish(report, as_json=as_json)
        return
    options = _load_options(columns or [], allow_private=allow_private)
    with progress_bar("Embedding") as progress:
        report = _assistant().index.rebuild(sources or None, options=options, progress=progress)
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
    print_status(now, index.articles() if articles else None, as_json=as_json)


for _kept in (check, backup, restore):
    app.command()(_kept)


@app.command()
def hash_password() -> None:
    """Ask for a password, twice and without showing it, and print its hash for DATELINE_USERS.

    Where standard input is no terminal, its first line is the password.
    """
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    typer.echo(users.hash_password(password))


def main() -> None:
    """Run the command; every foreseen error becomes one line and an exit status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows ASCII only
    try:
        app(prog_name="dateline")
    except QuestionError as error:
        _fail(error, WRONG_USE)
    except DatelineError as error:
        _fail(error, FAILED)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        _fail(f"The setting {name} is not right: {first['msg']}. See .env.example.", WRONG_USE)
    except UnicodeDecodeError:  # all else that is read says itself what is wrong with it
        _fail("The file .env is not UTF-8 text: save it as UTF-8.", WRONG_USE)
    except OSError as error:  # of standard output; all else is translated where it happens
        if error.errno in {errno.EMFILE, errno.ENFILE}:
            _fail("Too many files are open: raise the limit (`ulimit -n`) and try again.", FAILED)
        # What is still buffered cannot be written either, and would fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _fail(f"The output cannot be written: {error.strerror}.", FAILED)
    except SystemExit as done:
        if done.code == STOPPED:
            err.print("dateline: stopped. What was stored by then stays.")
        raise


def _fail(error: object, status: int) -> None:
    err.print(plain(f"dateline: {error}"))
    raise SystemExit(status)


def _assistant(settings: Settings | None = None) -> Assistant:
    from assistant.assistant import Assistant  # late: `--help` should not wait for it

    # DATELINE_READ_ONLY is for those who are served, not for who runs the commands.
    return Assistant(settings or Settings(read_only=False))


def _load_options(columns: list[str], *, allow_private: bool) -> LoadOptions:
    from index.loading import LoadOptions

    pairs = [each.partition("=") for each in columns]
    try:
        if not all(field and column for field, _, column in pairs):
            raise ValueError("write it as FIELD=COLUMN, such as title=headline")
        named = {field.strip(): column.strip() for field, _, column in pairs}
        contact = Settings().contact
        return LoadOptions(columns=named, allow_private=allow_private, contact=contact)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="--map") from error


def _finish(report: Report, *, as_json: bool, adding: bool = False) -> None:
    print_report(report, as_json=as_json, adding=adding)
    if report.skipped:
        raise typer.Exit(FAILED)
