"""Write the adapter that ships: ``python -m training.export_entailment WEIGHTS OUT``.

Half floats under the names that `index.models.bert` looks for.
"""

from __future__ import annotations

import argparse
import hashlib
from pathlib import Path

import numpy as np
import torch
from safetensors.numpy import save_file


def main() -> None:
    """Parse the command line and export."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("weights", type=Path, help="final.pt or checkpoint.pt")
    parser.add_argument("out", type=Path, help="the folder that ships")
    args = parser.parse_args()
    state = torch.load(args.weights, weights_only=True)
    tensors = {
        name.removeprefix("encoder."): values.detach().numpy().astype(np.float16)
        for name, values in state.get("learnt", state).items()
    }
    args.out.mkdir(parents=True, exist_ok=True)
    path = args.out / "adapter.safetensors"
    save_file(tensors, path, metadata={"format": "np"})
    data = path.read_bytes()
    print(f"{hashlib.sha256(data).hexdigest()}  {len(data):>9}  {path.name}")


if __name__ == "__main__":
    main()
