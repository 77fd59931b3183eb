"""How well the model reads: SQuAD 2.0's exact match and F1, beside the nearest sentence.

    python -m benchmarks.reading DATA [--model FOLDER] [--limit N] [--json]

DATA is squad20_dev.jsonl.xz (a line holds question, passage, and answers [{text}], none of them
where the passage does not answer), or a folder that holds it. Each question is put to its own
passage. Ours is both looks together, as they have the last word; the first look is the small
reading model alone, which chooses what is read again; plain is the sentence of the passage that is
nearest to the question by all-MiniLM-L6-v2, and never abstains.

What `--json` prints: "ours", "first_look" and "plain", each with

- em, f1: over all questions; below the model's own threshold (config.json,
  "reading".no_answer_threshold, from held-out training articles) it gives no answer;
- f1_answerable, em_answerable: answerable questions alone, the best span always given: reading
  measured apart from abstaining;
- f1_answerable_thresholded: the same questions, with the threshold;
- f1_unanswerable: the others; 1 for no answer, 0 for any;

and "questions", "answerable" (counts) and "threshold".
"""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from assistant.reading.context_model import ContextModel, context_folder
from assistant.reading.span_model import SpanModel, shipped_folder
from benchmarks.command import (
    argument_parser,
    ending_on_errors,
    figures_table,
    progress_bars,
    show,
)
from benchmarks.data import DataError, read_json_lines, sample
from benchmarks.plain import encode, plain_embeddings, split_sentences
from benchmarks.scores import Figures, mean_exact_match, mean_f1

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from langchain_core.embeddings import Embeddings

    from assistant.reading.span_model import AnswerSpan

    Row = dict[str, Any]

_FILE = "squad20_dev.jsonl.xz"
_FIELDS = frozenset({"question", "passage", "answers"})
_CHUNK = 256  # questions read between two moves of the progress bar
_COLUMNS = {
    "em": "EM %",
    "f1": "F1 %",
    "em_answerable": "always said EM %",
    "f1_answerable": "always said F1 %",
    "f1_answerable_thresholded": "answerable F1 %",
    "f1_unanswerable": "unanswerable F1 %",
}


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argument_parser(__doc__.splitlines()[0], f"{_FILE}, or its folder")
    parser.add_argument("--model", type=Path, help="a context model's folder; default: as shipped")
    arguments = parser.parse_args(argv)
    with ending_on_errors():
        rows = read(arguments.data, arguments.limit)
        threshold = no_answer_threshold(arguments.model or context_folder())
        first_threshold = no_answer_threshold(shipped_folder())
        context, first = ContextModel(arguments.model), SpanModel()
        result: dict[str, Any] = {
            "ours": ours(rows, partial(context.read_pairs, first=first), threshold),
            "first_look": ours(rows, first.read_pairs, first_threshold),
            "plain": plain(rows, plain_embeddings()),
            "questions": len(rows),
            "answerable": sum(bool(row["answers"]) for row in rows),
            "threshold": threshold,
        }
    names = ("ours", "first_look", "plain")
    table = figures_table({name: result[name] for name in names}, _COLUMNS)
    counts = f"{len(rows):,} questions, {result['answerable']:,} answerable"
    show(result, [table, f"{counts}; threshold {threshold:.3f}"], as_json=arguments.json)


def read(data: Path, limit: int | None) -> list[Row]:
    """The questions of a file, or of the file in a folder; so many of them, in their order.

    Raises:
        DataError: there is no such file, or it is not what it should be.
    """
    file = data / _FILE if data.is_dir() else data
    rows = list(read_json_lines(file, _FIELDS))
    if not rows:
        raise DataError(f"{file} holds no questions")
    return sample(rows, limit)


def no_answer_threshold(model: Path) -> float:
    """The score above which a model's span is an answer; 0 where its configuration names none.

    Raises:
        DataError: the folder holds no model's configuration.
    """
    file = model / "config.json"
    try:
        settings = json.loads(file.read_text("utf-8")).get("reading", {})
    except (OSError, ValueError) as error:
        raise DataError(f"{file} cannot be read: {error}") from error
    return float(settings.get("no_answer_threshold", 0.0))


def ours(
    rows: Sequence[Row],
    read_pairs: Callable[[list[tuple[str, str]]], list[AnswerSpan]],
    threshold: float,
) -> Figures:
    """A reading model's figures, of what gives each pair's best span; see the module."""
    always, thresholded = [], []
    with progress_bars() as progress:
        task = progress.add_task("Reading", total=len(rows))
        for begin in range(0, len(rows), _CHUNK):
            chunk = rows[begin : begin + _CHUNK]
            spans = read_pairs([(row["question"], row["passage"]) for row in chunk])
            for row, span in zip(chunk, spans, strict=True):
                text = row["passage"][span.start : span.end]
                always.append(text)
                thresholded.append(text if span.score > threshold else "")
            progress.update(task, completed=len(always))
    return figures(rows, always, thresholded)


def plain(rows: Sequence[Row], embeddings: Embeddings) -> Figures:
    """The nearest sentence's figures; a passage's sentences are embedded once."""
    asked: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        asked.setdefault(row["passage"], []).append(number)
    said = [""] * len(rows)
    with progress_bars() as progress:
        task = progress.add_task("Nearest sentence", total=len(rows))
        for passage, numbers in asked.items():
            sentences = split_sentences(passage)
            questions = [rows[number]["question"] for number in numbers]
            vectors = encode(embeddings, [*sentences, *questions])
            cosines = vectors[len(sentences) :] @ vectors[: len(sentences)].T
            for number, best in zip(numbers, np.argmax(cosines, axis=1), strict=True):
                said[number] = sentences[best]
            progress.advance(task, len(numbers))
    return figures(rows, said, said)


def figures(rows: Sequence[Row], always: Sequence[str], thresholded: Sequence[str]) -> Figures:
    """All figures, from the best answer to each question and from what was given as the answer."""
    gold = [[answer["text"] for answer in row["answers"]] for row in rows]
    answerable = [number for number, wanted in enumerate(gold) if wanted]
    others = [number for number, wanted in enumerate(gold) if not wanted]
    wanted, none = [gold[n] for n in answerable], [gold[n] for n in others]
    best = [always[n] for n in answerable]
    return {
        "em": mean_exact_match(thresholded, gold),
        "f1": mean_f1(thresholded, gold),
        "em_answerable": mean_exact_match(best, wanted),
        "f1_answerable": mean_f1(best, wanted),
        "f1_answerable_thresholded": mean_f1([thresholded[n] for n in answerable], wanted),
        "f1_unanswerable": mean_f1([thresholded[n] for n in others], none),
    }


if __name__ == "__main__":
    main()
