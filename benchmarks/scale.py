"""How a large index is searched: comparing with every vector, and as it is chosen by size.

    python -m benchmarks.scale DATA HOME [--passages 1000000] [--folder FOLDER] [--json]

DATA is a folder of RealTime QA, whose questions are asked; HOME an index of its articles, as
`python -m benchmarks.news DATA` leaves one in the user's cache folder. From HOME an index of so
many passages is grown (`benchmarks/grown.py`) and kept in FOLDER (3 GB for a million) for the next
run. Each part runs in a process of its own, and the vectors are searched as the chat searches
them, through the store.

What `--json` prints: "passages", and "flat" and "chosen", each with

- recall_at_10, recall_at_50: of the nearest, compared with "flat";
- median_ms, p95_ms: of a warm search by meaning, with what is read from SQLite for it;
- filtered_ms: the median with a filter that leaves the articles of the latest month;
- rss_mb, private_mb: the resident set after all searches, and what of it no other process shares;
- open_s: the first search of a process; build_s, build_rss_mb: making the file, and the peak;
- file_mb; add_one_ms, remove_one_ms: one article, until a search has seen it;

and "hybrid", searches by words and by meaning together, and their passages: median_ms, p95_ms, and
the same for the latest month ("month_") and for one outlet ("outlet_"), of which the first also
reads what the filter admits ("first_ms"); open_s, rss_mb, private_mb.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from platformdirs import user_cache_path

from benchmarks.command import ending_on_errors, figures_table, progress_bars, show
from benchmarks.realtimeqa import read_questions

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from index.records import Filters
    from index.store.sqlite_store import SQLiteStore

_WARMING = 30  # searches before those that are timed
_TIMES = 5  # one article is added and removed
_PARTS = ("grow", "ask", "flat-build", "flat", "chosen-build", "chosen", "hybrid")
_COLUMNS = {
    "recall_at_10": "recall@10 %",
    "recall_at_50": "recall@50 %",
    "month_median_ms": "month, median ms",
    "month_p95_ms": "p95 ms",
    "outlet_median_ms": "outlet, median ms",
    "outlet_p95_ms": "p95 ms",
    "median_ms": "median ms",
    "p95_ms": "p95 ms",
    "filtered_ms": "filtered ms",
    "rss_mb": "resident MB",
    "private_mb": "private MB",
    "open_s": "open s",
    "build_s": "build s",
    "build_rss_mb": "build MB",
    "file_mb": "file MB",
    "add_one_ms": "add ms",
    "remove_one_ms": "remove ms",
}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, metavar="DATA")
    parser.add_argument("home", type=Path, metavar="HOME")
    parser.add_argument("--passages", type=int, default=1_000_000)
    parser.add_argument("--folder", type=Path)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--part", choices=_PARTS, help=argparse.SUPPRESS)
    given = parser.parse_args(argv)
    folder = given.folder or user_cache_path("dateline") / "benchmarks" / f"{given.passages}"
    with ending_on_errors():
        if given.part:
            print(json.dumps(_run(given.part, given, folder)))
            return
        found = {part: _start(part, given, folder) for part in _PARTS}
    rows = {name: {**found[f"{name}-build"], **found[name]} for name in ("flat", "chosen")}
    rows["hybrid"] = found["hybrid"]
    show(
        {"passages": given.passages, **rows},
        [figures_table(rows, _COLUMNS, f"{given.passages:,} passages")],
        as_json=given.json,
    )


def _start(part: str, given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.scale", str(given.data), str(given.home)]
    command += ["--passages", str(given.passages), "--folder", str(folder), "--part", part]
    print(part, file=sys.stderr)
    child = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if child.returncode:  # it has said why
        raise SystemExit(child.returncode)
    found: dict[str, Any] = json.loads(child.stdout)
    return found


def _run(part: str, given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    # Imported here: what only starts the others must stay smaller than each of them.
    from index.store import SQLiteStore, vector_index
    from index.store.vector_clusters import Sizes

    if part == "grow":
        return _grow(given, folder)
    if part == "ask":
        return _ask(given.data, folder)
    if part.startswith("flat"):
        vector_index.SIZES = Sizes(exact_up_to=10**12)
    store = SQLiteStore(folder / "index")
    if part.endswith("build"):
        return _build(store)
    return _hybrid(store, folder, given.data) if part == "hybrid" else _search(store, folder, part)


def _grow(given: argparse.Namespace, folder: Path) -> dict[str, Any]:
    from benchmarks.grown import grow

    if not (folder / "index").exists():
        with progress_bars() as bars:
            task = bars.add_task("growing", total=given.passages)
            making = folder / "growing"
            grow(given.home, making, given.passages, lambda n: bars.update(task, completed=n))
            making.rename(folder / "index")
    return {}


def _ask(data: Path, folder: Path) -> dict[str, Any]:
    from index.models.embedding import SentenceTransformerEmbeddings, encode

    if not (folder / "questions.npy").exists():
        texts = [question.text for question in read_questions(data)]
        np.save(folder / "questions.npy", encode(SentenceTransformerEmbeddings(), texts))
    return {}


def _build(store: SQLiteStore) -> dict[str, float]:
    for file in (store.location / "vectors").glob("*.faiss"):
        file.unlink()
    began = perf_counter()
    store.flush()
    (file,) = (store.location / "vectors").glob("*.faiss")
    return {
        "build_s": perf_counter() - began,
        "build_rss_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "file_mb": file.stat().st_size / 1e6,
    }


def _search(store: SQLiteStore, folder: Path, part: str) -> dict[str, float]:
    from index.records import Filters

    questions = np.load(folder / "questions.npy")
    began = perf_counter()
    _nearest(store, questions[0], Filters())
    opened = perf_counter() - began
    found, times = [], []
    with progress_bars() as bars:
        for question in bars.track(questions, description=part):
            began = perf_counter()
            found.append(_nearest(store, question, Filters()))
            times.append(1_000 * (perf_counter() - began))
    last = store.counts(Filters()).last_day
    assert last is not None
    month = Filters(since=date.fromisoformat(last) - timedelta(days=30))
    filtered = _median(lambda n: _nearest(store, questions[n], month), 20)
    kept = folder / "nearest.json"
    if part == "flat":
        kept.write_text(json.dumps(found))
    truth = json.loads(kept.read_text())
    rss, private = _memory()
    added, removed = _one_more(store, questions)
    return {
        **{f"recall_at_{most}": _recall(found, truth, most) for most in (10, 50)},
        "median_ms": float(np.median(times[_WARMING:])),
        "p95_ms": float(np.quantile(times[_WARMING:], 0.95)),
        "filtered_ms": filtered,
        "open_s": opened,
        "rss_mb": rss,
        "private_mb": private,
        "add_one_ms": added,
        "remove_one_ms": removed,
    }


def _hybrid(store: SQLiteStore, folder: Path, data: Path) -> dict[str, float]:
    """Questions by words and by meaning, as the chat searches: in all, and within filters."""
    from index.records import Filters

    texts = [question.text for question in read_questions(data)]
    questions = np.load(folder / "questions.npy")
    counts = store.counts(Filters())
    assert counts.last_day is not None
    month = date.fromisoformat(counts.last_day) - timedelta(days=30)
    outlet = next(iter(store.outlets()))
    began = perf_counter()
    store.search(texts[0], questions[0], 50, Filters())
    found: dict[str, float] = {"open_s": perf_counter() - began}
    for name, filters in (
        ("", Filters()),
        ("month_", Filters(since=month)),
        ("outlet_", Filters(publishers=(outlet,))),
    ):
        times = []
        with progress_bars() as bars:
            for number, text in enumerate(bars.track(texts, description=f"hybrid {name}")):
                began = perf_counter()
                store.search(text, questions[number], 50, filters)
                times.append(1_000 * (perf_counter() - began))
        found[f"{name}median_ms"] = float(np.median(times[_WARMING:]))
        found[f"{name}p95_ms"] = float(np.quantile(times[_WARMING:], 0.95))
        found[f"{name}first_ms"] = times[0]
    found["rss_mb"], found["private_mb"] = _memory()
    return found


def _nearest(store: SQLiteStore, question: np.ndarray[Any, Any], within: Filters) -> list[int]:
    from index.store.sqlite_rows import read_stamp

    with store._connections.reading() as connection:
        searched = store._sets.read(connection, read_stamp(connection), within)
        found = store._vectors.search(connection, question, 50, searched)
    return [number for number, _ in found]


def _one_more(store: SQLiteStore, questions: np.ndarray[Any, Any]) -> tuple[float, float]:
    """Milliseconds until a search has seen an article come, and go."""
    from index import Article
    from index.adding.preparation import prepare
    from index.records import Filters
    from index.store.interface import Change

    manifest = store.manifest()
    assert manifest is not None

    def change(number: int, there: bool) -> None:
        article = Article(text=f"The ferry {number} reached the harbour on Monday.", title="Ferry")
        split = prepare(article, manifest)
        vectors = dict.fromkeys(split.keys, questions[number])
        put: dict[str, Any] = (
            {"put": [split], "vectors": vectors} if there else {"remove": [article.id]}
        )
        store.commit(Change(manifest=manifest, **put))
        store.flush()
        _nearest(store, questions[0], Filters())

    adding = _median(lambda number: change(number, there=True), _TIMES)
    return adding, _median(lambda number: change(number, there=False), _TIMES)


def _median(run: Callable[[int], object], times: int) -> float:
    taken = []
    for number in range(times):
        began = perf_counter()
        run(number)
        taken.append(1_000 * (perf_counter() - began))
    return float(np.median(taken))


def _recall(found: list[list[int]], truth: list[list[int]], most: int) -> float:
    shares = [
        len({*ours[:most]} & {*theirs[:most]}) / most
        for ours, theirs in zip(found, truth, strict=True)
    ]
    return float(np.mean(shares))


def _memory() -> tuple[float, float]:
    """Megabytes resident, and those of them that no other process shares."""
    import psutil

    memory = psutil.Process().memory_info()
    return memory.rss / 1e6, (memory.rss - memory.shared) / 1e6


if __name__ == "__main__":
    main()
