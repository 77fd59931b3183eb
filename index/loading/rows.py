"""A row of a table into an article, whatever the table is written in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import SourceError
from index.loading.columns import choose_columns
from index.loading.date_text import read_date
from index.loading.metadata import (
    Metadata,
    clean_authors,
    clean_language,
    fold,
    make_article,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.loading.content import Content
    from index.loading.options import LoadOptions
    from index.records import Article

_NOTHING = {"", "nan", "none", "null", "n/a", "na", "-", "unknown"}  # how tables write it


def read_row(
    row: Mapping[str, object], where: str, content: Content, options: LoadOptions
) -> Article:
    """The article of one row.

    Args:
        row: column to value; a value may be a list of names, or a mapping that has a name.
        where: which row it is, for people: "line 7".

    Raises:
        SourceError: there is no article in it.
    """
    source = f"{content.name}, {where}"
    try:
        columns = choose_columns(row, options.columns)
        text = row[columns["text"]]
        if isinstance(text, list):  # a list of paragraphs
            text = "\n\n".join(part for part in text if isinstance(part, str))
        if not isinstance(text, str):
            raise ValueError(f"{columns['text']!r} holds no text")
        if len(text) > options.limits.article:
            raise ValueError(f"the text is longer than {options.limits.article:,} characters")
        said = _read_metadata({field: row[name] for field, name in columns.items()}, columns)
        return make_article(text, said)  # the table's own address is not that of its rows
    except ValueError as error:
        raise SourceError(source, str(error)) from error


def _read_metadata(values: Mapping[str, object], columns: Mapping[str, str]) -> Metadata:
    def said(field: str) -> str | None:
        return next(_names(values.get(field)), None)

    published = read_date(said("published") or "")
    updated = read_date(said("updated") or "")
    return Metadata(
        title=said("title") or "",
        publisher=said("publisher"),
        authors=clean_authors(list(_names(values.get("authors")))),
        published=published,
        published_from=f"column {columns['published']}" if published else None,
        updated=updated,
        updated_from=f"column {columns['updated']}" if updated else None,
        url=said("url"),
        language=clean_language(said("language")),
    )


def _names(value: object) -> Iterator[str]:
    """The texts in a value: itself, those of a list, the name in {"name": …}."""
    for each in value if isinstance(value, list) else [value]:
        named = each.get("name") if isinstance(each, dict) else each
        if isinstance(named, str | int | float) and not isinstance(named, bool):
            text = fold(str(named))
            if text.lower() not in _NOTHING:
                yield text
