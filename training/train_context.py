"""Train the model that reads in context: ``python -m training.train_context DATA BASE RUN``.

The lower layers of all-mpnet-base-v2 with a span head ("no answer" at the first token, as in
SQuAD 2.0). The learning rate is held and then falls to zero over the last third of the wall-clock
budget. Run the same command again to go on from the last checkpoint; a larger ``--minutes``
prolongs the run. With ``--begin FOLDER`` a new run starts from exported weights.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoConfig, MPNetModel

from index.models.weights import ByteMatrix, has_matrix_units, read_weights
from training.context_examples import Example, Examples
from training.entailment_examples import NOT_YES
from training.entailment_examples import Examples as PolarExamples
from training.invented import Invented
from training.threads import Threads
from training.train import save_checkpoint, span_loss

LAYERS = 9
FROZEN = 3
WARM_UP, DECAY = 0.03, 0.35
LONGEST, LONGEST_QUESTION = 256, 48
WINDOW = 16  # batches drawn together and sorted by length


class ContextReader(nn.Module):
    """MPNet's first layers and a span head."""

    def __init__(self, base: str | Path, layers: int = LAYERS) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(base)
        config.num_hidden_layers = layers
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        config._attn_implementation = "eager"
        if (Path(base) / "model.safetensors").exists():
            self.mpnet = MPNetModel.from_pretrained(base, config=config, add_pooling_layer=False)
        else:  # an exported model's folder, whose weights `begin_with` takes
            self.mpnet = MPNetModel(config, add_pooling_layer=False)
        self.span = nn.Linear(config.hidden_size, 2)
        self.entailment = nn.Linear(config.hidden_size, 3)

    def forward(self, ids: Tensor, mask: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Start and end logits, (batch, length); those of yes, no and open, (batch, 3)."""
        hidden = self.mpnet(input_ids=ids, attention_mask=mask).last_hidden_state
        start, end = self.span(hidden).unbind(-1)
        return start, end, self.entailment(hidden[:, 0])


class Mixture:
    """Draws from all sources by their shares, for ever."""

    def __init__(self, data: Path, invented: Path | None, shares: tuple[float, ...]) -> None:
        self.spans = Examples(data)
        self.shares = shares
        self.mixed = invented is not None
        if invented:
            self.polar = PolarExamples(data)
            self.invented = Invented(invented)
            self.invented_held = Invented(invented, held_out=True)

    def draw(self, rng: Random) -> Example:
        """One example."""
        if not self.mixed:
            return self.spans.draw(rng)
        kind = rng.choices(range(4), self.shares)[0]
        if kind == 0:
            return self.spans.draw(rng)
        if kind == 1:
            return self.invented.span(rng)
        if kind == 2:
            return self.invented.polar(rng)
        found = self.polar.draw(rng)
        return Example(found.stream, found.asked, found.context, (), found.label)

    def held(self, count: int) -> list[Example]:
        """Held out: so many of each kind of public and invented questions."""
        if not self.mixed:
            return []
        rng = Random(2)
        found = []
        for name in ("boolq", "condaqa", "mnli", "neg"):
            rows = self.polar.held[name]
            for row in rng.sample(rows, min(count, len(rows))):
                public = self.polar.example(name, row, rng)
                if public.label != NOT_YES:
                    found.append(Example(name, public.asked, public.context, (), public.label))
        for kind, pairs in self.invented_held.pairs.items():
            for article, asked in rng.sample(pairs, min(count, len(pairs))):
                if kind in "SN":
                    one = self.invented_held.span_example(article, asked, rng, f"invented {kind}")
                else:
                    one = self.invented_held.polar_example(article, asked, rng)
                found.append(one)
        return found


class Tokens:
    """Turns examples into padded batches."""

    def __init__(self, base: str | Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(Path(base) / "tokenizer.json"))
        self.tokenizer.no_truncation()
        self.tokenizer.no_padding()

    def encode(self, example: Example) -> dict[str, Any]:
        """Word pieces of one example, its gold spans in word pieces."""
        asked = self.tokenizer.encode(example.asked, add_special_tokens=False).ids[
            :LONGEST_QUESTION
        ]
        told = self.tokenizer.encode(example.context, add_special_tokens=False)
        room = LONGEST - len(asked) - 4
        base = len(asked) + 3
        gold = []
        for begin, end in example.spans:
            inside = [n for n, (a, b) in enumerate(told.offsets[:room]) if a < end and b > begin]
            if inside and told.offsets[inside[-1]][1] >= end:
                gold.append((inside[0] + base, inside[-1] + base))
        ids = [0, *asked, 2, 2, *told.ids[:room], 2]
        return {
            "ids": ids,
            "base": base,
            "gold": gold,
            "stream": example.stream,
            "label": example.label,
        }

    def collate(self, rows: list[dict[str, Any]]) -> dict[str, Tensor]:
        """(batch, longest) tensors."""
        longest = -8 * (-max(len(row["ids"]) for row in rows) // 8)
        shape = (len(rows), longest)
        ids = torch.ones(shape, dtype=torch.long)
        mask = torch.zeros(shape, dtype=torch.long)
        starts, ends, readable = (torch.zeros(shape, dtype=torch.bool) for _ in range(3))
        for number, row in enumerate(rows):
            size = len(row["ids"])
            ids[number, :size] = torch.tensor(row["ids"])
            mask[number, :size] = 1
            readable[number, row["base"] : size - 1] = True
            readable[number, 0] = True
            for begin, end in row["gold"] or [(0, 0)]:
                starts[number, begin] = ends[number, end] = True
        return {
            "ids": ids,
            "mask": mask,
            "starts": starts,
            "ends": ends,
            "readable": readable,
            "polar": torch.tensor([row["label"] is not None for row in rows]),
            "labels": torch.tensor([row["label"] or 0 for row in rows]),
        }


def loss_of(logits: tuple[Tensor, Tensor, Tensor], batch: dict[str, Tensor]) -> Tensor:
    """The mean over a batch's examples, each of its own kind."""
    start, end, polar = logits
    asked = batch["polar"]
    total = torch.zeros(())
    if asked.any():
        total = total + entailment_loss(polar[asked], batch["labels"][asked]) * asked.sum()
    if not asked.all():
        spans = {name: batch[name][~asked] for name in ("starts", "ends", "readable")}
        total = total + span_loss(start[~asked], end[~asked], spans) * (~asked).sum()
    return total / len(asked)


def autocast() -> torch.autocast:
    """bfloat16 where the processor multiplies matrices of it; elsewhere float32 is quicker."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_matrix_units())


def entailment_loss(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy; where only "no yes" is known, no and open count together."""
    logs = torch.log_softmax(logits.float(), dim=1)
    merged = torch.cat([logs, torch.logsumexp(logs[:, 1:], 1, keepdim=True)], 1)
    loss: Tensor = -merged.gather(1, labels[:, None]).mean()
    return loss


def rate_at(progress: float, peak: float, warm_up: float, decay: float) -> float:
    """Warm-up, a level, then linear decay to zero; all but the peak as shares of the budget."""
    return peak * max(0.0, min(progress / warm_up, 1.0, (1 - progress) / decay))


def grouped(rows: Iterable[dict[str, Any]], batch: int, rng: Random) -> list[list[dict[str, Any]]]:
    """Batches of rows of about one length, in any order."""
    ordered = sorted(rows, key=lambda row: len(row["ids"]))
    groups = [ordered[i : i + batch] for i in range(0, len(ordered), batch)]
    rng.shuffle(groups)
    return groups


def begin_with(model: ContextReader, folder: Path) -> None:
    """Take layers, embeddings and heads from exported weights."""
    state = model.state_dict()
    for name, values in read_weights(folder).items():
        if name in state:
            floats = values.to_floats() if isinstance(values, ByteMatrix) else values
            state[name] = torch.from_numpy(floats.astype("float32"))
    model.load_state_dict(state)


def optimiser_of(model: ContextReader) -> torch.optim.Optimizer:
    """AdamW; embeddings and the lowest layers stay as they are, heads learn faster."""
    model.mpnet.embeddings.requires_grad_(False)
    for layer in model.mpnet.encoder.layer[:FROZEN]:
        layer.requires_grad_(False)
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            key = (parameter.ndim > 1, not name.startswith("mpnet."))
            groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "weight_decay": 0.01 if decay else 0.0,
                "scale": 5.0 if head else 1.0,
            }
            for (decay, head), parameters in groups.items()
        ],
        lr=0.0,
        betas=(0.9, 0.98),
        fused=True,
    )


def held_out_rows(examples: Examples, tokens: Tokens, count: int) -> list[dict[str, Any]]:
    """A fixed held-out sample: SQuAD's, hand-written unanswerable ones, news with and without."""
    rng = Random(1)
    found = [
        examples.span_example(k, i, rng)
        for k in ("squad", "pairs")
        for i in rng.sample(examples.held[k], count)
    ]
    for name, good in (("news_good", True), ("news_bad", False)):
        some = [a for a in examples.news_held if (a.good if good else a.bad)]
        found += [
            examples.news_example(name, a, (a.good if good else a.bad)[0], good, rng)
            for a in some[:count]
        ]
    return [tokens.encode(e) for e in found]


@torch.inference_mode()
def probe(model: nn.Module, rows: list[dict[str, Any]], tokens: Tokens) -> dict[str, float]:
    """Share of right (start, end) choices by stream."""
    right: dict[str, list[bool]] = {}
    rows = sorted(rows, key=lambda row: len(row["ids"]))
    for begin in range(0, len(rows), 16):
        part = rows[begin : begin + 16]
        batch = tokens.collate(part)
        with autocast():
            start, end, polar = model(batch["ids"], batch["mask"])
        ok = torch.ones(len(part), dtype=torch.bool)
        for logits, gold in ((start, batch["starts"]), (end, batch["ends"])):
            best = logits.float().masked_fill(~batch["readable"], -1e4).argmax(1)
            ok &= gold.gather(1, best[:, None])[:, 0]
        ok = torch.where(batch["polar"], polar.argmax(1) == batch["labels"], ok)
        for row, fine in zip(part, ok.tolist(), strict=True):
            right.setdefault(row["stream"], []).append(fine)
    return {name: round(sum(oks) / len(oks), 3) for name, oks in sorted(right.items())}


def train(args: argparse.Namespace) -> None:
    """Run until the budget is spent."""
    torch.manual_seed(args.seed)
    threads = Threads(2)
    args.run.mkdir(parents=True, exist_ok=True)
    tokens = Tokens(args.base)
    examples = Mixture(args.data, args.invented, args.shares)
    model = ContextReader(args.base, args.layers)
    if args.begin:
        begin_with(model, args.begin)
    optimiser = optimiser_of(model)
    watched = held_out_rows(examples.spans, tokens, args.probe)
    watched += [tokens.encode(each) for each in examples.held(args.probe)]
    spent, steps, seen, window = 0.0, 0, 0, 0
    checkpoint = args.run / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        spent, steps, seen, window = state["spent"], state["steps"], state["seen"], state["window"]
        print(f"resumed at step {steps}, {spent / 60:.1f} minutes spent", flush=True)
    budget, clock, saved, begun = args.minutes * 60, time.monotonic(), spent, spent
    mean = 0.0
    done = spent >= budget
    while not done:
        rng = Random(args.seed * 1_000_003 + window)
        rows = (tokens.encode(examples.draw(rng)) for _ in range(WINDOW * args.batch))
        window += 1
        for group in grouped(rows, args.batch, rng):
            began = time.monotonic()
            batch = tokens.collate(group)
            with autocast():
                logits = model(batch["ids"], batch["mask"])
            loss = loss_of(logits, batch)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            rate = rate_at(spent / budget, args.rate, WARM_UP, DECAY)
            for one in optimiser.param_groups:
                one["lr"] = rate * one["scale"]
            optimiser.step()
            optimiser.zero_grad()
            threads.done(batch["ids"].numel(), time.monotonic() - began)
            steps, seen = steps + 1, seen + len(group)
            mean = 0.98 * mean + 0.02 * loss.item() if mean else loss.item()
            spent = begun + time.monotonic() - clock
            if steps % 25 == 0:
                print(
                    f"step {steps} seen {seen} minutes {spent / 60:.1f} loss {mean:.3f} "
                    f"rate {rate:.2e} threads {torch.get_num_threads()}",
                    flush=True,
                )
            if done := spent >= budget:
                break
        if done or spent - saved > args.every * 60:
            print("probe", probe(model, watched, tokens), flush=True)
            save_checkpoint(
                checkpoint,
                model=model.state_dict(),
                optimiser=optimiser.state_dict(),
                spent=spent,
                steps=steps,
                seen=seen,
                window=window,
            )
            saved = spent
    torch.save(model.state_dict(), args.run / "final.pt")
    print(f"final weights after {steps} steps, {seen} examples", flush=True)


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("base", type=Path)
    parser.add_argument("run", type=Path)
    parser.add_argument("--minutes", type=float, default=95.0)
    parser.add_argument("--every", type=float, default=10.0)
    parser.add_argument("--batch", type=int, default=16)
    parser.add_argument("--rate", type=float, default=5e-5)
    parser.add_argument("--begin", type=Path, help="exported weights to start from")
    parser.add_argument("--invented", type=Path, help="the invented news")
    parser.add_argument(
        "--shares", type=float, nargs=4, default=(0.3, 0.28, 0.17, 0.25),
        help="of public spans, invented spans, invented and public yes-or-no questions",
    )  # fmt: skip
    parser.add_argument("--layers", type=int, default=LAYERS)
    parser.add_argument("--probe", type=int, default=60)
    parser.add_argument("--seed", type=int, default=7)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
