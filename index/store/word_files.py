"""The files in which tantivy keeps the words of passages: made, read, searched and checked.

Beside the passages there is one document that tells which state of the store they are of: it is
written by the same commit as they are.
"""

from __future__ import annotations

import json
import zlib
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from index.store.lineage import Stamp
from index.terms import analyzer, indexed_text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from index.records import Filters
    from index.store.sqlite_listing import PassageSet

_BUILDING_HEAP_BYTES = 100_000_000
_STATE_NUMBER = 0  # of the document that tells the state; passages begin at 1
_SAMPLED_EVERY = 16  # passages, to know how long they are
_USUAL_TERMS = 150.0
_FOOTER_BYTES = 8  # of tantivy's files: the length of what stands before it, and a mark


@dataclass(frozen=True, slots=True)
class OpenedWords:
    """tantivy's index, opened to read.

    Attributes:
        path: its folder; None where it is in memory.
        state: of the store, that the files have come to.
        newest: the highest passage number.
        average_terms: in a passage, as a sample of them has it.
    """

    index: Any
    path: Path | None
    searcher: Any
    state: Stamp
    newest: int
    average_terms: float

    @property
    def passages(self) -> int:
        """How many there are, some of which may be removed."""
        return int(self.searcher.num_docs) - 1  # one tells the state


class DamagedWordsError(Exception):
    """tantivy cannot read what it wrote, or cannot write."""


def damaged_files(folder: Path) -> Iterator[str]:
    """The names of files that are not what tantivy wrote, by the checksums in them."""
    for path in checked_files(folder):
        with suppress(FileNotFoundError):  # merged into another one meanwhile
            data = path.read_bytes()
            try:
                length = int.from_bytes(data[-_FOOTER_BYTES:-4], "little")
                end = len(data) - _FOOTER_BYTES - length
                expected = json.loads(data[end:-_FOOTER_BYTES])["crc"] if end >= 0 else None
            except (ValueError, LookupError, TypeError):
                expected = None
            if expected is None or zlib.crc32(memoryview(data)[:end]) != expected:
                yield path.name


def checked_files(folder: Path) -> Iterator[Path]:
    """The files that end with a checksum: all but lists of files, which are JSON, and locks."""
    for path in sorted(folder.iterdir()):
        if path.suffix not in {".json", ".lock", ".tmp"}:
            yield path


@contextmanager
def telling_damage() -> Iterator[None]:
    """tantivy's errors as one of ours."""
    try:
        yield
    except ValueError as error:
        raise DamagedWordsError(str(error)[:200]) from error
    except BaseException as error:
        # What tantivy takes to be impossible; no name of it can be imported.
        if type(error).__name__ != "PanicException":
            raise
        raise DamagedWordsError(str(error)[:200]) from error


@cache
def schema() -> Any:
    """The fields of a passage: words have no places kept, which would double the files."""
    import tantivy

    fields = tantivy.SchemaBuilder()
    fields.add_unsigned_field("number", indexed=True, fast=True)
    fields.add_text_field("words", tokenizer_name="news", index_option="freq")
    fields.add_integer_field("first_day", fast=True)
    fields.add_integer_field("last_day", fast=True)
    fields.add_text_field("publisher", tokenizer_name="raw", index_option="basic")
    fields.add_text_field("article", tokenizer_name="raw", index_option="basic")
    fields.add_text_field("state", stored=True, tokenizer_name="raw", index_option="basic")
    return fields.build()


def configured(index: Any) -> Any:
    """The index, told what its files do not say."""
    index.register_tokenizer("news", analyzer())
    index.config_reader("manual")  # else a thread looks at the disk twice a second
    return index


def read_opened(index: Any, path: Path | None) -> OpenedWords:
    """An index as it stands on the disk now."""
    from tantivy import Query

    index.reload()
    searcher = index.searcher()
    query = Query.term_query(index.schema, "number", _STATE_NUMBER)
    for _, address in searcher.search(query, 1).hits:
        store, generation, token, newest, average = searcher.doc(address)["state"][0].split(" ")
        state = Stamp(store, int(generation), token)
        return OpenedWords(index, path, searcher, state, int(newest), float(average))
    raise DamagedWordsError("it does not say which state it is of")


def refreshed(opened: OpenedWords) -> OpenedWords:
    """The same after a commit, by this process or another one."""
    return read_opened(opened.index, opened.path)


def write_state(writer: Any, stamp: Stamp, told: tuple[int, float]) -> None:
    """Write down, with the next commit, the state that the documents are of, and what was added."""
    from tantivy import Document

    delete_documents(writer, [_STATE_NUMBER])
    document = Document()
    document.add_unsigned("number", _STATE_NUMBER)
    newest, average = told
    state = f"{stamp.store} {stamp.generation} {stamp.token} {newest} {average:.2f}"
    document.add_text("state", state)
    writer.add_document(document)


def delete_documents(writer: Any, numbers: Sequence[int]) -> None:
    """Delete passages, where they are there, with the next commit."""
    from tantivy import Query

    if numbers:  # by a query: `delete_documents_by_term` takes a number for a signed one
        writer.delete_documents_by_query(Query.term_set_query(schema(), "number", numbers))


def fill(index: Any, connection: sqlite3.Connection, stamp: Stamp) -> Any:
    """Put all passages into an index that is empty."""
    writer = index.writer(_BUILDING_HEAP_BYTES, 1)
    write_state(writer, stamp, add_documents(writer, connection, None))
    writer.commit()
    writer.wait_merging_threads()
    return index


def add_documents(
    writer: Any, connection: sqlite3.Connection, opened: OpenedWords | None
) -> tuple[int, float]:
    """Add the passages that an index lacks; what `write_state` is told."""
    from tantivy import Document

    newest, terms, sampled = 0, 0.0, 0
    if opened is not None:
        newest, sampled = opened.newest, opened.passages // _SAMPLED_EVERY
        terms = opened.average_terms * sampled
    for number, text, article in read_texts(connection, newest):
        newest, words = number, indexed_text(text)
        if number % _SAMPLED_EVERY == 0:
            sampled, terms = sampled + 1, terms + len(analyzer().analyze(words))
        document = Document()
        document.add_unsigned("number", number)
        document.add_text("words", words)
        document.add_text("article", article.id)
        if article.publisher:
            document.add_text("publisher", article.publisher.casefold())
        if article.first and article.last:
            document.add_integer("first_day", _day(article.first))
            document.add_integer("last_day", _day(article.last))
        writer.add_document(document)
    return newest, terms / sampled if sampled else _USUAL_TERMS


class ArticleFacts(NamedTuple):
    """What is read of an article; days are ISO 8601."""

    id: str
    title: str
    publisher: str | None
    first: str | None
    last: str | None
    text: str


def read_texts(
    connection: sqlite3.Connection, after: int
) -> Iterator[tuple[int, str, ArticleFacts]]:
    """(number, headline and words, article) of passages with higher numbers, ascending."""
    article = None
    rows = connection.execute(
        'SELECT id, article_id, start, "end" FROM passages WHERE id > ? ORDER BY id', (after,)
    )
    for number, article_id, start, end in rows:
        if article is None or article.id != article_id:  # its passages follow one another
            found = connection.execute(
                "SELECT id, title, publisher, published_first, published_last, text FROM articles "
                "WHERE id = ?",
                (article_id,),
            )
            article = ArticleFacts(*found.fetchone())
        yield number, f"{article.title}\n{article.text[start:end]}", article


def _day(iso: str) -> int:
    return date.fromisoformat(iso).toordinal()


def build_query(words: list[list[str]], filters: Filters) -> Any:
    """Passages with any of the words, all of whose terms they must have, that a filter admits."""
    from tantivy import FieldType, Occur, Query

    def any_of(queries: list[Any]) -> Any:
        return Query.boolean_query([(Occur.Should, each) for each in queries])

    def all_of(queries: list[Any]) -> Any:
        return Query.boolean_query([(Occur.Must, each) for each in queries])

    def has(term: str) -> Any:
        return Query.term_query(schema(), "words", term, "freq")

    def within(field: str, lower: date | None, upper: date | None) -> Any:
        ends = [None if each is None else each.toordinal() for each in (lower, upper)]
        return Query.range_query(schema(), field, FieldType.Integer, ends[0], ends[1])

    wanted = any_of([all_of([*map(has, terms)]) if terms[1:] else has(*terms) for terms in words])
    admitted = []
    if filters.since:
        admitted.append(within("last_day", filters.since, None))
    if filters.until:
        admitted.append(within("first_day", None, filters.until))
    if filters.publishers:
        names = {name.casefold() for name in filters.publishers}
        admitted.append(any_of([Query.term_query(schema(), "publisher", name) for name in names]))
    if filters.articles:
        admitted.append(Query.term_set_query(schema(), "article", filters.articles))
    if not admitted:
        return wanted
    return all_of([wanted, *(Query.const_score_query(each, 0.0) for each in admitted)])


def search_best(
    searcher: Any, query: Any, limit: int, searched: PassageSet
) -> list[tuple[int, float]]:
    """(number, BM25) of the best that may be returned, best first, at most `limit`."""
    wanted = limit
    while True:
        hits = searcher.search(query, wanted, count=False).hits
        addresses = [address for _, address in hits]
        numbers = np.array(searcher.fast_field_values("number", addresses), np.int64)
        kept = np.flatnonzero(searched.holds(numbers))
        if len(kept) >= limit or len(hits) < wanted:
            return [(int(numbers[place]), float(hits[place][0])) for place in kept[:limit]]
        wanted *= 4  # many are replaced by newer versions
