"""Headlines without the name of the outlet around them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_PARTS = re.compile(
    r"\s+[-–—|·•:»«<>/ㅣ｜-]\s+|\s*[|｜ㅣ»]\s*|(?<=\w):\s?(?=[^\s\w]*\w+\Z)|：(?=[^：]*\Z)"
)
_MOST_PIECES = 4


def without_outlet(title: str, outlets: Sequence[str]) -> str:
    """ "Bridge opens | News | The Courier" as "Bridge opens", where The Courier is an outlet."""
    keys = {key for each in outlets for key in _keys(each) if len(key) > 1}
    folded = " ".join(title.split())
    if not keys:
        return folded
    for _ in range(_MOST_PIECES):
        gaps = list(_PARTS.finditer(folded))
        if not gaps:
            break
        last, first = gaps[-1], gaps[0]
        if _names(folded[last.end() :], keys):
            folded = folded[: last.start()].rstrip()
        elif _names(folded[: first.start()], keys):
            folded = folded[first.end() :].lstrip()
        else:
            break
    return folded or " ".join(title.split())


def _names(piece: str, keys: set[str]) -> bool:
    """Whether a piece of a title is an outlet, with a few words more at most ("Courier News")."""
    key = _fold(piece)
    return bool(key) and any(
        key == each or (len(each) > 3 and each in key and len(key) <= len(each) + 12)
        or (len(key) > 4 and key in each and len(each) <= len(key) + 12)
        for each in keys
    )  # fmt: skip


def _keys(outlet: str) -> list[str]:
    """An outlet's name as one word; of a host without what all hosts end in."""
    key = _fold(outlet)
    host = outlet.strip().casefold().removeprefix("www.")
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", host):
        return [key, _fold(max(host.split(".")[:-1], key=len))]
    return [key]


def _fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold().removeprefix("the")
