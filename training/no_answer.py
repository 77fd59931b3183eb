"""Give a model its no-answer threshold: ``python -m training.no_answer MODEL DATA``.

The score above which a span is taken for an answer when single passages are read, as SQuAD 2.0 is
measured. It is chosen on the held-out training articles, half of their questions answerable, a
quarter unanswerable by hand, a quarter put to a passage that BM25 confuses with the right one, and
written to the model's ``config.json`` under ``reading``. (Dateline's own threshold is over what a
search finds: see ``weigh_signs``.)
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.span_model import SpanModel
from training.mining import mine
from training.scoring import f1
from training.sources import Item, held_out, read_items


def held_out_slice(data: Path) -> list[Item]:
    """Held-out questions, half of them answerable; the mined ones come without answers."""
    kinds = {
        name: [item for item in items if held_out(item.group)]
        for name, items in read_items(data).items()
    }
    pairs, squad = kinds["pairs"], random.Random(0).sample(kinds["squad"], len(kinds["squad"]))
    passages = sorted({item.passage for item in kinds["squad"]})
    place = {passage: index for index, passage in enumerate(passages)}
    asked = squad[-len(pairs) :]
    found = mine(asked, passages, np.array([place[item.passage] for item in asked]))
    mined = [
        Item("mined", item.group, item.question, passages[hits[0]], ())
        for item, hits in zip(asked, found, strict=True)
        if hits
    ]
    return [*squad[: len(pairs) + len(mined)], *pairs, *mined]


def best_threshold(
    scores: Sequence[float], span_f1: Sequence[float], none: Sequence[bool]
) -> float:
    """The score above which to answer, such that the mean SQuAD 2.0 F1 is highest."""
    order = np.argsort(-np.array(scores))
    ranked = np.array(scores)[order]
    # Answering everything down to rank k: their spans' F1, less what silence was worth there.
    gain = np.array(span_f1)[order] - np.array(none, dtype=float)[order]
    best = int(np.argmax(np.concatenate([[0.0], np.cumsum(gain)])))
    if best == 0:
        return float(ranked[0]) + 1.0
    after = ranked[best] if best < len(ranked) else ranked[-1] - 1.0
    return float((ranked[best - 1] + after) / 2)


def main() -> None:
    """Choose the threshold, print it with its F1, write it to ``config.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="a model folder; its config.json is changed")
    parser.add_argument("data", type=Path, help="the folder of .jsonl.xz training files")
    args = parser.parse_args()
    items = held_out_slice(args.data)
    spans = SpanModel(str(args.model)).read_pairs([(item.question, item.passage) for item in items])
    said = [
        f1(item.passage[span.start : span.end], [each.text for each in item.answers])
        if item.answers
        else 0.0
        for item, span in zip(items, spans, strict=True)
    ]
    none = [not item.answers for item in items]
    threshold = best_threshold([span.score for span in spans], said, none)
    worth = [
        value if span.score > threshold else float(empty)
        for value, span, empty in zip(said, spans, none, strict=True)
    ]
    print(f"{len(items)} held-out questions: F1 {100 * np.mean(worth):.2f} at {threshold:.3f}")
    path = args.model / "config.json"
    config = json.loads(path.read_text())
    config["reading"] = {"no_answer_threshold": round(threshold, 4)}
    path.write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main()
