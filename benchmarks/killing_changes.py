"""The changes that `benchmarks.killing` kills, and what may be there after each."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

import faiss
import numpy as np
from langchain_core.embeddings import Embeddings

from index import Article, NewsIndex
from index.adding import changes
from index.keeping import back_up, restore
from index.store.sqlite_connections import compact
from index.store.vector_index import VectorCache
from index.stories.copies import StoryText

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_DIMENSION = 32
MOST = 60  # articles there are to choose from


class _HashedWords(Embeddings):
    """A bag of words, each hashed to a place."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's."""
        return [self.embed_query(text) for text in texts]

    def embed_query(self, text: str) -> list[float]:
        """LangChain's."""
        vector = np.zeros(_DIMENSION)
        vector[0] = 0.01
        for word in re.findall(r"\w+", text):
            place = int.from_bytes(blake2b(word.encode(), digest_size=4).digest(), "big")
            vector[place % _DIMENSION] += 1
        return [float(value) for value in vector]


HASHED = _HashedWords()
# Loaded before anything forks: a child should spend its time on the change.
faiss.omp_set_num_threads(1)
StoryText(Article(text="Nothing happened.")).sketch()
_ = VectorCache


@dataclass(frozen=True, slots=True)
class Plan:
    """One change: its kind, and the numbers and version of the articles that it is about."""

    kind: str
    numbers: frozenset[int]
    version: int

    @classmethod
    def draw(cls, kind: str, chance: random.Random, held: set[str]) -> Plan:
        """A change that has something to do where there is something to be done."""
        numbers = {int(each.split()[0]) for each in held}
        some = {"add": 12, "rebuild": 12, "remove": min(5, len(numbers))}.get(kind, 0)
        among = sorted(numbers) if kind == "remove" else range(MOST)
        return cls(kind, frozenset(chance.sample(among, some)), chance.randrange(3))

    def articles(self) -> list[Article]:
        """Those to be added."""
        return [invented(number, self.version) for number in sorted(self.numbers)]

    def wrong(self, before: dict[str, Any], after: dict[str, Any]) -> str:
        """What is there after it that could not be, in a line; empty for nothing."""
        was, now = set(before["held"]), set(after["held"])
        put = {f"{number} {self.version}" for number in self.numbers}
        replaced = {each for each in was if int(each.split()[0]) in self.numbers}
        wanted = {
            "remove": was - replaced,
            "rebuild": put,
            "restore": set(before["backup"] or ()),
        }.get(self.kind, was)
        if self.kind == "add":
            if not (was - replaced <= now <= was | put) or len(now) < len(was):
                return f"{sorted(was)} became {sorted(now)} by adding {sorted(put)}"
        elif now not in (was, wanted):
            return f"{sorted(was)} became {sorted(now)}, not {sorted(wanted)}"
        backups = [before["backup"]] + ([before["held"]] if self.kind == "backup" else [])
        return "" if after["backup"] in backups else "the backup is neither the old nor the new"


def hold(index: NewsIndex) -> list[str]:
    """Number and version of every article."""
    return [each.title.removeprefix("Report ") for each in index.articles()]


def backed_up(file: Path) -> list[str] | None:
    """What a backup holds, as `hold` tells it; None when there is none.

    Raises:
        DatelineError: it is damaged.
    """
    if not file.exists():
        return None
    home = file.with_name("looked-at")
    restore(file, home)
    return sorted(hold(NewsIndex(home, HASHED)))


def invented(number: int, version: int) -> Article:
    """An article of a number and a version, always the same."""
    words = random.Random(number)  # noqa: S311
    text = " ".join(
        f"Place{number}x{words.randrange(999)} saw version {version}." for _ in range(40)
    )
    return Article(text=text, title=f"Report {number} {version}", url=f"https://a.example/{number}")


def _add(home: Path, _: Path, plan: Plan) -> None:
    changes._BATCH_PASSAGES = 4
    NewsIndex(home, HASHED).add(plan.articles())


def _remove(home: Path, _: Path, plan: Plan) -> None:
    gone = [invented(number, 0).id for number in sorted(plan.numbers)]
    if gone:
        NewsIndex(home, HASHED).remove(gone)


def _rebuild(home: Path, _: Path, plan: Plan) -> None:
    NewsIndex(home, HASHED).rebuild(plan.articles())


def _compact(home: Path, *_: object) -> None:
    compact(home / "index.sqlite3")


def _back_up(home: Path, file: Path, _: Plan) -> None:
    back_up(home, file)


def _restore(home: Path, file: Path, _: Plan) -> None:
    restore(file, home)


CHANGES: dict[str, Callable[[Path, Path, Plan], None]] = {
    "add": _add,
    "remove": _remove,
    "rebuild": _rebuild,
    "compact": _compact,
    "backup": _back_up,
    "restore": _restore,
}
