"""News invented for training: articles with questions of eight kinds, each with its words.

A file holds articles, apart by ``===``. An article is a headline (``H:``), an outlet (``O:``), a
day (``D:``), its text, a line of ``---``, and a line for each question: kind, question, words of
the article, and other words that are as good. Kinds: ``S`` is answered by the words; ``N`` is
not, though they look so; of yes or no, with the sentence that decides or comes nearest: ``Y``
yes, ``X`` no, ``O`` left open, ``K`` yes by someone's claim, ``L`` denied by someone, ``P``
planned or possible only.
"""

from __future__ import annotations

import lzma
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.reading.span_model import normalise
from training.context_examples import Example, crop, header, sentences
from training.entailment_examples import NO, OPEN, YES, held

if TYPE_CHECKING:
    from collections.abc import Iterator
    from random import Random

INVENTED = Path(__file__).parent / "invented_news.txt.xz"
LABELS = {"Y": YES, "K": YES, "X": NO, "L": NO, "O": OPEN, "P": OPEN}


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and words of its article."""

    kind: str
    question: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """An invented article and what is asked of it."""

    title: str
    outlet: str
    day: str
    text: str
    asked: tuple[Asked, ...]

    @property
    def held_out(self) -> bool:
        """Whether it is never trained on."""
        return held(self.title)


def read(path: Path) -> Iterator[Article]:
    """The articles of a file, compressed by xz or not."""
    opener = lzma.open if path.suffix == ".xz" else open
    with opener(path, "rt", encoding="utf-8") as file:
        whole = file.read()
    for block in re.split(r"(?m)^===\s*$", whole):
        told, _, asked = block.strip().partition("\n---\n")
        if not asked:
            continue
        title, outlet, day, *text = told.split("\n")
        rows = [[part.strip() for part in line.split("|")] for line in asked.split("\n")]
        yield Article(
            title.removeprefix("H:").strip(),
            outlet.removeprefix("O:").strip(),
            day.removeprefix("D:").strip(),
            "\n".join(text).strip(),
            tuple(Asked(row[0], row[1], tuple(row[2:])) for row in rows if len(row) > 2),
        )


class Invented:
    """Draws examples for ever.

    Args:
        source: a file, or a folder of them.
        held_out: those that are never trained on, not the others.
    """

    def __init__(self, source: Path, *, held_out: bool = False) -> None:
        files = sorted(source.rglob("*.txt")) if source.is_dir() else [source]
        found = [each for path in files for each in read(path)]
        self.articles = [each for each in found if each.held_out == held_out]
        self.pairs = {
            kind: [(a, q) for a in self.articles for q in a.asked if q.kind == kind]
            for kind in "SNYXOKLP"
        }

    def span(self, rng: Random) -> Example:
        """A question of which words."""
        kind = rng.choices(("S", "N", "elsewhere", "other"), (0.56, 0.24, 0.13, 0.07))[0]
        article, asked = rng.choice(self.pairs["N" if kind == "N" else "S"])
        if kind == "other":
            return self.span_example(rng.choice(self.articles), asked, rng, "invented other")
        if kind == "elsewhere":
            found = self._elsewhere(article, asked, rng)
            if found:
                return found
        return self.span_example(article, asked, rng, f"invented {asked.kind}")

    def span_example(self, article: Article, asked: Asked, rng: Random, stream: str) -> Example:
        """The question over some sentences around its words."""
        text = article.text
        places = tuple(dict.fromkeys(_places(text, asked.words)))
        text, places = crop(text, places, rng.choice([180, 280, 400, 600]), rng)
        return _headed(article, asked, text, places, rng, stream)

    def _elsewhere(self, article: Article, asked: Asked, rng: Random) -> Example | None:
        """The question over sentences of the same article that have not its words."""
        text, _ = crop(article.text, (), rng.choice([180, 280, 400]), rng)
        lead = header(article.title, article.outlet, article.day)
        if any(_places(f"{lead}{text}", (words,)) for words in asked.words):
            return None
        return _headed(article, asked, text, (), rng, "invented elsewhere")

    def polar(self, rng: Random) -> Example:
        """A question of yes or no."""
        kind = rng.choices("YXOKLP", (0.27, 0.29, 0.2, 0.07, 0.07, 0.1))[0]
        article, asked = rng.choice(self.pairs[kind])
        if rng.random() < 0.06:
            other = rng.choice(self.articles)
            text, _ = crop(other.text, (), rng.choice([150, 250]), rng)
            lead = _lead(other, rng)
            return Example("invented other", _asked(asked, rng), lead + text, (), OPEN)
        return self.polar_example(article, asked, rng)

    def polar_example(self, article: Article, asked: Asked, rng: Random) -> Example:
        """The question over the sentence that speaks to it, with some before and after."""
        words = asked.words[0]
        lead = _lead(article, rng)
        text = words
        if (at := article.text.find(words)) >= 0:
            end = at + len(words)
            found = sentences(article.text)
            number = max((n for n, (a, _) in enumerate(found) if a <= at), default=0)
            last = max(number, *(n for n, (a, _) in enumerate(found) if a < end))
            before = rng.choices((0, 1, 2), (0.3, 0.5, 0.2))[0]
            after = rng.choices((0, 1), (0.75, 0.25))[0]
            first = found[max(0, number - before)][0]
            text = article.text[first : found[min(len(found) - 1, last + after)][1]].strip()
        stream = f"invented {asked.kind}"
        label = LABELS[asked.kind]
        return Example(stream, _asked(asked, rng), lead + text, (), label)


def _places(text: str, words: tuple[str, ...]) -> list[tuple[int, int]]:
    return [
        found.span()
        for each in words
        for found in re.finditer(rf"(?<!\w){re.escape(each)}(?!\w)", text)
    ]


def _lead(article: Article, rng: Random) -> str:
    shown = rng.random()
    if shown < 0.2:
        return ""
    return header(
        article.title if shown < 0.9 else "",
        article.outlet if rng.random() < 0.85 else "",
        article.day if rng.random() < 0.9 else "",
    )


def _headed(
    article: Article,
    asked: Asked,
    text: str,
    places: tuple[tuple[int, int], ...],
    rng: Random,
    stream: str,
) -> Example:
    lead = _lead(article, rng)
    spans: list[tuple[int, int]] = []
    if stream == "invented S":
        spans = [(a + len(lead), b + len(lead)) for a, b in places]
        spans += _places(lead, asked.words)
    return Example(stream, normalise(asked.question), lead + text, tuple(spans))


def _asked(asked: Asked, rng: Random) -> str:
    """As it is judged when asked: as typed."""
    question = asked.question
    return question.lower().rstrip("?") if rng.random() < 0.1 else question
