"""Articles made ready for the store: split, each passage given a key for its vector, sketched.

Where there are many they wait in a temporary file for the change, and memory need not hold them.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from hashlib import blake2b
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from index.errors import SourceError
from index.records import Article, Passage, from_facts, to_facts
from index.splitting import split
from index.store import Manifest, SplitArticle
from index.stories.copies import Sketch, StoryText

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
    from typing import Self

    import numpy as np
    from numpy.typing import NDArray

    Vectors = dict[bytes, NDArray[np.float32]]

Item = TypeVar("Item")

_BATCH_SOURCES = 256  # at most: a run of articles that are stored already shows itself


def prepare(article: Article, manifest: Manifest) -> SplitArticle:
    """Split and sketch an article; it has no passages when it is boilerplate from end to end."""
    passages = tuple(split(article))
    keys = tuple(vector_key(manifest, article, passage.text) for passage in passages)
    return SplitArticle(article, passages, keys, StoryText(article).sketch())


def embedded_text(article: Article, words: str) -> str:
    """What is embedded for a passage: the headline says what a passage from the middle is about."""
    return f"{article.title}\n{words}"


def vector_key(manifest: Manifest, article: Article, words: str) -> bytes:
    """Under which the vector of a passage with these words is kept: by model and text."""
    text = f"{manifest.embedding_digest}\0{embedded_text(article, words)}"
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


@dataclass(slots=True)
class Batch:
    """Sources that are stored together, and what each came to.

    Attributes:
        titles: of all of them, in order.
        put: those that are not stored as they are, ready for the store; the last of an id counts.
        new: the ids among these that were not stored at all.
        replaced: how many of the others were stored with other content.
        unchanged: those that were stored as they are, id and title.
        skipped: those that cannot be loaded.
        share: of all sources, how much had been read when it was whole; None when unknown.
    """

    titles: list[str] = field(default_factory=list)
    put: dict[str, SplitArticle] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    replaced: int = 0
    unchanged: list[tuple[str, str]] = field(default_factory=list)
    skipped: list[SourceError] = field(default_factory=list)
    share: float | None = None


def batches(
    loaded: Iterable[Article | SourceError],
    known: Mapping[str, str],
    manifest: Manifest,
    passages: int,
    share: Callable[[], float | None] = lambda: None,
) -> Generator[Batch, None, None]:
    """What was loaded, in batches that each put at least so many passages; the last may put fewer.

    Args:
        known: the content hash of each article that is stored, by id.
        share: how much of all sources has been read.
    """
    put: dict[str, str] = {}  # apart from those known, which may be as many as the index holds
    batch, size = Batch(), 0
    for each in loaded:
        if isinstance(each, SourceError):
            batch.titles.append(each.source)
            batch.skipped.append(each)
        else:
            batch.titles.append(each.title)
            before = put.get(each.id) or known.get(each.id)
            if before == each.content_hash:
                batch.unchanged.append((each.id, each.title))
            else:
                if before is None:
                    batch.new.add(each.id)
                else:
                    batch.replaced += 1
                put[each.id] = each.content_hash
                batch.put[each.id] = prepare(each, manifest)
                size += len(batch.put[each.id].passages)
        if size >= passages or len(batch.titles) >= _BATCH_SOURCES:
            batch.share = share()
            yield batch
            batch, size = Batch(), 0
    if batch.titles:
        batch.share = share()
        yield batch


def runs(
    articles: Iterable[Article], manifest: Manifest, passages: int
) -> Generator[list[SplitArticle], None, None]:
    """All articles prepared, in runs of at least so many passages; the last may have fewer."""
    run: list[SplitArticle] = []
    size = 0
    for article in articles:
        run.append(prepare(article, manifest))
        size += len(run[-1].passages)
        if size >= passages:
            yield run
            run, size = [], 0
    if run:
        yield run


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
    return Spool(to_facts, from_facts)


def split_spool() -> Spool[SplitArticle]:
    """A spool of articles that are ready for the store."""
    return Spool(_write_split, _read_split)


def _write_split(split: SplitArticle) -> dict[str, Any]:
    return {
        "article": to_facts(split.article),
        "spans": [(each.start, each.end) for each in split.passages],
        "keys": [key.hex() for key in split.keys],
        "sketch": (split.sketch.minhash.hex(), split.sketch.shingles),
    }


def _read_split(said: dict[str, Any]) -> SplitArticle:
    article = from_facts(said["article"])
    minhash, shingles = said["sketch"]
    return SplitArticle(
        article,
        tuple(
            Passage(article.id, start, end, article.text[start:end]) for start, end in said["spans"]
        ),
        tuple(map(bytes.fromhex, said["keys"])),
        Sketch(bytes.fromhex(minhash), shingles),
    )
