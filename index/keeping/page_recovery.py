"""Articles found in a damaged database page by page, as SQLite's own `.recover` finds rows.

A row stands in a leaf page of its table's b-tree, and goes on in overflow pages that the leaf leads
to. So each leaf of the file is read as if it were a whole table of articles, in a copy whose schema
says so; what leads to the leaf need not be there any more. Whatever is no article, or not what was
stored, is told by its hash. (File format: https://sqlite.org/fileformat2.html.)
"""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing, suppress
from functools import cache
from typing import TYPE_CHECKING

from index.keeping.diagnosis import read_article
from index.store import sqlite_rows as rows
from index.store.sqlite_errors import DatabaseErrors

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index.records import Article

LEAF_OF_A_TABLE = 0x0D
DEFAULT_PAGE_BYTES = 4_096
LEAVES_TOGETHER = 2_000  # made tables of at once


def articles_in_pages(damaged: Path, folder: Path) -> Iterator[tuple[int, Article | None, str]]:
    """The number of each article, the article where it is what was stored, and its title or id.

    Args:
        folder: where a copy is made; it goes at the end.
    """
    copy = folder / "pages.sqlite3"
    try:
        shutil.copyfile(damaged, copy)
        leaves = _leaves(copy)
        for start in range(0, len(leaves), LEAVES_TOGETHER):
            _make_tables(copy, leaves[start : start + LEAVES_TOGETHER])
            with closing(sqlite3.connect(copy)) as connection:
                for leaf in leaves[start : start + LEAVES_TOGETHER]:
                    yield from _articles_in(connection, leaf)
    finally:
        copy.unlink(missing_ok=True)


def _articles_in(
    connection: sqlite3.Connection, leaf: int
) -> Iterator[tuple[int, Article | None, str]]:
    numbers: list[int] = []
    with suppress(*DatabaseErrors):
        query = f"SELECT number FROM page{leaf} WHERE length(content_hash) = 64"
        numbers += [number for (number,) in connection.execute(query)]
    for number in numbers:
        with suppress(*DatabaseErrors):
            article, name = read_article(connection, number, f"page{leaf}")
            yield number, article, name


def _leaves(copy: Path) -> list[int]:
    """The numbers of the leaves of tables, in a copy that is given an empty schema."""
    with copy.open("r+b") as file:
        size = int.from_bytes(file.read(18)[16:], "big")
        if size not in {1 << power for power in range(9, 16)}:
            size = DEFAULT_PAGE_BYTES
        pages = file.seek(0, 2) // size
        leaves = []
        for page in range(2, pages + 1):
            file.seek((page - 1) * size)
            if file.read(1) == bytes([LEAF_OF_A_TABLE]):
                leaves.append(page)
        file.seek(0)
        file.write(_first_page(size, pages))
        file.truncate(pages * size)
    return leaves


def _first_page(size: int, pages: int) -> bytes:
    """The first page of a database without tables, which says that it has so many pages."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.execute(f"PRAGMA page_size = {size}")
        connection.execute("CREATE TABLE one (one)")
        connection.execute("DROP TABLE one")
        connection.execute("VACUUM")
        page = bytearray(connection.serialize()[:size])
    page[28:32] = pages.to_bytes(4, "big")  # new pages are put after these
    return bytes(page)


def _make_tables(copy: Path, leaves: list[int]) -> None:
    """Have the schema say that each of these pages is a table of articles."""
    with closing(sqlite3.connect(copy)) as connection:
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute("DELETE FROM sqlite_master")
        connection.executemany(
            "INSERT INTO sqlite_master VALUES ('table', ?1, ?1, ?2, ?3)",
            [(f"page{leaf}", leaf, f"CREATE TABLE page{leaf} ({_columns()})") for leaf in leaves],
        )
        connection.commit()


@cache
def _columns() -> str:
    """The columns of a table of articles, without the constraints that need tables beside it."""
    with closing(sqlite3.connect(":memory:")) as connection:
        rows.run_statements(connection, "schema.sql")
        names = [column[1] for column in connection.execute("PRAGMA table_info(articles)")]
    return ", ".join([f"{names[0]} INTEGER PRIMARY KEY", *names[1:]])
