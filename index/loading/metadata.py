"""What is known of an article before its text is looked at, and what a plain text says of itself.

Of a plain text only what stands in a known place counts: an agency mark or a dateline that opens
it, a byline, a date on a line of its own near the top, a contact line, a copyright line. What is
not said stays unknown: a dateline has no year unless another line has one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Self
from urllib.parse import urlsplit

from index.dates import PublicationDate
from index.loading.clean_names import clean_authors, clean_language, clean_outlet
from index.loading.date_text import MONTH, is_possible, read_date, read_date_line
from index.records import canonical_url
from index.splitting import Span, is_boilerplate, paragraphs, sentences

if TYPE_CHECKING:
    from collections.abc import Sequence


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


def dated(
    how: str, published: PublicationDate | None = None, updated: PublicationDate | None = None
) -> Metadata:
    """Days alone, with how they were found: "feed"."""
    return Metadata(
        published=published,
        published_from=how if published else None,
        updated=updated,
        updated_from=how if updated else None,
    )


def read_said(
    how: str,
    *,
    title: object = "",
    publisher: object = None,
    authors: Sequence[object] = (),
    published: object = None,
    updated: object = None,
    url: str | None = None,
    language: object = None,
) -> Metadata:
    """What a source says in its own words: names without what clings to them, dates read.

    Args:
        how: where it says its dates: "feed".
    """
    code = clean_language(language)
    first, last = (
        each if isinstance(each, PublicationDate) else read_date(fold(each), code)
        for each in (published, updated)
    )
    return replace(
        dated(how, first, last),
        title=fold(title),
        publisher=clean_outlet(publisher),
        authors=clean_authors(authors),
        url=url,
        language=code,
    )


def host(url: str | None) -> str | None:
    """The host that a URL names, without "www.": the outlet of a page that names none."""
    if not url or canonical_url(url) is None:
        return None
    return (urlsplit(url.strip()).hostname or "").removeprefix("www.") or None


def fold(text: object) -> str:
    """A text in one line; empty for anything else."""
    return " ".join(text.split()) if isinstance(text, str) else ""


def letters_of(name: str) -> str:
    """A name by its letters and figures alone, upper and lower case alike: to compare it."""
    return re.sub(r"[\W_]+", "", name).casefold()


_NOTHING = Metadata()
_TITLE_CHARACTERS = 100
_OPENING = 1_000  # characters in which the first sentence is looked for
_NAME = r"[^\W\d_][\w.’'\-]*(?: (?:(?:de|van|von|der|al|el|bin|la) )?[^\W\d_a-z][\w.’'\-]*){1,3}"

_DAY = rf"(?P<day>(?i:{MONTH}) \d{{1,2}}|\d{{1,2}} (?i:{MONTH}))(?:,? (?P<year>\d{{4}}))?"
_DASH = r"\s*(?:-{1,3}|–|—)\s+"
_PLACE = r"[A-Z][\w.,’'/ \-]{1,60}?"
# "(Bloomberg) -- Turkey has …", "LISBON, Portugal (CPA) - The …", "ANKARA, Apr 15 (Northwire) - …"
_AGENCY = re.compile(
    rf"(?:{_PLACE}\s)??(?:{_DAY}\s)?\((?P<name>[A-Z](?:[^\W\d]|[ .&’'\-]){{1,40}})\){_DASH}"
)
# "ANKARA, April 15 - …"; without an agency the place must be in capitals to be one
_DATELINE = re.compile(rf"[A-Z][A-Z.,’'/ \-]{{1,60}}(?:, [A-Z][\w.]+)?, {_DAY}{_DASH}")
_BYLINE = re.compile(
    rf"^[^\S\n]*[Bb][Yy] (?P<names>{_NAME}(?:(?:,| and|, and) {_NAME})*)[^\S\n]*$", re.MULTILINE
)
# The same in other languages, only near the top: "Por" may also begin a sentence.
_OTHER_BYLINE = re.compile(
    r"^[^\S\n]*(?:Von|Par|Por|Di|Da|De|Door|Av|Af|Od|Przez|Napsala?|Od|Oleh|От|Від|Автор|Text|Texte|Texto):?"
    rf" (?P<names>{_NAME}(?:(?:,| und| et| y| e| en| och| og| i| a| и| та|, dpa) {_NAME})*)[^\S\n]*$",
    re.MULTILINE,
)
_UPDATE = re.compile(
    r"\b(?:last|updated|modified)\b|aktualisiert|mis à jour|actualizado|atualizado|aggiornato|bijgewerkt|uppdaterad|oppdatert|opdateret"
    r"|aktualizov|обновлен|оновлено|güncelle|更新|수정|diperbarui",
    re.IGNORECASE,
)
_CONTACT = re.compile(
    r"(?i:to contact the (?:reporters?|authors?) on this story:)\s*"
    rf"(?P<name>{_NAME})(?= in |,| at |$)",
    re.MULTILINE,
)
_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|(?i:copyright))\s*(?:©\s*)?(?P<year>(?:19|20)\d\d)\b"
    r"(?P<range>\s*[-–—]\s*(?:\d{4}\b|(?i:present|today|heute)))?\s*"  # how long there has been an outlet
    r"(?P<name>[A-Z][\w .&’'\-]*\w)?"
)
_COMPANY_FORM = re.compile(
    r"(?<![ ,])[ ,]+(?:L\.?P|Inc|Ltd|LLC|plc|Corp|GmbH|AG)\.?$", re.IGNORECASE
)


def read_plain_metadata(text: str, known: Metadata = _NOTHING) -> Metadata:
    """What is known, with title, publisher, authors and dates as the text itself gives them.

    A text is not searched for what is known already.
    """
    lines = [line.strip() for line in text.split("\n", 12)[:12] if line.strip()]
    agency = next(filter(None, map(_AGENCY.match, lines)), None)
    opening = agency or next(filter(None, map(_DATELINE.match, lines)), None)
    owner = None if known.publisher and known.published else _copyright(text)
    publisher = agency["name"] if agency else None
    if owner and owner["name"] and not publisher:
        publisher = _COMPANY_FORM.sub("", owner["name"].split(". ")[0]).strip()
    said = Metadata(
        title=known.title or _title(text, known.language),
        publisher=publisher,
        authors=known.authors or _authors(text),
    )
    dated = said.or_else(_date_lines(lines, known.language)).or_else(_dateline(opening, owner))
    return known.or_else(dated)


def _date_lines(lines: list[str], language: str | None) -> Metadata:
    """Dates that stand on lines of their own."""
    said = Metadata()
    for line in lines:
        day = read_date_line(line, language)
        if day and is_possible(day):
            field = "updated" if _UPDATE.search(line) else "published"
            said = said.or_else(dated("date line", **{field: day}))
    return said


def _dateline(opening: re.Match[str] | None, owner: re.Match[str] | None) -> Metadata:
    """The day of a dateline, in the year that it names or the copyright line does; or the year."""
    year = owner["year"] if owner and not owner["range"] else ""
    known = dated("copyright line", PublicationDate(year) if year else None)
    if not opening or not opening["day"] or not (opening["year"] or year):
        return known
    day = read_date(f"{opening['day']} {opening['year'] or year}")
    if not day or (not opening["year"] and (day.first.month, day.first.day) > (12, 29)):
        return known  # the copyright line may have been written a day and a year later
    return dated("dateline" if opening["year"] else "dateline and copyright line", day)


def _copyright(text: str) -> re.Match[str] | None:
    """The first copyright line: a year within the story is not when it was published."""
    if not _COPYRIGHT.search(text):
        return None
    for paragraph in paragraphs(text):
        line = text[paragraph.start : paragraph.end]
        if is_boilerplate(line) and (found := _COPYRIGHT.search(line)):
            return found
    return None


def _title(text: str, language: str | None) -> str:
    """The headline if the text opens with one, else the beginning of its first sentence."""
    for paragraph in paragraphs(text):
        opening = text[paragraph.start : paragraph.end]
        if is_boilerplate(opening) or read_date_line(opening, language):
            continue
        opens = Span(paragraph.start, min(paragraph.end, paragraph.start + _OPENING))
        first = sentences(text, opens, language)[0]
        said = text[first.start : first.end]
        for mark in (_AGENCY, _DATELINE):
            said = mark.sub("", said, count=1) if mark.match(said) else said
        lines = _BYLINE.sub(" ", said).splitlines()
        said = " ".join(
            line for line in map(str.strip, lines) if not read_date_line(line, language)
        )
        said = " ".join(said.split()).lstrip("#").strip()
        if not said:
            continue
        if len(said) <= _TITLE_CHARACTERS:
            return said
        return said[:_TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(",;:") + "…"
    return ""


def _authors(text: str) -> tuple[str, ...]:
    """Those of a byline anywhere, of one in another language near the top, or of a contact line."""
    byline = _BYLINE.search(text) or _OTHER_BYLINE.search(text[:_OPENING])
    if byline:
        return clean_authors([byline["names"]])
    return tuple(match["name"] for match in _CONTACT.finditer(text))
