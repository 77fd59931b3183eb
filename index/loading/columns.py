"""Which column of a table is which field of an article: guessed by name, or said by the user."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

# Names as data sets write them, in lower case without punctuation; the earlier, the surer.
_NAMES = {
    "text": """
        text body articlebody articletext fulltext fullcontent maintext maincontent bodytext
        plaintext cleantext newstext content contents article story paragraphs description summary
        abstract
    """.split(),
    "title": "title headline headlinemain articletitle newstitle heading name subject".split(),
    "publisher": """
        publisher publishername outlet publication newspaper sitename sourcename mediaoutlet media
        source newsoutlet journal site domain sourcedomain
    """.split(),
    "authors": "authors author byline creator authorname writers writer journalist".split(),
    "published": """
        published publishedat publishdate publisheddate publicationdate datepublished pubdate
        publishtime publishedtime publishedon publishedtimestamp datepublish articledate newsdate
        releasedate date datetime timestamp firstpublished createdat created year
    """.split(),
    "updated": """
        updated updatedat updatedate updateddate dateupdated lastupdated modified modifiedat
        datemodified datemodify lastmodified modifieddate modificationdate
    """.split(),
    "url": """
        url link canonicalurl articleurl articlelink pageurl sourceurl weburl webpage permalink href
        uri
    """.split(),
    "language": "language lang inlanguage languagecode".split(),
}
FIELDS = tuple(_NAMES)
"""What a table may say of an article, under the names that `--map` takes."""


def choose_columns(columns: Iterable[str], said: Mapping[str, str]) -> dict[str, str]:
    """Field to column, for the fields that a table has.

    Args:
        columns: the names in the table.
        said: field to column, as the user said it; upper and lower case are alike.

    Raises:
        ValueError: the table has no column that was named, or none that holds the text.
    """
    present = {_fold(name): name for name in reversed(list(columns))}
    chosen = {}
    for field, names in _NAMES.items():
        if field in said:
            if _fold(said[field]) not in present:
                raise ValueError(f"there is no column {said[field]!r}, but {_list(present)}")
            chosen[field] = present[_fold(said[field])]
        elif found := next((present[name] for name in names if name in present), None):
            chosen[field] = found
    if "text" not in chosen:
        raise ValueError(
            f"no column is named like an article's text; there is {_list(present)}: say which it "
            "is with --map text=COLUMN"
        )
    return chosen


def is_text_column(name: str, said: Mapping[str, str]) -> bool:
    """Whether this column, by its name alone, holds the text of an article."""
    wanted = [_fold(said["text"])] if "text" in said else _NAMES["text"]
    return _fold(name) in wanted


def _fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _list(present: Mapping[str, str]) -> str:
    names = sorted(present.values())
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "") or "none at all"
