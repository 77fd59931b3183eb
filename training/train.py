"""Train the reading model: ``python -m training.train DATA --base BASE --out RUN``.

Extractive reading with "no answer" at [CLS] (SQuAD 2.0, Rajpurkar et al., 2018; the two-way
span head of Devlin et al., 2019). The schedule is a function of the wall-clock spent, so that
a run on a busy machine still ends, with its learning rate at zero, when it was told to.
Run the same command again to go on from the last checkpoint.
"""

import argparse
import time
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from training.batches import COURSES, Sampler, Special, collate, held_out_views
from training.encoding import load_encoded
from training.threads import Threads

WARM_UP = 0.04
MAX_LENGTH = 320  # three passages in a hundred are longer, and are cropped
HEAD_FASTER = 3.0  # the span head starts from nothing, the encoder does not


def span_loss(start: Tensor, end: Tensor, batch: dict[str, Tensor]) -> Tensor:
    """Mean negative log-likelihood of the gold starts and ends, summed over valid spans.

    ``start``, ``end``: (batch, length) logits. With several valid spans the loss is that of
    their union (Clark and Gardner, 2018), so the model may settle on any of them.
    """
    total = torch.zeros(())
    for logits, gold in ((start, batch["starts"]), (end, batch["ends"])):
        readable = logits.float().masked_fill(~batch["readable"], -1e4)
        right = readable.masked_fill(~gold, -1e4)
        total = total + (readable.logsumexp(-1) - right.logsumexp(-1)).mean()
    return total / 2


def run_model(model: nn.Module, batch: dict[str, Tensor]) -> tuple[Tensor, Tensor]:
    """Start and end logits, (batch, length), computed in bfloat16 where that is safe."""
    with torch.autocast("cpu", dtype=torch.bfloat16):
        out = model(
            input_ids=batch["input_ids"],
            attention_mask=batch["attention_mask"],
            token_type_ids=batch["token_type_ids"],
        )
    return out.start_logits, out.end_logits


@torch.inference_mode()
def probe(model: nn.Module, views: list[Any], special: Special) -> dict[str, float]:
    """Loss and share of right (start, end) choices per stream on held-out examples."""
    views = sorted(views, key=lambda pair: len(pair[1]))
    right: dict[str, list[bool]] = {}
    losses = []
    for begin in range(0, len(views), 32):
        part = views[begin : begin + 32]
        batch = collate([view for _, view in part], special)
        start, end = run_model(model, batch)
        losses.append(float(span_loss(start, end, batch)) * len(part))
        hit = [
            gold.gather(1, logits.float().masked_fill(~batch["readable"], -1e4).argmax(1)[:, None])
            for logits, gold in ((start, batch["starts"]), (end, batch["ends"]))
        ]
        for (name, _), ok in zip(part, (hit[0] & hit[1])[:, 0].tolist(), strict=True):
            right.setdefault(name, []).append(ok)
    shares = {name: sum(oks) / len(oks) for name, oks in sorted(right.items())}
    return {"loss": sum(losses) / len(views)} | shares


def learning_rate(progress: float, peak: float) -> float:
    """Linear warm-up, then linear decay to zero; ``progress`` in [0, 1]."""
    return peak * max(0.0, min(progress / WARM_UP, (1 - progress) / (1 - WARM_UP)))


def optimiser_of(model: nn.Module) -> torch.optim.Optimizer:
    """AdamW without decay on biases and norms, and with a faster head."""
    groups: dict[tuple[bool, bool], list[nn.Parameter]] = {}
    for name, parameter in model.named_parameters():
        key = (parameter.ndim > 1, name.startswith("qa_outputs"))
        groups.setdefault(key, []).append(parameter)
    return torch.optim.AdamW(
        [
            {
                "params": parameters,
                "weight_decay": 0.01 if decay else 0.0,
                "scale": HEAD_FASTER if head else 1.0,
            }
            for (decay, head), parameters in groups.items()
        ],
        lr=0.0,
        betas=(0.9, 0.98),
        fused=True,
    )


def save_checkpoint(path: Path, **state: Any) -> None:
    """Write it whole or not at all: a killed run leaves the one before."""
    partial = path.with_suffix(".partial")
    torch.save(state, partial)
    partial.replace(path)


def train(args: argparse.Namespace) -> None:
    """Run until the wall-clock budget is spent; write checkpoints and the final weights."""
    torch.manual_seed(args.seed)
    threads = Threads(args.threads)
    args.out.mkdir(parents=True, exist_ok=True)
    data, held = load_encoded(args.data, args.base, args.cache or args.out / "cache")
    tokenizer = AutoTokenizer.from_pretrained(args.base)
    special = Special(tokenizer.cls_token_id, tokenizer.sep_token_id, tokenizer.pad_token_id)
    # Without dropout, eager attention trains half as fast again as SDPA on two cores (34 to 23.5
    # examples a second, measured), and about one pass over the data does not overfit.
    model = AutoModelForQuestionAnswering.from_pretrained(
        args.base,
        attn_implementation="eager",
        hidden_dropout_prob=0.0,
        attention_probs_dropout_prob=0.0,
    )
    optimiser = optimiser_of(model)
    sampler = Sampler(data, args.seed, MAX_LENGTH, COURSES[args.course])
    spent, steps, seen = 0.0, 0, 0
    checkpoint = args.out / "checkpoint.pt"
    if checkpoint.exists():
        state = torch.load(checkpoint, weights_only=True)
        model.load_state_dict(state["model"])
        optimiser.load_state_dict(state["optimiser"])
        sampler.state.update(state["sampler"])
        spent, steps, seen = state["spent"], state["steps"], state["seen"]
        print(f"resumed at step {steps}, {spent / 60:.1f} minutes spent", flush=True)
    watched = list(held_out_views(held, args.probe, MAX_LENGTH))
    budget, clock, saved, running = args.minutes * 60, time.monotonic(), spent, 0.0
    begun, done = spent, spent >= budget
    while not done:
        # A window is drawn at one progress, so a checkpoint falls between two windows.
        for views in sampler.window(spent / budget, args.batch):
            began = time.monotonic()
            batch = collate(views, special)
            tokens = batch["input_ids"].numel()
            loss = span_loss(*run_model(model, batch), batch)
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            rate = learning_rate(spent / budget, args.rate)
            for group in optimiser.param_groups:
                group["lr"] = rate * group["scale"]
            optimiser.step()
            optimiser.zero_grad()
            threads.done(tokens, time.monotonic() - began)
            steps, seen = steps + 1, seen + len(views)
            running = 0.98 * running + 0.02 * loss.item() if running else loss.item()
            spent = begun + time.monotonic() - clock
            if done := spent >= budget:
                break
            if steps % 50 == 0:
                print(
                    f"step {steps} seen {seen} minutes {spent / 60:.1f} loss {running:.3f} "
                    f"rate {rate:.2e} threads {torch.get_num_threads()}",
                    flush=True,
                )
        if done or spent - saved > args.every * 60:
            shares = probe(model.eval(), watched, special)
            model.train()
            print("probe", {name: round(share, 3) for name, share in shares.items()}, flush=True)
            save_checkpoint(
                checkpoint,
                model=model.state_dict(),
                optimiser=optimiser.state_dict(),
                sampler=sampler.state,
                spent=spent,
                steps=steps,
                seen=seen,
            )
            saved = spent
    model.save_pretrained(args.out / "final")
    tokenizer.save_pretrained(args.out / "final")
    print(f"final weights in {args.out / 'final'} after {steps} steps, {seen} examples")


def main() -> None:
    """Parse the command line and train."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("data", type=Path, help="the folder of .jsonl.xz training files")
    parser.add_argument("--base", required=True, help="a local folder or Hugging Face id")
    parser.add_argument("--out", type=Path, required=True, help="the run's folder")
    parser.add_argument("--course", choices=COURSES, default="first", help="what it reads")
    parser.add_argument("--cache", type=Path, help="where the encoded data is kept")
    parser.add_argument("--minutes", type=float, default=100.0, help="wall-clock budget")
    parser.add_argument("--every", type=float, default=8.0, help="minutes between checkpoints")
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--rate", type=float, default=2e-4, help="peak learning rate")
    parser.add_argument("--probe", type=int, default=600, help="held-out examples to watch")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=13)
    train(parser.parse_args())


if __name__ == "__main__":
    main()
