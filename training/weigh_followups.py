"""Fit the weights of `assistant.followup`, and measure thresholds for them.

    python -m training.weigh_followups DATA [--write]

DATA is rewrite.jsonl.xz; `training/rewrites.py` tells which of its conversations are held out, and
none of these is looked at here. Two logistic regressions are fitted on the others:

- whether a question stands alone: the person who rewrote it left it as it was. Questions that were
  rewritten weigh as much as words were added, since that is what taking one for complete loses.
- which words said before it means: those that the person added.

What thresholds would do is printed out of fold (six folds by conversation), over the CAsT and
CANARD rows. With `--write` the weights go to `assistant/followup/fitted_weights.py`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from rich.console import Console
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from assistant.followup import fitted_weights as weights
from assistant.followup.conversation import Conversation, SaidTurn
from assistant.followup.standing import candidates, settled, signs, since_change
from training.rewrites import Rewrite, content_stems, count_words
from training.sources import read_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FOLDS = 6
_ALONE_WEIGHT = 3.0  # of a question that was left as it was: about as many words as others gained
_MOST_WORDS = 24
_ALONE_CHANCES = (0.02, 0.03, 0.035, 0.04, 0.045, 0.05, 0.06, 0.1, 0.2, 0.3, 0.4, 0.45, 0.5)
_WORD_CHANCES = (0.02, 0.025, 0.03, 0.032, 0.035, 0.04, 0.05, 0.1, 0.2)


@dataclass(frozen=True, slots=True)
class Example:
    """A rewritten question with its signs.

    Attributes:
        surely: its chance to stand alone where that is settled whatever the signs weigh.
        signs: that it stands alone.
        words: signs of each word said before, (words, signs).
        gains: the stems that the person added and that each of these words brings.
    """

    row: Rewrite
    surely: float | None
    signs: Floats
    words: Floats
    gains: list[frozenset[str]]

    @property
    def meant(self) -> NDArray[np.bool_]:
        """Which of the words the person added."""
        return np.array([bool(each) for each in self.gains], dtype=bool)


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic regression over signs as they are."""

    weights: Floats
    bias: float

    def chances(self, features: Floats) -> Floats:
        """Of each row of (rows, signs); none of no rows."""
        if features.size == 0:
            return np.zeros(0)
        chances: Floats = 1 / (1 + np.exp(-(features @ self.weights + self.bias)))
        return chances


def main() -> None:
    """Fit, print and perhaps write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="rewrite.jsonl.xz")
    parser.add_argument("--write", action="store_true", help="write the weights")
    arguments = parser.parse_args()
    rows = [Rewrite.of(row) for row in read_rows(arguments.data)]
    fitted = [row for row in rows if not row.measured]
    examples = [_example(row) for row in fitted if row.question.history]
    first = [row for row in fitted if row.is_measurable and not row.question.history]
    _report(examples, first)
    if arguments.write:
        _write(fit_alone(examples), fit_carried(examples))


def fit_alone(examples: Sequence[Example]) -> Weights:
    """Whether a question stands alone."""
    alone = np.array([each.row.stood_alone for each in examples])
    added = np.array([each.meant.sum() for each in examples])
    features = np.array([each.signs for each in examples])
    return _fit(features, alone, np.where(alone, _ALONE_WEIGHT, added), strength=0.1)


def fit_carried(examples: Sequence[Example]) -> Weights:
    """Whether a word is meant, of the questions that were rewritten."""
    chosen = [each for each in examples if not each.row.stood_alone and each.words.size]
    features = np.concatenate([each.words for each in chosen])
    meant = np.concatenate([each.meant for each in chosen])
    return _fit(features, meant, np.ones(len(meant)), strength=1.0)


def _fit(features: Floats, wanted: NDArray[np.bool_], weight: Floats, strength: float) -> Weights:
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=strength, max_iter=2000))
    pipeline.fit(features, wanted, logisticregression__sample_weight=weight)
    scaler, model = pipeline[0], pipeline[1]
    found = model.coef_[0] / scaler.scale_
    return Weights(found, float(model.intercept_[0] - found @ scaler.mean_))


def _example(row: Rewrite) -> Example:
    said = SaidTurn("user", row.question.text)
    conversation = since_change(Conversation.of(row.question.history))
    found, words = candidates(said, conversation)
    gains = [content_stems(each.word.text) & row.added for each in found]
    standing = np.array(list(signs(said, conversation).values()), dtype=float)
    return Example(row, settled(said, conversation), standing, words, gains)


def _report(examples: Sequence[Example], first: Sequence[Rewrite]) -> None:
    """What thresholds do; `first` are questions that nothing was said before."""
    console = Console(width=110)
    alone, carried = _out_of_fold(examples)
    shown = [n for n, each in enumerate(examples) if each.row.is_measurable]
    wanted = [len(examples[n].row.added) for n in shown]
    left = np.array([examples[n].row.stood_alone for n in shown])
    begun = sum(row.stood_alone for row in first)
    chances = alone[shown]
    for least in _ALONE_CHANCES:
        kept = (begun + (chances[left] >= least).sum()) / (begun + left.sum())
        missed = np.sum(np.array(wanted)[~left & (chances >= least)]) / sum(wanted)
        console.print(f"alone from {least}: keeps {kept:.3f}, loses {missed:.3f} of the words")
        for fair in _WORD_CHANCES:
            found, lengths = 0, [count_words(row.question.text) for row in first]
            human = [count_words(row.rewrite) for row in first]
            for n, chance in zip(shown, chances, strict=True):
                each, likely = examples[n], np.argsort(-carried[n])[:_MOST_WORDS]
                taken = [] if chance >= least else [w for w in likely if carried[n][w] >= fair]
                found += len(frozenset().union(*(each.gains[w] for w in taken)))
                lengths.append(count_words(each.row.question.text) + len(taken))
                human.append(count_words(each.row.rewrite))
            console.print(
                f"   words from {fair}: {found / sum(wanted):.3f} of those added, "
                f"{sum(lengths) / sum(human):.2f} times as long"
            )


def _out_of_fold(examples: Sequence[Example]) -> tuple[Floats, list[Floats]]:
    """Each question's chance to stand alone, and its words' chances, fitted without its fold."""
    alone = np.zeros(len(examples))
    carried = [np.zeros(0)] * len(examples)
    groups = [each.row.group for each in examples]
    for inside, outside in GroupKFold(_FOLDS).split(examples, groups=groups):
        chosen = [examples[n] for n in inside]
        standing, meaning = fit_alone(chosen), fit_carried(chosen)
        for n in outside:
            chance = standing.chances(examples[n].signs[np.newaxis])[0]
            alone[n] = chance if examples[n].surely is None else examples[n].surely
            carried[n] = meaning.chances(examples[n].words)
    return alone, carried


def _write(alone: Weights, carried: Weights) -> None:
    lines = [
        '"""Fitted by `training/weigh_followups.py`; in the order of the signs."""',
        "",
        *_lines("ALONE", alone),
        *_lines("CARRIED", carried),
    ]
    Path(weights.__file__).write_text("\n".join(lines) + "\n", "utf-8")


def _lines(name: str, fitted: Weights) -> list[str]:
    figures = [f"{weight:.4f}," for weight in fitted.weights]
    rows = ["    " + " ".join(figures[n : n + 8]) for n in range(0, len(figures), 8)]
    bias = f"{name}_BIAS = {fitted.bias:.4f}"
    return [f"{name}_WEIGHTS = (", *rows, ")  # fmt: skip", bias]


if __name__ == "__main__":
    main()
