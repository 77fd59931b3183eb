"""The list of articles: what may be asked of it, and what it tells without reading a text."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, Literal

from index.dates import PublicationDate
from index.records import Filters

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from index.records import Article

_MARKS = re.compile("[\u0300-\u036f]")  # accents, as they stand apart from their letters
_STROKES = str.maketrans({"ł": "l", "ø": "o", "đ": "d", "ð": "d", "æ": "ae", "œ": "oe", "ı": "i"})
_OPENING = re.compile(r"^\W+")

Order = Literal["newest", "oldest", "outlet", "title"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """Which articles to list.

    Attributes:
        words: each of them, or the beginning or the middle of it, stands in the title, the outlet
            or the authors; case and accents make no difference.
        within: only these articles.
        order: by date, or by name and then the newest first; what is unknown comes last.
        skip: how many to leave out at the beginning.
        most: how many to tell.
    """

    words: str = ""
    within: Filters = field(default_factory=Filters)
    order: Order = "newest"
    skip: int = 0
    most: int = 50


@dataclass(frozen=True, slots=True)
class Listed:
    """An article, as much of it as a list shows.

    Attributes:
        outlets: how many printed its story, itself included; 0 when none of them is known.
        printings: how many articles the story has.
    """

    id: str
    title: str
    publisher: str | None
    published: PublicationDate | None
    outlets: int
    printings: int


@dataclass(frozen=True, slots=True)
class ListPage:
    """A stretch of the list.

    Attributes:
        total: how many articles the whole list has.
    """

    articles: tuple[Listed, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Dated:
    """How many articles appeared in these days; `first` and `last` are None for no known date.

    They are one day, or the whole month or year where no more is known.
    """

    first: date | None
    last: date | None
    articles: int


@dataclass(frozen=True, slots=True)
class Aside:
    """Articles with the vectors of their passages: all that it takes to put them back."""

    articles: tuple[Article, ...]
    vectors: dict[bytes, NDArray[np.float32]]


def fold(text: str) -> str:
    """The text without case and accents, as words are looked for: "Łódź" becomes "lodz"."""
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", unicodedata.normalize("NFKD", text.casefold())).translate(_STROKES)


def sort_key(text: str) -> str:
    """By what names are put in order: case, accents and opening marks make no difference."""
    folded = fold(text)
    return _OPENING.sub("", folded) or folded
