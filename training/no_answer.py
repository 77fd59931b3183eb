"""Give a model its no-answer threshold: ``python -m training.no_answer MODEL DATA``.

The score above which a span is taken for an answer when single passages are read, as SQuAD 2.0 is
measured. It is chosen on the held-out training articles, on their answerable questions and on those
that people wrote to be unanswerable, each half of the whole, and written to the model's
``config.json`` under ``reading``. (Dateline's own threshold is over what a search finds: see
``weigh_signs``.)
"""

import argparse
import json
import random
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from assistant.reading.context_model import ContextModel
from assistant.reading.span_model import SpanModel
from training.scoring import f1
from training.sources import Item, held_out, read_items

Floats = NDArray[np.float64]

_DRAWS = 200


def held_out_slice(data: Path) -> list[Item]:
    """Held-out questions: the hand-written unanswerable ones, and twice as many answerable ones."""
    kinds = {
        name: [item for item in items if held_out(item.group)]
        for name, items in read_items(data).items()
        if name in {"pairs", "squad"}
    }
    pairs, squad = kinds["pairs"], random.Random(0).sample(kinds["squad"], len(kinds["squad"]))
    return [*squad[: 2 * len(pairs)], *pairs]


def best_threshold(scores: Floats, span_f1: Floats, none: NDArray[np.bool_]) -> float:
    """The score above which to answer, such that the mean SQuAD 2.0 F1 is highest.

    Answerable and unanswerable questions weigh the same in all. The mean is nearly flat around its
    top, so that one draw of questions places it by chance: what is given is the median of the best
    thresholds of `_DRAWS` draws.

    Args:
        scores, span_f1: of each question's best span, shape (questions,).
        none: whether nothing answers the question.
    """
    weights = np.where(none, 0.5 / none.sum(), 0.5 / (~none).sum())
    rng = np.random.default_rng(0)
    order = np.argsort(-scores)
    edges = np.append(scores[order], scores.min() - 1.0)
    found = []
    for _ in range(_DRAWS):
        drawn = np.bincount(rng.integers(len(scores), size=len(scores)), minlength=len(scores))
        # Answering everything down to rank k: their spans' F1, less what silence was worth there.
        gain = ((span_f1 - none) * weights * drawn)[order]
        best = int(np.argmax(np.concatenate([[0.0], np.cumsum(gain)])))
        found.append((edges[max(best - 1, 0)] + edges[best]) / 2)
    return float(np.median(found))


def main() -> None:
    """Choose the threshold, print it with its F1, write it to ``config.json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="a model folder; its config.json is changed")
    parser.add_argument("data", type=Path, help="the folder of .jsonl.xz training files")
    args = parser.parse_args()
    items = held_out_slice(args.data)
    kind = json.loads((args.model / "config.json").read_text())["model_type"]
    pairs = [(item.question, item.passage) for item in items]
    if kind == "mpnet":  # it has the last word together with the first look
        spans = ContextModel(args.model).read_pairs(pairs, first=SpanModel())
    else:
        spans = SpanModel(str(args.model)).read_pairs(pairs)
    said = np.array(
        [
            f1(item.passage[span.start : span.end], [each.text for each in item.answers])
            if item.answers
            else 0.0
            for item, span in zip(items, spans, strict=True)
        ]
    )
    none = np.array([not item.answers for item in items])
    scores = np.array([span.score for span in spans])
    threshold = best_threshold(scores, said, none)
    answered = said[(scores > threshold) & ~none].sum() / (~none).sum()
    declined = (scores[none] <= threshold).mean()
    print(
        f"{len(items)} held-out questions, threshold {threshold:.3f}: F1 of the answerable "
        f"{100 * answered:.2f}, of the unanswerable {100 * declined:.2f}, "
        f"mean {50 * (answered + declined):.2f}"
    )
    path = args.model / "config.json"
    config = json.loads(path.read_text())
    config["reading"] = {"no_answer_threshold": round(threshold, 4)}
    path.write_text(json.dumps(config, indent=2) + "\n")


if __name__ == "__main__":
    main()
