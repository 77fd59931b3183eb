"""How quickly articles go into Milvus Lite and are found there, beside SQLite and FAISS.

    python -m benchmarks.milvus HOME [--articles N] [--stored 500] [--asked 60] [--json]

HOME is the folder of an index with its vectors; it is only read. `--articles` takes its newest ones
only. Some articles are first stored as
`dateline add` stores them, in batches of 64 passages, their vectors given. Then the whole index is
moved into a new file of Milvus Lite, and both are asked the same: headlines from all over the
index, with the vector of the article's first passage, 50 passages by words and 50 by meaning.

What `--json` prints: "articles", "passages", "characters" (of a mean article), "stored_a_second"
(articles), "moved_a_second", "moved_seconds"; for each store, "sqlite" and "milvus", "megabytes",
"median_ms", "p95_ms" of a search and "filtered_ms" (one outlet only); "same" (the share of each
search's first ten by meaning that both find); "rss_mb" (peak resident set of the process, MiB).
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import sys
from pathlib import Path
from statistics import mean, median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

from benchmarks.command import ending_on_errors, progress_bars
from index import Filters
from index.adding.changes import move
from index.adding.preparation import prepare, runs
from index.reports import Tally
from index.store import Change, open_store

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index import Article
    from index.store import Manifest, Store

_EVERYTHING = Filters()
_PASSAGES = 64  # in a batch, as when adding
_FOUND = 50

Asked = list[tuple["Article", "NDArray[np.float32]"]]


def main() -> None:
    """Measure, and print what was found."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("home", type=Path, metavar="HOME", help="the folder of an index")
    parser.add_argument("--articles", type=int, help="so many, in place of all")
    parser.add_argument("--stored", type=int, default=500, help="articles stored one by one")
    parser.add_argument("--asked", type=int, default=60, help="searches")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    given = parser.parse_args()
    with ending_on_errors(), TemporaryDirectory() as folder:
        facts = measure(given.home, Path(folder), given.articles, given.stored, given.asked)
    if given.json:
        print(json.dumps(facts, indent=2))
        return
    for name, value in facts.items():
        print(f"{name}: {value}")


def measure(
    home: Path, folder: Path, articles: int | None, stored: int, asked: int
) -> dict[str, Any]:
    """Every figure."""
    shutil.copytree(home, folder / "home", ignore=shutil.ignore_patterns("*.faiss"))
    source = open_store(None, folder / "home")
    manifest = source.manifest()
    if manifest is None:
        raise SystemExit(f"There is no index in {home}.")
    if articles is not None:
        source = _part(source, folder / "part", manifest, articles)
    counts = source.counts(_EVERYTHING)
    some = [each for each, _ in zip(source.articles(_EVERYTHING), range(stored), strict=False)]
    rate = _store(source, open_store(f"milvus://{folder}/some.db", folder / "some"), manifest, some)
    print(f"{rate:.1f} articles a second stored", file=sys.stderr)
    target = open_store(f"milvus://{folder}/all.db", folder / "all")
    began = perf_counter()
    with progress_bars() as bars:
        task = bars.add_task("Moving", total=counts.articles)
        move(source, target, Tally(), lambda now: bars.update(task, completed=now.done))
    moved = perf_counter() - began
    questions = _questions(source, manifest, asked, counts.articles)
    facts: dict[str, Any] = {
        "articles": counts.articles,
        "passages": counts.passages,
        "characters": round(mean(len(each.text) for each in some)),
        "stored_a_second": round(rate, 1),
        "moved_a_second": round(counts.articles / moved, 1),
        "moved_seconds": round(moved),
    }
    found = {}
    for name, store in (("sqlite", source), ("milvus", target)):
        facts[name], found[name] = _ask(store, questions)
    same = [len(one & other) / len(one) for one, other in zip(*found.values(), strict=True)]
    facts["same"] = round(mean(same), 3)
    facts["rss_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return facts


def _part(source: Store, folder: Path, manifest: Manifest, articles: int) -> Store:
    """An index of the newest articles only."""
    part = open_store(None, folder)
    newest = (each for each, _ in zip(source.articles(_EVERYTHING), range(articles), strict=False))
    for run in runs(newest, manifest, 20 * _PASSAGES):
        vectors = source.vectors({key for split in run for key in split.keys})
        part.commit(Change(manifest=manifest, put=run, vectors=vectors))
    return part


def _store(source: Store, target: Store, manifest: Manifest, articles: list[Article]) -> float:
    """Articles stored a second, batch by batch; the first batch apart: it loads the client."""
    took = []
    for run in runs(articles, manifest, _PASSAGES):
        vectors = source.vectors({key for split in run for key in split.keys})
        began = perf_counter()
        target.missing_vectors(vectors.keys())
        target.commit(Change(manifest=manifest, put=run, vectors=vectors))
        took.append((len(run), perf_counter() - began))
    counted = took[1:] or took
    return sum(number for number, _ in counted) / sum(seconds for _, seconds in counted)


def _questions(source: Store, manifest: Manifest, asked: int, articles: int) -> Asked:
    found: Asked = []
    for number, each in enumerate(source.articles(_EVERYTHING)):
        keys = prepare(each, manifest).keys[:1] if number % max(articles // asked, 1) == 0 else ()
        found += [(each, vector) for vector in source.vectors(keys).values()]
    return found


def _ask(store: Store, questions: Asked) -> tuple[dict[str, float], list[set[str]]]:
    store.search(questions[0][0].title, questions[0][1], _FOUND, _EVERYTHING)  # loads what it needs
    times, filtered, found = [], [], []
    for article, vector in questions:
        began = perf_counter()
        candidates = store.search(article.title, vector, _FOUND, _EVERYTHING)
        times.append(perf_counter() - began)
        passages = [candidates.passages[number][0] for number, _ in candidates.by_meaning[:10]]
        found.append({f"{each.article_id} {each.start}" for each in passages})
        began = perf_counter()
        store.search(article.title, vector, _FOUND, Filters(publishers=(article.publisher or "",)))
        filtered.append(perf_counter() - began)
    return {
        "megabytes": round(store.bytes_on_disk() / 1e6, 1),
        "median_ms": round(median(times) * 1000, 1),
        "p95_ms": round(quantiles(times, n=20)[-1] * 1000, 1),
        "filtered_ms": round(median(filtered) * 1000, 1),
    }, found


if __name__ == "__main__":
    main()
