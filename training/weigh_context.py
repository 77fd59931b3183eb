"""Fit the weights and bias of `assistant.reading.rereading`: ``python -m training.weigh_context``.

    python -m training.weigh_context MODEL [--invented FILE]

The invented articles that MODEL was not trained on go into one index, and their questions are
asked of it: those that words of an article answer, once with and once without that article, and
those that only seem to be answered. A finding is right when it stands in that article and its words
share most of their words with the answer. Of each question only what both looks put first counts.
The logistic regression is fitted and measured crosswise over the articles; what ships is fitted on
all of them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from numpy.typing import NDArray
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.reading.agreement import agree
from assistant.reading.context_model import ContextModel
from assistant.reading.finding import Finding, asks_why
from assistant.reading.model_reader import READ_AT_MOST, ModelReader
from assistant.reading.rereading import FEATURES, candidates, look_again, weigh_again
from assistant.reading.span_model import SpanModel
from benchmarks.removal import RemovingRetriever
from index import Article, Hit, NewsIndex, PublicationDate
from index.models.embedding import SentenceTransformerEmbeddings
from index.searching.retriever import to_hits
from training.invented import INVENTED, Invented
from training.invented import Article as Told
from training.scoring import f1

_RIGHT = 0.5  # word overlap with the answer
_FOLDS = 5
_KEPT = (0.75, 0.82, 0.9)


@dataclass(frozen=True, slots=True)
class Row:
    """What came first for a question."""

    group: int
    answerable: bool
    features: tuple[float, ...]
    preference: float
    right: bool


def asked_of_all(invented: Invented, first: SpanModel, second: ContextModel) -> Iterator[Row]:
    """Each question of one index over all the articles."""
    with TemporaryDirectory() as home:
        index = NewsIndex(home, SentenceTransformerEmbeddings())
        articles = [_article(each) for each in invented.articles]
        index.add(articles)
        retriever = index.as_retriever()
        pairs = list(zip(articles, invented.articles, strict=True))
        for number, (article, told) in enumerate(track(pairs, "Asking")):
            without = RemovingRetriever(retriever=retriever, removed=frozenset({article.id}))
            for asked in told.asked:
                if asked.kind not in "SN":
                    continue
                for gone in (False, True)[: 1 + (asked.kind == "S")]:
                    source = without if gone else retriever
                    hits = list(to_hits(source.invoke(asked.question)))
                    if best := _first_of(asked.question, hits, first, second):
                        answerable = asked.kind == "S" and not gone
                        right = (
                            answerable
                            and best.article.id == article.id
                            and f1(best.words, asked.words) >= _RIGHT
                        )
                        yield Row(number, answerable, best.features, best.preference, right)


def _first_of(
    question: str, hits: list[Hit], first: SpanModel, second: ContextModel
) -> Finding | None:
    """What both looks put first."""
    findings = ModelReader(first).find(question, hits[:READ_AT_MOST])
    agreed = agree(findings)
    chosen = candidates(findings)
    windows = [each.window for each in chosen]
    read = second.read(question, windows, first=None if asks_why(question) else first)
    made = [
        each
        for candidate, words in zip(chosen, read, strict=True)
        for each in look_again(question, candidate, words, agreed)
    ]
    return next(iter(weigh_again(made)), None)


def _article(told: Told) -> Article:
    day = datetime.strptime(told.day, "%d %B %Y").date()
    published = PublicationDate.of(day)
    return Article(text=told.text, title=told.title, publisher=told.outlet, published=published)


def main() -> None:
    """Ask, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="the context model's folder")
    parser.add_argument("--invented", type=Path, default=INVENTED)
    args = parser.parse_args()
    held = Invented(args.invented, held_out=True)
    rows = list(asked_of_all(held, SpanModel(), ContextModel(args.model)))
    features = np.array([row.features for row in rows])
    group, right = (np.array([getattr(row, n) for row in rows]) for n in ("group", "right"))
    answerable = np.array([row.answerable for row in rows])
    chance = np.zeros(len(rows))
    for fold in range(_FOLDS):
        test = group % _FOLDS == fold
        chance[test] = _fitted(features[~test], right[~test]).predict_proba(features[test])[:, 1]
    area = roc_auc_score(right, chance)
    print(f"first right {right.sum()} of {answerable.sum()}; AUROC of right {area:.3f}")
    for share in _KEPT:
        threshold = np.quantile(chance[right], 1 - share)
        declined = np.mean(chance[~answerable] < threshold)
        wrong = np.mean(~right[chance >= threshold])
        print(
            f"{share:.0%} kept at {threshold:.2f}: {declined:.1%} of what has no answer declined, "
            f"{wrong:.1%} of what is shown is wrong"
        )
    fitted = _fitted(features, right)
    weights = dict(zip(FEATURES, np.round(fitted.coef_[0], 3).tolist(), strict=True))
    print(json.dumps({"weights": weights, "bias": round(float(fitted.intercept_[0]), 3)}))


def _fitted(features: NDArray[np.float64], right: NDArray[np.bool_]) -> LogisticRegression:
    return LogisticRegression(C=1.0, max_iter=1000).fit(features, right)


if __name__ == "__main__":
    main()
