"""From encoded examples to batches: the mixture, the crops and the sampler that resumes.

The mixture is a function of the run's progress p in [0, 1] (`Course`). In the first run passages
are cropped early on and single-sentence questions are common, which buys more questions a second
while the model learns what a span is; the second reads whole passages.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.encoding import KINDS, Encoded, Ints

STREAMS = (*KINDS, "mined")
LURED = ("pairs", "altered")  # their gold spans are what the question only seems to ask for
LONGEST_QUESTION = 48
WINDOW = 24  # batches that are drawn together and sorted by length


@dataclass(frozen=True)
class Special:
    """The tokenizer's ids for [CLS], [SEP] and padding."""

    cls: int
    sep: int
    pad: int


@dataclass(frozen=True)
class View:
    """One question with the passage tokens it is shown; ``gold`` is (spans, 2), end included."""

    question: Ints
    passage: Ints
    gold: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.question) + len(self.passage) + 3


@dataclass(frozen=True)
class Course:
    """What a run reads: the streams' shares, and how often a passage is cropped.

    ``early`` and ``late`` are in the order of `STREAMS`; the change comes at ``turn`` of the run.
    ``crops``: (until this progress, share of passages cropped, longest crop in tokens).
    """

    early: tuple[float, ...]
    late: tuple[float, ...]
    turn: float
    crops: tuple[tuple[float, float, int], ...]

    def mixture(self, progress: float) -> NDArray[np.float64]:
        """Share of each stream at this progress."""
        return np.array(self.early if progress < self.turn else self.late)

    def crop_limit(self, progress: float, rng: np.random.Generator, longest: int) -> int:
        """How many passage tokens this example may keep."""
        share, most = next((s, m) for until, s, m in self.crops if progress < until or until >= 1)
        return int(rng.integers(48, most)) if rng.random() < share else longest


# squad, pairs, altered, qed, sentences, mined
COURSES = {
    "first": Course(
        early=(0.50, 0.12, 0.0, 0.06, 0.22, 0.10),
        late=(0.55, 0.18, 0.0, 0.07, 0.05, 0.15),
        turn=0.15,
        crops=((0.3, 0.85, 128), (0.75, 0.5, 192), (1.0, 0.1, 192)),
    ),
    # The first run found spans well and missed what has no answer, so this one reads whole
    # passages, and two questions in five have no answer that lies in wait.
    "second": Course(
        early=(0.40, 0.18, 0.14, 0.06, 0.06, 0.16),
        late=(0.41, 0.25, 0.08, 0.06, 0.05, 0.15),
        turn=0.5,
        crops=((1.0, 0.08, 192),),
    ),
}


def crop(
    tokens: Ints, starts: Ints, gold: NDArray[np.int64], limit: int, rng: np.random.Generator
) -> tuple[Ints, NDArray[np.int64]]:
    """Keep at most ``limit`` tokens, whole sentences where they fit, around one gold span."""
    size = len(tokens)
    if size <= limit:
        return tokens, gold
    edges = np.append(starts, size)
    if len(gold):
        first, last = gold[rng.integers(len(gold))]
    else:
        first = last = starts[rng.integers(len(starts))]
    low = int(np.searchsorted(edges, first, side="right")) - 1
    high = max(low + 1, int(np.searchsorted(edges, last, side="right")))
    if edges[high] - edges[low] > limit:
        slack = max(0, limit - int(last - first + 1))
        begin = int(np.clip(first - rng.integers(slack + 1), 0, size - limit))
        end = begin + limit
    else:
        while True:
            left = low > 0 and edges[high] - edges[low - 1] <= limit
            right = high < len(edges) - 1 and edges[high + 1] - edges[low] <= limit
            if not left and not right:
                break
            if left and (not right or rng.random() < 0.5):
                low -= 1
            else:
                high += 1
        begin, end = int(edges[low]), int(edges[high])
    kept = gold[(gold[:, 0] >= begin) & (gold[:, 1] < end)] - begin
    return tokens[begin:end], kept


def _without_answer(
    tokens: Ints, starts: Ints, gold: NDArray[np.int64]
) -> tuple[Ints, Ints] | None:
    """The passage less the sentences that hold an answer; None when an answer still shows."""
    edges = np.append(starts, len(tokens))
    drop: set[int] = set()
    for first, last in gold:
        low = int(np.searchsorted(edges, first, side="right")) - 1
        drop.update(range(low, int(np.searchsorted(edges, last, side="right"))))
    parts = [tokens[edges[i] : edges[i + 1]] for i in range(len(starts)) if i not in drop]
    if not parts:
        return None
    rest = np.concatenate(parts)
    text = " ".join(map(str, ["", *rest, ""]))
    for first, last in gold:
        if " ".join(map(str, ["", *tokens[first : last + 1], ""])) in text:
            return None
    lengths = [0, *np.cumsum([len(part) for part in parts])[:-1]]
    return rest, np.array(lengths, dtype=np.int32)


_NONE = np.zeros((0, 2), dtype=np.int64)


@dataclass
class Sampler:
    """Draws views for ever; ``state`` is all that is needed to go on where it stopped."""

    data: Encoded
    seed: int
    max_length: int
    course: Course
    state: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = np.diff(self.data.mined.offsets) > 0
        self._rows = {n: np.flatnonzero(self.data.kind == k) for k, n in enumerate(KINDS)}
        self._rows["mined"] = np.flatnonzero(asked)
        own = self.data.passage[self._rows["sentences"]]
        self._sentence_range = (int(own.min()), int(own.max()))
        self._order: dict[str, tuple[int, NDArray[np.int64]]] = {}
        self.state = dict.fromkeys(STREAMS, 0) | {"windows": 0} | self.state

    def _next(self, name: str) -> int:
        rows = self._rows[name]
        epoch, place = divmod(self.state[name], len(rows))
        if self._order.get(name, (-1, rows))[0] != epoch:
            rng = np.random.default_rng((self.seed, STREAMS.index(name), epoch))
            self._order[name] = (epoch, rng.permutation(rows))
        self.state[name] += 1
        return int(self._order[name][1][place])

    def _neighbours(
        self, place: int, gold: NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[Ints, NDArray[np.int64]]:
        """A sentence among the sentences of neighbouring rows, so that it must be found."""
        low, high = self._sentence_range
        before, after = (int(n) for n in rng.integers(0, 4, size=2))
        first, last = max(low, place - before), min(high, place + after)
        parts = [self.data.tokens[i] for i in range(first, last + 1)]
        shift = sum(len(part) for part in parts[: place - first])
        return np.concatenate(parts), gold + shift

    def view(self, name: str, row: int, progress: float, rng: np.random.Generator) -> View:
        """Show one example as a stream shows it at this progress."""
        data = self.data
        question = data.questions[row][:LONGEST_QUESTION]
        gold = data.gold[row].astype(np.int64).reshape(-1, 2)
        place = int(data.passage[row])
        room = self.max_length - len(question) - 3
        if name == "sentences":
            tokens = data.tokens[place]
            if rng.random() < 0.6:
                tokens, gold = self._neighbours(place, gold, rng)
            starts = np.zeros(1, dtype=np.int32)
            tokens, gold = crop(tokens, starts, gold, room, rng)
            return View(question, tokens, gold)
        limit = min(room, self.course.crop_limit(progress, rng, room))
        tokens, starts = data.tokens[place], data.sentences[place]
        if name == "mined":
            rest = _without_answer(tokens, starts, gold) if rng.random() < 0.25 else None
            if rest is not None:
                tokens, starts = rest
            else:
                hits = data.mined[row]
                place = int(hits[min(int(rng.integers(4)), len(hits) - 1)])
                tokens, starts = data.tokens[place], data.sentences[place]
            gold = _NONE
        tokens, gold = crop(tokens, starts, gold, limit, rng)
        return View(question, tokens, _NONE if name in LURED else gold)

    def window(self, progress: float, batch: int) -> list[list[View]]:
        """Draw ``WINDOW`` batches whose members are of like length, in random order."""
        rng = np.random.default_rng((self.seed, 99, self.state["windows"]))
        self.state["windows"] += 1
        names = rng.choice(len(STREAMS), size=WINDOW * batch, p=self.course.mixture(progress))
        views = [self.view(STREAMS[n], self._next(STREAMS[n]), progress, rng) for n in names]
        views.sort(key=len)
        groups = [views[i : i + batch] for i in range(0, len(views), batch)]
        return [groups[i] for i in rng.permutation(len(groups))]


def held_out_views(data: Encoded, count: int, max_length: int) -> Iterator[tuple[str, View]]:
    """A fixed sample of held-out (stream, view), whole passages, for watching a run."""
    sampler = Sampler(data, seed=1, max_length=max_length, course=COURSES["first"])
    rng = np.random.default_rng(1)
    for name in rng.choice(STREAMS, size=count, p=[0.4, 0.3, 0.05, 0.05, 0.05, 0.15]):
        row = sampler._next(str(name))
        question = data.questions[row][:LONGEST_QUESTION]
        room = max_length - len(question) - 3
        place = int(data.mined[row][0]) if name == "mined" else int(data.passage[row])
        gold = data.gold[row].astype(np.int64).reshape(-1, 2)
        shown = _NONE if name in ("mined", *LURED) else gold
        whole = crop(data.tokens[place], data.sentences[place], shown, room, rng)
        yield str(name), View(question, *whole)


def collate(views: list[View], special: Special) -> dict[str, Tensor]:
    """Pad to (batch, longest): ids, types, mask, and bool maps of starts, ends and readable.

    ``readable`` is [CLS], where "no answer" lives, and the passage. An unanswerable question
    has its gold start and end at [CLS].
    """
    longest = -8 * (-max(len(view) for view in views) // 8)
    shape = (len(views), longest)
    ids = np.full(shape, special.pad, dtype=np.int64)
    types = np.zeros(shape, dtype=np.int64)
    mask = np.zeros(shape, dtype=np.int64)
    starts, ends, readable = (np.zeros(shape, dtype=bool) for _ in range(3))
    for row, view in enumerate(views):
        base = len(view.question) + 2
        size = len(view)
        ids[row, 0], ids[row, base - 1], ids[row, size - 1] = special.cls, special.sep, special.sep
        ids[row, 1 : base - 1] = view.question
        ids[row, base : size - 1] = view.passage
        types[row, base:size] = 1
        mask[row, :size] = 1
        readable[row, base : size - 1] = True
        readable[row, 0] = True
        gold = view.gold + base if len(view.gold) else np.zeros((1, 2), dtype=np.int64)
        starts[row, gold[:, 0]] = True
        ends[row, gold[:, 1]] = True
    names = ("input_ids", "token_type_ids", "attention_mask", "starts", "ends", "readable")
    arrays = (ids, types, mask, starts, ends, readable)
    return {name: torch.from_numpy(array) for name, array in zip(names, arrays, strict=True)}
