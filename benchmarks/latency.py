"""How long a warm answer takes, beside the plain pipeline, over the sample articles.

    python -m benchmarks.latency [--articles FOLDER] [--rounds N] [--json]

Both answer the same questions in turn, A B A B, after a warm-up; medians and the 95th percentile in
milliseconds, and the ratio of the medians.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from importlib.resources import files
from pathlib import Path
from statistics import median, quantiles
from time import perf_counter
from typing import Any

from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant import Assistant, Settings
from benchmarks.data import SAMPLE_QUESTIONS
from benchmarks.plain import PlainPipeline
from index import NewsIndex


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=Path, default=Path(str(files("articles"))))
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        result = measure(Path(folder), arguments.articles, arguments.rounds)
    if arguments.json:
        print(json.dumps(result))
        return
    table = Table("", "median ms", "95th percentile ms")
    for name in ("ours", "plain"):
        figures = result[name]
        table.add_row(name, f"{figures['median_ms']:.0f}", f"{figures['p95_ms']:.0f}")
    Console().print(table, f"ratio of the medians {result['ratio']:.2f}")


def measure(folder: Path, articles: Path, rounds: int) -> dict[str, Any]:
    """{"ours": {"median_ms", "p95_ms"}, "plain": {…}, "ratio", "questions", "rounds"}."""
    index = NewsIndex(folder)
    index.add([articles])
    assistant = Assistant(Settings(home=folder), index=index)
    plain = PlainPipeline([article.text for article in index.articles()])
    took: dict[str, list[float]] = {"ours": [], "plain": []}
    for number in track(range(rounds + 1), "Asking", console=Console(stderr=True)):
        for question in SAMPLE_QUESTIONS:
            for name, answer in (("ours", assistant.answer), ("plain", plain.answer)):
                began = perf_counter()
                answer(question)
                if number:  # the first round warms both up
                    took[name].append((perf_counter() - began) * 1000)
    figures = {
        name: {"median_ms": median(times), "p95_ms": quantiles(times, n=20)[-1]}
        for name, times in took.items()
    }
    ratio = figures["ours"]["median_ms"] / figures["plain"]["median_ms"]
    return {**figures, "ratio": ratio, "questions": len(SAMPLE_QUESTIONS), "rounds": rounds}


if __name__ == "__main__":
    main()
