"""Count in how many of SQuAD's training paragraphs a stem stands, for `assistant/followup`.

    python -m training.common_words DATA > assistant/followup/common_words.txt

DATA is squad11_train.jsonl.xz. The commonest 3,000 stems are written, a line for each rarity: the
logarithm of one over the share of paragraphs that hold the stem, scaled so that the rarest of the
table come close to 1.
"""

from __future__ import annotations

import argparse
import math
from collections import Counter
from pathlib import Path

from assistant.followup.conversation import SaidTurn
from training.sources import read_rows

_STEMS = 3_000
_SCALE = 7.0  # natural logarithms


def main() -> None:
    """Count and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="squad11_train.jsonl.xz")
    passages = {row["passage"] for row in read_rows(parser.parse_args().data)}
    counts = Counter(key for each in passages for key in SaidTurn("", each).keys)
    lines: dict[float, list[str]] = {}
    for key, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))[:_STEMS]:
        rare = min(round(math.log(len(passages) / count) / _SCALE, 2), 1.0)
        lines.setdefault(rare, []).append(key)
    for rare, keys in sorted(lines.items()):
        print(rare, *sorted(keys))


if __name__ == "__main__":
    main()
