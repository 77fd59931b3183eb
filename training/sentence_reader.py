"""Fit the weights and the threshold of `assistant.sentence_reader` on SQuAD 1.1.

    python -m training.sentence_reader squad11_train.jsonl.xz

For each of a sample of questions the sentences of its own paragraph and of the three paragraphs of
the same article that are nearest to it are measured; a sentence is right when it holds the answer.
For every other question its own paragraph is left out, so that nothing is right. Questions are
lower-cased, as people type them. A logistic regression is fitted on articles of even number; the
figures printed are those of the odd ones.
"""

from __future__ import annotations

import argparse
import json
import lzma
import random
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich.progress import track
from sklearn.linear_model import LogisticRegression

from assistant.sentence_reader import FEATURES, measure
from index.embedding import SentenceTransformerEmbeddings, encode
from index.splitting import Span, sentences

if TYPE_CHECKING:
    from numpy.typing import NDArray

_DISTRACTORS = 3


@dataclass(frozen=True, slots=True)
class Example:
    """One question: features of its candidate sentences, and which of them are right."""

    title: int
    features: NDArray[np.float32]
    right: NDArray[np.bool_]


def main() -> None:
    """Fit and print the constants."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--questions", type=int, default=1200)
    arguments = parser.parse_args()
    examples = _examples(arguments.data, arguments.questions)
    train = [each for each in examples if each.title % 2 == 0]
    test = [each for each in examples if each.title % 2]
    model = LogisticRegression(C=10.0)
    model.fit(
        np.concatenate([each.features for each in train]),
        np.concatenate([each.right for each in train]),
    )
    for name, weight in zip(FEATURES, model.coef_[0], strict=True):
        print(f"{name:14} {weight:6.2f}")
    print(f"{'bias':14} {model.intercept_[0]:6.2f}")
    answerable = [each for each in test if each.right.any()]
    best: dict[bool, list[float]] = {True: [], False: []}
    hits = 0
    for each in test:
        scores = model.predict_proba(each.features)[:, 1]
        best[bool(each.right.any())].append(scores.max())
        hits += bool(each.right[scores.argmax()])
    print(f"first sentence right: {hits / len(answerable):.3f} of {len(answerable)}")
    for threshold in np.arange(0.1, 0.7, 0.05):
        kept = np.mean(np.array(best[True]) >= threshold)
        declined = np.mean(np.array(best[False]) < threshold)
        print(f"threshold {threshold:.2f}: keeps {kept:.2f}, declines {declined:.2f}")


def _examples(path: Path, count: int) -> list[Example]:
    embeddings = SentenceTransformerEmbeddings()
    with lzma.open(path, "rt", encoding="utf-8") as file:
        rows: list[dict[str, Any]] = [json.loads(line) for line in file]
    by_title: dict[str, dict[str, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        by_title[row["title"]][row["passage"]].append(row)
    chooser = random.Random(1)
    titles = [title for title in sorted(by_title) if len(by_title[title]) > _DISTRACTORS + 1]
    examples = []
    for number in track(range(count), "Measuring"):
        title = number % len(titles)
        passages = list(by_title[titles[title]])
        gold = chooser.choice(passages)
        row = chooser.choice(by_title[titles[title]][gold])
        question = row["question"].lower()
        others = [each for each in chooser.sample(passages, min(12, len(passages))) if each != gold]
        vectors = encode(embeddings, [question, *others])
        nearest = [others[i] for i in np.argsort(-(vectors[1:] @ vectors[0]))[:_DISTRACTORS]]
        shown = nearest if number // len(titles) % 2 else [gold, *nearest]
        texts, contexts, right = [], [], []
        start = row["answers"][0]["start"]
        for passage in shown:
            for span in sentences(passage, Span(0, len(passage)), "en"):
                texts.append(passage[span.start : span.end])
                contexts.append(passage)
                right.append(passage is gold and span.start <= start < span.end)
        features = measure(question, texts, contexts, embeddings)
        examples.append(Example(title, features, np.array(right)))
    return examples


if __name__ == "__main__":
    main()
