"""The statements that find copies and tell stories, each run within its caller's transaction.

Since every writer finds the copies of what it puts in the transaction that puts it, two processes
that add two copies at once find them too: the second one to commit does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.dates import PublicationDate
from index.store.sqlite_rows import ARTICLE, article_from, portions
from index.stories.copies import (
    MAX_SKETCHES,
    Sketch,
    StoryText,
    compare,
    likeliest,
    outlet_of,
)
from index.stories.printings import Place, Printing, tell_stories

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

    from index.records import Article

    Read = Callable[[list[int]], Iterable[tuple[int, Article]]]


def link_copies(connection: sqlite3.Connection, number: int, sketch: Sketch, read: Read) -> bool:
    """Find the copies of an article just stored and record them; whether there are any.

    Args:
        number: the article's; it has no sketch yet.
        read: tells articles, as (number, article), by their numbers, where they are there.
    """
    bands = sketch.bands()
    likely = _likely_copies(connection, sketch, bands)
    connection.execute(
        "INSERT INTO sketches VALUES (?, ?, ?)", (number, sketch.minhash, sketch.shingles)
    )
    connection.executemany(
        "INSERT OR IGNORE INTO bands VALUES (?, ?)", [(band, number) for band in sorted(bands)]
    )
    found = False
    story = next((StoryText(each) for _, each in read([number])), None) if likely else None
    for other, article in read(likely) if story else ():
        if story and (shares := compare(story, StoryText(article))):
            found = True
            connection.executemany(
                "INSERT INTO copies VALUES (?, ?, ?)",
                [(number, other, shares.of_one), (other, number, shares.of_other)],
            )
    return found


def read_articles(
    connection: sqlite3.Connection, numbers: Iterable[int]
) -> Iterator[tuple[int, Article]]:
    """(number, article) of those that are there, one at a time; errors as of `article_from`."""
    for marks, some in portions(numbers):
        query = f"SELECT number, {ARTICLE} FROM articles WHERE number IN ({marks})"
        for number, *row in connection.execute(query, some):
            yield number, article_from(row)


def unlink_copies(connection: sqlite3.Connection, article_ids: Iterable[str]) -> set[int]:
    """Forget the sketches and copies of articles, where they exist; the numbers of the copies."""
    numbers = {
        number
        for marks, some in portions(dict.fromkeys(article_ids))
        for (number,) in connection.execute(
            f"SELECT number FROM articles WHERE id IN ({marks})", some
        )
    }
    links = _links_of(connection, numbers)
    connection.executemany(
        "DELETE FROM copies WHERE article = ? AND other = ?",
        [pair for one, other in links for pair in ((one, other), (other, one))],
    )
    for number, sketch in _sketches(connection, numbers).items():
        connection.executemany(
            "DELETE FROM bands WHERE band = ? AND article = ?",
            [(band, number) for band in sketch.bands()],
        )
        connection.execute("DELETE FROM sketches WHERE article = ?", (number,))
    return {other for _, other in links} - numbers


def tell_anew(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[str, Place]:
    """Write down the stories of these articles and of all that are linked to them.

    Returns:
        The places that are other than they were, by article id.
    """
    changed = {}
    for number, place in places_of(connection, numbers).items():
        for (article_id,) in connection.execute(
            "UPDATE articles SET story = ?1, newer = ?2 "
            "WHERE number = ?3 AND (story IS NOT ?1 OR newer IS NOT ?2) RETURNING id",
            (place.story, place.newer, number),
        ):
            changed[article_id] = place
    return changed


def places_of(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Place]:
    """Where these articles, and all that are linked to them, stand among their copies."""
    reached = set(numbers)
    ahead = reached
    shares: dict[tuple[int, int], float] = {}
    while ahead:
        links = _links_of(connection, ahead)
        shares |= links
        ahead = {other for _, other in links} - reached
        reached |= ahead
    printings: dict[int, Printing] = {}
    for marks, some in portions(reached):
        for number, article_id, publisher, url, *dates in connection.execute(
            "SELECT number, id, publisher, url, published, updated FROM articles "
            f"WHERE number IN ({marks})",
            some,
        ):
            published, updated = (PublicationDate(each) if each else None for each in dates)
            outlet = outlet_of(publisher, url)
            printings[number] = Printing(article_id, outlet, published, updated)
    return tell_stories(printings, shares)


def _links_of(
    connection: sqlite3.Connection, numbers: Iterable[int]
) -> dict[tuple[int, int], float]:
    """(article, copy) and the share of the article that stands in the copy, for these articles."""
    return {
        (number, other): share
        for marks, some in portions(numbers)
        for number, other, share in connection.execute(
            f"SELECT article, other, share FROM copies WHERE article IN ({marks})", some
        )
    }


def _likely_copies(connection: sqlite3.Connection, sketch: Sketch, bands: list[int]) -> list[int]:
    """Articles that may be copies, as their sketches tell, the likeliest first."""
    met = connection.execute(
        "SELECT article FROM bands WHERE band IN "
        f"({', '.join('?' * len(bands))}) GROUP BY article ORDER BY count(*) DESC LIMIT ?",
        [*bands, MAX_SKETCHES],
    ).fetchall()
    return likeliest(sketch, _sketches(connection, sorted(number for (number,) in met)))


def _sketches(connection: sqlite3.Connection, numbers: Iterable[int]) -> dict[int, Sketch]:
    return {
        number: Sketch(minhash, shingles)
        for marks, some in portions(numbers)
        for number, minhash, shingles in connection.execute(
            f"SELECT article, minhash, shingles FROM sketches WHERE article IN ({marks})", some
        )
    }
