"""Measure a reading model: ``python -m training.evaluate MODEL squad20_dev.jsonl.xz``.

Prints SQuAD 2.0's exact match and F1 over all questions with the model's own threshold (chosen
on held-out training articles, never here), and over the answerable ones both with the
threshold and when the best span is always given.
"""

import argparse
import json
import random
from pathlib import Path

from assistant.span_model import SpanModel
from training.scoring import Scores
from training.sources import read_rows


def evaluate(model: Path, data: Path, limit: int | None) -> None:
    """Print the scores on a file of reading items, or on ``limit`` of them drawn at random."""
    rows = list(read_rows(data))
    if limit is not None and limit < len(rows):
        rows = random.Random(0).sample(rows, limit)
    found = SpanModel(str(model)).read_pairs([(row["question"], row["passage"]) for row in rows])
    spans = [row["passage"][each.start : each.end] for row, each in zip(rows, found, strict=True)]
    settings = json.loads((model / "config.json").read_text()).get("reading", {})
    threshold = settings.get("no_answer_threshold", 0.0)
    answers = [
        span if each.score > threshold else "" for span, each in zip(spans, found, strict=True)
    ]
    gold = [[answer["text"] for answer in row["answers"]] for row in rows]
    has = [i for i, wanted in enumerate(gold) if wanted]
    lacks = [i for i, wanted in enumerate(gold) if not wanted]

    def scores(said: list[str], which: list[int]) -> Scores:
        return Scores.of([said[i] for i in which], [gold[i] for i in which])

    print(f"threshold {threshold:.3f}")
    print("all                     ", scores(answers, list(range(len(rows)))))
    print("answerable              ", scores(answers, has))
    print("answerable, always said ", scores(spans, has))
    print("unanswerable            ", scores(answers, lacks))


def main() -> None:
    """Parse the command line and evaluate."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="a model folder")
    parser.add_argument("data", type=Path, help="a .jsonl.xz file of reading items")
    parser.add_argument("--limit", type=int, help="measure on this many, drawn at random")
    args = parser.parse_args()
    evaluate(args.model, args.data, args.limit)


if __name__ == "__main__":
    main()
