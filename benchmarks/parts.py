"""A benchmark over a news index, part by part, each in a process of its own.

`index` makes our index and `embed` the plain pipeline's vectors; `ours` and `plain` answer. Peak
memory is that of a process's whole life, so what answers must not be what embedded, and neither
system may pay for the other's libraries.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from platformdirs import user_cache_path

from benchmarks.command import argument_parser
from benchmarks.data import DataError, sample
from benchmarks.realtimeqa import Corpus, NewsQuestion, listed_corpus, whole_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    Answering = Callable[["Job"], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Job:
    """What a part works on: the questions, the articles to search, and where both systems are."""

    questions: list[NewsQuestion]
    corpus: Corpus
    home: Path


def job_parser(description: str) -> argparse.ArgumentParser:
    """A parser of a benchmark over a news index."""
    parser = argument_parser(description, "a folder with questions.jsonl and articles.jsonl.xz")
    parser.add_argument("--month", help="questions of this month only, such as 2022-06")
    parser.add_argument(
        "--all-articles",
        action="store_true",
        help="with --limit, search all articles, not only those listed for the questions",
    )
    parser.add_argument(
        "--home",
        type=Path,
        help="keeps the index and the plain vectors from one run to the next; default: in the "
        "user's cache folder. A sample that searches its own articles only is kept nowhere.",
    )
    parser.add_argument(
        "--part", choices=("index", "embed", "ours", "plain"), help=argparse.SUPPRESS
    )
    return parser


def choose(questions: Sequence[NewsQuestion], arguments: argparse.Namespace) -> list[NewsQuestion]:
    """Those of the questions that the arguments ask for.

    Raises:
        DataError: there are none.
    """
    of_month = [q for q in questions if arguments.month in {None, q.month}]
    if not of_month:
        raise DataError(f"{arguments.data} has no such questions")
    return sample(of_month, arguments.limit)


def run_part(
    questions: list[NewsQuestion],
    arguments: argparse.Namespace,
    answering: Mapping[str, Answering],
) -> None:
    """Run the part that the arguments name, and print what it found as JSON."""
    # Imported here: the process that only starts the others must stay smaller than each of them,
    # for on Linux a child's peak memory is never less than its parent's when it was started.
    from benchmarks.systems import Ours, Plain

    job = Job(questions, _corpus(questions, arguments), _home(arguments))
    found: dict[str, Any]
    match arguments.part:
        case "index":
            articles = Ours.over(job.home).put(job.corpus)
            found = {"articles": articles, "skipped": len(job.corpus.ids) - articles}
        case "embed":
            found = {"chunks": len(Plain.over(job.corpus, job.home).pipeline.chunks)}
        case part:
            found = answering[part](job)
    print(json.dumps(found))


def run_all_parts(module: str, arguments: argparse.Namespace) -> dict[str, dict[str, Any]]:
    """What each part of a benchmark found; their progress bars go to our standard error."""
    found = {}
    with _kept_or_temporary(arguments) as home:
        for part in ("index", "embed", "ours", "plain"):
            command = [sys.executable, "-m", module, *_as_given(arguments), "--home", str(home)]
            child = subprocess.run(  # noqa: S603  our own interpreter and module
                [*command, "--part", part], stdout=subprocess.PIPE, text=True, check=False
            )
            if child.returncode:  # it has said why
                raise SystemExit(child.returncode)
            found[part] = json.loads(child.stdout)
    return found


def _is_small(arguments: argparse.Namespace) -> bool:
    return arguments.limit is not None and not arguments.all_articles


def _corpus(questions: Sequence[NewsQuestion], arguments: argparse.Namespace) -> Corpus:
    if not _is_small(arguments):
        return whole_corpus(arguments.data)
    corpus = listed_corpus(arguments.data, questions)
    if not corpus.ids:
        raise DataError("no article is listed for these questions: raise --limit")
    return corpus


def _home(arguments: argparse.Namespace) -> Path:
    name = arguments.data.resolve().name
    home: Path = arguments.home or user_cache_path("dateline") / "benchmarks" / name
    return home


@contextmanager
def _kept_or_temporary(arguments: argparse.Namespace) -> Iterator[Path]:
    if not _is_small(arguments):
        yield _home(arguments)
        return
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)


def _as_given(arguments: argparse.Namespace) -> list[str]:
    given = [str(arguments.data)]
    given += ["--limit", str(arguments.limit)] if arguments.limit is not None else []
    given += ["--month", arguments.month] if arguments.month else []
    given += ["--all-articles"] if arguments.all_articles else []
    return given
