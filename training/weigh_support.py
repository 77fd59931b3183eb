"""Fit the weights of `assistant.judging.meaning`, and measure thresholds for them.

    python -m training.weigh_support DATA [--claims N]

Claims over passages come from public sets (FEVER-symmetric, FoolMeTwice, Climate-FEVER, BEGIN,
MultiNLI, RTE, SciTail; `training/README.md` says under which licences) and from SQuAD's paragraphs
by rule (`support_claims.py`). The check finds its own evidence in each passage, so the weights are
fitted on what it will see; claims that fail by rule are no concern of theirs. The thresholds are
read off passages that nothing was fitted on. No set kept for measuring (QAGS, WiCE) is used.
"""

from __future__ import annotations

import argparse
import random
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score

from assistant.judging.evidence import Given, Words, find_evidence
from assistant.judging.meaning import FEATURES, opposites, signs
from assistant.judging.sentences import lacking_words
from index import Article, Hit, Passage
from index.models.embedding import SentenceTransformerEmbeddings
from training.sources import held_out, read_items
from training.support_claims import compose_claims
from training.support_data import ENTAILMENT, Claim, read_claims

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_SHARES = {"facts": 0.4, "made": 0.45, "mnli": 0.15}
_SHORTEST = 80  # characters of a passage; MultiNLI's are often half a sentence


@dataclass(frozen=True, slots=True)
class Seen:
    """A claim as the check sees it; `features` is None when a rule failed it."""

    stream: str
    supported: bool
    features: tuple[float, ...] | None


def main() -> None:
    """Fit and print the constants."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of .jsonl.xz training files")
    parser.add_argument("--claims", type=int, default=6000)
    arguments = parser.parse_args()
    fitted = _look(_draw(arguments.data, False, arguments.claims))
    unseen = _look(_draw(arguments.data, True, arguments.claims // 3))
    passed = [each for each in fitted if each.features]
    model = LogisticRegression(C=1.0, class_weight="balanced", max_iter=1000).fit(
        np.array([each.features for each in passed]), np.array([e.supported for e in passed])
    )
    _report(model, unseen)
    weights = (f"{weight:.3f}" for weight in model.coef_[0])
    print("these ship:", dict(zip(FEATURES, weights, strict=True)))
    print(f"bias {model.intercept_[0]:.3f}")


def _draw(data: Path, held: bool, count: int) -> list[Claim]:
    """Claims of one side of the split (by passage), in the proportions of `_SHARES`."""
    rng = random.Random(11)
    passages = sorted({i.passage for i in read_items(data)["squad"] if held_out(i.group) == held})
    rng.shuffle(passages)
    made = list(compose_claims(passages[:count], rng))
    given = [each for each in read_claims(data, held) if len(each.premise) >= _SHORTEST]
    drawn: list[Claim] = []
    for stream, share in _SHARES.items():
        mine = [claim for claim in [*given, *made] if claim.stream == stream]
        for supported in (True, False):
            kind = [claim for claim in mine if (claim.label == ENTAILMENT) == supported]
            drawn += rng.sample(kind, min(len(kind), round(share * count / 2)))
    return drawn


def _look(claims: Sequence[Claim]) -> list[Seen]:
    """Each claim through the rules, and its signs if they let it pass."""
    embeddings = SentenceTransformerEmbeddings()
    pending = []
    for claim in track(claims, "Checking", console=Console(stderr=True)):
        article = Article(text=claim.premise)
        hit = Hit(Passage(article.id, 0, len(article.text), article.text), article, score=0.0)
        words = Words(claim.hypothesis)
        evidence = find_evidence(words, [Given(1, hit)])
        failed = (
            evidence is None
            or not (words.stems or words.quantities)
            or lacking_words(words, evidence)
            or opposites(words, evidence.words)
        )
        pending.append((claim, words, None if failed else evidence))
    texts = [t for _, words, e in pending if e for t in (words.text, e.said[0].text)]
    vectors = iter(embeddings.encode(texts or [""]))
    seen = []
    for claim, words, evidence in pending:
        features = None
        if evidence:
            near = float(np.dot(next(vectors), next(vectors)))
            features = signs(words, evidence, near)
        seen.append(Seen(claim.stream, claim.label == ENTAILMENT, features))
    return seen


def _report(model: LogisticRegression, seen: Sequence[Seen]) -> None:
    chances = _chances(model, seen)
    truth = np.array([each.supported for each in seen])
    streams = np.array([each.stream for each in seen])
    for stream in (*_SHARES, "all"):
        which = (streams == stream) | (stream == "all")
        area = roc_auc_score(truth[which], chances[which])
        print(
            f"{stream:6} {which.sum():5} held out: AUC {area:.3f}, "
            f"stopped by rule: {np.mean(chances[which & truth] == 0):.3f} of the supported, "
            f"{np.mean(chances[which & ~truth] == 0):.3f} of the others"
        )
    for threshold in np.arange(0.1, 0.91, 0.05):
        shown = chances >= threshold
        balanced = [
            (np.mean(shown[w & truth]) + np.mean(~shown[w & ~truth])) / 2
            for w in (streams == "facts", streams == "made", streams == "mnli", streams != "")
        ]
        said = ", ".join(f"{value:.3f}" for value in balanced)
        print(f"threshold {threshold:.2f}: balanced accuracy facts, made, mnli, all: {said}")


def _chances(model: LogisticRegression, seen: Sequence[Seen]) -> NDArray[np.float64]:
    chances = np.zeros(len(seen))
    passed = [number for number, each in enumerate(seen) if each.features]
    rows = np.array([seen[number].features for number in passed])
    chances[passed] = model.predict_proba(rows)[:, 1]
    return chances


if __name__ == "__main__":
    main()
