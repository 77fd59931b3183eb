"""The nouns of the index: an article, a passage, a hit, and what may be searched. All frozen."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from dataclasses import asdict, dataclass, field
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import urldefrag, urlsplit

import courlan

from index.dates import PublicationDate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """One article, its text kept exactly as it came.

    Attributes:
        text: the whole text, boilerplate and all; every offset in Dateline counts its characters
            (Unicode code points, from 0).
        title: the headline, or the first words where there is none.
        publisher: the outlet; None when unknown.
        authors: as printed, in order.
        published: None when unknown; never more precise than what was said.
        published_from: how that was found, such as "JSON-LD" or "copyright line".
        updated: when it was last changed, where that is said and later than `published`.
        updated_from: how that was found.
        url: where it stands on the web.
        language: ISO 639-1; None when unknown.
        id: the canonical URL, else the SHA-256 of the text with its white space folded.
        content_hash: SHA-256 over the text and all that is known about it (not over how it was
            found).

    Raises:
        ValueError: when the text is blank or holds a NUL character, which no article does, or when
            anything holds a lone surrogate, which cannot be written down.
    """

    text: str
    title: str = ""
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published: PublicationDate | None = None
    published_from: str | None = None
    updated: PublicationDate | None = None
    updated_from: str | None = None
    url: str | None = None
    language: str | None = None
    id: str = ""
    content_hash: str = field(init=False, default="")

    def __post_init__(self) -> None:
        """Derive what follows from the rest."""
        if is_blank(self.text):
            raise ValueError("the article has no text")
        if any("\0" in each for each in self._texts()):
            raise ValueError("the article holds NUL characters: it is not text")
        try:
            "".join(self._texts()).encode()
        except UnicodeEncodeError as error:  # a lone surrogate
            reason = "the article holds halves of characters: it is not valid Unicode"
            raise ValueError(reason) from error
        _set = object.__setattr__  # the one way to derive a field of a frozen record
        if not self.id:
            _set(self, "id", canonical_url(self.url or "") or digest_text(self.text))
        _set(self, "content_hash", self._hash_content())

    def _texts(self) -> list[str]:
        known = (self.title, self.publisher, *self.authors, self.url, self.language, self.id)
        return [self.text, *filter(None, known)]

    def _hash_content(self) -> str:
        dates = [each and each.iso for each in (self.published, self.updated)]
        known = [self.title, self.publisher, self.authors, *dates, self.url, self.language]
        content = json.dumps([self.text, *known], ensure_ascii=True)
        return hashlib.sha256(content.encode()).hexdigest()


def to_facts(article: Article) -> dict[str, Any]:
    """An article as JSON can hold it, without the hash, which follows from the rest."""
    dates = {"published": article.published, "updated": article.updated}
    facts = asdict(article) | {name: day and day.iso for name, day in dates.items()}
    del facts["content_hash"]
    return facts


def from_facts(facts: dict[str, Any]) -> Article:
    """The article that `to_facts` has written (LookupError, TypeError, ValueError)."""
    days = {name: facts[name] for name in ("published", "updated")}
    dates = {name: PublicationDate(said) if said else None for name, said in days.items()}
    return Article(**facts | dates | {"authors": tuple(facts["authors"])})


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of an article that is embedded and searched as one.

    `article.text[passage.start:passage.end] == passage.text`, always.
    """

    article_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that a search found, with the article it stands in.

    Attributes:
        score: reciprocal rank fusion of both searches; higher is better, comparable within one
            search only.
        similarity: cosine of the question and the passage, -1 to 1; None when the vector search
            did not return it.
        bm25: the keyword score, higher is better; None when no word matched.
        nearness: how near the article is to the days asked about, 0 to 1; None when none were
            named to the search.
        story: the same for all copies of the article; its own id where none are known.
        copies: other articles of the story in which the search found the same passage, best first.
    """

    passage: Passage
    article: Article
    score: float
    similarity: float | None = None
    bm25: float | None = None
    nearness: float | None = None
    story: str = ""
    copies: tuple[Article, ...] = ()

    def __post_init__(self) -> None:
        """An article without known copies is a story of its own."""
        if not self.story:
            object.__setattr__(self, "story", self.article.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filters:
    """Which articles may be searched.

    Attributes:
        since: only articles that may have been published on or after this day.
        until: only articles that may have been published on or before this day.
        publishers: only these outlets, upper and lower case alike; empty for all.
        articles: only those with these ids; empty for all.

    Articles of unknown date pass only when no date is asked for.
    """

    since: date | None = None
    until: date | None = None
    publishers: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse a range that no day is in."""
        if self.since and self.until and self.since > self.until:
            raise ValueError(f"no day lies between {self.since} and {self.until}: swap the dates")

    def __bool__(self) -> bool:
        """Whether it filters at all."""
        return bool(self.since or self.until or self.publishers or self.articles)

    def admits(self, article: Article) -> bool:
        """Whether this article may be searched: the meaning that every store's query must have."""
        return self.admits_facts(article.id, article.publisher, article.published)

    def admits_facts(
        self, article_id: str, publisher: str | None, published: PublicationDate | None
    ) -> bool:
        """Whether an article of which this is known may be searched."""
        if self.articles and article_id not in self.articles:
            return False
        names = {name.casefold() for name in self.publishers}
        if names and (publisher is None or publisher.casefold() not in names):
            return False
        if not (self.since or self.until):
            return True
        return published is not None and (
            (self.since is None or published.last >= self.since)
            and (self.until is None or published.first <= self.until)
        )


@lru_cache(64)  # each loader asks several times for the article in hand
def canonical_url(url: str) -> str | None:
    """The URL without tracking parameters and accidental differences of case.

    None for what names no page of the web ("n/a", "/story"): many articles may say that. A fragment
    goes too, unless it is the address itself, as in "#!/story/1".
    """
    try:
        address, fragment = urldefrag(url.strip())
        parts = urlsplit(address)
        if parts.scheme.lower() not in {"http", "https"} or not parts.hostname:
            return None
        kept = f"#{fragment}" if fragment.startswith(("!", "/")) else ""
        return f"{courlan.normalize_url(address)}{kept}"
    except ValueError:
        return None


def is_blank(text: str) -> bool:
    """Whether there is nothing to see: only white space and invisible format characters."""
    return all(each.isspace() or unicodedata.category(each) == "Cf" for each in text)


def digest_text(text: str) -> str:
    """SHA-256 of the text, white space folded and Unicode composed (NFC)."""
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    return hashlib.sha256(folded.encode("utf-8", "surrogatepass")).hexdigest()


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
    """A stretch of the list, and how many articles the whole list has."""

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


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a store holds.

    Attributes:
        publishers: outlets.
        stories: articles, those that are copies of one another counted once.
        first_day, last_day: ISO days, None when none is known.
    """

    articles: int = 0
    passages: int = 0
    publishers: int = 0
    stories: int = 0
    first_day: str | None = None
    last_day: str | None = None
