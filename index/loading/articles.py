"""An article made of a text and of what is known about it; of an export, many.

A block between --- lines may open a text file: only a YAML mapping that names something of an
article is front matter, read as the text that it is written in. A rule of dashes at the top of a
plain text is not, and the text stays as it came.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from index.dates import PublicationDate
from index.errors import SourceError
from index.loading.clean_names import clean_outlet, is_host, outlet_of_host
from index.loading.date_text import is_possible, read_date
from index.loading.exports import cut_export
from index.loading.metadata import Metadata, dated, host, read_plain_metadata
from index.records import Article, canonical_url
from index.splitting import NO_STORY, has_story

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from index.loading.content import Content


_DAY_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?=[/_.-]|$)")
_LONGEST_NAME = 500  # characters of a headline, an outlet, an author
_MOST_AUTHORS = 50
_READ_FOR_LANGUAGE = 3_000  # characters
_LEAST_LETTERS, _LEAST_CHANCE = 50, 0.95  # to say a language; a script of few languages needs less
_LEAST_WIDE_LETTERS = 8


def make_article(text: str, said: Metadata) -> Article:
    """The article of a text and what its source says of it.

    What the source does not say is taken from the URL and from the text itself.

    Raises:
        ValueError: there is no text, or nothing in it is a story.
    """
    said = replace(said, language=find_language(text, said.language))
    known = read_plain_metadata(text, said.or_else(_in_url(said.url)))
    # Many systems print the first date twice: an update is what is later.
    again = known.updated is not None and not (
        known.published is None or known.updated.is_after(known.published)
    )
    article = Article(
        text=text,
        title=_clip(known.title),
        publisher=_clip(_outlet(known) or "") or None,
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


def articles_in_text(
    text: str, content: Content, said: Metadata
) -> Iterator[Article | SourceError]:
    """The articles of an export, each with what it says of it; else the one of the text."""
    cut = cut_export(text)
    if cut is None:
        yield make_article(text, said)
        return
    for number, each in enumerate(cut, start=1):
        name = f"{content.name}, document {number}"
        if not each.text or not (each.said.title or each.said.publisher):
            yield SourceError(
                name,
                "this part of a database export cannot be told into heading and text: export it "
                "again as full documents with their headings",
            )
            continue
        try:
            yield make_article(each.text, each.said)
        except ValueError as error:
            yield SourceError(name, str(error))


def find_language(text: str, said: str | None) -> str | None:
    """ISO 639-1 of a text: what its source says, unless it is plainly another; None when unsure.

    Many pages say "en" because their template does.
    """
    if said not in {None, "en"}:
        return said
    sample = text[:_READ_FOR_LANGUAGE]
    letters = sum(map(str.isalpha, sample))
    wide = sum(each > "\u0500" and each.isalpha() for each in sample)
    if letters < _LEAST_LETTERS and wide < _LEAST_WIDE_LETTERS:
        return said
    if said == "en" and wide <= letters / 2:
        return said
    code, chance = _detector().classify(sample)
    return code if float(chance) >= _LEAST_CHANCE else said


@lru_cache(1)
def _detector() -> Any:
    """py3langid, a naive Bayes model over bytes: 4 MB, 0.1 ms a text."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages([each for each in found.labels if len(each) == 2])
    return found


def _outlet(known: Metadata) -> str | None:
    """The outlet's one name; of a page that names none, its host's."""
    named = clean_outlet(known.publisher)
    at = host(known.url)
    if named and not is_host(named):
        return named
    return outlet_of_host(at or named or "") or None


def _clip(name: str) -> str:
    """A headline is read with each passage: one of a megabyte would leave nothing else to read."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _in_url(url: str | None) -> Metadata:
    """The day in an address like /2019/04/15/turkey; nothing else in it is sure."""
    path = urlsplit(url).path if canonical_url(url or "") and url else ""
    if found := _DAY_IN_URL.search(path):
        year, month, day = (int(part) for part in found.groups())
        return dated("URL", read_date(f"{year}-{month:02}-{day:02}"))
    return Metadata()


_BLOCK = re.compile(r"---[^\S\n]*\n(?P<yaml>.*?)\n---[^\S\n]*(?:\n|\Z)", re.DOTALL)
_LARGEST_BLOCK = 20_000  # characters; more between two rules is the text itself
_KNOWN = {
    "title": ("title", "headline"),
    "publisher": ("publisher", "outlet", "source"),
    "authors": ("authors", "author", "byline"),
    "published": ("published", "date"),
    "updated": ("updated", "modified"),
    "url": ("url", "link"),
    "language": ("language", "lang"),
}
_NOTHING = {"", "~", "null", "Null", "NULL"}  # YAML 1.1's words for it
_NAMES = frozenset(name for names in _KNOWN.values() for name in names)
_NAMED = re.compile(rf"^[^\S\n]*(?:{'|'.join(sorted(_NAMES))})[^\S\n]*:", re.MULTILINE)


def read_front_matter(text: str) -> tuple[Metadata, str]:
    """What the front matter says, and the text after it; nothing and the text when there is none.

    Raises:
        ValueError: it names something of an article, but is not valid YAML, or what it says cannot
            be: a date that is not ISO 8601, a list for a title.
    """
    said, body = _split(text)
    days = dated("front matter", _read_date(said, "published"), _read_date(said, "updated"))
    metadata = replace(
        days,
        title=_read_text(said, "title") or "",
        publisher=_read_text(said, "publisher"),
        authors=_read_texts(said, "authors"),
        url=_read_text(said, "url"),
        language=_read_text(said, "language"),
    )
    return metadata, body


def _split(text: str) -> tuple[Mapping[str, object], str]:
    """What the front matter says, by name, and the text after it; ({}, text) when there is none."""
    opened = text.replace("\r\n", "\n") if text.startswith("---") else ""
    block = _BLOCK.match(opened)
    if block is None or len(block["yaml"]) > _LARGEST_BLOCK:
        return {}, text
    try:
        found = yaml.BaseLoader(block["yaml"]).get_single_data()
    except (yaml.YAMLError, RecursionError) as error:
        if not _NAMED.search(block["yaml"]):
            return {}, text
        raise ValueError("the front matter between the --- lines is not valid YAML") from error
    if not isinstance(found, dict) or not _NAMES & found.keys():
        return {}, text
    return found, opened[block.end() :].strip()


def _read_text(metadata: Mapping[str, object], field: str) -> str | None:
    """A field of an article, white space folded; None when it is not said."""
    texts = _read_texts(metadata, field)
    if len(texts) > 1:
        raise ValueError(f"{field} in the front matter is a list, not one text")
    return texts[0] if texts else None


def _read_texts(metadata: Mapping[str, object], field: str) -> tuple[str, ...]:
    """A field of an article that may be a flat list of texts."""
    value = next((metadata[name] for name in _KNOWN[field] if metadata.get(name)), ())
    texts = []
    for each in value if isinstance(value, list | tuple) else [value]:
        if not isinstance(each, str):
            raise ValueError(f"{field} in the front matter is not a text")
        texts.append(" ".join(each.split()))
    return tuple(text for text in texts if text not in _NOTHING)


def _read_date(metadata: Mapping[str, object], field: str) -> PublicationDate | None:
    """A date; None when it is not said, or when no news can bear it."""
    said = _read_text(metadata, field)
    try:
        found = PublicationDate(said) if said else None
    except ValueError as error:
        raise ValueError(f"the date {said!r} is not ISO 8601 (2019-04-15)") from error
    return found if found and is_possible(found) else None
