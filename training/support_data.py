"""Does a passage support a sentence? Examples from public NLI sets, and made from passages.

The made ones follow FactCC (Kryscinski et al., 2020): a sentence of a passage is supported by
it; the same sentence is not once it is cut out of the passage, nor with a name or a number
exchanged for another one of the passage.
"""

import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from training.sources import held_out, read_rows

# Ordinal common sense, adjective pairs and logic puzzles say little about news; SICK may not be
# used commercially (CC BY-NC-SA 3.0).
LEFT_OUT = ("joci", "add_one_rte", "fracas", "sick")
MEASURING_ONLY = ("wice",)
CAPTIONS = ("snli", "cad-snli", "mpe")
# Label numbers; "not entailment" is either of the other two, and the loss treats it so.
ENTAILMENT, NEUTRAL, CONTRADICTION, NOT_ENTAILMENT = range(4)
LABELS = {
    "entailment": ENTAILMENT,
    "neutral": NEUTRAL,
    "contradiction": CONTRADICTION,
    "not_entailment": NOT_ENTAILMENT,
}

_SENTENCE_END = re.compile(r"(?<=[a-z0-9\")\]][.!?])\s+(?=[A-Z\"(])")
_NUMBER = re.compile(r"\b\d[\d,.]*\d\b|\b\d\b")
_NAME = re.compile(r"(?<=[a-z,;] )[A-Z][\w'\u2019-]+(?: [A-Z][\w'\u2019-]+)*")


@dataclass(frozen=True)
class Claim:
    """A sentence, the passage it is checked against and one of the label numbers above.

    ``stream``: "mnli", "facts", "captions" or "made"; it sets how often the claim is drawn.
    """

    stream: str
    premise: str
    hypothesis: str
    label: int


def _stream(source: str) -> str:
    if source.startswith(CAPTIONS):
        return "captions"
    return "mnli" if source.startswith("mnli") else "facts"


def read_claims(folder: Path, held: bool) -> list[Claim]:
    """The NLI rows of one side of the split (by premise), without those kept for measuring."""
    claims = []
    for name in ("nli_mixed", "nli_factcheck", "nli_counterfactual_snli"):
        for row in read_rows(folder / f"{name}.jsonl.xz"):
            source = row["source"]
            if source.startswith(LEFT_OUT + MEASURING_ONLY) or row["label"] not in LABELS:
                continue
            if held_out(row["premise"]) == held:
                label = LABELS[row["label"]]
                claims.append(Claim(_stream(source), row["premise"], row["hypothesis"], label))
    return claims


def swap(sentence: str, passage: str, rng: random.Random) -> str | None:
    """The sentence with one name or number exchanged for another of the passage's."""
    for pattern in rng.sample((_NUMBER, _NAME), 2):
        here = list(pattern.finditer(sentence))
        others = [text for text in set(pattern.findall(passage)) if text not in sentence]
        if here and others:
            old = rng.choice(here)
            new = rng.choice(sorted(others))
            if old.group() not in new:
                altered: str = sentence[: old.start()] + new + sentence[old.end() :]
                return altered
    return None


def make_claims(passages: Sequence[str], seed: int) -> Iterator[Claim]:
    """One claim a passage at most: supported, cut out of its passage, or altered."""
    rng = random.Random(seed)
    for passage in passages:
        sentences = _SENTENCE_END.split(passage)
        fit = [i for i, s in enumerate(sentences) if 6 <= len(s.split()) <= 40]
        if len(sentences) < 3 or not fit:
            continue
        chosen = rng.choice(fit)
        sentence = sentences[chosen]
        # Short premises are cheap to read and as telling; a claim sees up to two on each side.
        low, high = max(0, chosen - rng.randint(1, 2)), chosen + rng.randint(2, 3)
        premise = " ".join(sentences[low:high])
        bare = re.sub(r"\s*\([^)]*\)", "", sentence)
        draw = rng.random()
        if draw < 0.4:
            yield Claim("made", premise, bare, ENTAILMENT)
        elif draw < 0.6:
            rest = " ".join(sentences[low:chosen] + sentences[chosen + 1 : high])
            yield Claim("made", rest, bare, NOT_ENTAILMENT)
        elif (altered := swap(bare, passage, rng)) is not None:
            yield Claim("made", premise, altered, NOT_ENTAILMENT)
