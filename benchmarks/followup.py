"""How well follow-up questions are understood without a chat model, beside two plain ways.

    python -m benchmarks.followup DATA [--limit N] [--json]

DATA is rewrite.jsonl.xz, or a folder that holds it (a line holds source, history, question and
rewrite). Measured are the CAsT and CANARD questions of the conversations that nothing was fitted on
(`training/rewrites.py` tells which): each one as it was asked, after what was said before it.
A word counts when it is neither a function word nor a single letter, by its stem in lower case.

Ours is measured in two forms: "search" is the longest of the texts that are searched for,
"standalone" the question as it is understood, shown and read. The plain ways are the question
alone, and the user's last question with the question. What `--json` prints for each of the four:

- added: of the words that the person who rewrote the questions added, the share that stands in it;
- added_by_question: the mean of that share over the questions that gained words;
- added_plain_list: `added` where only the index's own stop words are function words;
- length: its average length over the rewrites' average length, in words; length_by_question: the
  mean of the ratio of each question;
- kept: of the questions that the person left as they were, but for case and punctuation, the share
  that is exactly the question as asked; kept_followed: the same without those that came first.

and "questions", "stood_alone" (counts), "words" (added in all) and "milliseconds" ("median", "p95"
and "most", for both of our forms of one question).
"""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.followup import search_forms, stand_alone
from benchmarks.command import argument_parser, ending_on_errors, figures_table, show
from benchmarks.data import DataError, read_json_lines, sample
from benchmarks.scores import mean
from index.terms import STOP_WORDS
from training.rewrites import FUNCTION_WORDS, Rewrite, content_stems, count_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.scores import Figures

_FILE = "rewrite.jsonl.xz"
_FIELDS = frozenset({"source", "history", "question", "rewrite"})
_SYSTEMS = {
    "search": "searched",
    "standalone": "shown",
    "last_and_question": "last + question",
    "question": "question alone",
}
_COLUMNS = {
    "added": "added %",
    "added_by_question": "each %",
    "added_plain_list": "plain %",
    "length": "length",
    "length_by_question": "each",
    "kept": "kept %",
    "kept_followed": "later %",
}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    arguments = argument_parser(__doc__.splitlines()[0], f"{_FILE}, or its folder").parse_args(argv)
    with ending_on_errors():
        rows = read(arguments.data, arguments.limit)
        forms, seconds = ours(rows)
    forms |= plain(rows)
    result: dict[str, Any] = {name: figures(rows, forms[name]) for name in _SYSTEMS}
    result["questions"] = len(rows)
    result["stood_alone"] = sum(row.stood_alone for row in rows)
    result["words"] = sum(len(row.added) for row in rows)
    took = [1000 * each for each in seconds]
    result["milliseconds"] = {
        "median": float(np.median(took)),
        "p95": float(np.percentile(took, 95)),
        "most": max(took),
    }
    table = figures_table({title: result[name] for name, title in _SYSTEMS.items()}, _COLUMNS)
    counts = (
        f"{len(rows):,} questions, {result['stood_alone']:,} stood alone, "
        f"{result['words']:,} words added; {result['milliseconds']['median']:.1f} ms a question, "
        f"95th percentile {result['milliseconds']['p95']:.1f} ms"
    )
    show(result, [table, counts], as_json=arguments.json)


def read(data: Path, limit: int | None) -> list[Rewrite]:
    """The held-out questions of a file, or of the file in a folder; so many, in their order.

    Raises:
        DataError: there is no such file, or it is not what it should be.
    """
    file = data / _FILE if data.is_dir() else data
    rows = [Rewrite.of(row) for row in read_json_lines(file, _FIELDS)]
    measured = [row for row in rows if row.measured]
    if not measured:
        raise DataError(f"{file} holds no questions that are held out")
    return sample(measured, limit)


def ours(rows: Sequence[Rewrite]) -> tuple[dict[str, list[str]], list[float]]:
    """What we search for and show for each question, by name, and how long it took in seconds."""
    searched, shown, seconds = [], [], []
    for row in rows:
        began = perf_counter()
        standalone = stand_alone(row.question)
        forms = search_forms(row.question, standalone)
        seconds.append(perf_counter() - began)
        searched.append(max(forms, key=len))
        shown.append(standalone)
    return {"search": searched, "standalone": shown}, seconds


def plain(rows: Sequence[Rewrite]) -> dict[str, list[str]]:
    """The question alone, and after the user's last one."""
    both = []
    for row in rows:
        asked = [turn.text for turn in row.question.history if turn.role == "user"]
        both.append(" ".join([*asked[-1:], row.question.text]))
    return {"question": [row.question.text for row in rows], "last_and_question": both}


def figures(rows: Sequence[Rewrite], forms: Sequence[str]) -> Figures:
    """All figures of one way; see the module."""
    alone = [(row, form) for row, form in zip(rows, forms, strict=True) if row.stood_alone]
    followed = [(row, form) for row, form in alone if row.question.history]
    wanted, found = _added(rows, forms, FUNCTION_WORDS)
    wanted_plain, found_plain = _added(rows, forms, STOP_WORDS)
    lengths = [count_words(form) for form in forms]
    human = [max(count_words(row.rewrite), 1) for row in rows]
    return {
        "added": sum(found) / max(sum(wanted), 1),
        "added_by_question": mean([f / w for f, w in zip(found, wanted, strict=True) if w]),
        "added_plain_list": sum(found_plain) / max(sum(wanted_plain), 1),
        "length": sum(lengths) / sum(human),
        "length_by_question": mean([a / b for a, b in zip(lengths, human, strict=True)]),
        "kept": mean([form == row.question.text for row, form in alone]),
        "kept_followed": mean([form == row.question.text for row, form in followed]),
    }


def _added(
    rows: Sequence[Rewrite], forms: Sequence[str], function_words: frozenset[str]
) -> tuple[list[int], list[int]]:
    """How many stems each person added, and how many of these stand in the form."""
    wanted, found = [], []
    for row, form in zip(rows, forms, strict=True):
        asked = content_stems(row.question.text, function_words)
        added = content_stems(row.rewrite, function_words) - asked
        wanted.append(len(added))
        found.append(len(added & content_stems(form, function_words)))
    return wanted, found


if __name__ == "__main__":
    main()
