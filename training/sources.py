"""Read the training files and put every question into the one form the reader ever sees.

Each file is JSON lines, xz-compressed, one item a line:
``{question, passage, answers: [{text, start}], answerable, ...}`` with
``passage[start:start + len(text)] == text``.
"""

import hashlib
import json
import lzma
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from assistant.reading.span_model import normalise
from training.altered import alter

# One part in HELD_OUT_PARTS of the titles is never trained on: it serves calibration, the
# no-answer threshold and every decision taken while training.
HELD_OUT_PARTS = 25


@dataclass(frozen=True)
class Span:
    """An answer as it stands in its passage; ``start`` counts characters from 0."""

    text: str
    start: int


@dataclass(frozen=True)
class Item:
    """One question put to one passage; ``answers`` is empty when the passage does not answer.

    ``group`` decides the split (an article's title, or the passage where none is known).
    ``lure`` is what an unanswerable question seems to ask for: the answer to the answerable
    question it was written against.
    """

    source: str
    group: str
    question: str
    passage: str
    answers: tuple[Span, ...]
    lure: tuple[Span, ...] = ()


def held_out(group: str) -> bool:
    """Say whether this title (or passage) belongs to the slice that is never trained on."""
    key = group.replace("_", " ").strip().lower()
    digest = hashlib.sha1(key.encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % HELD_OUT_PARTS == 0


def read_rows(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the objects of a ``.jsonl.xz`` (or plain ``.jsonl``) file in file order."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)


def _occurrences(passage: str, text: str) -> tuple[Span, ...]:
    return tuple(Span(text, m.start()) for m in re.finditer(re.escape(text), passage))


def _spans(row: dict[str, Any]) -> tuple[Span, ...]:
    spans = tuple(Span(answer["text"], answer["start"]) for answer in row["answers"])
    if row.get("start") == "heuristic":
        # The guessed place is wrong one time in five, so every occurrence counts as right and
        # the loss, which sums over spans, leaves the choice to the model.
        return _occurrences(row["passage"], spans[0].text)
    return spans


def _item(row: dict[str, Any], group: str) -> Item:
    answers = _spans(row) if row["answerable"] else ()
    return Item(row["source"], group, normalise(row["question"]), row["passage"], answers)


def read_items(folder: Path) -> dict[str, list[Item]]:
    """Read the reading data.

    ``squad``, ``qed`` and ``sentences`` have answers, ``pairs`` (by hand) and ``altered`` (by rule)
    have none.
    """
    squad_rows = list(read_rows(folder / "squad11_train.jsonl.xz"))
    answered = {(row["passage"], row["question"]): row for row in squad_rows}
    pairs = []
    for row in read_rows(folder / "squad2_unanswerable_pairs.jsonl.xz"):
        other = answered[row["passage"], row["paired_question"]]
        pairs.append(replace(_item(row, other["title"]), lure=_spans(other)))
    qed_rows = read_rows(folder / "qed_nq.jsonl.xz")
    sentences = [
        _item(row, row["passage"])
        for name in ("qamr", "qasrl_gs")
        for row in read_rows(folder / f"{name}.jsonl.xz")
    ]
    squad = [_item(row, row["title"]) for row in squad_rows]
    return {
        "squad": squad,
        "pairs": pairs,
        "altered": alter(squad, [row["question"] for row in squad_rows], random.Random(0)),
        "qed": [_item(row, row["title"]) for row in qed_rows],
        "sentences": sentences,
    }
