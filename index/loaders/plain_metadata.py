"""What a plain text says about itself: headline, agency, authors and year.

Only what stands in a known place counts: an agency mark that opens the text, a byline, a contact
line, a copyright line. What is not said stays unknown.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from index.boilerplate import is_boilerplate
from index.dates import PublicationDate
from index.splitting import Span, paragraphs, sentences

_TITLE_CHARACTERS = 100
_OPENING = 1_000  # characters in which the first sentence is looked for
_NAME = r"[^\W\d_][\w.’'\-]*(?: (?:(?:de|van|von|der|al|el|bin|la) )?[^\W\d_a-z][\w.’'\-]*){1,3}"

# "(Bloomberg) -- Turkey has …", "LISBON, Portugal (CPA) - The …"
_AGENCY = re.compile(
    r"(?:[A-Z][\w.,’' \-]{1,60}\s)?\((?P<name>[A-Z][\w .&’'\-]{1,40})\)\s*(?:-{1,3}|–|—)\s+"
)
_BYLINE = re.compile(
    rf"^[^\S\n]*[Bb][Yy] (?P<names>{_NAME}(?:(?:,| and|, and) {_NAME})*)[^\S\n]*$", re.MULTILINE
)
_CONTACT = re.compile(
    r"(?i:to contact the (?:reporters?|authors?) on this story:)\s*"
    rf"(?P<name>{_NAME})(?= in |,| at |$)",
    re.MULTILINE,
)
_COPYRIGHT = re.compile(
    r"(?:©|\([cC]\)|(?i:copyright))\s*(?:©\s*)?(?P<year>(?:19|20)\d\d)\b\s*"
    r"(?P<name>[A-Z][\w .&’'\-]*\w)?"
)
_COMPANY_FORM = re.compile(r"[ ,]+(?:L\.?P|Inc|Ltd|LLC|plc|Corp|GmbH|AG)\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PlainMetadata:
    """What was found; empty where nothing was said. `published` is a year at most."""

    title: str = ""
    publisher: str | None = None
    authors: tuple[str, ...] = ()
    published: PublicationDate | None = None


def read_plain_metadata(text: str) -> PlainMetadata:
    """Title, publisher, authors and year, as a plain article's own text gives them."""
    agency = next(filter(None, map(_AGENCY.match, _opening_lines(text))), None)
    owner = _copyright(text)
    publisher = agency["name"] if agency else None
    if owner and owner["name"] and not publisher:
        publisher = _COMPANY_FORM.sub("", owner["name"].split(". ")[0]).strip()
    return PlainMetadata(
        title=_title(text),
        publisher=publisher,
        authors=_authors(text),
        published=PublicationDate(owner["year"]) if owner else None,
    )


def _copyright(text: str) -> re.Match[str] | None:
    """The first copyright line: a year within the story is not when it was published."""
    for paragraph in paragraphs(text):
        line = text[paragraph.start : paragraph.end]
        if is_boilerplate(line) and (found := _COPYRIGHT.search(line)):
            return found
    return None


def _opening_lines(text: str) -> list[str]:
    return [line.strip() for line in text.split("\n", 12)[:12] if line.strip()]


def _title(text: str) -> str:
    """The headline if the text opens with one, else the beginning of its first sentence."""
    for paragraph in paragraphs(text):
        opening = text[paragraph.start : paragraph.end]
        if is_boilerplate(opening):
            continue
        opens = Span(paragraph.start, min(paragraph.end, paragraph.start + _OPENING))
        first = sentences(text, opens)[0]
        said = _AGENCY.sub("", text[first.start : first.end], count=1)
        said = " ".join(_BYLINE.sub(" ", said).split()).lstrip("#").strip()
        if not said:
            continue
        if len(said) <= _TITLE_CHARACTERS:
            return said
        return said[:_TITLE_CHARACTERS].rsplit(" ", 1)[0].rstrip(",;:") + "…"
    return ""


def _authors(text: str) -> tuple[str, ...]:
    if byline := _BYLINE.search(text):
        return tuple(re.split(r",? and |, ", byline["names"]))
    return tuple(match["name"] for match in _CONTACT.finditer(text))
