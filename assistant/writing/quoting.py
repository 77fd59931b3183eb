"""Strangers' text as a prompt may hold it: one line, no marks of its own, nothing invisible.

Articles are data. What is sent of them stands between two lines with a mark drawn anew for each
request, which no article can know (spotlighting: Hines et al., 2024), and what could pose as part
of a prompt is replaced by what looks alike. Only this copy changes: quotes come from the article.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import TYPE_CHECKING

from assistant.composing.wording import describe_source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index import Hit

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LOOKALIKES = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "|": "¦", "`": "'", "#": "♯"}
    | dict.fromkeys("【〔⟦［", "(")
    | dict.fromkeys("】〕⟧］", ")")
)
_RULE = re.compile(r"([-=_*~+])\1{2,}")
_ROLE = re.compile(
    r"(?i)\b(system|assistant|user|human|developer|question|passage|instructions?)\s*:"
)
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")  # letters that show nothing
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")


def draw_boundary() -> str:
    """A mark that nobody could have written before."""
    return f"=== {secrets.token_hex(8)} ==="


def without_invisible(text: str) -> str:
    """The text as a reader sees it: white space folded, nothing hidden, nothing that reorders."""
    shown = (
        " " if each.isspace() else each
        for each in text
        if each.isspace() or not (_hidden(each) or each in _BLANK)
    )
    return " ".join("".join(shown).split())


def neutralise(text: str) -> str:
    """The text on one line, with nothing in it that could pose as the prompt around it."""
    plain = without_invisible(text).translate(_FULL_WIDTH).translate(_LOOKALIKES)
    return _ROLE.sub(r"\1 -", _RULE.sub(r"\1", plain))


def number_passages(hits: Sequence[Hit]) -> str:
    """The passages, one a line after its source: number, outlet, date and headline."""
    return "\n\n".join(
        f"[{number}] {neutralise(_source(hit))}\n{neutralise(hit.passage.text)}"
        for number, hit in enumerate(hits, start=1)
    )


def _source(hit: Hit) -> str:
    from assistant.answer import Source

    source = Source.of(hit.article)
    about = describe_source(source)
    return about if about == source.title else f"{about}. {source.title}"


def _hidden(character: str) -> bool:
    if unicodedata.category(character) in _INVISIBLE:
        return True
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"
