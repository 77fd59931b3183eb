"""What is known of an article before its text is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from index.records import canonical_url

if TYPE_CHECKING:
    from index.dates import PublicationDate


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


def host(url: str | None) -> str | None:
    """The host that a URL names, without "www.": the outlet of a page that names none."""
    if not url or canonical_url(url) is None:
        return None
    return (urlsplit(url.strip()).hostname or "").removeprefix("www.") or None


def fold(text: object) -> str:
    """A text in one line; empty for anything else."""
    return " ".join(text.split()) if isinstance(text, str) else ""
