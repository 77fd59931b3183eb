"""Examples for the model that judges yes or no: a question or statement, and what a text says.

An example is (asked, context, label): the context says yes, says no, or leaves it open. Questions
that people wrote are joined by inference data, whose statements become questions where that is
simple, and by sentences made from frames in which an act is done, tried, prevented, denied, undone,
or done by another. As in `context_examples`, some stand under a headline that may be noise.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

from training.context_examples import header, sentences
from training.entailment_frames import FRAMES, fill
from training.sources import read_rows

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

YES, NO, OPEN, NOT_YES = range(4)
"""Labels; where a source only tells that it is no yes, no and open count together."""
_LABELS = {
    "yes": YES, "entailment": YES, "no": NO, "contradiction": NO, "unknown": OPEN, "neutral": OPEN,
    "not_entailment": NOT_YES,
}  # fmt: skip
# Only sources whose licence is known; WiCE and AVeriTeC are for measuring.
_INFERENCE = {
    "mnli": "mnli-", "snli": "snli-", "scitail": "scitail-", "commitment": "commitment_bank-",
    "fever": "fever-symmetric-v0.2", "fm2": "fm2-", "begin": "begin-", "cad": "cad-snli-",
    "scone": "scone-", "neg": "neg-", "med": "med", "cannot": "cannot-", "veridical": "mega",
    "summedits": "summedits-",
}  # fmt: skip
SHARES = {
    "condaqa": 0.17, "boolq": 0.09, "strategyqa": 0.04, "frames": 0.17, "mnli": 0.16,
    "snli": 0.05, "scitail": 0.015, "commitment": 0.005, "fever": 0.025, "fm2": 0.045,
    "begin": 0.03, "cad": 0.06, "scone": 0.015, "neg": 0.03, "med": 0.015, "cannot": 0.02,
    "veridical": 0.02, "summedits": 0.03,
}  # fmt: skip
_FILES = (
    "nli_mixed", "nli_factcheck", "nli_counterfactual_snli", "nli_negation", "nli_veridicality",
    "nli_summedits",
)  # fmt: skip
_AUXILIARY = re.compile(
    r"(?i)^(?P<who>(?:[\w’'-]+ ){1,7}?)(?P<aux>is|are|was|were|has|have|had|will|would|can|could"
    r"|should)(?P<rest> .+)$"
)
_PAST = re.compile(r"^(?P<who>(?:[\w’'-]+ ){1,5}?)(?P<verb>[a-z]{2,}ed)(?P<rest> .+)$")
_NAME = re.compile(r"\b[A-Z][a-z]{2,}(?: [A-Z][a-z]{2,}){0,2}\b")
_CONTENT = re.compile(r"[a-z0-9]{3,}")
_LONGEST = 480  # characters of context
_NEW_FRAMES = len(FRAMES) // 8
_SHUFFLED = Random(3).sample(FRAMES, len(FRAMES))
FRAMES_SEEN, FRAMES_HELD = _SHUFFLED[_NEW_FRAMES:], _SHUFFLED[:_NEW_FRAMES]


@dataclass(frozen=True, slots=True)
class Example:
    """What is asked, what is read, and what it says to it."""

    stream: str
    asked: str
    context: str
    label: int


@dataclass(frozen=True, slots=True)
class _Row:
    asked: str
    passage: str
    label: int
    cue: str = ""
    statement: bool = False


def held(group: str) -> bool:
    """One group in twelve is never trained on: it serves the thresholds."""
    digest = hashlib.sha1(group.encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % 12 == 0


class Examples:
    """Draws examples for ever; the n-th is the same in every run with the same seed."""

    def __init__(self, folder: Path) -> None:
        rows, held_rows = _read(folder)
        self.rows, self.held = rows, held_rows
        self.bases = _bases(row.asked for each in rows.values() for row in each)
        titles: set[str] = set()
        outlets: set[str] = set()
        for name in ("realtimeqa-2023b", "realtimeqa-2024"):
            for row in read_rows(folder / name / "articles.jsonl.xz"):
                titles.add((row["title"] or "").strip()[:120])
                host = re.search(r"//(?:www\.)?([^/]+)", row["url"])
                outlets.add(host[1] if host else "")
        self.titles, self.outlets = sorted(titles - {""}), sorted(outlets - {""})
        self.names = sorted(
            {n for t in self.titles[:4000] for n in _NAME.findall(t) if " " in n or len(n) > 4}
        )

    def draw(self, rng: Random) -> Example:
        """One example."""
        name = rng.choices(list(SHARES), list(SHARES.values()))[0]
        if name == "frames":
            return self.frame(rng, rng.choice(FRAMES_SEEN))
        return self.example(name, rng.choice(self.rows[name]), rng)

    def frame(self, rng: Random, frame: str) -> Example:
        """A made-up sentence in which something is done, or is not."""
        asked, context, label = fill(frame, rng)
        return Example("frames", asked, self._headed(context, rng), label)

    def example(self, name: str, row: _Row, rng: Random) -> Example:
        """A question over the part of its passage that speaks of it."""
        context = _near(row, rng)
        asked, label = row.asked, row.label
        if row.statement and rng.random() < 0.7:
            asked = _as_question(asked, self.bases)
        if label in {YES, NO} and rng.random() < 0.08:
            both = set(_NAME.findall(row.asked[1:])) & set(_NAME.findall(context))
            if both:  # told of another one
                context = context.replace(rng.choice(sorted(both)), rng.choice(self.names))
                label = OPEN
        if rng.random() < 0.1:  # of something else
            context, label = _near(rng.choice(self.rows[name]), rng), OPEN
        return Example(name, asked, self._headed(context, rng), label)

    def _headed(self, context: str, rng: Random) -> str:
        if rng.random() < 0.6:
            return context
        month = rng.choice(("March", "June", "November"))
        day = f"{rng.randint(1, 28)} {month} 20{rng.randint(10, 29)}"
        return (
            header(
                rng.choice(self.titles) if rng.random() < 0.6 else "",
                rng.choice(self.outlets) if rng.random() < 0.7 else "",
                day if rng.random() < 0.7 else "",
            )
            + context
        )


def _read(folder: Path) -> tuple[dict[str, list[_Row]], dict[str, list[_Row]]]:
    rows: dict[str, list[_Row]] = {name: [] for name in SHARES if name != "frames"}
    kept: dict[str, list[_Row]] = {name: [] for name in rows}
    for name, file in (
        ("condaqa", "yesno_condaqa"), ("boolq", "yesno_boolq_dev"),
        ("strategyqa", "yesno_strategyqa"),
    ):  # fmt: skip
        for row in read_rows(folder / f"{file}.jsonl.xz"):
            one = _Row(row["question"], row["passage"], _LABELS[row["answer"]], row.get("cue", ""))
            group = str(row.get("group", row.get("title", row["passage"])))
            (kept if held(name + group) else rows)[name].append(one)
    for file in _FILES:
        for row in read_rows(folder / f"{file}.jsonl.xz"):
            name = next((n for n, s in _INFERENCE.items() if row["source"].startswith(s)), "")
            if not name or len(row["premise"]) > 6_000:
                continue
            one = _Row(row["hypothesis"], row["premise"], _LABELS[row["label"]], statement=True)
            (kept if held(row["premise"]) else rows)[name].append(one)
    return rows, kept


def _near(row: _Row, rng: Random) -> str:
    """A few sentences: those that share the most words with what is asked, or hold the cue."""
    if len(row.passage) <= 220:
        return row.passage
    wanted = set(_CONTENT.findall(row.asked.lower()))
    found = [row.passage[a:b] for a, b in sentences(row.passage)]
    best = max(
        range(len(found)),
        key=lambda n: (
            len(wanted & set(_CONTENT.findall(found[n].lower())))
            + 3.0 * bool(row.cue and row.cue.lower() in found[n].lower())
        ),
    )
    low, high = best, best + 1
    room = rng.choice((220, 350, _LONGEST))
    while low > 0 or high < len(found):
        grow_down = low > 0 and (high == len(found) or rng.random() < 0.6)
        text = " ".join(found[low - grow_down : high + (not grow_down)])
        if len(text) > room:
            break
        low, high = low - grow_down, high + (not grow_down)
    return " ".join(found[low:high])[: 2 * _LONGEST]


def _bases(asked: Iterable[str]) -> Counter[str]:
    """How often each word stands in what is asked: tells base forms of verbs."""
    return Counter(word for text in asked for word in re.findall(r"[a-z]+", text.lower()))


def _as_question(statement: str, known: Counter[str]) -> str:
    """The question that a statement answers, where that is simple; else the statement."""
    text = statement.strip().rstrip(".")
    if fits := _AUXILIARY.match(text):
        who = fits["who"].strip()
        return f"{fits['aux']} {who}{fits['rest']}?"
    if fits := _PAST.match(text):
        verb = fits["verb"]
        tried = [verb[:-1], verb[:-2]]
        if verb[-3] == verb[-4:-3]:
            tried.append(verb[:-3])
        if verb.endswith("ied"):
            tried = [verb[:-3] + "y"]
        base = max(tried, key=lambda each: known[each])
        if known[base]:
            return f"did {fits['who'].strip()} {base}{fits['rest']}?"
    return text
