"""How well the check of written sentences works, beside plain word overlap.

    python -m benchmarks.check DATA [--limit N] [--json]

DATA is qags-cnndm.jsonl (a line holds article and summary_sentences, each judged yes or no by three
people), or a folder that holds it. A sentence counts as supported when most of its judges said so.

What `--json` prints:

- qags: "ours" and "plain", each with balanced_accuracy, supported_recall and unsupported_recall;
  ours is the verdict "supported" as shipped, plain the share of the sentence's words in the
  article, at the threshold that a held-out half of the sentences would choose for it;
- planted: how many wrong figures, names and quoted words, put into true sentences of the sample
  articles (`planted.py`), were caught, by kind; caught is any verdict but "supported";
- unaltered: the share of those articles' own sentences, and of the same with some words in
  quotation marks, that were not found supported;
- milliseconds: what the check of five sentences over eight passages takes, median and 95th
  percentile, and of the last of them alone.
"""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

import articles
from assistant.judging import Claim, Given, SentenceCheck
from benchmarks.command import argument_parser, ending_on_errors, progress_bars, show
from benchmarks.data import DataError, read_json_lines, sample
from benchmarks.planted import KINDS, plant, quoted, true_sentences
from index import Article, Hit, Passage
from index.loading import load
from index.models.embedding import SentenceTransformerEmbeddings
from index.splitting import split

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_FILE = "qags-cnndm.jsonl"
_FIELDS = frozenset({"article", "summary_sentences"})
_PLANTED = 300
_PASSAGES, _SENTENCES, _ROUNDS = 8, 5, 20
_WORD = re.compile(r"\w+")


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argument_parser(__doc__.splitlines()[0], f"{_FILE}, or its folder")
    arguments = parser.parse_args(argv)
    embeddings = SentenceTransformerEmbeddings()
    with ending_on_errors():
        rows = read(arguments.data, arguments.limit)
        samples = read_samples()
        checker = Checker(embeddings)
        planted, missed = count_caught(samples, checker)
        result: dict[str, Any] = {
            "qags": measure_qags(rows, checker),
            "planted": planted,
            "unaltered": count_flagged(samples, checker),
            "milliseconds": measure_time(samples, embeddings),
            "missed": missed,
        }
    show(result, _lines(result), as_json=arguments.json)


class Checker:
    """The check as shipped, over one article at a time."""

    def __init__(self, embeddings: SentenceTransformerEmbeddings) -> None:
        self._embeddings = embeddings

    def supports(self, article: Article, text: str, *, whole: bool = False) -> bool:
        """Whether the verdict on a sentence is "supported".

        Args:
            whole: take the article as one passage, where it is not known which one was read.
        """
        passages = (
            [Passage(article.id, 0, len(article.text), article.text)] if whole else split(article)
        )
        given = [Given(n, Hit(each, article, 0.0)) for n, each in enumerate(passages, start=1)]
        check = SentenceCheck(given, self._embeddings.encode)
        return check.check(Claim(text)).support == "supported"


def read(data: Path, limit: int | None) -> list[dict[str, Any]]:
    """The judged articles.

    Raises:
        DataError: there is no such file, or it is not what it should be.
    """
    file = data / _FILE if data.is_dir() else data
    rows = list(read_json_lines(file, _FIELDS))
    if not rows:
        raise DataError(f"{file} holds no articles")
    return sample(rows, limit)


def read_samples() -> list[Article]:
    """The sample articles that Dateline comes with."""
    folder = Path(articles.__file__).parent
    return [each for each in load(folder) if isinstance(each, Article)]


def measure_qags(rows: Sequence[dict[str, Any]], checker: Checker) -> dict[str, dict[str, float]]:
    """Balanced accuracy of ours and of plain word overlap."""
    ours, overlap, truth = [], [], []
    with progress_bars() as progress:
        task = progress.add_task("Judged sentences", total=len(rows))
        for row in rows:
            article = Article(text=row["article"])
            for each in row["summary_sentences"]:
                votes = [answer["response"] == "yes" for answer in each["responses"]]
                truth.append(sum(votes) * 2 > len(votes))
                ours.append(checker.supports(article, each["sentence"], whole=True))
                overlap.append(_overlap(each["sentence"], row["article"]))
            progress.advance(task)
    said, right = np.array(overlap), np.array(truth)
    plain = np.zeros(len(right), dtype=bool)
    halves = np.arange(len(right)) % 2 == 0
    for half in (halves, ~halves):  # the threshold of each half is chosen on the other
        threshold = max(
            np.unique(said[~half]), key=lambda t: _balanced(said[~half] >= t, right[~half])
        )
        plain[half] = said[half] >= threshold
    return {"ours": _figures(np.array(ours), right), "plain": _figures(plain, right)}


def count_caught(samples: Sequence[Article], checker: Checker) -> tuple[dict[str, str], list[str]]:
    """Planted mistakes caught, as "100/100" by kind, and the sentences that were not."""
    made, caught, missed = Counter[str](), Counter[str](), []
    for each in plant(samples, _PLANTED):
        made[each.kind] += 1
        if checker.supports(each.article, each.text):
            missed.append(f"{each.kind}: {each.text}")
        else:
            caught[each.kind] += 1
    counts = {kind: f"{caught[kind]}/{made[kind]}" for kind in KINDS}
    return counts | {"all": f"{caught.total()}/{made.total()}"}, missed


def count_flagged(samples: Sequence[Article], checker: Checker) -> dict[str, float]:
    """The share of true sentences that were not found supported."""
    every, marked = true_sentences(samples), quoted(samples, _PLANTED)
    return {
        "as they stand": float(np.mean([not checker.supports(a, text) for text, a in every])),
        "with quotation marks": float(np.mean([not checker.supports(a, t) for t, a in marked])),
    }


def measure_time(
    samples: Sequence[Article], embeddings: SentenceTransformerEmbeddings
) -> dict[str, float]:
    """Milliseconds for a written answer of five sentences over eight passages."""
    given = [
        Given(number, Hit(split(article)[0], article, 0.0))
        for number, article in enumerate(samples[:_PASSAGES], start=1)
    ]
    claims = [
        Claim(f"Officials said on the day that {each.said[1].text}", (each.number,))
        for each in given[:_SENTENCES]
    ]
    embeddings.encode(["Nothing was asked yet."])
    all_five, last = [], []
    for _ in range(_ROUNDS):
        check = SentenceCheck([Given(each.number, each.hit) for each in given], embeddings.encode)
        took = []
        for claim in claims:
            began = perf_counter()
            check.check(claim)
            took.append((perf_counter() - began) * 1000)
        all_five.append(sum(took))
        last.append(took[-1])
    return {
        "five sentences, median": float(np.median(all_five)),
        "five sentences, 95th percentile": float(np.percentile(all_five, 95)),
        "the last sentence, median": float(np.median(last)),
    }


def _overlap(sentence: str, text: str) -> float:
    said, there = (set(_WORD.findall(each.casefold())) for each in (sentence, text))
    return len(said & there) / max(len(said), 1)


def _balanced(shown: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    return float((shown[right].mean() + (~shown[~right]).mean()) / 2)


def _figures(shown: NDArray[np.bool_], right: NDArray[np.bool_]) -> dict[str, float]:
    return {
        "balanced_accuracy": _balanced(shown, right),
        "supported_recall": float(shown[right].mean()),
        "unsupported_recall": float((~shown[~right]).mean()),
    }


def _lines(result: dict[str, Any]) -> list[str]:
    return [
        f"{name}: {value}" for name, value in result.items() if name != "missed" or result[name]
    ]


if __name__ == "__main__":
    main()
