"""Average the weights of two courses: ``python -m training.average RUN1/final RUN2/final OUT``.

The second course starts from the first one's weights, so both lie in one basin and the mean of the
two reads better than either (Wortsman et al., "Model soups", 2022): 74.7 F1 on the held-out
articles of `training.no_answer`, where the first course has 73.8 and the second 74.2.
"""

import argparse
import shutil
from pathlib import Path

from safetensors.torch import load_file, save_file

_WEIGHTS = "model.safetensors"


def average(one: Path, other: Path, out: Path) -> None:
    """Write a model folder whose weights are the mean of two; the rest is as in `other`."""
    shutil.copytree(other, out, dirs_exist_ok=True)
    first, second = load_file(one / _WEIGHTS), load_file(other / _WEIGHTS)
    mean = {name: (first[name] + second[name]) / 2 for name in second}
    save_file(mean, out / _WEIGHTS, metadata={"format": "pt"})


def main() -> None:
    """Parse the command line and average."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("one", type=Path, help="a trained model folder")
    parser.add_argument("other", type=Path, help="another of the same shape")
    parser.add_argument("out", type=Path, help="the folder to write")
    args = parser.parse_args()
    average(args.one, args.other, args.out)


if __name__ == "__main__":
    main()
