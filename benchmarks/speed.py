"""How quick Dateline is beside the plain LangChain pipeline and txtai, over the same articles.

    python -m benchmarks.speed DATA [--limit N] [--index FOLDER] [--json]

DATA is RealTime QA's (`benchmarks.realtimeqa`). All its articles are added, or with `--limit` those
listed for N questions; the questions are asked one by one. With `--index`, an index of ours that
holds all articles already, ours alone is timed, over a copy of it, and N questions are asked. Each
system fills its index in one process of its own and answers in another. What `--json` prints:
"ours", "plain" and "txtai", each with these figures, null where a system has no such thing; all of
txtai is null where it is not installed.

- add_articles_per_s: all articles but the last five, added at once; the model is loaded before.
- add_one_ms, remove_one_ms: one more article added or taken out again, until a search has looked
  at what is there then; the median of those five.
- rebuild_unchanged_s: the index looked over and nothing found to do.
- ask_cold_s: from the start of a process to its first answer.
- ask_median_ms, ask_p95_ms: an answer, once warm.
- rss_mb: the peak resident set of the process that answers, MiB.
- served_median_ms, served_p95_ms: an answer of `dateline chat` by /v1, once it has come to rest
  after its start.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import TYPE_CHECKING, Any

import httpx
import psutil

from benchmarks.command import argument_parser, ending_on_errors, figures_table, show
from benchmarks.data import DataError, sample
from benchmarks.realtimeqa import listed_corpus, read_questions, whole_corpus
from benchmarks.served import serving

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.realtimeqa import NewsQuestion
    from benchmarks.speed_systems import System
    from index import Article

FILLING = ("add_articles_per_s", "add_one_ms", "remove_one_ms", "rebuild_unchanged_s")
ASKING = ("ask_cold_s", "ask_median_ms", "ask_p95_ms", "rss_mb")
SERVING = ("served_median_ms", "served_p95_ms")
NAMES = ("ours", "plain", "txtai")
PARTS = ("fill", "change", "ask", "serve")
_HEADINGS = {
    "add_articles_per_s": "added a second",
    "add_one_ms": "one added, ms",
    "remove_one_ms": "one removed, ms",
    "rebuild_unchanged_s": "rebuilt, s",
    "ask_cold_s": "first answer, s",
    "ask_median_ms": "answer, ms",
    "ask_p95_ms": "p95, ms",
    "rss_mb": "memory, MiB",
    "served_median_ms": "served, ms",
    "served_p95_ms": "p95, ms",
}
_ONE_BY_ONE = 5  # articles
_AT_REST = 5.0  # percent of a core, at most, within a second


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argument_parser(
        __doc__.splitlines()[0], "a folder with questions.jsonl and articles.jsonl.xz"
    )
    parser.add_argument("--index", type=Path, help="an index of ours that holds all articles")
    parser.add_argument(
        "--part", choices=("fill", "change", "ask", "serve"), help=argparse.SUPPRESS
    )
    parser.add_argument("--system", choices=NAMES, help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    with ending_on_errors():
        if given.part:
            print(json.dumps(_run_part(given)))
            return
        _read_questions(given)
        found = _run_all(given)
    lines = [figures_table({name: found[name] or {} for name in NAMES}, _HEADINGS)]
    show(found, lines, as_json=given.json)


def fill(system: System, articles: Sequence[Article], question: str) -> dict[str, float | None]:
    """Add all articles, the last ones one by one, and what else changes an index."""
    few = min(_ONE_BY_ONE, len(articles) - 1)
    many, last = articles[: len(articles) - few], articles[len(articles) - few :]
    found: dict[str, float | None] = dict.fromkeys(FILLING)
    found["add_articles_per_s"] = len(many) / _seconds(lambda: system.fill(many))
    system.find(question)
    found["add_one_ms"] = _until_found(system, system.add, last, question)
    if "remove" in system.offers:
        found["remove_one_ms"] = _until_found(system, system.remove, last, question)
    if "rebuild" in system.offers:
        found["rebuild_unchanged_s"] = _seconds(system.rebuild)
    return found


def change(system: System, articles: Sequence[Article], question: str) -> dict[str, float | None]:
    """Take the last articles out of a filled index one by one, and put them in again."""
    last = articles[-_ONE_BY_ONE:]
    system.find(question)
    return {
        "remove_one_ms": _until_found(system, system.remove, last, question),
        "add_one_ms": _until_found(system, system.add, last, question),
        "rebuild_unchanged_s": _seconds(system.rebuild),
    }


def ask(system: System, questions: Sequence[str], started: float) -> dict[str, float | None]:
    """Ask every question, the first one once more.

    Args:
        started: when the process began, seconds since the epoch.
    """
    system.ask(questions[0])
    cold = time.time() - started
    took = [1000 * _seconds(partial(system.ask, question)) for question in questions]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return dict(zip(ASKING, (cold, median(took), _p95(took), peak), strict=True))


def serve(home: Path, questions: Sequence[str]) -> dict[str, float | None]:
    """Ask every question of `dateline chat` over the index in a folder."""
    took = []
    with serving(home) as (address, process), httpx.Client(base_url=address, timeout=60) as client:
        while process.cpu_percent(1) > _AT_REST:
            pass
        for question in questions:
            body = {"model": "dateline", "messages": [{"role": "user", "content": question}]}
            began = perf_counter()
            client.post("/v1/chat/completions", json=body).raise_for_status()
            took.append(1000 * (perf_counter() - began))
    return dict(zip(SERVING, (median(took), _p95(took)), strict=True))


def _p95(took: Sequence[float]) -> float:
    return quantiles(took, n=20)[-1] if len(took) > 1 else took[0]


def _until_found(
    system: System,
    change: Callable[[Article], None],
    articles: Sequence[Article],
    question: str,
) -> float | None:
    took = []
    for article in articles:
        began = perf_counter()
        change(article)
        system.find(question)
        took.append(1000 * (perf_counter() - began))
    return median(took) if took else None


def _seconds(do: Callable[[], object]) -> float:
    began = perf_counter()
    do()
    return perf_counter() - began


def _read_questions(given: argparse.Namespace) -> list[NewsQuestion]:
    chosen = sample(read_questions(given.data), given.limit)
    if not chosen:
        raise DataError(f"{given.data} has no questions")
    return chosen


def _read_articles(given: argparse.Namespace, chosen: Sequence[NewsQuestion]) -> list[Article]:
    whole = given.limit is None or given.index
    articles = list(whole_corpus(given.data) if whole else listed_corpus(given.data, chosen))
    if len(articles) < 2:
        raise DataError("fewer than two articles are listed for these questions: raise --limit")
    return articles


def _run_part(given: argparse.Namespace) -> dict[str, float | None]:
    from benchmarks.speed_systems import SYSTEMS

    chosen = _read_questions(given)
    if given.part == "serve":
        return serve(given.home / "ours", [each.text for each in chosen])
    system = SYSTEMS[given.system](given.home)
    if given.part == "ask":
        if "open" in system.offers:
            system.open()
        else:
            articles = _read_articles(given, chosen)
            system.fill(articles[: len(articles) - min(_ONE_BY_ONE, len(articles) - 1)])
        return ask(system, [each.text for each in chosen], psutil.Process().create_time())
    articles = _read_articles(given, chosen)
    if given.part == "fill":
        return fill(system, articles, chosen[0].text)
    return change(system, articles, chosen[0].text)


def _run_all(given: argparse.Namespace) -> dict[str, dict[str, Any] | None]:
    found: dict[str, dict[str, Any] | None] = dict.fromkeys(NAMES)
    limit = [] if given.limit is None else ["--limit", str(given.limit)]
    if given.index:
        limit += ["--index", str(given.index)]
    for name in NAMES[:1] if given.index else NAMES:
        if name == "txtai" and not find_spec("txtai"):
            print("txtai is not installed: pip install '.[compare]'", file=sys.stderr)
            continue
        figures: dict[str, Any] = dict.fromkeys(SERVING)
        with tempfile.TemporaryDirectory() as home:
            if given.index:
                shutil.copytree(given.index, Path(home) / "ours")
            parts = [
                "change" if given.index else "fill",
                "ask",
                *(["serve"] if name == "ours" else []),
            ]
            for part in parts:
                command = [sys.executable, "-m", "benchmarks.speed", str(given.data), *limit]
                command += ["--system", name, "--part", part, "--home", home]
                child = subprocess.run(  # noqa: S603  our own interpreter and module
                    command, stdout=subprocess.PIPE, text=True, check=False
                )
                if child.returncode:  # it has said why
                    raise SystemExit(child.returncode)
                figures |= json.loads(child.stdout)
        found[name] = figures
    return found


if __name__ == "__main__":
    main()
