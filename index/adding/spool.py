"""Articles put aside in a temporary file, so that memory need not hold them all."""

from __future__ import annotations

import json
from dataclasses import asdict
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from index.dates import PublicationDate
from index.records import Article, Passage
from index.store import SplitArticle
from index.stories.copies import Sketch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import Self

Item = TypeVar("Item")


class Spool(Generic[Item]):
    """Items in the order in which they came, read as often as is wanted; used as a context.

    Args:
        write, read: an item as JSON, and back.
    """

    def __init__(self, write: Callable[[Item], Any], read: Callable[[Any], Item]) -> None:
        self._write, self._read = write, read
        self._file = TemporaryFile()  # noqa: SIM115  closed by __exit__
        self._count = 0

    def __enter__(self) -> Self:
        """It is there already."""
        return self

    def __exit__(self, *_: object) -> None:
        """The file goes."""
        self._file.close()

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    def append(self, item: Item) -> None:
        """Put one aside."""
        self._file.write(json.dumps(self._write(item)).encode() + b"\n")
        self._count += 1

    def __iter__(self) -> Iterator[Item]:
        """All of them; nothing may be put aside meanwhile."""
        self._file.seek(0)
        for line in self._file:
            yield self._read(json.loads(line))


def article_spool() -> Spool[Article]:
    """A spool of articles."""
    return Spool(_write_article, _read_article)


def split_spool() -> Spool[SplitArticle]:
    """A spool of articles that are ready for the store."""
    return Spool(_write_split, _read_split)


def _write_article(article: Article) -> dict[str, Any]:
    dates = {"published": article.published, "updated": article.updated}
    return asdict(article) | {name: day and day.iso for name, day in dates.items()}


def _read_article(said: dict[str, Any]) -> Article:
    del said["content_hash"]  # which follows from the rest
    for name in ("published", "updated"):
        said[name] = PublicationDate(said[name]) if said[name] else None
    return Article(**said | {"authors": tuple(said["authors"])})


def _write_split(split: SplitArticle) -> dict[str, Any]:
    return {
        "article": _write_article(split.article),
        "spans": [(each.start, each.end) for each in split.passages],
        "keys": [key.hex() for key in split.keys],
        "sketch": (split.sketch.minhash.hex(), split.sketch.shingles),
    }


def _read_split(said: dict[str, Any]) -> SplitArticle:
    article = _read_article(said["article"])
    minhash, shingles = said["sketch"]
    return SplitArticle(
        article,
        tuple(
            Passage(article.id, start, end, article.text[start:end]) for start, end in said["spans"]
        ),
        tuple(map(bytes.fromhex, said["keys"])),
        Sketch(bytes.fromhex(minhash), shingles),
    )
