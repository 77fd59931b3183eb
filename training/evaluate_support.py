"""Measure the support head: ``python -m training.evaluate_support MODEL FILE...``.

Takes QAGS files (articles with summary sentences that three people judged each; Wang et al.,
2020) and NLI files, of which only the WiCE rows are used, as they are kept for measuring.
Prints the area under the ROC curve beside that of plain word overlap.
"""

import argparse
import re
from pathlib import Path

import torch
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from training.sources import read_rows
from training.support import Checker

WINDOW = 900  # characters of an article that are put to the model together
OVERLAP = 300


def _windows(text: str) -> list[str]:
    return [text[i : i + WINDOW] for i in range(0, max(1, len(text) - OVERLAP), WINDOW - OVERLAP)]


def _overlap(sentence: str, text: str) -> float:
    said, known = (set(re.findall(r"\w+", part.lower())) for part in (sentence, text))
    return len(said & known) / max(len(said), 1)


def _cases(path: Path) -> list[tuple[str, list[str], bool]]:
    """(sentence, passages, supported) of a file; a passage suffices to support a sentence."""
    cases = []
    for row in read_rows(path):
        if "summary_sentences" in row:
            for summary in row["summary_sentences"]:
                votes = [answer["response"] == "yes" for answer in summary["responses"]]
                majority = sum(votes) * 2 > len(votes)
                cases.append((summary["sentence"], _windows(row["article"]), majority))
        elif row["source"].startswith("wice"):
            yes = row["label"] == "entailment"
            cases.append((row["hypothesis"], _windows(row["premise"]), yes))
    return cases


def main() -> None:
    """Parse the command line and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="a model folder with a support head")
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    checker = Checker(args.model)
    for path in args.files:
        cases = _cases(path)
        chances = iter(checker.supported([(said, w) for said, ws, _ in cases for w in ws]))
        best = [max(next(chances) for _ in windows) for _, windows, _ in cases]
        plain = [max(_overlap(said, w) for w in windows) for said, windows, _ in cases]
        truth = [yes for _, _, yes in cases]
        balanced = balanced_accuracy_score(truth, [chance > 0.5 for chance in best])
        print(
            f"{path.name}: {len(cases)} sentences, {sum(truth)} supported; "
            f"AUC {roc_auc_score(truth, best):.3f} (word overlap {roc_auc_score(truth, plain):.3f})"
            f", balanced accuracy at 0.5 {balanced:.3f}"
        )


if __name__ == "__main__":
    main()
