"""What is known of an article before its text is looked at, and the article that both make."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from index.adding.splitting import NO_STORY, has_story
from index.dates import PublicationDate
from index.loading.date_text import read_date
from index.records import Article, canonical_url

if TYPE_CHECKING:
    from collections.abc import Sequence

_DAY_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?=[/_.-]|$)")

_LONGEST_NAME = 500  # characters of a headline, an outlet, an author
_MOST_AUTHORS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Metadata:
    """What a source says of an article; empty where it says nothing. The fields are `Article`'s."""

    title: str = ""
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published: PublicationDate | None = None
    published_from: str | None = None
    updated: PublicationDate | None = None
    updated_from: str | None = None
    url: str | None = None
    language: str | None = None

    def or_else(self, other: Metadata) -> Self:
        """This, its gaps filled from the other; a date comes with how it was found."""
        first = self if self.published else other
        last = self if self.updated else other
        return replace(
            self,
            title=self.title or other.title,
            publisher=self.publisher or other.publisher,
            authors=self.authors or other.authors,
            published=first.published,
            published_from=first.published_from,
            updated=last.updated,
            updated_from=last.updated_from,
            url=self.url or other.url,
            language=self.language or other.language,
        )


def make_article(text: str, said: Metadata) -> Article:
    """The article of a text and what its source says of it.

    What the source does not say is taken from the URL and from the text itself.

    Raises:
        ValueError: there is no text, or nothing in it is a story.
    """
    # late, for it is itself metadata of this kind
    from index.loading.plain_metadata import read_plain_metadata

    known = read_plain_metadata(text, said.or_else(_in_url(said.url)))
    # Many systems print the first date twice: an update is what is later.
    again = known.updated is not None and not (
        known.published is None or known.updated.is_after(known.published)
    )
    article = Article(
        text=text,
        title=_clip(known.title),
        publisher=_clip(known.publisher or host(known.url) or "") or None,
        authors=tuple(map(_clip, known.authors[:_MOST_AUTHORS])),
        published=known.published,
        published_from=known.published_from,
        updated=None if again else known.updated,
        updated_from=None if again else known.updated_from,
        url=known.url,
        language=known.language,
    )
    if not has_story(article):
        raise ValueError(NO_STORY)
    return article


def _clip(name: str) -> str:
    """A headline is read with each passage: one of a megabyte would leave nothing else to read."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def host(url: str | None) -> str | None:
    """The host that a URL names, without "www.": the outlet of a page that names none."""
    if not url or canonical_url(url) is None:
        return None
    return (urlsplit(url.strip()).hostname or "").removeprefix("www.") or None


def fold(text: object) -> str:
    """A text in one line; empty for anything else."""
    return " ".join(text.split()) if isinstance(text, str) else ""


def clean_language(said: object) -> str | None:
    """ISO 639-1 of "en-GB", "en_US", "EN"; None for what is none."""
    code = fold(said).replace("_", "-").split("-")[0].lower()
    return code if re.fullmatch(r"[a-z]{2}", code) else None


def clean_authors(said: Sequence[object]) -> tuple[str, ...]:
    """Names as printed, without "By", profiles' addresses and repetitions."""
    names = []
    for each in said:
        line = re.sub(r"^by:?\s+", "", fold(each), flags=re.IGNORECASE)
        names += [name.strip() for name in re.split(r"\s*;\s*|,? and |, (?=\S+ \S)", line)]
    real = [name for name in names if name and "://" not in name and "@" not in name]
    return tuple(dict.fromkeys(real))


def _in_url(url: str | None) -> Metadata:
    """The day in an address like /2019/04/15/turkey; nothing else in it is sure."""
    path = urlsplit(url).path if canonical_url(url or "") and url else ""
    if found := _DAY_IN_URL.search(path):
        year, month, day = (int(part) for part in found.groups())
        if day_said := read_date(f"{year}-{month:02}-{day:02}"):
            return Metadata(published=day_said, published_from="URL")
    return Metadata()
