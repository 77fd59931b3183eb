"""Fit the weights and the bias of `assistant.reading.finding`, and measure thresholds for them.

    python -m training.weigh_signs MODEL DATA [--questions N]

The paragraphs of SQuAD 1.1 articles that the model was not trained on go into a news index, each as
an article of its own, and a sample of their questions is asked of it, lower-cased. For every other
question its own paragraph is taken out of what the search found, so that nothing answers. Then come
questions that people wrote to have no answer although a paragraph comes near (SQuAD 2.0): half as
many as the others that have none. A finding is right when it lies in the question's own paragraph
and its sentences hold the answer. A logistic
regression is fitted on one half of the articles and measured on the other, and the other way round;
what ships is fitted on all of them. The threshold is a choice: what each would keep and decline,
once the findings of a question are weighed together as the assistant does, is printed.
"""

from __future__ import annotations

import argparse
import random
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.reading.agreement import choose
from assistant.reading.finding import FEATURES
from assistant.reading.model_reader import ModelReader
from assistant.reading.span_model import SpanModel
from index import Article, NewsIndex
from training.sources import held_out, read_items

if TYPE_CHECKING:
    from collections.abc import Iterator

    from assistant.reading.finding import Finding
    from training.sources import Item

_READ_PASSAGES = 8  # as many as the assistant reads at most


@dataclass(frozen=True, slots=True)
class Asked:
    """One question: what was found, and which of it is right.

    Attributes:
        near: whether it was written to have no answer although a paragraph comes near.
    """

    group: str
    answerable: bool
    near: bool
    findings: list[Finding]
    right: list[bool]


def main() -> None:
    """Fit and print the constants."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", help="a reading model's folder")
    parser.add_argument("data", type=Path, help="the folder of .jsonl.xz training files")
    parser.add_argument("--questions", type=int, default=1500)
    arguments = parser.parse_args()
    sources = read_items(arguments.data)
    squad, pairs = (
        [item for item in sources[name] if held_out(item.group)] for name in ("squad", "pairs")
    )
    with tempfile.TemporaryDirectory() as folder:
        asked = _ask(squad, pairs, arguments.questions, arguments.model, Path(folder))
    groups = sorted({each.group for each in asked})
    first = set(groups[::2])
    halves = ([a for a in asked if a.group in first], [a for a in asked if a.group not in first])
    weighed = [
        each
        for fit, test in (halves, reversed(halves))
        for each in _weigh_together(_fit(fit), test)
    ]
    _report(weighed, "fitted on one half of the articles, measured on the other, both ways")
    model = _fit(asked)
    weights = (f"{weight:.3f}" for weight in model.coef_[0])
    print("fitted on all, these ship:", dict(zip(FEATURES, weights, strict=True)))
    print(f"bias {model.intercept_[0]:.3f}")


def _ask(squad: list[Item], pairs: list[Item], count: int, model: str, folder: Path) -> list[Asked]:
    index = NewsIndex(folder)
    paragraphs = {item.passage: item.group for item in [*squad, *pairs]}
    articles = {
        passage: Article(text=passage, title=group.replace("_", " "))
        for passage, group in paragraphs.items()
    }
    index.add(articles.values())
    reader = ModelReader(SpanModel(model))
    asked = []
    chosen = random.Random(7).sample(squad, min(count, len(squad)))
    chosen += random.Random(7).sample([i for i in pairs if not i.answers], count // 4)
    for number, item in enumerate(track(chosen, "Asking", console=Console(stderr=True))):
        own, near = articles[item.passage], not item.answers
        question = item.question.lower()
        hits = index.search(question, 2 * _READ_PASSAGES)
        answerable = not near and number % 2 == 0
        if not answerable and not near:
            hits = [hit for hit in hits if hit.article.id != own.id]
        findings = reader.find(question, hits[:_READ_PASSAGES])
        right = [
            each.article.id == own.id
            and any(each.start <= span.start < each.end for span in item.answers)
            for each in findings
        ]
        asked.append(Asked(item.group, answerable, near, findings, right))
    return asked


def _fit(asked: list[Asked]) -> LogisticRegression:
    """On the best finding of each passage: the others only repeat its signs."""
    features, right = [], []
    for each in asked:
        seen: set[int] = set()
        for finding, holds in zip(each.findings, each.right, strict=True):
            if id(finding.hit) not in seen:
                seen.add(id(finding.hit))
                features.append(finding.features)
                right.append(holds)
    return LogisticRegression(C=10.0).fit(np.array(features), np.array(right))


def _weigh_together(
    model: LogisticRegression, asked: list[Asked]
) -> Iterator[tuple[bool, bool, bool, bool, float]]:
    """For each question: answerable, near, the answer was found, the one shown right, its score."""
    for each in asked:
        chances = model.predict_proba(np.array([f.features for f in each.findings]))[:, 1]
        weighed = [
            replace(finding, probability=float(chance))
            for finding, chance in zip(each.findings, chances, strict=True)
        ]
        (shown, score), *_ = choose(weighed, 0.0)
        place = next(number for number, finding in enumerate(weighed) if finding is shown)
        yield each.answerable, each.near, any(each.right), each.right[place], score


def _report(weighed: list[tuple[bool, bool, bool, bool, float]], title: str) -> None:
    console = Console(width=120)
    console.rule(title)
    columns = (np.array(column) for column in zip(*weighed, strict=True))
    answerable, near, found, right, score = columns
    removed = ~answerable & ~near
    console.print(
        f"{answerable.sum()} answerable: found {found[answerable].mean():.3f}, "
        f"first {right[answerable].mean():.3f}"
    )
    for name, none in (("removed", removed), ("near", near)):
        separable = np.concatenate([score[right], score[none]])
        truth = np.concatenate([np.ones(right.sum()), np.zeros(none.sum())])
        console.print(f"AUROC, right against {name}: {roc_auc_score(truth, separable):.3f}")
    for threshold in (0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7):
        shown = score >= threshold
        console.print(
            f"threshold {threshold}: keeps {shown[right].mean():.3f} of what is right, "
            f"declines {1 - shown[removed].mean():.3f} of the removed, "
            f"{1 - shown[near].mean():.3f} of the near, "
            f"right {right[shown].mean():.3f} of the shown"
        )
    for low in np.arange(0, 1, 0.2):
        within = (score >= low) & (score < low + 0.2)
        console.print(f"score {low:.1f} to {low + 0.2:.1f}: right {right[within].mean():.3f}")


if __name__ == "__main__":
    main()
