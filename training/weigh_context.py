"""Fit the weights and bias of `assistant.reading.rereading`: ``python -m training.weigh_context``.

    python -m training.weigh_context MODEL NEWS HOME [--save FILE]

NEWS is a folder in the form of `benchmarks.realtimeqa`, of news questions that neither model was
trained on; HOME keeps its index. Each question is asked of the index twice: of all articles, and
of those that neither hold the answer's words nor were linked by the editor. A finding is right when
its words share most of their words with the answer. Of each question only what both looks put first
counts. The logistic regression is fitted and measured
crosswise over the questions, and what ships is fitted on all of them.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant import Assistant
from assistant.reading.agreement import agree, agreement_on
from assistant.reading.context_model import ContextModel
from assistant.reading.model_reader import READ_AT_MOST, ModelReader
from assistant.reading.reader import Reading
from assistant.reading.rereading import FEATURES, candidates, weigh_again
from assistant.reading.span_model import SpanModel
from benchmarks.realtimeqa import NewsQuestion, read_questions, whole_corpus
from benchmarks.removal import RemovingRetriever, answer_bearing
from index import Hit, NewsIndex
from training.scoring import f1

_RIGHT = 0.5  # word overlap with the answer
_FOLDS = 5


class _Recorder:
    """A reader that keeps what was found instead of reading it."""

    name = "recorder"

    def __init__(self) -> None:
        self.question, self.hits = "", list[Hit]()

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        self.question, self.hits = question, list(hits)
        return Reading()


def main() -> None:
    """Ask, fit, print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", type=Path, help="the context model's folder")
    parser.add_argument("news", type=Path)
    parser.add_argument("home", type=Path)
    parser.add_argument("--limit", type=int, help="the first so many questions")
    parser.add_argument("--save", type=Path, help="a .npz of features, labels and questions")
    args = parser.parse_args()
    questions = read_questions(args.news)[: args.limit]
    bearing = answer_bearing(whole_corpus(args.news), questions)
    index = NewsIndex(args.home / "index")
    first, second = SpanModel(), ContextModel(args.model)
    rows: list[tuple[tuple[float, ...], float, int, bool, float, bool]] = []
    for number, question in enumerate(track(questions, "Asking")):
        for without in (False, True):
            rows += _ask(index, first, second, question, number, bearing[question.id], without)
    features = np.array([row[0] for row in rows])
    preference, group = (np.array([row[k] for row in rows]) for k in (1, 2))
    removed, right = (np.array([row[k] for row in rows]) for k in (3, 5))
    before = np.array([row[4] for row in rows])
    if args.save:
        np.savez(args.save, features=features, preference=preference, group=group,
                 removed=removed, right=right, before=before)  # fmt: skip
    chance = np.zeros(len(rows))
    for fold in range(_FOLDS):
        test = group % _FOLDS == fold
        fitted = LogisticRegression(C=1.0, max_iter=1000).fit(features[~test], right[~test])
        chance[test] = fitted.predict_proba(features[test])[:, 1]
    for name, score in (("first look", before), ("both looks", chance)):
        _report(name, score, group, removed, right)
    fitted = LogisticRegression(C=1.0, max_iter=1000).fit(features, right)
    weights = {n: round(float(w), 3) for n, w in zip(FEATURES, fitted.coef_[0], strict=True)}
    print(json.dumps({"weights": weights, "bias": round(float(fitted.intercept_[0]), 3)}))


def _ask(
    index: NewsIndex,
    first: SpanModel,
    second: ContextModel,
    question: NewsQuestion,
    number: int,
    bearing: frozenset[str],
    without: bool,
) -> list[tuple[tuple[float, ...], float, int, bool, float, bool]]:
    recorder = _Recorder()
    own = index.as_retriever()
    source = RemovingRetriever(retriever=own, removed=bearing) if without else own
    Assistant(index=index, retriever=source, reader=recorder).answer(
        question.text, as_of=question.asked
    )
    findings = ModelReader(first).find(recorder.question, recorder.hits[:READ_AT_MOST])
    agreed = agree(findings)
    chosen = candidates(findings)
    read = second.read(recorder.question, [each.window for each in chosen], first=first)
    made = [
        each
        for candidate, words in zip(chosen, read, strict=True)
        for each in weigh_again(recorder.question, candidate, words, agreed)
    ]
    if not made:
        return []
    best = max(made, key=lambda each: each.rank).finding
    right = f1(best.words, question.answers) >= _RIGHT
    return [
        (best.features, best.preference, number, without, agreement_on(best.answer, agreed), right)
    ]


def _report(name, score, group, removed, right) -> None:  # type: ignore[no-untyped-def]
    """Of each question's best finding: how often right, and how well that can be told."""
    best: dict[tuple[int, bool], int] = {}
    for row, key in enumerate(zip(group.tolist(), removed.tolist(), strict=True)):
        if key not in best or score[row] > score[best[key]]:
            best[key] = row
    full = [r for (_, gone), r in best.items() if not gone]
    gone = [r for (_, gone), r in best.items() if gone]
    hit = [r for r in full if right[r]]
    truth = [1] * len(hit) + [0] * len(gone)
    area = roc_auc_score(truth, score[hit + gone])
    kept = np.quantile(score[hit], 0.18)
    print(f"{name}: first right {len(hit)} of {len(full)}, AUROC {area:.3f}, at 82 % kept "
          f"(threshold {kept:.3f}) declines {np.mean(score[gone] < kept):.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
