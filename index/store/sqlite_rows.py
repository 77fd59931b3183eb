"""The statements of the embedded store, each run within its caller's transaction."""

from __future__ import annotations

import json
import secrets
import sqlite3
from dataclasses import asdict, fields
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from index.records import Article, Filters, Passage, from_facts, to_facts
from index.store.interface import Manifest, SplitArticle
from index.store.lineage import Lineage, Stamp

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence


SCHEMA_VERSION = 5
_FIELDS = [each.name for each in fields(Article)]
ARTICLE = ", ".join(_FIELDS)
"""The columns that `article_from` reads, in its order."""

PARAMETERS_PER_STATEMENT = 500  # under SQLite's oldest limit of 999


def create_schema(connection: sqlite3.Connection) -> None:
    """Make the tables, within the caller's transaction."""
    run_statements(connection, "schema.sql")
    run_statements(connection, "listing.sql")
    connection.execute(
        "INSERT INTO manifest VALUES ('store', ?), ('generation', '0'), ('token', '')",
        (secrets.token_hex(8),),
    )
    connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")


def run_statements(connection: sqlite3.Connection, name: str) -> None:
    """Run a file of statements from this folder, within the caller's transaction."""
    for statement in statements(name):
        connection.execute(statement)


def statements(name: str) -> Iterator[str]:
    """A file's statements, one by one: executescript would commit the transaction first."""
    statement = ""
    for line in files("index.store").joinpath(name).read_text("utf-8").splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def has_tables(connection: sqlite3.Connection) -> bool:
    """Whether anything was ever stored: a killed first change leaves a file without tables."""
    return bool(connection.execute("PRAGMA user_version").fetchone()[0])


def read_stamp(connection: sqlite3.Connection) -> Stamp:
    """Which state of which store this is."""
    values = dict(connection.execute("SELECT name, value FROM manifest"))
    return Stamp(values["store"], int(values["generation"]), values["token"])


def read_manifest(connection: sqlite3.Connection) -> Manifest | None:
    """How the vectors were made; None before the first change."""
    values = dict(connection.execute("SELECT name, value FROM manifest"))
    if "splitter" not in values:
        return None
    return Manifest(**{each.name: values[each.name] for each in fields(Manifest)})


def read_lineage(connection: sqlite3.Connection, present: Stamp) -> Lineage:
    """The states that led to the present one."""
    row = connection.execute("SELECT value FROM manifest WHERE name = 'lineage'").fetchone()
    return Lineage.from_text(row and row[0], present)


def write_manifest(
    connection: sqlite3.Connection,
    manifest: Manifest,
    before: Stamp,
    changed: int | None = None,
    files: Collection[str] = (),
) -> None:
    """Record how the vectors were made, and that the store has changed.

    Args:
        before: the state that was changed.
        changed: how many passages came and went; None when files of earlier states are of no use.
        files: the names of the states that there are files of.
    """
    now = Stamp(before.store, before.generation + 1, secrets.token_hex(8))
    lineage = (
        Lineage((), ()) if changed is None else read_lineage(connection, before)
    ).followed_by(now, changed or 0, files)
    oldest = int(lineage.names[0].partition("-")[0])
    connection.execute("DELETE FROM removed_passages WHERE generation <= ?", (oldest,))
    values = asdict(manifest) | {
        "generation": str(now.generation),
        "token": now.token,
        "lineage": lineage.to_text(),
    }
    connection.executemany("REPLACE INTO manifest VALUES (?, ?)", values.items())


def insert_article(connection: sqlite3.Connection, split: SplitArticle) -> int:
    """Store an article, its passages and their words, and return its number.

    Its vectors must be there already; it is a story of its own until copies are found.
    """
    article, published = split.article, split.article.published
    values = to_facts(article) | {
        "content_hash": article.content_hash,
        "authors": json.dumps(article.authors, ensure_ascii=False),
        "published_first": published and published.first.isoformat(),
        "published_last": published and published.last.isoformat(),
        "story": article.id,
    }
    number = insert_row(connection, values)
    numbers = [  # which follow one another
        connection.execute(
            'INSERT INTO passages (article_id, start, "end", vector_key) VALUES (?, ?, ?, ?)',
            (split.article.id, passage.start, passage.end, key),
        ).lastrowid
        for passage, key in zip(split.passages, split.keys, strict=True)
    ]
    if numbers:
        connection.execute(
            "INSERT INTO passage_ranges VALUES (?, ?, ?)", (number, numbers[0], numbers[-1])
        )
    return number


def insert_row(connection: sqlite3.Connection, values: Mapping[str, object]) -> int:
    """Store a row of the table articles, given by its columns; its number."""
    marks = ", ".join("?" * len(values))
    number: int = connection.execute(
        f"INSERT INTO articles ({', '.join(values)}) VALUES ({marks}) RETURNING number",
        list(values.values()),
    ).fetchone()[0]
    return number


def delete_articles(connection: sqlite3.Connection, article_ids: Iterable[str]) -> list[bytes]:
    """Delete articles, where they exist, and return the key of each passage's vector.

    The numbers of passages are written down, with the generation in which they are gone, for the
    caches.
    """
    freed: list[bytes] = []
    gone = read_stamp(connection).generation + 1
    for article_id in dict.fromkeys(article_ids):
        values = {"article": article_id, "gone": gone}
        query = "SELECT vector_key FROM passages WHERE article_id = :article"
        freed += [key for (key,) in connection.execute(query, values)]
        for statement in (
            "INSERT INTO removed_passages SELECT id, :gone FROM passages "
            "WHERE article_id = :article",
            "DELETE FROM passage_ranges WHERE article = "
            "(SELECT number FROM articles WHERE id = :article)",
            "DELETE FROM passages WHERE article_id = :article",
            "DELETE FROM articles WHERE id = :article",
        ):
            connection.execute(statement, values)
    return freed


def removed_passages(connection: sqlite3.Connection, since: int) -> list[int]:
    """The numbers of passages that were removed after a generation, in ascending order.

    Only of generations that the lineage still names.
    """
    rows = connection.execute("SELECT id FROM removed_passages WHERE generation > ?", (since,))
    return sorted(number for (number,) in rows)


def read_passages(
    connection: sqlite3.Connection, numbers: Iterable[int]
) -> tuple[dict[int, tuple[Passage, Article]], dict[str, str]]:
    """Passages with their articles, by number, and the stories of these articles, by their id.

    Numbers that are not there are left out.
    """
    found: dict[int, tuple[Passage, Article]] = {}
    articles: dict[str, Article] = {}
    stories: dict[str, str] = {}
    for marks, some in portions(numbers):
        rows = connection.execute(
            f'SELECT id, article_id, start, "end" FROM passages WHERE id IN ({marks})', some
        ).fetchall()
        new = {article_id for _, article_id, _, _ in rows} - articles.keys()
        for id_marks, ids in portions(new):
            query = f"SELECT {ARTICLE}, story FROM articles WHERE id IN ({id_marks})"
            for *row, story in connection.execute(query, ids):
                article = article_from(row)
                articles[article.id], stories[article.id] = article, story
        for number, article_id, start, end in rows:
            article = articles[article_id]
            passage = Passage(article_id, start, end, article.text[start:end])
            found[number] = (passage, article)
    return found, stories


def article_from(row: Sequence[str]) -> Article:
    """The record of a row of `ARTICLE`'s columns.

    Raises:
        ValueError: it is not what was stored: the file is damaged, and nothing may be quoted of it.
    """
    facts: dict[str, Any] = dict(zip(_FIELDS, row, strict=True))
    content_hash = facts.pop("content_hash")
    article = from_facts(facts | {"authors": json.loads(facts["authors"])})
    if article.content_hash != content_hash:
        raise ValueError(f"the article {article.id} is not what was stored")
    return article


def filter_condition(within: Filters, table: str = "") -> tuple[str, list[str]]:
    """`Filters.admits` as SQL over the table articles (`table.`), with its parameters."""
    parts, values = ["TRUE"], []
    if within.since:
        parts.append(f"{table}published_last >= ?")
        values.append(within.since.isoformat())
    if within.until:
        parts.append(f"{table}published_first <= ?")
        values.append(within.until.isoformat())
    if within.publishers:
        marks = ", ".join("?" * len(within.publishers))
        parts.append(f"casefold({table}publisher) IN ({marks})")
        values.extend(name.casefold() for name in within.publishers)
    if within.articles:
        parts.append(f"{table}id IN ({', '.join('?' * len(within.articles))})")
        values.extend(within.articles)
    return " AND ".join(parts), values


def searched_condition(within: Filters) -> tuple[str, list[str]]:
    """`filter_condition`, without the articles that a newer one replaces which it admits too."""
    condition, values = filter_condition(within)
    newer, _ = filter_condition(within, "other.")
    replaced = f"EXISTS (SELECT 1 FROM articles other WHERE other.id = articles.newer AND {newer})"
    return f"{condition} AND (newer IS NULL OR NOT {replaced})", values * 2


def portions(values: Iterable[object]) -> Iterator[tuple[str, list[object]]]:
    """(question marks, values) for `IN (…)`, few enough for one statement."""
    everything = list(values)
    for start in range(0, len(everything), PARAMETERS_PER_STATEMENT):
        some = everything[start : start + PARAMETERS_PER_STATEMENT]
        yield ", ".join("?" * len(some)), some
