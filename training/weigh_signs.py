"""Fit the weights, the bias and the threshold of `assistant.model_reader`.

    python -m training.weigh_signs MODEL DATA [--questions N]

The paragraphs of SQuAD 1.1 articles that the model was not trained on go into a news index, each as
an article of its own, and a sample of their questions is asked of it, lower-cased. For every other
question its own paragraph is taken out of what the search found, so that nothing answers. A finding
is right when it lies in the question's own paragraph and its sentences hold the answer. A logistic
regression is fitted on one half of the articles and measured on the other; what ships is fitted on
all of them. The threshold is a choice: what each would keep and decline is printed.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.progress import track
from sklearn.linear_model import LogisticRegression

from assistant.model_reader import FEATURES, ModelReader
from assistant.span_model import SpanModel
from index import Article, NewsIndex
from training.sources import held_out, read_items

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from training.sources import Item

_READ_PASSAGES = 8


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: the features of what was found, and which of it is right."""

    group: str
    answerable: bool
    features: NDArray[np.float64]
    right: NDArray[np.bool_]


def main() -> None:
    """Fit and print the constants."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="a reading model's folder")
    parser.add_argument("data", type=Path, help="the folder of .jsonl.xz training files")
    parser.add_argument("--questions", type=int, default=1500)
    arguments = parser.parse_args()
    items = [item for item in read_items(arguments.data)["squad"] if held_out(item.group)]
    with tempfile.TemporaryDirectory() as folder:
        asked = _ask(items, arguments.questions, arguments.model, Path(folder))
    groups = sorted({each.group for each in asked})
    first = set(groups[::2])
    fit = [each for each in asked if each.group in first]
    test = [each for each in asked if each.group not in first]
    _report(_fit(fit), test, "fitted on one half, measured on the other")
    _report(_fit(asked), asked, "fitted on all: these ship")


def _ask(items: list[Item], count: int, model: str, folder: Path) -> list[Asked]:
    index = NewsIndex(folder)
    paragraphs = {item.passage: item.group for item in items}
    articles = {
        passage: Article(text=passage, title=group.replace("_", " "))
        for passage, group in paragraphs.items()
    }
    index.add(articles.values())
    reader = ModelReader(SpanModel(model))
    asked = []
    chosen = random.Random(7).sample(items, min(count, len(items)))
    for number, item in enumerate(track(chosen, "Asking", console=Console(stderr=True))):
        own = articles[item.passage]
        question = item.question.lower()
        hits = index.search(question, 2 * _READ_PASSAGES)
        answerable = number % 2 == 0
        if not answerable:
            hits = [hit for hit in hits if hit.article.id != own.id]
        findings = reader.find(question, hits[:_READ_PASSAGES])
        right = [
            each.article.id == own.id
            and any(each.start <= span.start < each.end for span in item.answers)
            for each in findings
        ]
        features = np.array([each.features for each in findings])
        asked.append(Asked(item.group, answerable, features, np.array(right)))
    return asked


def _fit(asked: list[Asked]) -> LogisticRegression:
    return LogisticRegression(C=10.0).fit(
        np.concatenate([each.features for each in asked]),
        np.concatenate([each.right for each in asked]),
    )


def _report(model: LogisticRegression, asked: list[Asked], title: str) -> None:
    console = Console(width=120)
    console.rule(title)
    weights = (f"{weight:.3f}" for weight in model.coef_[0])
    console.print(dict(zip(FEATURES, weights, strict=True)), f"bias {model.intercept_[0]:.3f}")
    best, right = [], []
    for each in asked:
        chances = model.predict_proba(each.features)[:, 1]
        best.append(chances.max())
        right.append(bool(each.right[chances.argmax()]))
    chance, correct = np.array(best), np.array(right)
    answerable = np.array([each.answerable for each in asked])
    found = np.mean([each.right.any() for each in asked if each.answerable])
    console.print(
        f"{answerable.sum()} answerable: found {found:.3f}, first {correct[answerable].mean():.3f}"
    )
    for threshold in (0.15, 0.2, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7):
        shown = chance >= threshold
        console.print(
            f"threshold {threshold}: keeps {shown[correct].mean():.3f} of what is right, "
            f"declines {1 - shown[~answerable].mean():.3f} of the unanswerable, "
            f"right {correct[shown].mean():.3f} of the shown"
        )


if __name__ == "__main__":
    main()
