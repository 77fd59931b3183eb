"""Fit the support head: ``python -m training.support MODEL DATA``.

One logistic layer on what the finished reader already computes: the hidden states at [CLS] of
its upper layers for ``[CLS] sentence [SEP] passage [SEP]``. The encoder is left as it is, so
reading is not changed by one bit. The head goes into the model's safetensors as
``support.weight`` (1, layers x hidden) and ``support.bias`` (1,), its layers into config.json.
"""

import argparse
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file, save_file
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.preprocessing import StandardScaler
from transformers import AutoModelForQuestionAnswering, AutoTokenizer

from training.sources import held_out, read_items
from training.support_data import ENTAILMENT, Claim, make_claims, read_claims

SHARES = {"mnli": 0.25, "facts": 0.35, "captions": 0.10, "made": 0.30}
LAYERS = (3, 4, 5, 6)
MAX_LENGTH = 256


class Checker:
    """The reader's encoder; ``supported`` needs a fitted head, ``features`` does not."""

    def __init__(self, folder: Path, batch: int = 32):
        self._tokenizer = AutoTokenizer.from_pretrained(folder)
        model = AutoModelForQuestionAnswering.from_pretrained(folder, dtype=torch.bfloat16)
        self._encoder: Any = model.base_model.eval()
        self._tensors = load_file(folder / "model.safetensors")
        self._batch = batch

    @torch.inference_mode()
    def features(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """(pairs, layers x hidden) states at [CLS] for each (sentence, passage)."""
        order = sorted(range(len(pairs)), key=lambda i: sum(map(len, pairs[i])))
        rows: dict[int, NDArray[np.float32]] = {}
        for begin in range(0, len(order), self._batch):
            part = order[begin : begin + self._batch]
            encoded = self._tokenizer(
                [pairs[index][0].lower() for index in part],
                [pairs[index][1] for index in part],
                truncation="longest_first",
                max_length=MAX_LENGTH,
                padding=True,
                return_tensors="pt",
            )
            states = self._encoder(**encoded, output_hidden_states=True).hidden_states
            first = torch.cat([states[layer][:, 0] for layer in LAYERS], dim=1).float().numpy()
            rows |= dict(zip(part, first, strict=True))
        return np.stack([rows[index] for index in range(len(pairs))])

    def supported(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float32]:
        """Chance in [0, 1] that each sentence is supported by its passage."""
        weight = self._tensors["support.weight"].float().numpy()[0]
        bias = float(self._tensors["support.bias"].float()[0])
        chances: NDArray[np.float32] = 1 / (1 + np.exp(-(self.features(pairs) @ weight + bias)))
        return chances


def draw_claims(data: Path, held: bool, count: int) -> list[Claim]:
    """``count`` claims of one side of the split in the proportions of ``SHARES``."""
    items = read_items(data)["squad"]
    passages = sorted({item.passage for item in items if held_out(item.group) == held})
    claims = read_claims(data, held) + list(make_claims(passages, seed=3))
    rng = random.Random(0)
    drawn: list[Claim] = []
    for stream, share in SHARES.items():
        mine = [claim for claim in claims if claim.stream == stream]
        drawn += rng.sample(mine, min(len(mine), round(share * count)))
    return drawn


def fit(model: Path, data: Path, count: int, watched: int) -> None:
    """Fit on ``count`` claims, print the figures on ``watched`` held-out ones, store the head."""
    checker = Checker(model)
    claims, held = draw_claims(data, False, count), draw_claims(data, True, watched)
    known = checker.features([(claim.hypothesis, claim.premise) for claim in claims])
    truth = np.array([claim.label == ENTAILMENT for claim in claims])
    scaler = StandardScaler().fit(known)
    # Strong regularisation: 1,536 correlated features from a few thousand claims.
    layer = LogisticRegression(C=0.003, max_iter=500).fit(scaler.transform(known), truth)
    weight = layer.coef_[0] / scaler.scale_
    bias = layer.intercept_[0] - float(weight @ scaler.mean_)
    unseen = checker.features([(claim.hypothesis, claim.premise) for claim in held])
    chances = 1 / (1 + np.exp(-(unseen @ weight + bias)))
    for stream in (*SHARES, "all"):
        which = np.array([stream in (claim.stream, "all") for claim in held])
        right = np.array([claim.label == ENTAILMENT for claim in held])[which]
        auc = roc_auc_score(right, chances[which])
        share = ((chances[which] > 0.5) == right).mean()
        print(f"{stream:9} {which.sum():5} held out: AUC {auc:.3f}, accuracy {share:.3f}")
    path = model / "model.safetensors"
    tensors = load_file(path)
    tensors["support.weight"] = torch.tensor(weight[None], dtype=torch.float32)
    tensors["support.bias"] = torch.tensor([bias], dtype=torch.float32)
    save_file(tensors, path, metadata={"format": "pt"})
    config = json.loads((model / "config.json").read_text())
    config["support"] = {"layers": list(LAYERS), "max_length": MAX_LENGTH}
    (model / "config.json").write_text(json.dumps(config, indent=2) + "\n")


def main() -> None:
    """Parse the command line and fit."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("model", type=Path, help="a model folder; its weights file is changed")
    parser.add_argument("data", type=Path, help="the folder of .jsonl.xz training files")
    parser.add_argument("--claims", type=int, default=8000)
    parser.add_argument("--held-out", type=int, default=1500)
    parser.add_argument("--threads", type=int, default=2)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    fit(args.model, args.data, args.claims, args.held_out)


if __name__ == "__main__":
    main()
