"""Train what judges yes or no: ``python -m training.train_entailment DATA READER RUN``.

A shipped reader (BERT or MPNet) stays as it is; beside each matrix of its upper layers two thin
ones are learnt (low-rank adaptation, Hu et al., 2022), and three logits at the first token: yes,
no, open. Run the same command again to go on from the last checkpoint.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from random import Random
from typing import Any

import torch
from tokenizers import Tokenizer
from torch import Tensor, nn
from transformers import AutoConfig, AutoModel

from index.models.weights import ByteMatrix, has_matrix_units, read_weights
from training.entailment_examples import FRAMES_HELD, NOT_YES, SHARES, Example, Examples
from training.threads import Threads
from training.train import save_checkpoint
from training.train_context import WINDOW, grouped, rate_at

RANK, LAYERS = 48, 6
LONGEST = 160
WARM_UP, DECAY = 0.04, 0.5


class Adapted(nn.Module):
    """A linear layer that stays, and a low-rank one beside it that learns."""

    def __init__(self, fixed: nn.Linear, rank: int) -> None:
        super().__init__()
        self.fixed = fixed.requires_grad_(False)
        self.down = nn.Parameter(torch.randn(rank, fixed.in_features) * fixed.in_features**-0.5)
        self.up = nn.Parameter(torch.zeros(fixed.out_features, rank))

    def forward(self, values: Tensor) -> Tensor:
        """As of a linear layer."""
        thin = nn.functional.linear(values, self.down)
        made: Tensor = nn.functional.linear(thin, self.up) + self.fixed(values)
        return made


class EntailmentModel(nn.Module):
    """The reader with adapters in its upper layers and a head of three logits."""

    def __init__(self, folder: Path, rank: int = RANK, layers: int = LAYERS) -> None:
        super().__init__()
        config = AutoConfig.from_pretrained(folder)
        config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0
        config._attn_implementation = "eager"
        self.encoder = AutoModel.from_config(config, add_pooling_layer=False)  # type: ignore[no-untyped-call]
        prefix = f"{config.model_type}."
        found = {
            name.removeprefix(prefix): torch.from_numpy(
                (w.to_floats() if isinstance(w, ByteMatrix) else w).astype("float32")
            )
            for name, w in read_weights(folder).items()
            if name.startswith(prefix)
        }
        self.encoder.load_state_dict(found)
        self.encoder.requires_grad_(False)
        self.typed = config.model_type == "bert"
        for layer in self.encoder.encoder.layer[-layers:]:
            for module in list(layer.modules()):
                for name, child in list(module.named_children()):
                    if isinstance(child, nn.Linear):
                        setattr(module, name, Adapted(child, rank))
        self.entailment = nn.Linear(config.hidden_size, 3)

    def forward(self, ids: Tensor, mask: Tensor, types: Tensor) -> Tensor:
        """Logits of yes, no and open, (batch, 3)."""
        more = {"token_type_ids": types} if self.typed else {}
        hidden = self.encoder(input_ids=ids, attention_mask=mask, **more)
        logits: Tensor = self.entailment(hidden.last_hidden_state[:, 0])
        return logits

    def learnt(self) -> dict[str, Tensor]:
        """The weights that are trained."""
        return {n: p for n, p in self.named_parameters() if p.requires_grad}


class Tokens:
    """Turns examples into padded batches."""

    def __init__(self, folder: Path) -> None:
        self.tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self.padding = next(  # MPNet counts places from the word pieces that are not this one
            each
            for name in ("[PAD]", "<pad>")
            if (each := self.tokenizer.token_to_id(name)) is not None
        )
        self.tokenizer.no_padding()
        self.tokenizer.enable_truncation(LONGEST, strategy="only_second")

    def encode(self, example: Example) -> dict[str, Any]:
        """Word pieces of one example."""
        asked = " ".join(example.asked.split())[:300]
        row = self.tokenizer.encode(asked, example.context)
        return {
            "ids": row.ids,
            "types": row.type_ids,
            "label": example.label,
            "stream": example.stream,
        }

    def collate(self, rows: list[dict[str, Any]]) -> dict[str, Tensor]:
        """(batch, longest) tensors."""
        longest = -8 * (-max(len(row["ids"]) for row in rows) // 8)
        ids, mask, types = (torch.zeros((len(rows), longest), dtype=torch.long) for _ in range(3))
        ids += self.padding
        for number, row in enumerate(rows):
            size = len(row["ids"])
            ids[number, :size] = torch.tensor(row["ids"])
            types[number, :size] = torch.tensor(row["types"])
            mask[number, :size] = 1
        return {
            "ids": ids, "mask": mask, "types": types,
            "labels": torch.tensor([row["label"] for row in rows]),
        }  # fmt: skip


def autocast() -> torch.autocast:
    """bfloat16 where the processor multiplies matrices of it; elsewhere float32 is quicker."""
    return torch.autocast("cpu", dtype=torch.bfloat16, enabled=has_matrix_units())


def loss_of(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross entropy; where only "no yes" is known, no and open count together."""
    logs = torch.log_softmax(logits.float(), dim=1)
    merged = torch.cat([logs, torch.logsumexp(logs[:, 1:], 1, keepdim=True)], 1)
    loss: Tensor = -merged.gather(1, labels[:, None]).mean()
    return loss


@torch.inference_mode()
def probe(model: nn.Module, rows: list[dict[str, Any]], tokens: Tokens) -> dict[str, str]:
    """By stream: share right of three, and precision of "yes" and "no" at a chance of 0.8."""
    found: dict[str, list[tuple[int, list[float]]]] = {}
    rows = sorted(rows, key=lambda row: len(row["ids"]))
    for begin in range(0, len(rows), 32):
        part = rows[begin : begin + 32]
        batch = tokens.collate(part)
        with autocast():
            logits = model(batch["ids"], batch["mask"], batch["types"])
        for row, each in zip(part, torch.softmax(logits.float(), 1).tolist(), strict=True):
            found.setdefault(row["stream"], []).append((row["label"], each))
    told = {}
    for name, pairs in sorted(found.items()):
        right = sum(
            max(range(3), key=lambda k: p[k]) == g or (g == NOT_YES and p[0] < 0.5)
            for g, p in pairs
        )
        sure = [(g, k) for g, p in pairs for k in (0, 1) if p[k] >= 0.8]
        good = sum(g == k or (g == NOT_YES and k == 1) for g, k in sure)
        told[name] = f"{right / len(pairs):.3f} sure {good}/{len(sure)} of {len(pairs)}"
    return told


def train(args: argparse.Namespace) -> None:
    """Run until the budget is spent."""
    torch.manual_seed(args.seed)
    threads = Threads(2)
    args.run.mkdir(parents=True, exist_ok=True)
    tokens, examples = Tokens(args.reader), Examples(args.data)
    model = EntailmentModel(args.reader)
    learnt = model.learnt()
    optimiser = torch.optim.AdamW(
        [{"params": list(learnt.values()), "weight_decay": 0.01}], lr=0.0, betas=(0.9, 0.98)
    )
    rng = Random(1)
    watched = [
        tokens.encode(examples.example(name, row, rng))
        for name in SHARES
        if name != "frames"
        for row in rng.sample(examples.held[name], min(args.probe, len(examples.held[name])))
    ]
    watched += [
        tokens.encode(examples.frame(rng, frame)) for frame in FRAMES_HELD for _ in range(6)
    ]
    spent, steps, seen, window = 0.0, 0, 0, 0
    checkpoint = args.run / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["learnt"], strict=False)
        optimiser.load_state_dict(state["optimiser"])
        spent, steps, seen, window = state["spent"], state["steps"], state["seen"], state["window"]
        print(f"resumed at step {steps}, {spent / 60:.1f} minutes spent", flush=True)
    budget, clock, saved, begun = args.minutes * 60, time.monotonic(), spent, spent
    mean, done = 0.0, spent >= budget
    while not done:
        rng = Random(args.seed * 1_000_003 + window)
        rows = (tokens.encode(examples.draw(rng)) for _ in range(WINDOW * args.batch))
        window += 1
        for group in grouped(rows, args.batch, rng):
            began = time.monotonic()
            batch = tokens.collate(group)
            with autocast():
                logits = model(batch["ids"], batch["mask"], batch["types"])
            loss = loss_of(logits, batch["labels"])
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(learnt.values(), 1.0)
            rate = rate_at(spent / budget, args.rate, WARM_UP, DECAY)
            for one in optimiser.param_groups:
                one["lr"] = rate
            optimiser.step()
            optimiser.zero_grad()
            threads.done(batch["ids"].numel(), time.monotonic() - began)
            steps, seen = steps + 1, seen + len(group)
            mean = 0.99 * mean + 0.01 * loss.item() if mean else loss.item()
            spent = begun + time.monotonic() - clock
            if steps % 50 == 0:
                print(
                    f"step {steps} seen {seen} minutes {spent / 60:.1f} loss {mean:.3f} "
                    f"rate {rate:.1e} threads {torch.get_num_threads()}",
                    flush=True,
                )
            if done := spent >= budget:
                break
        if done or spent - saved > args.every * 60:
            print("probe", probe(model, watched, tokens), flush=True)
            save_checkpoint(
                checkpoint,
                learnt=model.learnt(),
                optimiser=optimiser.state_dict(),
                spent=spent,
                steps=steps,
                seen=seen,
                window=window,
            )
            saved = spent
    torch.save(model.learnt(), args.run / "final.pt")
    print(f"final weights after {steps} steps, {seen} examples", flush=True)


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="the folder of the training data")
    parser.add_argument("reader", type=Path, help="the folder of the shipped reader")
    parser.add_argument("run", type=Path, help="where checkpoints are kept")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--every", type=float, default=8, help="minutes between checkpoints")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=5e-4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--probe", type=int, default=150, help="held-out examples of each source")
    train(parser.parse_args())


if __name__ == "__main__":
    main()
