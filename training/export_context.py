"""Write the context reader's weights: ``python -m training.export_context WEIGHTS BASE OUT``.

Matrices in bytes with a scale for each row, embeddings in half bytes, biases and norms in float32,
in two files of less than 50 MB; the tokenizer and a `config.json` beside them.
`index.models.weights` reads them.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.numpy import load_file, save_file

from index.models.weights import GROUP, to_bytes

_SECOND_FILE = 6  # the first layer that goes there


def _layer(name: str) -> int:
    """The layer that a tensor belongs to; -1 for embeddings and heads."""
    found = re.search(r"\.layer\.(\d+)\.", name)
    return int(found[1]) if found else -1


def export(state: dict[str, torch.Tensor], base: Path, out: Path) -> None:
    """Write `out` from a state of `training.train_context.ContextReader`."""
    out.mkdir(parents=True, exist_ok=True)
    layers = 1 + max(_layer(name) for name in state)
    files: tuple[dict[str, np.ndarray], dict[str, np.ndarray]] = ({}, {})
    whole = {n: w for file in base.glob("model-*.safetensors") for n, w in load_file(file).items()}
    for name, tensor in state.items():
        values = tensor.float().numpy()
        place = (
            int(name.split(".layer.")[1].split(".")[0]) >= _SECOND_FILE
            if ".layer." in name
            else True
        )
        if "word_embeddings" in name:
            if f"{name}.nibbles" in whole:  # of an exported base, whose embeddings have stayed
                nibbles, scales = whole[f"{name}.nibbles"], whole[f"{name}.scales"]
            else:
                nibbles, scales = to_nibbles(values)
            files[place].update({f"{name}.nibbles": nibbles, f"{name}.scales": scales})
        elif "position_embeddings" in name:
            files[place][name] = values.astype(np.float16)
        elif ".layer." in name and values.ndim == 2:
            packed = to_bytes(values)
            files[place].update({f"{name}.bytes": packed.values, f"{name}.scales": packed.scales})
        else:
            files[place][name] = np.ascontiguousarray(values)
    for number, tensors in enumerate(files, 1):
        save_file(tensors, out / f"model-{number}.safetensors", metadata={"format": "np"})
    told = json.loads((base / "config.json").read_text())
    kept = ("hidden_act", "hidden_size", "intermediate_size", "layer_norm_eps",
            "max_position_embeddings", "model_type", "num_attention_heads",
            "relative_attention_num_buckets", "vocab_size")  # fmt: skip
    config = {name: told[name] for name in kept} | {"num_hidden_layers": layers}
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    (out / "tokenizer.json").write_bytes((base / "tokenizer.json").read_bytes())
    for path in sorted(out.iterdir()):
        data = path.read_bytes()
        print(f"{hashlib.sha256(data).hexdigest()}  {len(data):>9}  {path.name}")


def main() -> None:
    """Parse the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="final.pt or checkpoint.pt")
    parser.add_argument("base", type=Path, help="the base model's folder")
    parser.add_argument("out", type=Path, help="the folder that ships")
    args = parser.parse_args()
    state = torch.load(args.weights, weights_only=True)
    export(state.get("model", state), args.base, args.out)


def to_nibbles(values: NDArray[np.float32]) -> tuple[NDArray[np.uint8], NDArray[np.float16]]:
    """A matrix in half bytes: (rows, columns / 2) and scales of (rows, columns / GROUP).

    Of a few scales for each group the one with the least squared error is taken.
    """
    groups = values.reshape(len(values), -1, GROUP)
    most = np.abs(groups).max(axis=2, keepdims=True)
    best = np.full(most.shape, np.inf, np.float32)
    scales = np.ones(most.shape, np.float32)
    for share in (1.0, 0.93, 0.86, 0.8, 0.74):
        tried = np.maximum((most * share / 7.5).astype(np.float16).astype(np.float32), 1e-8)
        near = np.clip(np.round(groups / tried), -8, 7)
        error = ((near * tried - groups) ** 2).sum(axis=2, keepdims=True)
        scales = np.where(error < best, tried, scales)
        best = np.minimum(error, best)
    near = np.clip(np.round(groups / scales), -8, 7).astype(np.int8).reshape(values.shape)
    pairs = (near + 8).astype(np.uint8)
    packed: NDArray[np.uint8] = pairs[:, 0::2] | (pairs[:, 1::2] << np.uint8(4))
    return packed, scales[:, :, 0].astype(np.float16)


if __name__ == "__main__":
    main()
