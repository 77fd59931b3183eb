"""Questions as a news desk asks them, scored by machine.

    python -m benchmarks.desk QUESTIONS ARTICLES

QUESTIONS is a file of JSON lines, ARTICLES a folder or file that `dateline add` takes. A line is
{"id", "kind", "turns", "expect"} and any of these regular expressions, which ignore case:

- quote: each must match the displayed quotes; short: the short answer, where there is one; false:
  the short answer must not match; says: each must match the whole text; own: the words outside the
  quotes; yesno: "yes" or "no", which the answer's own words must soon say.

`turns` are the questions of one conversation, of which the last is scored; `expect` is "answer",
"decline", or "either". Nothing is sent anywhere, and no chat model is used.
"""

from __future__ import annotations

import argparse
import json
import re
import tempfile
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from assistant import Assistant, Settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant import Answer

OUTCOMES = ("right", "half", "beside", "false", "near", "missed", "loose")
_SOON = 100  # characters of the answer's own words
_SAID = {"yes": r"\byes\b", "no": r"\b(?:no|not|nobody|none|nothing|never)\b"}


def judge(item: dict[str, Any], answer: Answer) -> str:
    """One of `OUTCOMES`.

    "half" where the quotes hold the answer but it is not said, "beside" where they do not, "near"
    where it is unsure with the right passage, "missed" where it declines, "loose" where it should.
    """
    if answer.abstention is not None:
        if item["expect"] != "answer":
            return "right"
        shown = " ".join(each.quote or "" for each in answer.abstention.nearest)
        return "near" if item.get("quote") and _match(item["quote"], shown) else "missed"
    own = " ".join(line for line in _plain(answer.text).splitlines() if not line.startswith(">"))
    short = answer.short or ""
    if item["expect"] == "decline":
        return "false" if short else "loose"
    if _is_false(item, short, own):
        return "false"
    if not _match(item.get("quote", ()), " ".join(each.quote for each in answer.citations)):
        return "beside"
    said = _match(item.get("says", ()), _plain(answer.text)) and _match(item.get("own", ()), own)
    if "yesno" in item:
        said = said and _match([_SAID[item["yesno"]]], own[:_SOON])
    return "right" if said else "half" if "quote" in item else "beside"


def _is_false(item: dict[str, Any], short: str, own: str) -> bool:
    """Whether the short answer is wrong, or the first word is the opposite of what is so."""
    if "yesno" in item:
        other = {"yes": "no", "no": "yes"}[item["yesno"]]
        if re.match(rf"\W*{_SAID[other]}", own, re.IGNORECASE):
            return True
    if not short:
        return False
    wrong = "false" in item and _match([item["false"]], short)
    return wrong or ("short" in item and not _match([item["short"]], short))


def _match(patterns: Sequence[str], text: str) -> bool:
    folded = " ".join(text.split())
    return all(re.search(each, folded, re.IGNORECASE) for each in patterns)


def _plain(text: str) -> str:
    return text.replace("\\", "").replace("*", "")


def ask(assistant: Assistant, turns: Sequence[str], as_of: str | None) -> Answer:
    """The answer to the last turn, after those before it."""
    before: list[Answer] = []
    for turn in turns:
        before.append(assistant.answer(turn, history=before or None, as_of=as_of))
    return before[-1]


def main() -> None:
    """Print how the answers fare by kind, and in all."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("questions", type=Path)
    parser.add_argument("articles", type=Path)
    given = parser.parse_args()
    items = [json.loads(line) for line in given.questions.read_text("utf-8").splitlines() if line]
    fared: dict[str, Counter[str]] = defaultdict(Counter)
    took: list[float] = []
    with tempfile.TemporaryDirectory() as home:
        assistant = Assistant(Settings(DATELINE_HOME=home, CHAT_MODEL=None))
        assistant.index.add([given.articles])
        for item in items:
            answer = ask(assistant, item["turns"], item.get("as_of"))
            took.append(answer.timings["total"])
            for kind in (item["kind"], "all"):
                fared[kind][judge(item, answer)] += 1
    for kind in sorted(fared, key=lambda kind: (kind == "all", kind)):
        cells = "".join(f"{fared[kind][each] or '.':>8}" for each in OUTCOMES)
        print(f"{kind:14}{cells}{sum(fared[kind].values()):>8}")
    total = sum(fared["all"].values()) or 1
    share = {each: fared["all"][each] / total for each in OUTCOMES}
    missed = share["missed"] + share["near"] / 2
    print(f"columns: {', '.join(OUTCOMES)}, questions")
    print(
        f"right {share['right']:.1%}, false {share['false']:.1%}, wrongly declined {missed:.1%} "
        f"(unsure counts half) of {total}; median {median(took or [0]):.0f} ms"
    )


if __name__ == "__main__":
    main()
