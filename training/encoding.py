"""Tokenise everything once and keep it as flat arrays on disk.

A passage is encoded alone, without special tokens, so that cropping and joining passages
while training is array slicing.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from transformers import AutoTokenizer, PreTrainedTokenizerBase

from index.models.embedding import SentenceTransformerEmbeddings
from training.mining import mine
from training.sources import Item, Span, held_out, read_items

Ints = NDArray[np.int32]
KINDS = ("squad", "pairs", "altered", "qed", "sentences")
# More questions than a run can ever use; mining all of them would only cost minutes.
MINED_QUESTIONS = 40_000


@dataclass(frozen=True)
class Ragged:
    """Rows of unequal length: row i is ``values[offsets[i]:offsets[i + 1]]``."""

    values: Ints
    offsets: NDArray[np.int64]

    @classmethod
    def of(cls, rows: Sequence[Sequence[int]]) -> "Ragged":
        """From rows of any length."""
        offsets = np.zeros(len(rows) + 1, dtype=np.int64)
        np.cumsum([len(row) for row in rows], out=offsets[1:])
        values = np.fromiter((v for row in rows for v in row), np.int32, int(offsets[-1]))
        return cls(values, offsets)

    def __getitem__(self, row: int) -> Ints:
        return self.values[self.offsets[row] : self.offsets[row + 1]]

    def __len__(self) -> int:
        return len(self.offsets) - 1


@dataclass(frozen=True)
class Encoded:
    """Every example of one split.

    ``tokens``/``sentences``: a passage's token ids, and the positions at which its sentences
    begin. ``questions``: token ids. ``gold``: (start, end) token positions in the passage,
    flattened, end included; for an unanswerable pair, the lure. ``passage``, ``kind``: one per
    question.
    ``mined``: passages that look right and do not answer; empty where none were looked for.
    """

    tokens: Ragged
    sentences: Ragged
    questions: Ragged
    gold: Ragged
    mined: Ragged
    passage: Ints
    kind: Ints


def _sentence_starts(text: str, offsets: NDArray[np.int64]) -> list[int]:
    """Token positions that follow a full stop and a space; good enough for cropping."""
    starts = [0]
    for index in range(1, len(offsets)):
        before = offsets[index - 1][1]
        gap = offsets[index][0] > before
        if gap and text[before - 1] in ".!?" and text[offsets[index][0]].isupper():
            starts.append(index)
    return starts


def token_span(span: Span, offsets: NDArray[np.int64]) -> tuple[int, int] | None:
    """First and last token that overlap a span; ``offsets`` is (tokens, 2) in characters."""
    end = span.start + len(span.text)
    inside = np.flatnonzero((offsets[:, 0] < end) & (offsets[:, 1] > span.start))
    return (int(inside[0]), int(inside[-1])) if len(inside) else None


def _encode(kinds: dict[str, list[Item]], tokenizer: PreTrainedTokenizerBase) -> Encoded:
    items = [item for kind in KINDS for item in kinds[kind]]
    kind = [index for index, name in enumerate(KINDS) for _ in kinds[name]]
    places: dict[str, int] = {}
    own = np.array([places.setdefault(item.passage, len(places)) for item in items])
    texts = list(places)
    batch = tokenizer(texts, add_special_tokens=False, return_offsets_mapping=True)
    offsets = [np.array(pairs, dtype=np.int64).reshape(-1, 2) for pairs in batch["offset_mapping"]]
    gold: list[list[int]] = []
    for item, place in zip(items, own, strict=True):
        spans = (token_span(span, offsets[place]) for span in item.answers + item.lure)
        distinct = sorted({span for span in spans if span is not None})
        gold.append([edge for span in distinct for edge in span])
    asked = np.flatnonzero(np.isin(kind, [KINDS.index("squad"), KINDS.index("qed")]))
    chosen = np.random.default_rng(0).permutation(asked)[:MINED_QUESTIONS]
    # Single sentences make poor negatives: their questions ("what may be?") fit anything.
    pool = np.unique(own[asked])
    place_in_pool = np.searchsorted(pool, own[chosen])
    found = mine(
        [items[i] for i in chosen],
        [texts[i] for i in pool],
        place_in_pool,
        embeddings=SentenceTransformerEmbeddings(),
    )
    mined: list[list[int]] = [[] for _ in items]
    for index, hits in zip(chosen, found, strict=True):
        mined[index] = [int(pool[hit]) for hit in hits]
    asked_ids = tokenizer([item.question for item in items], add_special_tokens=False)
    return Encoded(
        tokens=Ragged.of(batch["input_ids"]),
        sentences=Ragged.of(
            [_sentence_starts(text, pairs) for text, pairs in zip(texts, offsets, strict=True)]
        ),
        questions=Ragged.of(asked_ids["input_ids"]),
        gold=Ragged.of(gold),
        mined=Ragged.of(mined),
        passage=own.astype(np.int32),
        kind=np.array(kind, dtype=np.int32),
    )


def _save(encoded: Encoded, path: Path) -> None:
    arrays: dict[str, NDArray[np.int64] | Ints] = {}
    for name, value in vars(encoded).items():
        if isinstance(value, Ragged):
            arrays[f"{name}.values"], arrays[f"{name}.offsets"] = value.values, value.offsets
        else:
            arrays[name] = value
    np.savez(path, **arrays)  # type: ignore[arg-type]


def _load(path: Path) -> Encoded:
    with np.load(path, allow_pickle=False) as arrays:
        ragged = {
            name: Ragged(arrays[f"{name}.values"], arrays[f"{name}.offsets"])
            for name in ("tokens", "sentences", "questions", "gold", "mined")
        }
        return Encoded(**ragged, passage=arrays["passage"], kind=arrays["kind"])


def load_encoded(data: Path, base: str, cache: Path) -> tuple[Encoded, Encoded]:
    """Return (training, held-out) examples, encoding the data folder on the first call."""
    paths = [cache / "train.npz", cache / "held_out.npz"]
    if not all(path.exists() for path in paths):
        cache.mkdir(parents=True, exist_ok=True)
        tokenizer = AutoTokenizer.from_pretrained(base)
        kinds = read_items(data)
        for path, held in zip(paths, (False, True), strict=True):
            part = {k: [i for i in v if held_out(i.group) == held] for k, v in kinds.items()}
            _save(_encode(part, tokenizer), path)
    return _load(paths[0]), _load(paths[1])
