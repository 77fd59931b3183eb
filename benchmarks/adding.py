"""How quickly articles are added, and how much memory that takes.

    python -m benchmarks.adding [--articles 10000] [--model NAME] [--json]

The articles are invented: 400 words each, drawn with a fixed seed, every tenth one a copy of an
earlier one. They lie in one JSON Lines file, which is added to a new index in a temporary folder,
and then once more. Without `--model` a passage's vector is made of its words' hashes, so that what
is timed is all but the model; `--model all-MiniLM-L6-v2` takes the one that is installed.

What `--json` prints: "articles", "passages", "copies"; "seconds", "rate" (articles a second);
"embedding_seconds" (of the seconds, spent in the model); "reading_seconds" (the same file read and
split, and nothing else); "again_seconds" and "again_embedded" (the second run); "rss_mb" (peak
resident set, MiB).
"""

from __future__ import annotations

import argparse
import json
import random
import resource
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np
from langchain_core.embeddings import Embeddings

from benchmarks.command import ending_on_errors
from index import Article, NewsIndex
from index.adding.preparation import prepare
from index.loading import load
from index.models.embedding import SentenceTransformerEmbeddings
from index.store import Manifest

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_WORDS = 400
_VOCABULARY = 20_000
_DIMENSION = 384


class Timed(Embeddings):
    """Embeddings that tell how long they took.

    Args:
        model: a sentence-transformers model; None for vectors of hashed words.
    """

    def __init__(self, model: str | None) -> None:
        self._embeddings = SentenceTransformerEmbeddings(model) if model else None
        self.seconds = 0.0

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """LangChain's."""
        began = perf_counter()
        inner = self._embeddings
        vectors = inner.embed_documents(texts) if inner else [*map(_hash_words, texts)]
        self.seconds += perf_counter() - began
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """LangChain's."""
        return self.embed_documents([text])[0]


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--model")
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args(argv)
    with ending_on_errors(), TemporaryDirectory() as folder:
        found = measure(Path(folder), given.articles, Timed(given.model))
    if given.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name:>18} {value:,.1f}" for name, value in found.items()))


def measure(folder: Path, articles: int, embeddings: Timed) -> dict[str, Any]:
    """The figures, from an index made in a folder."""
    file = folder / "articles.jsonl"
    with file.open("w", encoding="utf-8") as out:
        out.writelines(json.dumps(row) + "\n" for row in invent(articles))
    embeddings.embed_query("warm")
    embeddings.seconds = 0.0
    index = NewsIndex(folder / "index", embeddings)
    report = index.add([file])
    embedding_seconds = embeddings.seconds
    again = index.add([file])
    # Peak before the part that is only here to compare with.
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = perf_counter()
    for each in load(file):
        if isinstance(each, Article):
            prepare(each, Manifest("", "", "", ""))
    return {
        "articles": report.articles,
        "passages": report.passages,
        "copies": report.copies,
        "seconds": report.seconds,
        "rate": articles / report.seconds,
        "embedding_seconds": embedding_seconds,
        "reading_seconds": perf_counter() - began,
        "again_seconds": again.seconds,
        "again_embedded": again.embedded,
        "rss_mb": rss,
    }


def invent(articles: int) -> Iterator[dict[str, str]]:
    """Rows of a table of news that nobody wrote."""
    chance = random.Random(1906)  # noqa: S311
    words = [
        "".join(chance.choices("aeioulnrst", k=chance.randint(2, 9))) for _ in range(_VOCABULARY)
    ]
    text = ""
    for number in range(articles):
        if number % 10 or not text:
            drawn = [chance.choice(words) for _ in range(_WORDS)]
            sentences = (" ".join(drawn[start : start + 16]) for start in range(0, _WORDS, 16))
            text = "\n\n".join(f"{each.capitalize()}." for each in sentences)
        yield {
            "title": f"Report {number} on {chance.choice(words)}",
            "publisher": f"Outlet {number % 40}",
            "date": f"2021-{number % 12 + 1:02}-{number % 28 + 1:02}",
            "url": f"https://news.example/{number}",
            "text": text,
        }


def _hash_words(text: str) -> list[float]:
    vector = np.zeros(_DIMENSION)
    for word in text.split():
        digest = blake2b(word.encode(), digest_size=4).digest()
        vector[int.from_bytes(digest, "big") % _DIMENSION] += 1
    return [float(value) for value in vector]


if __name__ == "__main__":
    main()
